import { stepDifference, stepPixels } from './cameraMotion.ts';
import { LONG_SIDE, type ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** A still picture's motion trembles by less; it keeps a static clip from dividing by nothing. */
const TREMBLE_PIXELS = 0.5;
const HALF_RATIO = 0.42;

/**
 * How well each frame lies between its neighbours, as VBench's motion smoothness asks of a learned interpolator: the
 * change of the whole picture's motion from one step to the next, over the motion of both. 0 is uniform motion, 1 is a
 * picture that stands and jumps.
 */
export function scoreMotionSmoothness({ steps, aspect }: ShotMeasurements): Dimension {
  const ratios = steps.slice(1).map((after, i) => {
    const [a, b] = [steps[i].camera, after.camera];
    if (!a || !b) return undefined;
    const size = (step: typeof a) => stepPixels(step, LONG_SIDE * aspect.width, LONG_SIDE * aspect.height);
    return size(stepDifference(b, a)) / (size(a) + size(b) + 2 * TREMBLE_PIXELS);
  });
  const measured = ratios.filter(ratio => ratio !== undefined);
  const value = measured.length > 0 ? mean(measured) : 0;
  return {
    score: measured.length > 0 ? rounded(falling(value, HALF_RATIO, 1.3)) : 0.5,
    value: rounded(value),
    unit: 'change of motion between steps, share of the motion',
    confidence: rounded(ratios.length > 0 ? measured.length / ratios.length : 0),
    where: joinRanges(
      ratios.flatMap((ratio, i) =>
        ratio !== undefined && ratio > 2 * HALF_RATIO
          ? [{ fromSeconds: steps[i].timeSeconds, toSeconds: steps[i + 1].timeSeconds }]
          : [],
      ),
    ),
  };
}
