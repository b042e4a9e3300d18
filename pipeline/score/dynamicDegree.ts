import { LONG_SIDE, type ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { mean, rising, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** VBench looks at eight frames a second. */
const PAIRS_PER_SECOND = 8;
/** And takes a pair for dynamic where the fastest twentieth moves by more than 6 px at a short side of 256. */
const DYNAMIC_SHARE = 6 / 256;

/**
 * VBench's dynamic degree (Huang et al., CVPR 2024): the share of pairs of frames an eighth of a second apart whose
 * fastest 5 % of motion exceeds 6·min(H, W)/256, here by block motion, added up over the steps between, in place of RAFT.
 */
export function scoreDynamicDegree({ steps, aspect, framesPerSecond, times }: ShotMeasurements): Dimension {
  const reach = Math.max(1, Math.round(framesPerSecond / PAIRS_PER_SECOND));
  const limit = DYNAMIC_SHARE * LONG_SIDE * Math.min(aspect.width, aspect.height);
  const pairs: { motion: number; fromSeconds: number; toSeconds: number }[] = [];
  for (let i = 0; i + reach <= steps.length; i += reach)
    pairs.push({
      motion: steps.slice(i, i + reach).reduce((sum, step) => sum + step.topMotion, 0),
      fromSeconds: times[i],
      toSeconds: times[i + reach],
    });
  return {
    score: pairs.length > 0 ? rounded(mean(pairs.map(pair => rising(pair.motion, limit / 2)))) : 0.5,
    value: pairs.length > 0 ? rounded(mean(pairs.map(pair => (pair.motion > limit ? 1 : 0)))) : 0,
    unit: "share of pairs that move, VBench's dynamic degree",
    confidence: pairs.length > 0 ? 1 : 0,
    where: joinRanges(pairs.filter(pair => pair.motion <= limit / 4)),
  };
}
