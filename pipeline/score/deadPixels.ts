import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/** A hole of a tenth of the width and height. */
const HALF_SHARE = 0.04;
/** A whole black frame is not a hole; under this share it may be shadow. */
const NOTABLE_SHARE = 0.02;

/** Black pixels (holes, bars, black frames) and pixels that keep their level while the scene moves around them. */
export function scoreDeadPixels({ looks, still }: ShotMeasurements): Dimension {
  const black = mean(looks.map(look => look.blackShare));
  const value = looks.length > 0 ? Math.min(1, black + still.frozenShare) : 0;
  return {
    score: rounded(falling(value, HALF_SHARE, 1.3)),
    value: rounded(value),
    unit: 'share of pixels black or frozen',
    confidence: looks.length > 0 ? 1 : 0,
    where: joinRanges(looks.filter(look => look.blackShare > NOTABLE_SHARE)),
  };
}
