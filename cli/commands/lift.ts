import { z } from 'zod';
import { liftInThread } from '../../pipeline/lift/liftInThread.ts';
import type { Command } from '../command.ts';
import {
  choiceOption,
  integerOption,
  MOST_SEED,
  numberOption,
  parseOptions,
  pathOption,
} from '../commandOptions.ts';

const optionsSchema = z.strictObject({
  json: z.literal(true).optional(),
  out: pathOption,
  cameraHeight: numberOption(0.05, 500).optional(),
  fov: numberOption(10, 170).optional(),
  shot: integerOption(1, 100_000).optional(),
  quality: choiceOption(['draft', 'standard', 'high']),
  seed: integerOption(0, MOST_SEED),
});

export const command: Command = {
  name: 'lift',
  summary: 'reconstruct a video into a world that can be walked',
  arguments: '<video>',
  options: [
    { flags: '--out <world>', description: 'the world folder to write' },
    {
      flags: '--camera-height <metres>',
      description: 'how high the camera was held; sets the scale (assumed 1.6)',
    },
    {
      flags: '--fov <degrees>',
      description: 'horizontal field of view, where it is known; else it is found',
    },
    {
      flags: '--shot <n>',
      description: 'which shot of a video that is cut, from 1 (the longest that can be lifted)',
    },
    { flags: '--quality <quality>', description: 'draft, standard or high', default: 'standard' },
    { flags: '--seed <seed>', description: 'seed of the random choices', default: '1' },
  ],
  async run([video], typed, { signal, onProgress }) {
    const { out, cameraHeight, fov, shot, quality, seed } = parseOptions(optionsSchema, typed);
    const result = await liftInThread(video, {
      out,
      cameraHeightMeters: cameraHeight,
      fovDegrees: fov,
      shot,
      quality,
      seed,
      signal,
      onProgress,
    });
    const { world, registered, frames, reprojectionErrorPixels, seconds } = result;
    const text = `${world}\n${result.shot ? `shot ${result.shot.number} of ${result.shot.of}, ` : ''}${registered} of ${frames} frames registered, median reprojection error ${reprojectionErrorPixels.toFixed(2)} px, ${seconds.toFixed(1)} s`;
    return { exit: 0, json: result, text };
  },
};
