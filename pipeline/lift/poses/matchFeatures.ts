import { loadKernel } from '../../../engine/kernels/loadKernel.ts';
import type { Features } from './detectFeatures.ts';

/** Pairs of feature indices: first image's, second image's. */
export type Matches = Int32Array;

export interface FeatureMatcher {
  /** @param reachPixels how far apart in x and in y matched features may lie; Infinity for no limit. */
  match(a: Features, b: Features, reachPixels: number): Matches;
}

export interface MatchingKernel {
  matchAll(
    a: number,
    countA: number,
    positionsA: number,
    b: number,
    countB: number,
    positionsB: number,
    reach: number,
    rowBest: number,
    columnBest: number,
  ): void;
}

/** Lowe's ratio of nearest to second nearest distance. */
const DISTANCE_RATIO = 0.85;
/** Largest distance of unit descriptors; beyond it even a lone candidate is not the same thing. */
const DISTANCE_LIMIT = 0.75;
const UNIT = 512 * 512;

/** Mutual nearest neighbours under the ratio test, by brute force. Holds at most `limit` features an image. */
export async function createFeatureMatcher(limit: number): Promise<FeatureMatcher> {
  const kernel = await loadKernel<MatchingKernel>(new URL('./matching.kernel.ts', import.meta.url).href);
  const descriptorsA = kernel.allocate(limit * 256);
  const descriptorsB = kernel.allocate(limit * 256);
  const positionsA = kernel.allocate(limit * 8);
  const positionsB = kernel.allocate(limit * 8);
  const rowBest = kernel.allocate(limit * 12);
  const columnBest = kernel.allocate(limit * 12);
  const distance = (dot: number) => Math.sqrt(Math.max(0, 2 - (2 * dot) / UNIT));
  return {
    match(a, b, reachPixels) {
      const { buffer } = kernel.memory;
      new Int16Array(buffer, descriptorsA, a.count * 128).set(a.descriptors);
      new Int16Array(buffer, descriptorsB, b.count * 128).set(b.descriptors);
      new Float32Array(buffer, positionsA, a.count * 2).set(a.positions);
      new Float32Array(buffer, positionsB, b.count * 2).set(b.positions);
      const reach = Number.isFinite(reachPixels) ? reachPixels : 1e9;
      kernel.exports.matchAll(
        descriptorsA,
        a.count,
        positionsA,
        descriptorsB,
        b.count,
        positionsB,
        reach,
        rowBest,
        columnBest,
      );
      const rows = new Int32Array(buffer, rowBest, a.count * 3);
      const columns = new Int32Array(buffer, columnBest, b.count * 3);
      const matches: number[] = [];
      for (let i = 0; i < a.count; i++) {
        const j = rows[3 * i];
        if (j < 0 || columns[3 * j] !== i) continue;
        const nearest = distance(rows[3 * i + 1]);
        const second = distance(Math.max(rows[3 * i + 2], columns[3 * j + 2]));
        if (nearest <= DISTANCE_LIMIT && nearest <= DISTANCE_RATIO * second) matches.push(i, j);
      }
      return Int32Array.from(matches);
    },
  };
}
