import type { DirectSteps } from './steps.ts';

/** The loop's steps as the product runs them, each loaded when it is first needed. */
export const productionSteps: DirectSteps = {
  async lift(video, options) {
    const { lift } = await import('../lift/lift.ts');
    const { world, registered, frames, reprojectionErrorPixels } = await lift(video, options);
    return { world, registered, frames, reprojectionErrorPixels };
  },
  async test(world, options) {
    const { loadWorld } = await import('../../engine/world/loadWorld.ts');
    const { runTest } = await import('../../sim/run.ts');
    return runTest(await loadWorld(world), options);
  },
};
