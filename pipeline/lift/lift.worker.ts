import { serveThread } from '../../engine/thread/serveThread.ts';
import { probeVideo } from '../video/probeVideo.ts';
import type { LiftOptions } from './lift.ts';

export interface LiftJob {
  videoPath: string;
  options: Omit<LiftOptions, 'signal' | 'onProgress' | 'info'>;
}

await serveThread(async ({ videoPath, options }: LiftJob, long) => {
  // The container is read on another thread while this one loads the code of the lift.
  const [info, { lift }] = await Promise.all([probeVideo(videoPath), import('./lift.ts')]);
  return lift(videoPath, { ...options, ...long, info });
});
