import { sharedPoints, type TrackSnapshot } from './pointTracks.ts';
import type { Dimension } from './scorecard.ts';
import { mean, median, ramp, rounded } from './statistics.ts';

export interface FrameMotion {
  /** Median step of the followed points from the frame before, pixels. */
  stepPixels: number;
  /** Median distance of the points from the middle of their places in the frames before and after, pixels. */
  interpolationErrorPixels: number;
}

/**
 * VBench's motion smoothness asks how well the frames between can be interpolated from their neighbours, with a
 * learned interpolator over pixels; this asks the same of the followed points, for which the interpolation is
 * their middle. @returns undefined where fewer than 12 points live through the three frames.
 */
export function measureMotion(
  before: TrackSnapshot,
  now: TrackSnapshot,
  after: TrackSnapshot,
): FrameMotion | undefined {
  const first = sharedPoints(before, now);
  const last = sharedPoints(now, after);
  const steps: number[] = [];
  const errors: number[] = [];
  for (let i = 0, k = 0; i < first.count && k < last.count; ) {
    if (first.secondIndex[i] < last.firstIndex[k]) i++;
    else if (first.secondIndex[i] > last.firstIndex[k]) k++;
    else {
      const [x0, y0, x1, y1] = [
        first.first[2 * i],
        first.first[2 * i + 1],
        first.second[2 * i],
        first.second[2 * i + 1],
      ];
      const [x2, y2] = [last.second[2 * k], last.second[2 * k + 1]];
      steps.push(Math.hypot(x2 - x0, y2 - y0) / 2);
      errors.push(Math.hypot(x1 - (x0 + x2) / 2, y1 - (y0 + y2) / 2));
      i++;
      k++;
    }
  }
  return steps.length >= 12
    ? { stepPixels: median(steps), interpolationErrorPixels: median(errors) }
    : undefined;
}

/** A still picture's tracks tremble by less; it keeps a static clip from dividing by nothing. */
const TREMBLE_PIXELS = 1;
const SMOOTH = 0.04;
/** Half a step: every second frame is a copy of the one before. */
const JERKY = 0.5;

export function scoreMotionSmoothness(frames: readonly (FrameMotion | undefined)[]): Dimension {
  const measured = frames.filter(frame => frame !== undefined);
  const ratios = measured.map(frame => frame.interpolationErrorPixels / (frame.stepPixels + TREMBLE_PIXELS));
  const value = mean(ratios);
  return {
    score: measured.length > 0 ? rounded(ramp(value, JERKY, SMOOTH)) : 0.5,
    value: rounded(value),
    unit: 'interpolation error of the points, share of their step',
    confidence: rounded(frames.length > 0 ? measured.length / frames.length : 0),
  };
}
