import type { ProductionOptions } from '../api/types.ts';
import type { StepKind } from '../db/schema.ts';

/**
 * The size of a step's work in a unit of its kind, so that what earlier jobs took tells what this one will take:
 * pixels for what makes or reads video, agents × simulated seconds for a test.
 */
export function workOf(kind: StepKind, options: ProductionOptions): number {
  const { takes, seconds, width, height, framesPerSecond, agents, testSeconds } = options;
  const megapixelsPerTake = (seconds * framesPerSecond * width * height) / 1e6;
  switch (kind) {
    case 'generate':
    case 'score':
      return takes * megapixelsPerTake;
    case 'lift':
      return megapixelsPerTake;
    case 'test':
      return agents * testSeconds;
    case 'revise':
      return 1;
  }
}
