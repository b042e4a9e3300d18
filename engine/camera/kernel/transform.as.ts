/** Moves meshlets from their node's frame to the world. */

import { normals, positions, worldNormals, worldPositions } from './geometry.as';
import { MESHLET_BYTES, NODE_MATRIX } from './layout.as';
import { normalize3 } from './vectors.as';

@inline export function transformPoint(m: usize, v: v128): v128 {
  const x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
  const y = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
  const z = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load(m), x), f32x4.mul(v128.load(m, 16), y)),
    f32x4.add(f32x4.mul(v128.load(m, 32), z), v128.load(m, 48)),
  );
}

/** Moves the vertices of meshlets [at, at + count) to the world by NODE_MATRIX and fits their boxes. */
export function transformMeshlets(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += MESHLET_BYTES) {
    const first = load<u32>(at, 32);
    const end = first + load<u32>(at, 36);
    let low = f32x4.splat(Infinity);
    let high = f32x4.splat(-Infinity);
    for (let v = first; v < end; v++) {
      const o = <usize>v * 16;
      const p = transformPoint(NODE_MATRIX, v128.load(positions + o));
      v128.store(worldPositions + o, p);
      low = f32x4.pmin(low, p);
      high = f32x4.pmax(high, p);
      const n = v128.load(normals + o);
      const nx = v128.shuffle<f32>(n, n, 0, 0, 0, 0);
      const ny = v128.shuffle<f32>(n, n, 1, 1, 1, 1);
      const nz = v128.shuffle<f32>(n, n, 2, 2, 2, 2);
      v128.store(worldNormals + o, normalize3(f32x4.add(
        f32x4.add(f32x4.mul(v128.load(NODE_MATRIX, 64), nx), f32x4.mul(v128.load(NODE_MATRIX, 80), ny)),
        f32x4.mul(v128.load(NODE_MATRIX, 96), nz),
      )));
    }
    v128.store(at, f32x4.mul(f32x4.add(low, high), f32x4.splat(0.5)));
    v128.store(at, f32x4.mul(f32x4.sub(high, low), f32x4.splat(0.5)), 16);
  }
}
