import { z } from 'zod';
import { IMPORT_AXES, importWorld } from '../../pipeline/import/importWorld.ts';
import type { Command } from '../command.ts';
import { choiceOption, numberOption, parseOptions, pathOption } from '../commandOptions.ts';

const metres = z
  .string()
  .regex(/^-?\d+(?:\.\d+)?$/, 'a number of metres')
  .transform(Number)
  .refine(value => Math.abs(value) <= 10_000, 'a number from -10000 to 10000');

const optionsSchema = z.strictObject({
  json: z.literal(true).optional(),
  out: pathOption,
  axes: choiceOption(IMPORT_AXES),
  scale: numberOption(0.0001, 10_000).optional(),
  ground: metres.optional(),
});

export const command: Command = {
  name: 'import',
  summary: 'make a world of Gaussian splats and the collider that belongs to them',
  arguments: '<files...>',
  options: [
    { flags: '--out <world>', description: 'the world folder to write' },
    {
      flags: '--axes <axes>',
      description: 'own: as the formats say; opencv: y down in all of them, as Marble writes them',
      default: 'own',
    },
    { flags: '--scale <factor>', description: 'metres per unit of the files (Marble: metric_scale_factor)' },
    {
      flags: '--ground <metres>',
      description: 'height of the ground, which becomes 0 (Marble: ground_plane_offset)',
    },
  ],
  async run(files, typed, { signal, onProgress }) {
    const { out, axes, scale, ground } = parseOptions(optionsSchema, typed);
    const result = await importWorld(files, { out, axes, scale, groundMeters: ground, signal, onProgress });
    const { world, splats, triangles } = result;
    return { exit: 0, json: result, text: `${world}\n${splats} Gaussians, ${triangles} triangles` };
  },
};
