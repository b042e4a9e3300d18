import { serveThread } from '../../engine/thread/serveThread.ts';
import { type LiftOptions, lift } from './lift.ts';

export interface LiftJob {
  videoPath: string;
  options: Omit<LiftOptions, 'signal' | 'onProgress'>;
}

await serveThread(({ videoPath, options }: LiftJob, long) => lift(videoPath, { ...options, ...long }));
