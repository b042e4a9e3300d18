import { DirectorError } from '../errors.ts';

/**
 * A kernel: an AssemblyScript module compiled to WASM SIMD, with its linear memory.
 * The host owns all memory: it allocates with `allocate`, which never frees single blocks; `reset` frees all.
 * A view goes stale when `allocate` grows the memory, so take views after allocating.
 */
export interface Kernel<Exports> {
  exports: Exports;
  memory: WebAssembly.Memory;
  /** Returns the byte offset of a zero-filled-at-first-use block aligned to 16 bytes. */
  allocate(byteLength: number): number;
  /** Forgets every block; the memory keeps its size. */
  reset(): void;
}

const modules = new Map<string, Promise<WebAssembly.Module>>();

async function compileModule(url: string): Promise<WebAssembly.Module> {
  const { fileURLToPath } = await import('node:url');
  const { readFile } = await import('node:fs/promises');
  const { compileKernel } = await import('./compileKernel.ts');
  return WebAssembly.compile(await readFile(await compileKernel(fileURLToPath(url))));
}

/**
 * Loads a kernel, compiling its source on first use.
 * @param url of the `*.kernel.ts` file: `new URL('./x.kernel.ts', import.meta.url).href`.
 * @throws KERNEL_BUILD_FAILED, also where the kernel does not export `__heap_base`.
 */
export async function loadKernel<Exports>(url: string): Promise<Kernel<Exports>> {
  let compiling = modules.get(url);
  if (!compiling) {
    compiling = compileModule(url);
    modules.set(url, compiling);
    compiling.catch(() => modules.delete(url));
  }
  const instance = await WebAssembly.instantiate(await compiling, {});
  const memory = instance.exports['memory'] as WebAssembly.Memory;
  const heapBase = instance.exports['__heap_base'];
  // Allocating from a guess would overwrite the tables that the kernel's own code reads.
  if (!(heapBase instanceof WebAssembly.Global))
    throw new DirectorError('KERNEL_BUILD_FAILED', `${url} does not say where its memory is free.`, {
      suggestion: 'End the kernel with `export { __heap_base };`.',
    });
  const firstFree = (heapBase.value + 15) & ~15;
  let top = firstFree;
  return {
    exports: instance.exports as Exports,
    memory,
    allocate(byteLength) {
      const offset = top;
      top = (top + byteLength + 15) & ~15;
      const missing = top - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / 65536));
      return offset;
    },
    reset() {
      top = firstFree;
    },
  };
}
