import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { lift } from '../../pipeline/lift/lift.ts';
import type { Command } from '../command.ts';

const optionsSchema = z.object({
  out: z.string({ error: '--out WORLD is needed: where the world folder goes' }).min(1, '--out needs a folder'),
  cameraHeight: z.coerce
    .number('--camera-height is metres above the floor, e.g. 1.6')
    .min(0.05, '--camera-height must be at least 0.05 m')
    .max(500, '--camera-height must be at most 500 m')
    .optional(),
  fov: z.coerce
    .number('--fov is the horizontal field of view in degrees, e.g. 70')
    .min(10, '--fov must be at least 10 degrees')
    .max(170, '--fov must be at most 170 degrees')
    .optional(),
  quality: z.enum(['draft', 'standard', 'high'], { error: '--quality is draft, standard or high' }),
  seed: z.coerce.number('--seed is a whole number').int('--seed is a whole number').min(0).optional(),
});

export const command: Command = {
  name: 'lift',
  summary: 'Reconstruct a video into a world that can be walked',
  arguments: '<video>',
  options: [
    { flags: '--out <world>', description: 'the world folder to write' },
    { flags: '--camera-height <metres>', description: 'how high the camera was held; sets the scale (assumed 1.6)' },
    { flags: '--fov <degrees>', description: 'horizontal field of view, where it is known; else it is found' },
    { flags: '--quality <quality>', description: 'draft, standard or high', default: 'standard' },
    { flags: '--seed <seed>', description: 'seed of the random choices', default: '1' },
  ],
  async run([video], options, context) {
    const parsed = optionsSchema.safeParse(options);
    if (!video) throw new DirectorError('USAGE', 'lift needs a video.');
    if (!parsed.success) throw new DirectorError('USAGE', parsed.error.issues.map(issue => issue.message).join('; '));
    const { out, cameraHeight, fov, quality, seed } = parsed.data;
    const result = await lift(video, {
      out,
      cameraHeightMeters: cameraHeight,
      fovDegrees: fov,
      quality,
      seed,
      signal: context.signal,
      onProgress: context.onProgress,
    });
    const text = [
      `${result.world}`,
      `${result.registered} of ${result.frames} frames registered, median reprojection error ${result.reprojectionErrorPixels.toFixed(2)} px, ${result.seconds.toFixed(1)} s`,
    ].join('\n');
    return { exit: 0, json: result, text };
  },
};
