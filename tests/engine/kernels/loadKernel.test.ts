import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileKernel } from '../../../engine/kernels/compileKernel.ts';
import { loadKernel } from '../../../engine/kernels/loadKernel.ts';

let folder = '';
const write = async (name: string, source: string) => {
  const path = join(folder, name);
  await writeFile(path, source);
  return path;
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-kernel-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ADD = `export function add(a: usize, b: usize, out: usize): void {
  v128.store(out, f32x4.add(v128.load(a), v128.load(b)));
}
export { __heap_base };`;

test('compiles SIMD source and runs it on memory that the host hands out, aligned and apart', async () => {
  const path = await write('add.kernel.ts', ADD);
  const kernel = await loadKernel<{ add(a: number, b: number, out: number): void }>(pathToFileURL(path).href);
  const [a, b, out] = [kernel.allocate(16), kernel.allocate(17), kernel.allocate(16)];
  const far = kernel.allocate(40 * 65536);
  expect([a, b, out, far].map(offset => offset % 16)).toEqual([0, 0, 0, 0]);
  expect(out - b).toBeGreaterThanOrEqual(17);
  expect(kernel.memory.buffer.byteLength).toBeGreaterThanOrEqual(far + 40 * 65536);
  new Float32Array(kernel.memory.buffer, a, 4).set([1, 2, 3, 4]);
  new Float32Array(kernel.memory.buffer, b, 4).set([10, 20, 30, 40]);
  kernel.exports.add(a, b, out);
  expect(Array.from(new Float32Array(kernel.memory.buffer, out, 4))).toEqual([11, 22, 33, 44]);
  kernel.reset();
  expect(kernel.allocate(16)).toBe(a);
});

test('compiles the same source once, and an edited one again', async () => {
  const path = await write('edited.kernel.ts', ADD);
  const first = await compileKernel(path);
  expect(await compileKernel(path)).toBe(first);
  await write('edited.kernel.ts', ADD.replace('f32x4.add', 'f32x4.sub'));
  expect(await compileKernel(path)).not.toBe(first);
});

test('compiles again when a module is edited that the kernel imports, however indirectly', async () => {
  const path = await write(
    'entry.kernel.ts',
    "export { twice } from './middle.as';\nexport { __heap_base };",
  );
  await write(
    'middle.as.ts',
    "import {\n  FACTOR,\n} from './deep.as';\nexport function twice(x: i32): i32 { return x * FACTOR; }",
  );
  // A ring of imports must not keep the search going.
  const deep = (factor: number) =>
    write(
      'deep.as.ts',
      `import { twice } from './middle.as';\nexport const FACTOR: i32 = ${factor};\nexport { twice };`,
    );
  await deep(2);
  const first = await compileKernel(path);
  expect(await compileKernel(path)).toBe(first);
  await deep(5);
  const second = await compileKernel(path);
  expect(second).not.toBe(first);
  const kernel = await loadKernel<{ twice(x: number): number }>(pathToFileURL(path).href);
  expect(kernel.exports.twice(7)).toBe(35);
  await deep(2);
  expect(await compileKernel(path)).toBe(first);
});

test('names the import that is not there', async () => {
  const path = await write('lonely.kernel.ts', "export { f } from './gone.as';\nexport { __heap_base };");
  await expect(compileKernel(path)).rejects.toMatchObject({
    code: 'KERNEL_BUILD_FAILED',
    message: expect.stringContaining('gone.as.ts'),
  });
});

test('says by code what the compiler did not like', async () => {
  const path = await write('broken.kernel.ts', 'export function f(): i32 { return nothing; }');
  await expect(compileKernel(path)).rejects.toMatchObject({
    code: 'KERNEL_BUILD_FAILED',
    message: expect.stringContaining('nothing'),
  });
});

test('keeps the tables of the standard library out of the host\u2019s hands', async () => {
  const source = 'export function exponential(x: f64): f64 { return Math.exp(x); }';
  const silent = await write('silent.kernel.ts', source);
  await expect(loadKernel(pathToFileURL(silent).href)).rejects.toMatchObject({ code: 'KERNEL_BUILD_FAILED' });
  const path = await write('exponential.kernel.ts', `${source}\nexport { __heap_base };`);
  const kernel = await loadKernel<{ exponential(x: number): number }>(pathToFileURL(path).href);
  new Uint8Array(kernel.memory.buffer, kernel.allocate(4096), 4096).fill(255);
  expect(kernel.exports.exponential(1)).toBeCloseTo(Math.E, 12);
});
