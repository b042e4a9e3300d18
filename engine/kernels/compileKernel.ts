import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectorError } from '../errors.ts';

const REPOSITORY_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KERNEL_FOLDER = join(REPOSITORY_ROOT, 'build', 'kernels');

// `stub` runtime: kernels work on raw pointers and never allocate, so no garbage collector is linked in.
const FLAGS = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert', '--use', 'abort='];

/**
 * Compiles one AssemblyScript kernel (`*.kernel.ts`) to WebAssembly SIMD, once per content: the file name
 * carries the hash of source and flags, so an edit recompiles and two processes cannot disagree.
 * @returns path of the .wasm file under build/kernels.
 * @throws KERNEL_BUILD_FAILED with the compiler's own words.
 */
export async function compileKernel(sourcePath: string): Promise<string> {
  const source = await readFile(sourcePath);
  const hash = createHash('sha256').update(FLAGS.join(' ')).update(source).digest('hex').slice(0, 16);
  const name = basename(sourcePath, '.kernel.ts');
  const target = join(KERNEL_FOLDER, `${name}.${hash}.wasm`);
  if (existsSync(target)) return target;

  await mkdir(KERNEL_FOLDER, { recursive: true });
  // A folder of one's own and a rename: a process killed or racing here leaves no half-written kernel.
  const folder = await mkdtemp(join(KERNEL_FOLDER, 'compiling-'));
  try {
    const temporary = join(folder, 'kernel.wasm');
    const { default: asc } = await import('assemblyscript/asc');
    const { error, stderr } = await asc.main([sourcePath, '-o', temporary, ...FLAGS, '--baseDir', '/']);
    if (error)
      throw new DirectorError('KERNEL_BUILD_FAILED', `${name}: ${error.message}\n${stderr.toString()}`);
    await rename(temporary, target);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return target;
}
