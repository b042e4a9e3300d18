import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectorError } from '../errors.ts';

const REPOSITORY_ROOT = fileURLToPath(new URL('../../', import.meta.url));
const KERNEL_FOLDER = join(REPOSITORY_ROOT, 'build', 'kernels');

// `stub` runtime: kernels work on raw pointers and never allocate, so no garbage collector is linked in.
const FLAGS = ['-O3', '--runtime', 'stub', '--enable', 'simd', '--noAssert', '--use', 'abort='];

/** AssemblyScript knows static imports only, and adds the `.ts` to a relative one itself. */
const RELATIVE_IMPORT = /\b(?:from|import)\s*['"](\.{1,2}\/[^'"]+)['"]/g;

/**
 * Compiles one AssemblyScript kernel (`*.kernel.ts`) to WebAssembly SIMD, once per content: the file name
 * carries the hash of flags, source and everything the source imports by a relative path, so an edit
 * recompiles and two processes cannot disagree.
 * @returns path of the .wasm file under build/kernels.
 * @throws KERNEL_BUILD_FAILED with the compiler's own words.
 */
export async function compileKernel(sourcePath: string): Promise<string> {
  const hash = createHash('sha256').update(FLAGS.join(' '));
  // Each source's length goes before it, so that text moved from one file to the next counts as an edit.
  for (const source of await readSources(sourcePath)) hash.update(`\n${source.byteLength}\n`).update(source);
  const name = basename(sourcePath, '.kernel.ts');
  const target = join(KERNEL_FOLDER, `${name}.${hash.digest('hex').slice(0, 16)}.wasm`);
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

/**
 * The kernel's source and that of its relative imports, theirs included, each once, in the order in which they
 * are first met. That order follows from the texts alone, so it is the same wherever the repository lies.
 */
async function readSources(entryPath: string): Promise<Buffer[]> {
  const paths = [entryPath];
  const sources: Buffer[] = [];
  for (let i = 0; i < paths.length; i++) {
    const source = await readFile(paths[i]).catch(error => {
      // The compiler names the import that is not there better than a failed read does.
      if (i > 0 && error.code === 'ENOENT') return Buffer.alloc(0);
      throw error;
    });
    sources.push(source);
    for (const [, specifier] of source.toString().matchAll(RELATIVE_IMPORT)) {
      const path = join(dirname(paths[i]), `${specifier}.ts`);
      if (!paths.includes(path)) paths.push(path);
    }
  }
  return sources;
}
