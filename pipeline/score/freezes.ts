import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, quantile, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Mean difference of a frame that repeats the one before, gray levels; a decoder's rounding stays below. */
const REPEATED_LEVELS = 0.15;
/** And its share of the livelier steps around: a repeat that was compressed again differs a little. */
const REPEATED_SHARE = 0.1;
/** A repeat under noise differs by more, but nothing in it goes anywhere: shares of the livelier steps' difference and motion. */
const NOISY_SHARE = 0.5;
const STANDING_SHARE = 0.15;
/** Median motion of the livelier steps from which standing means something, px at a 640 px long side. */
const LIVELY_PIXELS = 2;
const NEIGHBOURS = 8;
/** Mean difference of the livelier steps in a video that moves at all. */
const MOVING_LEVELS = 0.5;
/** Pictures that are each held for as long, give or take a frame: so many of them, and this share of all, are a lower frame rate. */
const FEWEST_HOLDS = 4;
const REGULAR_SHARE = 0.75;

/** Whether each step repeats the frame before while the video moves around it, and for longer than the video's own rate of pictures has it. */
export function findRepeats({ steps }: Pick<ShotMeasurements, 'steps'>): boolean[] {
  const differences = steps.map(step => step.difference);
  if (differences.length === 0 || quantile(differences, 0.9) < MOVING_LEVELS) return steps.map(() => false);
  const motions = steps.map(step => step.medianMotion);
  const repeats = differences.map((difference, i) => {
    const lively = (values: readonly number[]) =>
      quantile(values.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1), 0.9);
    const around = lively(differences);
    const motion = lively(motions);
    // A long freeze has no lively step near it; what it lasts is found by the absolute limit.
    return (
      difference <= Math.max(REPEATED_LEVELS, REPEATED_SHARE * around) ||
      (difference <= NOISY_SHARE * around && motion >= LIVELY_PIXELS && motions[i] <= STANDING_SHARE * motion)
    );
  });
  const hold = regularHold(repeats);
  let held = 1;
  return repeats.map(repeat => {
    held = repeat ? held + 1 : 1;
    return held > hold;
  });
}

/**
 * Frames for which a video shows each picture because it was made at a lower rate, two at least; 1 where its repeats come
 * at no regular distance. Only pictures whose beginning and end are seen are asked.
 */
function regularHold(repeats: readonly boolean[]): number {
  const starts = repeats.flatMap((repeat, i) => (repeat ? [] : [i]));
  const holds = starts.slice(1).map((start, i) => start - starts[i]);
  if (holds.length < FEWEST_HOLDS) return 1;
  const within = (shortest: number) =>
    holds.filter(hold => hold === shortest || hold === shortest + 1).length;
  const lengths = [...new Set(holds)].filter(length => length > 1);
  const best = lengths.reduce(
    (most, length) => (within(length) > within(most) ? length : most),
    lengths[0] ?? 1,
  );
  return best > 1 && within(best) >= REGULAR_SHARE * holds.length ? best + 1 : 1;
}

const HALF_SHARE = 0.12;

/** Share of the frames that repeat the one before for longer than the video's rate of pictures has it, in a video that moves. */
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
