import { findRepeats } from './freezes.ts';
import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, median, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** Share of the picture under fixed edges: a line of text across it. */
const HALF_SHARE = 0.038;
const POWER = 0.75;
/** Median motion a second, px at a 640 px long side, at which a scene's own edges leave their place. */
const MOVING_PIXELS_PER_SECOND = 10;
/** What noise makes of a still picture. */
const TREMBLE_PIXELS_PER_SECOND = 5;
/** In a still shot the scene's own edges keep their place too, and say little. */
const LEAST_WEIGHT = 0.03;

/** Text, logos and displays that are burnt in: strong edges that keep their place while the scene moves. */
export function scoreOverlays(shot: ShotMeasurements): Dimension {
  const { still, steps, framesPerSecond, times } = shot;
  // A video that freezes for half of its time moves all the same.
  const repeats = findRepeats(shot);
  const lively = steps.filter((_, i) => !repeats[i]).map(step => step.medianMotion);
  const motion = lively.length > 0 ? median(lively) * framesPerSecond : 0;
  const moving = Math.min(1, Math.max(0, motion - TREMBLE_PIXELS_PER_SECOND) / MOVING_PIXELS_PER_SECOND);
  const value = still.fixedEdgeShare;
  const score = falling(value * Math.max(LEAST_WEIGHT, moving), HALF_SHARE, POWER);
  return {
    score: rounded(score),
    value: rounded(value),
    unit: 'share of the picture under edges that keep their place',
    confidence: rounded(moving),
    where: score < 0.5 ? joinRanges([{ fromSeconds: times[0] ?? 0, toSeconds: times.at(-1) ?? 0 }]) : [],
  };
}
