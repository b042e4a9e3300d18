/** What is drawn on: a plane of depths (1/z, or heights towards the sun), one of record numbers, and the projection. */

import { forgetRecords } from './geometry.as';

export let depths: usize = 0;
export let ids: usize = 0;
export let width: i32 = 0;
export let height: i32 = 0;
export let stride: i32 = 0;

/** Where rasterTriangle draws: `stride` is a multiple of 16 samples, and rows are padded to it. `idsAt` 0 keeps no record numbers. */
export function setTarget(depthsAt: usize, idsAt: usize, targetWidth: i32, targetHeight: i32, targetStride: i32): void {
  depths = depthsAt;
  ids = idsAt;
  width = targetWidth;
  height = targetHeight;
  stride = targetStride;
}

export let focalX: f64 = 1;
export let focalY: f64 = 1;
export let centerX: f64 = 0;
export let centerY: f64 = 0;
export let near: f64 = 0.02;

export function setProjection(fx: f64, fy: f64, cx: f64, cy: f64, nearMeters: f64): void {
  focalX = fx;
  focalY = fy;
  centerX = cx;
  centerY = cy;
  near = nearMeters;
}

/** Fills a rectangle of a depth plane. x and width in multiples of 4. */
export function fillDepth(at: usize, planeStride: i32, x: i32, y: i32, w: i32, h: i32, value: f32): void {
  const v = f32x4.splat(value);
  for (let row = y; row < y + h; row++) {
    let p = at + <usize>(row * planeStride + x) * 4;
    const end = p + <usize>w * 4;
    for (; p < end; p += 16) v128.store(p, v);
  }
}

export function clearTarget(): void {
  memory.fill(depths, 0, <usize>(stride * height) * 4);
  memory.fill(ids, 0, <usize>(stride * height) * 4);
  forgetRecords();
}
