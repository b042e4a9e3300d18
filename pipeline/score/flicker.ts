import type { FrameStep } from './frameSteps.ts';
import type { Dimension } from './scorecard.ts';
import { falling, mean, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

/**
 * How far each frame's brightness jumps away from the mean of its neighbours, with motion taken out: in each of 4×3
 * regions half the difference between the change of light towards the frame and away from it, then the root mean
 * square over the regions. A light that fades or brightens steadily, and a camera that moves, do not count.
 * @returns one per frame but the first and the last, gray levels; undefined where too little stays in view.
 */
export function measureFlicker(steps: readonly FrameStep[]): (number | undefined)[] {
  return steps.slice(1).map((after, i) => {
    const jumps = steps[i].light.flatMap((before, region) => {
      const next = after.light[region];
      return before === undefined || next === undefined ? [] : [((before - next) / 2) ** 2];
    });
    return jumps.length > 0 ? Math.sqrt(mean(jumps)) : undefined;
  });
}

const HALF_LEVELS = 3.4;
const NOTABLE_LEVELS = 2.5;

/**
 * The value is VBench's temporal flickering (Huang et al., CVPR 2024): (255 − mean |f_t − f_{t+1}|)/255, on luma, which
 * is exact on static clips and falls with any motion. The score therefore rests on the motion-compensated jumps.
 */
export function scoreFlicker(steps: readonly FrameStep[]): Dimension {
  const jumps = measureFlicker(steps);
  const measured = jumps.filter(jump => jump !== undefined);
  const strength = measured.length > 0 ? Math.sqrt(mean(measured.map(jump => jump * jump))) : 0;
  return {
    score: measured.length > 0 ? rounded(falling(strength, HALF_LEVELS)) : 0.5,
    // Not rounded to six digits like the others: the formula is held to a millionth.
    value: steps.length > 0 ? (255 - mean(steps.map(step => step.difference))) / 255 : 1,
    unit: 'VBench temporal flickering, 1 is none',
    confidence: rounded(jumps.length > 0 ? measured.length / jumps.length : 0),
    where: joinRanges(
      jumps.flatMap((jump, i) =>
        jump !== undefined && jump > NOTABLE_LEVELS
          ? [{ fromSeconds: steps[i].timeSeconds, toSeconds: steps[i + 1].timeSeconds }]
          : [],
      ),
    ),
  };
}
