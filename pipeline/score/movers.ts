import type { Dimension } from './scorecard.ts';
import { believed, falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';
import type { ViewPair } from './viewPairs.ts';

const HALF_SHARE = 0.4;

/** Share of the picture that moves by itself: cells of an 8×5 grid in which most points stray over 2 px from the epipolar geometry. */
export function scoreMovers(pairs: readonly ViewPair[]): Dimension {
  const value = pairs.length > 0 ? mean(pairs.map(pair => pair.moverShare)) : 0;
  return {
    score: rounded(believed(falling(value, HALF_SHARE, 1.5), pairs.length)),
    value: rounded(value),
    unit: 'share of the picture that moves by itself',
    confidence: rounded(Math.min(1, pairs.length / 4)),
    where: joinRanges(pairs.filter(pair => pair.moverShare > HALF_SHARE)),
  };
}
