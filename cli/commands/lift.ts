import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
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
import { keepCompiledCode } from '../keepCompiledCode.ts';

const CODE_FOLDER = fileURLToPath(new URL('../../build/code', import.meta.url));
const FRAME_NAMES = 'FIRST or FIRST:STEP, such as 1 or 0:10';
const frameNamesOption = z
  .string()
  .regex(/^\d{1,9}(?::[1-9]\d{0,4})?$/, FRAME_NAMES)
  .transform(text => {
    const [first, step = 1] = text.split(':').map(Number);
    return { first, step };
  });

const optionsSchema = z.strictObject({
  json: z.literal(true).optional(),
  out: pathOption,
  cameraHeight: numberOption(0.05, 500).optional(),
  fov: numberOption(10, 170).optional(),
  shot: integerOption(1, 100_000).optional(),
  quality: choiceOption(['draft', 'standard', 'high']),
  seed: integerOption(0, MOST_SEED),
  cameras: pathOption.optional(),
  frameNames: frameNamesOption.optional(),
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
    {
      flags: '--cameras <folder>',
      description: 'a COLMAP model of the video, text or binary, in place of our own cameras',
    },
    {
      flags: '--frame-names <first[:step]>',
      description:
        'with --cameras: number of the picture that shows frame 0, and frames from one to the next',
    },
    { flags: '--quality <quality>', description: 'draft, standard or high', default: 'standard' },
    { flags: '--seed <seed>', description: 'seed of the random choices', default: '1' },
  ],
  async run([video], typed, { signal, onProgress }) {
    const { out, cameraHeight, fov, shot, quality, seed, cameras, frameNames } = parseOptions(
      optionsSchema,
      typed,
    );
    if (frameNames && cameras === undefined)
      throw new DirectorError('USAGE', '--frame-names belongs to --cameras.', {
        suggestion: 'Add --cameras FOLDER, or leave it out.',
      });
    if (fov !== undefined && cameras !== undefined)
      throw new DirectorError('USAGE', '--fov and --cameras contradict each other.', {
        suggestion: 'Leave --fov out: the cameras have their own.',
      });
    keepCompiledCode(CODE_FOLDER);
    const result = await liftInThread(video, {
      out,
      cameraHeightMeters: cameraHeight,
      fovDegrees: fov,
      shot,
      quality,
      seed,
      ...(cameras === undefined ? {} : { cameras: { folder: cameras, numbering: frameNames } }),
      signal,
      onProgress,
    });
    const { world, registered, frames, reprojectionErrorPixels, seconds } = result;
    const text = `${world}\n${result.shot ? `shot ${result.shot.number} of ${result.shot.of}, ` : ''}${registered} of ${frames} frames registered, median reprojection error ${reprojectionErrorPixels.toFixed(2)} px, ${seconds.toFixed(1)} s`;
    return { exit: 0, json: result, text };
  },
};
