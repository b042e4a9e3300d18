import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Share lost per tenth of a second. */
const HALF_LOST = 0.4;
const NOTABLE_LOST = 0.4;
/** What pops is lost at once and in one piece, which counts more than as many corners here and there. */
const POP_WEIGHT = 4;

/**
 * Whether things that are in view stay: the share of the followed points that are lost from one followed frame to the
 * next although they ought to be inside the picture, plus what pops, as a share of the picture per second.
 */
export function scoreObjectPermanence({ geometry, pops, times }: ShotMeasurements): Dimension {
  const { follows } = geometry;
  const seconds = Math.max(0.1, (times.at(-1) ?? 0) - (times[0] ?? 0));
  const popped = (POP_WEIGHT * pops.reduce((sum, pop) => sum + pop.area, 0)) / seconds;
  const lost = follows.length > 0 ? 1 - mean(follows.map(step => step.permanence)) : 0;
  const value = Math.min(1, lost + popped);
  return {
    score: follows.length > 0 ? rounded(falling(value, HALF_LOST, 1.1)) : 0.5,
    value: rounded(value),
    unit: 'share of points lost in view per step of a tenth of a second, and area popped per second',
    confidence: follows.length > 0 ? 1 : 0,
    where: joinRanges([
      ...follows.filter(step => step.permanence < 1 - NOTABLE_LOST),
      ...pops.map(pop => ({
        fromSeconds: times[Math.max(0, pop.frame - 1)],
        toSeconds: pop.timeSeconds,
      })),
    ]),
  };
}
