import { stepDifference, stepPixels } from './cameraMotion.ts';
import { LONG_SIDE, type ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

const HALF_PIXELS = 3;

/** Root mean square of how far the picture jumps from the middle of its places a frame before and after, the picture taken as a whole. */
export function scoreCameraShake({ steps, aspect }: ShotMeasurements): Dimension {
  const jumps = steps.slice(1).map((after, i) => {
    const [a, b] = [steps[i].camera, after.camera];
    return a && b
      ? stepPixels(stepDifference(a, b), LONG_SIDE * aspect.width, LONG_SIDE * aspect.height) / 2
      : undefined;
  });
  const measured = jumps.filter(jump => jump !== undefined);
  const value = measured.length > 0 ? Math.sqrt(mean(measured.map(jump => jump * jump))) : 0;
  return {
    score: measured.length > 0 ? rounded(falling(value, HALF_PIXELS)) : 0.5,
    value: rounded(value),
    unit: 'jump from the path between neighbours, px at a 640 px long side',
    confidence: rounded(jumps.length > 0 ? measured.length / jumps.length : 0),
    where: joinRanges(
      jumps.flatMap((jump, i) =>
        jump !== undefined && jump > HALF_PIXELS
          ? [{ fromSeconds: steps[i].timeSeconds, toSeconds: steps[i + 1].timeSeconds }]
          : [],
      ),
    ),
  };
}
