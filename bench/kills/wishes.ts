import type { NewProduction } from '../../server/api/types.ts';

export type Wish = Required<
  Pick<
    NewProduction,
    | 'prompt'
    | 'takes'
    | 'seconds'
    | 'width'
    | 'height'
    | 'framesPerSecond'
    | 'seed'
    | 'quality'
    | 'agents'
    | 'testSeconds'
    | 'autopilot'
  >
>;

/** The smallest productions that go through every step: about ten seconds an iteration on two cores. */
const SMALLEST = {
  prompt: 'A hallway, the camera walks slowly forward at eye level',
  takes: 1,
  seconds: 1,
  width: 192,
  height: 128,
  framesPerSecond: 12,
  quality: 'draft',
  agents: 4,
  testSeconds: 5,
} as const;

/** Two iterations, each with a lift, findings and a revision. */
export const WISHES: readonly Wish[] = [3, 4, 5].map(seed => ({ ...SMALLEST, seed, autopilot: 2 }));
