import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, quantile, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Mean difference of a frame that repeats the one before, gray levels; a decoder's rounding stays below. */
const REPEATED_LEVELS = 0.15;
/** And its share of the livelier steps around: a repeat that was compressed again differs a little. */
const REPEATED_SHARE = 0.1;
const NEIGHBOURS = 8;
/** Mean difference of the livelier steps in a video that moves at all. */
const MOVING_LEVELS = 0.5;

/** Whether each step repeats the frame before while the video moves around it. */
export function findRepeats({ steps }: Pick<ShotMeasurements, 'steps'>): boolean[] {
  const differences = steps.map(step => step.difference);
  if (differences.length === 0 || quantile(differences, 0.9) < MOVING_LEVELS) return steps.map(() => false);
  return differences.map((difference, i) => {
    const around = quantile(differences.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1), 0.8);
    // A long freeze has no lively step near it; what it lasts is found by the absolute limit.
    return difference <= Math.max(REPEATED_LEVELS, REPEATED_SHARE * around);
  });
}

const HALF_SHARE = 0.12;

/** Share of the frames that repeat the one before, in a video that moves. */
export function scoreFreezes(shot: ShotMeasurements): Dimension {
  const repeats = findRepeats(shot);
  const count = repeats.filter(Boolean).length;
  const value = repeats.length > 0 ? count / repeats.length : 0;
  return {
    score: rounded(falling(value, HALF_SHARE)),
    value: rounded(value),
    unit: 'share of frames that repeat the one before',
    confidence: repeats.length > 0 ? 1 : 0,
    where: joinRanges(
      repeats.flatMap((repeat, i) =>
        repeat ? [{ fromSeconds: shot.times[i], toSeconds: shot.times[i + 1] }] : [],
      ),
    ),
  };
}
