import type { LongOptions } from '../../engine/progress.ts';
import type { TestRun } from '../../sim/types.ts';

/** A world made of a take, as the loop needs to know it. */
export interface LiftedWorld {
  world: string;
  registered: number;
  frames: number;
  reprojectionErrorPixels: number;
}

/** The two steps of the loop that work for minutes. They are handed in, so that the loop itself can be tested in seconds. */
export interface DirectSteps {
  /** @throws a LIFT_… error where the take cannot be lifted, with nothing left at `out`. */
  lift(
    video: string,
    options: LongOptions & { out: string; quality: LiftQuality; prompt: string; take: string },
  ): Promise<LiftedWorld>;
  test(
    world: string,
    options: LongOptions & { seed: number; agents: number; simulatedSeconds: number },
  ): Promise<TestRun>;
}

export const LIFT_QUALITIES = ['draft', 'standard', 'high'] as const;
export type LiftQuality = (typeof LIFT_QUALITIES)[number];
