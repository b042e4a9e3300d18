import type { SparseCloud } from '../../../engine/world/ply/sparsePly.ts';
import { toVideoPixel } from '../picture/toVideoPixels.ts';
import type { SparseReconstruction } from '../types.ts';
import type { PosedDepth } from './checkConsistency.ts';
import type { Upright } from './upright.ts';
import type { View } from './view.ts';

/**
 * The sparse points in the world's frame, each coloured from the view nearest in time to where it was seen; where they
 * were seen is in pixels of the shown video.
 */
export function sparseCloud(
  { points, intrinsics, picture }: SparseReconstruction,
  upright: Upright,
  maps: readonly PosedDepth[],
): SparseCloud {
  const observations = points.reduce((sum, point) => sum + point.observations.length, 0);
  const cloud: SparseCloud = {
    positions: new Float32Array(3 * points.length),
    colors: new Uint8Array(3 * points.length),
    observedPoint: new Int32Array(observations),
    observedFrame: new Int32Array(observations),
    pixels: new Float32Array(2 * observations),
  };
  const { rotation, scale, translation } = upright;
  let at = 0;
  for (const [i, { position, observations: seen }] of points.entries()) {
    for (let k = 0; k < 3; k++)
      cloud.positions[3 * i + k] =
        scale *
          (rotation[3 * k] * position[0] +
            rotation[3 * k + 1] * position[1] +
            rotation[3 * k + 2] * position[2]) +
        translation[k];
    for (const { frame, x, y } of seen) {
      cloud.observedPoint[at] = i;
      cloud.observedFrame[at] = frame;
      cloud.pixels.set(picture ? toVideoPixel([x, y], intrinsics, picture) : [x, y], 2 * at);
      at++;
    }
    cloud.colors.set(
      colorOf(
        cloud.positions.subarray(3 * i, 3 * i + 3),
        seen.map(({ frame }) => frame),
        maps,
      ),
      3 * i,
    );
  }
  return cloud;
}

function colorOf(
  position: Float32Array,
  frames: readonly number[],
  maps: readonly PosedDepth[],
): readonly number[] {
  let color: readonly number[] = [128, 128, 128];
  let nearest = Number.POSITIVE_INFINITY;
  for (const { view } of maps) {
    const away = Math.min(...frames.map(frame => Math.abs(frame - view.frame)));
    if (away >= nearest) continue;
    const found = pixelAt(view, position);
    if (!found) continue;
    nearest = away;
    color = found;
  }
  return color;
}

function pixelAt(
  { cameraFromWorld, intrinsics, rgb }: View,
  [x, y, z]: Float32Array,
): readonly number[] | undefined {
  const { rotation: r, translation: t } = cameraFromWorld;
  const { fx, fy, cx, cy, width, height } = intrinsics;
  const depth = r[6] * x + r[7] * y + r[8] * z + t[2];
  if (depth <= 0) return undefined;
  const u = Math.round((fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / depth + cx);
  const v = Math.round((fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / depth + cy);
  if (u < 0 || v < 0 || u >= width || v >= height) return undefined;
  const at = 3 * (v * width + u);
  return [rgb[at], rgb[at + 1], rgb[at + 2]];
}
