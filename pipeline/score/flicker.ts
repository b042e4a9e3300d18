import { sharedPoints, type TrackSnapshot } from './pointTracks.ts';
import type { Dimension } from './scorecard.ts';
import { mean, median, ramp, rounded } from './statistics.ts';

const REGION_COLUMNS = 4;
const REGION_ROWS = 3;
const FEWEST_POINTS = 4;

/**
 * How far a frame's brightness jumps away from the mean of its neighbours, measured on the same points of the
 * scene, so that camera motion and passing shadows do not count: in each of 4×3 regions the median over the
 * followed points of level(t) − (level(t−1) + level(t+1))/2, then the root mean square over the regions.
 * @returns gray levels of 255, or undefined where too few points were followed.
 */
export function measureFlicker(
  before: TrackSnapshot,
  now: TrackSnapshot,
  after: TrackSnapshot,
  width: number,
  height: number,
): number | undefined {
  const jumps: number[][] = Array.from({ length: REGION_COLUMNS * REGION_ROWS }, () => []);
  const first = sharedPoints(before, now);
  const last = sharedPoints(now, after);
  for (let i = 0, k = 0; i < first.count && k < last.count; ) {
    const middle = first.secondIndex[i];
    if (middle < last.firstIndex[k]) i++;
    else if (middle > last.firstIndex[k]) k++;
    else {
      const column = Math.min(
        REGION_COLUMNS - 1,
        Math.floor((now.positions[2 * middle] / width) * REGION_COLUMNS),
      );
      const row = Math.min(
        REGION_ROWS - 1,
        Math.floor((now.positions[2 * middle + 1] / height) * REGION_ROWS),
      );
      const neighbours = (before.levels[first.firstIndex[i]] + after.levels[last.secondIndex[k]]) / 2;
      jumps[row * REGION_COLUMNS + column]?.push(now.levels[middle] - neighbours);
      i++;
      k++;
    }
  }
  const regions = jumps.filter(region => region.length >= FEWEST_POINTS).map(median);
  return regions.length > 0 ? Math.sqrt(mean(regions.map(jump => jump * jump))) : undefined;
}

/** Jumps that nobody sees, and jumps that make a picture useless, in gray levels. */
const UNSEEN = 0.5;
const UNBEARABLE = 10;

/**
 * The value is VBench's temporal flickering (Huang et al., CVPR 2024): (255 − mean |f_t − f_{t+1}|)/255, which is
 * exact on static clips and falls with any motion. The score therefore rests on the motion-compensated jumps.
 * @param meanDifferences gray levels per pair of frames. @param jumps per frame, undefined where not measured.
 */
export function scoreFlicker(
  meanDifferences: readonly number[],
  jumps: readonly (number | undefined)[],
): Dimension {
  const measured = jumps.filter(jump => jump !== undefined);
  const strength = Math.sqrt(mean(measured.map(jump => jump * jump)));
  return {
    score:
      measured.length > 0
        ? rounded(ramp(Math.log(Math.max(strength, 1e-3)), Math.log(UNBEARABLE), Math.log(UNSEEN)))
        : 0.5,
    value: rounded((255 - mean(meanDifferences)) / 255),
    unit: 'VBench temporal flickering, 1 is none',
    confidence: rounded(jumps.length > 0 ? measured.length / jumps.length : 0),
  };
}
