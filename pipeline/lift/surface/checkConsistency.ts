import { type DepthMap, epipolarMap, type View } from './view.ts';

export interface PosedDepth {
  view: View;
  depth: DepthMap;
}

// How far two views' depths may differ: their deviations (matching noise) plus a share of the depth (pose noise).
const TOLERANCE_DEVIATIONS = 1;
const TOLERANCE_RELATIVE = 0.008;
/** A pixel is kept when this many other views agree, or all that see it where fewer do. */
const MIN_AGREEING = 2;

/** Maps whose views are near in the path: near ones overlap, farther ones see with another parallax. */
export function neighbours(count: number, index: number): number[] {
  const offsets = [-1, 1, -2, 2, -4, 4, -7, 7];
  return offsets.map(o => index + o).filter(j => j >= 0 && j < count);
}

/**
 * Keeps the pixels whose depth other views confirm, and replaces each by the mean of what agrees, weighted by
 * confidence and precision (COLMAP's geometric consistency, in inverse depth).
 *
 * @param witnesses the maps of its `neighbours`.
 * @returns a new map; a dropped pixel has inverse depth 0 and confidence 0.
 */
export function checkConsistency({ view, depth }: PosedDepth, witnesses: readonly PosedDepth[]): DepthMap {
  const { width, height } = depth;
  const others = witnesses.map(witness => {
    const { base, offset } = epipolarMap(view, witness.view);
    return { map: witness.depth, base, offset };
  });
  const inverseDepth = new Float32Array(width * height);
  const confidence = new Float32Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const q = depth.inverseDepth[at];
      if (q <= 0) continue;
      const own = depth.confidence[at];
      const variance = depth.deviation[at] ** 2;
      let weight = 1;
      let sum = q;
      let trust = own;
      let agreeing = 0;
      let contradicting = 0;
      for (const { map, base: b, offset: o } of others) {
        const w = b[6] * x + b[7] * y + b[8] + q * o[2];
        if (w <= 1e-6) continue;
        const u = Math.round((b[0] * x + b[1] * y + b[2] + q * o[0]) / w);
        const v = Math.round((b[3] * x + b[4] * y + b[5] + q * o[1]) / w);
        if (u < 0 || v < 0 || u >= map.width || v >= map.height) continue;
        const there = v * map.width + u;
        const otherQ = map.inverseDepth[there];
        if (otherQ <= 0) continue;
        // Depth in the other view is depth here times w, so inverse depths relate by 1 / w.
        const expected = q / w;
        const difference = otherQ - expected;
        const noise = depth.deviation[at] / w + map.deviation[there];
        const tolerance = TOLERANCE_DEVIATIONS * noise + TOLERANCE_RELATIVE * expected;
        if (Math.abs(difference) < tolerance) {
          agreeing++;
          trust += map.confidence[there];
          // Depth scales by w from view to view, and its deviation with it.
          const share = Math.min(4, variance / (map.deviation[there] * w) ** 2);
          weight += share;
          sum += share * otherQ * w;
        } else if (difference < 0) {
          // The other view looks through this point.
          contradicting += map.confidence[there] > 0.3 ? 1 : 0;
        }
      }
      if (agreeing < MIN_AGREEING || contradicting > agreeing) continue;
      inverseDepth[at] = sum / weight;
      confidence[at] = Math.min(1, agreeing / 4) * Math.max(0.1, Math.min(1, trust / (agreeing + 1)));
    }
  }
  return { ...depth, inverseDepth, confidence };
}
