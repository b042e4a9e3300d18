import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, median, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Share of the textured blocks that are found again across a cut. */
const CUT_EXPLAINED = 0.5;
/** A cut is one bad step among good ones; where steps are bad throughout, the picture churns. */
const SHOT_EXPLAINED = 0.5;
const NEIGHBOURS = 4;
/** How far what motion leaves unexplained rises above the steps around, where much of it may be noise. */
const RISE = 1.5;
/** A sudden blur or jolt loses the blocks too, but leaves the coarse picture as it was. */
const LIKENESS = 0.75;

/** Frames at which another view begins. */
export function findCuts({ steps }: Pick<ShotMeasurements, 'steps'>): number[] {
  return steps.flatMap((step, i) => {
    if (step.explained >= CUT_EXPLAINED || step.likeness > LIKENESS) return [];
    const around = steps.slice(Math.max(0, i - NEIGHBOURS), i + NEIGHBOURS + 1);
    if (median(around.map(other => other.explained)) < SHOT_EXPLAINED) return [];
    return step.residual > RISE * median(around.map(other => other.residual)) ? [i + 1] : [];
  });
}

/** Only one unbroken shot can be lifted: the first cut costs half. */
const HALF_CUTS = 1;

/** How often the picture changes to another view at once. */
export function scoreCuts(shot: ShotMeasurements): Dimension {
  const cuts = findCuts(shot);
  return {
    score: rounded(falling(cuts.length, HALF_CUTS)),
    value: cuts.length,
    unit: 'cuts',
    confidence: shot.steps.length > 0 ? 1 : 0,
    where: joinRanges(
      cuts.map(frame => ({ fromSeconds: shot.times[frame - 1], toSeconds: shot.times[frame] })),
    ),
  };
}
