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
/** So many distances, and this share of all, that are alike to a frame are a rate of pictures lower than the video's. */
const FEWEST_DISTANCES = 4;
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
 * Frames for which a video shows a picture at most because its pictures were made at a lower rate; 1 where its repeats come
 * at no regular distance. Either new pictures are so far apart, or single repeats are, as of 24 pictures in 30 frames.
 */
function regularHold(repeats: readonly boolean[]): number {
  const places = (which: boolean) => repeats.flatMap((repeat, i) => (repeat === which ? [i] : []));
  const hold = regularDistance(places(false));
  if (hold > 1) return hold + 1;
  return regularDistance(places(true)) > 1 ? 2 : 1;
}

/** The least of two neighbouring distances, 2 at least, that most of those between places have; 1 where there are none. */
function regularDistance(places: readonly number[]): number {
  const distances = places.slice(1).map((place, i) => place - places[i]);
  if (distances.length < FEWEST_DISTANCES) return 1;
  const within = (least: number) => distances.filter(each => each === least || each === least + 1).length;
  let best = 1;
  for (const each of distances) if (each > 1 && (best === 1 || within(each) > within(best))) best = each;
  return best > 1 && within(best) >= REGULAR_SHARE * distances.length ? best : 1;
}

const HALF_SHARE = 0.16;

/** Share of the frames that repeat the one before for longer than the video's rate of pictures has it, in a video that moves. */
export function scoreFreezes(shot: ShotMeasurements): Dimension {
  const repeats = findRepeats(shot);
  const count = repeats.filter(Boolean).length;
  const value = repeats.length > 0 ? count / repeats.length : 0;
  return {
    score: rounded(falling(value, HALF_SHARE, 1.1)),
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
