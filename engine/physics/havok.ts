import HavokPhysics, { type HavokPhysicsWithBindings } from '@babylonjs/havok';
import { type RawExports, watchLayouts } from './rawLayout.ts';

/** One Havok instance with a heap of its own. A snapshot copies the heap, so each physics world takes its own instance. */
export interface Havok {
  api: HavokPhysicsWithBindings;
  memory: WebAssembly.Memory;
  /** Its exports, called past embind for the queries that every step makes; absent where rawRefusal says why. */
  raw?: RawExports;
  /** Why queries go through embind, at half the speed and with the same results. */
  rawRefusal?: string;
}

/**
 * Instantiates Havok from its compiled module (about 8 ms). In the browser: `WebAssembly.compileStreaming(fetch(url))`
 * of HavokPhysics.wasm; in Node: see nodeHavok.ts.
 */
export async function instantiateHavok(module: WebAssembly.Module): Promise<Havok> {
  let ready: { instance: WebAssembly.Instance; layouts: ReturnType<typeof watchLayouts> } | undefined;
  const api = await HavokPhysics({
    instantiateWasm(imports: WebAssembly.Imports, done: (instance: WebAssembly.Instance) => void) {
      const layouts = watchLayouts(imports);
      const instance = new WebAssembly.Instance(module, layouts.imports);
      ready = { instance, layouts };
      done(instance);
      return instance.exports;
    },
  });
  const memory = ready?.instance.exports['memory'];
  if (!ready || !(memory instanceof WebAssembly.Memory))
    throw new TypeError('This build of Havok does not export its memory.');
  const rawRefusal = ready.layouts.refusal(ready.instance);
  if (rawRefusal !== undefined) return { api, memory, rawRefusal };
  return { api, memory, raw: ready.instance.exports as unknown as RawExports };
}

/** Copies numbers into the heap for the duration of `use`, which gets their address. Views are never kept: the heap may move as it grows. */
export function withHeap<T>(
  havok: Havok,
  values: Float32Array | Uint32Array,
  use: (address: number) => T,
): T {
  const address = havok.api._malloc(values.byteLength);
  if (address === 0) throw new RangeError(`Havok cannot hold another ${values.byteLength} bytes.`);
  try {
    const heap = havok.memory.buffer;
    if (values instanceof Float32Array) new Float32Array(heap, address, values.length).set(values);
    else new Uint32Array(heap, address, values.length).set(values);
    return use(address);
  } finally {
    havok.api._free(address);
  }
}
