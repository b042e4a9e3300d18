import { z } from 'zod';
import { EXPORT_FORMATS, exportWorld } from '../../pipeline/export/exportWorld.ts';
import type { Command } from '../command.ts';
import { choiceOption, integerOption, parseOptions, pathOption } from '../commandOptions.ts';

const optionsSchema = z.strictObject({
  json: z.literal(true).optional(),
  format: choiceOption(EXPORT_FORMATS),
  out: pathOption,
  video: pathOption.optional(),
  withoutImages: z.literal(true).optional(),
  splats: integerOption(1000, 2_000_000).optional(),
});

export const command: Command = {
  name: 'export',
  summary: 'write a world in the form that another program reads',
  arguments: '<world>',
  options: [
    { flags: '--format <format>', description: EXPORT_FORMATS.join(', ') },
    { flags: '--out <dir>', description: 'folder to write; it must not hold anything yet' },
    {
      flags: '--video <file>',
      description: 'colmap, nerfstudio: the take, where it does not lie beside the world',
    },
    {
      flags: '--without-images',
      description: 'colmap, nerfstudio: the cameras alone; needs no video',
    },
    {
      flags: '--splats <n>',
      description: 'splats, spz of a world that has none: how many Gaussians at most (200000)',
    },
  ],
  async run([world], typed, { signal, onProgress }) {
    const { format, out, video, withoutImages, splats } = parseOptions(optionsSchema, typed);
    const result = await exportWorld(world, {
      format,
      out,
      video,
      images: withoutImages !== true,
      splats,
      signal,
      onProgress,
    });
    const count = result.files.length;
    return { exit: 0, json: result, text: `${result.out}\n${count} ${count === 1 ? 'file' : 'files'}` };
  },
};
