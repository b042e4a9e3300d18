import type { DirectSteps } from './steps.ts';

/** The loop's steps as the product runs them, each loaded when it is first needed. */
export const productionSteps: DirectSteps = {
  async lift(video, options) {
    const { liftInThread } = await import('../lift/liftInThread.ts');
    const { world, registered, frames, reprojectionErrorPixels } = await liftInThread(video, options);
    return { world, registered, frames, reprojectionErrorPixels };
  },
  async test(world, options) {
    const { testInThread } = await import('../../sim/batch.ts');
    return testInThread(world, options);
  },
};
