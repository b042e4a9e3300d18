/** From the visibility buffer to the picture: which samples are shaded, how they become pixels. */

import { encodePixels } from './encode.as';
import { records } from './geometry.as';
import { RECORD_BYTES } from './layout.as';
import { shadeSamples } from './light.as';
import { sampleB, sampleG, sampleId, sampleR, sampleX, sampleY } from './samples.as';
import { depths, height, ids, stride, width } from './target.as';

/** Shades the target at one sample a pixel into tight rgba rows; up to 3 pixels past the last are written. */
export function shadeSingle(out: usize): void {
  for (let x = 0; x < stride; x += 4) {
    const first = <f32>x;
    v128.store(sampleX + (<usize>x << 2), f32x4(first, first + 1, first + 2, first + 3));
  }
  for (let y = 0; y < height; y++) {
    const rowY = f32x4.splat(<f32>y);
    const row = <usize>(y * stride) << 2;
    for (let x: usize = 0; x < <usize>stride << 2; x += 16) v128.store(sampleY + x, rowY);
    memory.copy(sampleId, ids + row, <usize>stride << 2);
    shadeSamples(width);
    for (let x: usize = 0; x < <usize>width << 2; x += 16) {
      encodePixels(out + <usize>(y * width) * 4 + x, v128.load(sampleR + x), v128.load(sampleG + x), v128.load(sampleB + x));
    }
  }
}

@inline function pushSample(n: i32, x: f32, y: f32, id: u32): void {
  const o = <usize>n << 2;
  store<f32>(sampleX + o, x);
  store<f32>(sampleY + o, y);
  store<u32>(sampleId + o, id);
}

/**
 * Shades a target of 2×2 samples a pixel into tight rgba rows: once, at the centre, where all
 * four samples show one triangle; at each sample elsewhere, averaged in linear light.
 */
export function shadeQuad(out: usize): void {
  const outWidth = width >> 1;
  const outHeight = height >> 1;
  for (let y = 0; y < outHeight; y++) {
    const top = ids + (<usize>(2 * y * stride) << 2);
    const bottom = top + (<usize>stride << 2);
    const sy = <f32>y * <f32>2;
    let n = 0;
    for (let x = 0; x < outWidth; x++) {
      const o = <usize>x << 3;
      const id0 = load<u32>(top + o);
      const id1 = load<u32>(top + o, 4);
      const id2 = load<u32>(bottom + o);
      const id3 = load<u32>(bottom + o, 4);
      const sx = <f32>x * <f32>2;
      if (id0 == id1 && id0 == id2 && id0 == id3) {
        pushSample(n, sx + 0.5, sy + 0.5, id0);
        n++;
      } else {
        pushSample(n, sx, sy, id0);
        pushSample(n + 1, sx, sy + 1, id2);
        pushSample(n + 2, sx + 1, sy, id1);
        pushSample(n + 3, sx + 1, sy + 1, id3);
        n += 4;
      }
    }
    // A group of four past the end reads positions of the row before; keep them finite.
    for (let k = n; k < n + 4; k++) pushSample(k, 0, 0, 0);
    shadeSamples(n);
    // Compacts in place: pixel x never reads behind where it writes.
    n = 0;
    for (let x = 0; x < outWidth; x++) {
      const o = <usize>x << 2;
      const from = <usize>n << 2;
      const id = <usize>x << 3;
      const first = load<u32>(top + id);
      if (first == load<u32>(top + id, 4) && first == load<u32>(bottom + id) && first == load<u32>(bottom + id, 4)) {
        store<f32>(sampleR + o, load<f32>(sampleR + from));
        store<f32>(sampleG + o, load<f32>(sampleG + from));
        store<f32>(sampleB + o, load<f32>(sampleB + from));
        n++;
      } else {
        store<f32>(sampleR + o, averageFour(sampleR + from));
        store<f32>(sampleG + o, averageFour(sampleG + from));
        store<f32>(sampleB + o, averageFour(sampleB + from));
        n += 4;
      }
    }
    const row = <usize>(y * outWidth) << 2;
    for (let x: usize = 0; x < <usize>outWidth << 2; x += 16) {
      encodePixels(out + row + x, v128.load(sampleR + x), v128.load(sampleG + x), v128.load(sampleB + x));
    }
  }
}

@inline function averageFour(at: usize): f32 {
  return (load<f32>(at) + load<f32>(at, 4) + load<f32>(at, 8) + load<f32>(at, 12)) * 0.25;
}

/** Metres along the viewing axis and node ids of the target, tightly packed rows of `width`. */
export function writeDepthAndNode(depthOut: usize, nodeOut: usize): void {
  for (let y = 0; y < height; y++) {
    const row = <usize>(y * stride) << 2;
    for (let x: usize = 0; x < <usize>width; x++) {
      const id = load<u32>(ids + row + (x << 2));
      let z: f32 = Infinity;
      let node: u32 = 0;
      if (id) {
        z = 1 / load<f32>(depths + row + (x << 2));
        node = load<u32>(<usize>load<u32>(records + <usize>(id - 1) * RECORD_BYTES, 84), 8);
      }
      store<f32>(depthOut, z);
      store<u16>(nodeOut, <u16>node);
      depthOut += 4;
      nodeOut += 2;
    }
  }
}
