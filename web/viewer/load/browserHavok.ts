import wasmUrl from '@babylonjs/havok/lib/esm/HavokPhysics.wasm?url';
import { type Havok, instantiateHavok } from '../../../engine/physics/havok.ts';
import { networkFailure } from '../../api/apiFailure.ts';

let compiled: Promise<WebAssembly.Module> | undefined;

/** Fetches and compiles Havok, once per page; a failure is tried again at the next call. */
export function compileHavok(): Promise<WebAssembly.Module> {
  compiled ??= WebAssembly.compileStreaming(fetch(wasmUrl)).catch(() => {
    compiled = undefined;
    throw networkFailure();
  });
  return compiled;
}

/** A fresh Havok instance in the browser. */
export async function loadHavok(): Promise<Havok> {
  return instantiateHavok(await compileHavok());
}
