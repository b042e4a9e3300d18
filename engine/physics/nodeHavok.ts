import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Havok, instantiateHavok } from './havok.ts';

let compiled: Promise<WebAssembly.Module> | undefined;

/** Havok's module in Node, compiled once per process or worker. */
async function compileHavok(): Promise<WebAssembly.Module> {
  const path = createRequire(import.meta.url).resolve('@babylonjs/havok/lib/esm/HavokPhysics.wasm');
  return WebAssembly.compile(await readFile(path));
}

/** A fresh Havok instance in Node. */
export async function loadHavok(): Promise<Havok> {
  compiled ??= compileHavok();
  return instantiateHavok(await compiled);
}
