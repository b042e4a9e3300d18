import { createRandom } from '../../../../engine/random.ts';
import {
  createSplatCloud,
  normalizeRotations,
  type SplatCloud,
} from '../../../../engine/world/splats/splatCloud.ts';

/** A few Gaussians within what SPZ can hold. */
export function randomSplats(seed: number, count: number, shDegree: number): SplatCloud {
  const random = createRandom(seed);
  const cloud = createSplatCloud(count, shDegree, 'random');
  const fill = (values: Float32Array, low: number, high: number) => {
    for (let i = 0; i < values.length; i++) values[i] = random.range(low, high);
  };
  fill(cloud.positions, -50, 50);
  fill(cloud.logScales, -9, 4);
  fill(cloud.rotations, -1, 1);
  fill(cloud.opacities, 0.01, 0.99);
  fill(cloud.colors, -2, 2);
  fill(cloud.sh, -0.9, 0.9);
  normalizeRotations(cloud);
  return cloud;
}

/** Cosine of half the angle between the rotations of one Gaussian in two clouds: 1 where they are the same. */
export function rotationAgreement(a: SplatCloud, b: SplatCloud, i: number): number {
  let dot = 0;
  for (let k = 0; k < 4; k++) dot += a.rotations[4 * i + k] * b.rotations[4 * i + k];
  return Math.abs(dot);
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i] - b[i]));
  return most;
}
