/** Triangles seen by the camera: culled, snapped, recorded and handed to the rasteriser. */

import { drawClipped, GUARD, snap } from './clip.as';
import { nextRecord, recordCount, triangles, worldPositions } from './geometry.as';
import {
  MESHLET_BYTES, NODE_MIRRORED, NODE_VISIBLE, PART_DOUBLE_SIDED, PART_MASKED, PLANES, SCRATCH, VIEW,
} from './layout.as';
import { rasterTriangle } from './raster.as';
import { writeRecord } from './record.as';
import { centerX, centerY, focalX, focalY, height, near, width } from './target.as';
import { transformPoint } from './transform.as';

const CLIP_NEAR: u32 = 1;
const CLIP_GUARD: u32 = 2;

/** Scratch per vertex, 32 bytes: v128 camera-space position | i32 snapped x, y | f32 1/z | u32 clip. */
function transformToScratch(first: u32, count: u32): void {
  let at = SCRATCH;
  let from = worldPositions + <usize>first * 16;
  for (let i: u32 = 0; i < count; i++, at += 32, from += 16) {
    const p = transformPoint(VIEW, v128.load(from));
    v128.store(at, p);
    const z = <f64>f32x4.extract_lane(p, 2);
    // Written so that a NaN counts as too near.
    if (!(z >= near)) {
      store<u32>(at, CLIP_NEAR, 28);
      continue;
    }
    const inverse = 1 / z;
    // As snapX and snapY do it, bit for bit: a clipped neighbour goes through those.
    const x = focalX * <f64>f32x4.extract_lane(p, 0) * inverse + centerX;
    const y = focalY * <f64>f32x4.extract_lane(p, 1) * inverse + centerY;
    if (!(abs(x) <= GUARD && abs(y) <= GUARD)) {
      store<u32>(at, CLIP_GUARD, 28);
      continue;
    }
    store<i32>(at, snap(x), 16);
    store<i32>(at, snap(y), 20);
    store<f32>(at, <f32>inverse, 24);
    store<u32>(at, 0, 28);
  }
}

function outsideFrustum(meshlet: usize): bool {
  const center = v128.load(meshlet);
  const half = v128.load(meshlet, 16);
  for (let k: usize = 0; k < 80; k += 16) {
    const plane = v128.load(PLANES + k);
    const s = f32x4.add(f32x4.mul(plane, center), f32x4.mul(f32x4.abs(plane), half));
    if (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(plane, 3) < 0) return true;
  }
  return false;
}

/** Draws every visible meshlet into the target; call clearTarget first. */
export function drawMeshlets(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += MESHLET_BYTES) {
    const nodeFlags = load<u32>(<usize>load<u32>(at, 52));
    if (!(nodeFlags & NODE_VISIBLE)) continue;
    if (outsideFrustum(at)) continue;
    const flip = (nodeFlags & NODE_MIRRORED) != 0;
    const part = <usize>load<u32>(at, 48);
    const flags = load<u32>(part, 4);
    const doubleSided = (flags & PART_DOUBLE_SIDED) != 0;
    const masked = (flags & PART_MASKED) != 0;
    const first = load<u32>(at, 32);
    transformToScratch(first, load<u32>(at, 36));
    let t = triangles + <usize>load<u32>(at, 40) * 4;
    const end = t + <usize>load<u32>(at, 44) * 4;
    for (; t < end; t += 4) {
      const s0 = SCRATCH + (<usize>load<u8>(t) << 5);
      const s1 = SCRATCH + (<usize>load<u8>(t, 1) << 5);
      const s2 = SCRATCH + (<usize>load<u8>(t, 2) << 5);
      const k0 = load<u32>(s0, 28);
      const k1 = load<u32>(s1, 28);
      const k2 = load<u32>(s2, 28);
      if (k0 & k1 & k2 & CLIP_NEAR) continue;
      if (k0 | k1 | k2) {
        drawClipped(s0, s1, s2, first, part, flip, doubleSided, masked);
        continue;
      }
      const x0 = load<i32>(s0, 16);
      const y0 = load<i32>(s0, 20);
      const x1 = load<i32>(s1, 16);
      const y1 = load<i32>(s1, 20);
      const x2 = load<i32>(s2, 16);
      const y2 = load<i32>(s2, 20);
      const area = <i64>(x1 - x0) * (y2 - y0) - <i64>(x2 - x0) * (y1 - y0);
      if (area == 0) continue;
      // glTF fronts are counter-clockwise with y up, so their area is negative with y down.
      const back = area > 0 != flip;
      if (back && !doubleSided) continue;
      const minX = max((min(min(x0, x1), x2) + 255) >> 8, 0);
      const maxX = min(max(max(x0, x1), x2) >> 8, width - 1);
      const minY = max((min(min(y0, y1), y2) + 255) >> 8, 0);
      const maxY = min(max(max(y0, y1), y2) >> 8, height - 1);
      if (minX > maxX || minY > maxY) continue;
      const record = nextRecord();
      writeRecord(record, s0, s1, s2, first, part, back, flip);
      const w0 = load<f32>(s0, 24);
      const w1 = load<f32>(s1, 24);
      const w2 = load<f32>(s2, 24);
      const low = min(min(w0, w1), w2);
      const high = max(max(w0, w1), w2);
      store<f32>(record, low, 92);
      store<f32>(record, high, 96);
      rasterTriangle(
        x0, y0, x1, y1, x2, y2, minX, maxX, minY, maxY,
        load<f64>(record), load<f64>(record, 8), load<f64>(record, 16),
        low, high, recordCount, masked ? record : 0,
      );
    }
  }
}
