import { readFile } from 'node:fs/promises';
import { compileKernel } from './compileKernel.ts';
import { listKernels } from './listKernels.ts';

/**
 * Compiles what is not compiled and lets the engine validate every kernel, SIMD included.
 * @returns how many there are.
 * @throws KERNEL_BUILD_FAILED
 */
export async function checkKernels(): Promise<number> {
  const kernels = listKernels();
  for (const path of kernels) await WebAssembly.compile(await readFile(await compileKernel(path)));
  return kernels.length;
}
