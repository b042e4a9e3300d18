import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { score } from '../../pipeline/score/score.ts';
import { DIMENSION_NAMES } from '../../pipeline/score/scorecard.ts';
import { DEFAULT_VISION_MODEL } from '../../pipeline/score/visionModel.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../commandOptions.ts';

const optionsSchema = z.strictObject({
  json: z.literal(true).optional(),
  prompt: z.string().min(1).optional(),
  visionModel: z.string().min(1).optional(),
});

export const command: Command = {
  name: 'score',
  summary: 'score and rank videos: picture, time, space, depth, sound, and whether they can be lifted',
  arguments: '<video...>',
  options: [
    {
      flags: '--prompt <text>',
      description:
        'what the videos were made from: tells what may move in them; with OPENAI_API_KEY a vision model is asked about it',
    },
    { flags: '--vision-model <name>', description: `the vision model (default: ${DEFAULT_VISION_MODEL})` },
  ],
  async run(args, typed, context) {
    const { prompt, visionModel } = parseOptions(optionsSchema, typed);
    const apiKey = process.env['OPENAI_API_KEY'];
    if (visionModel !== undefined && !apiKey)
      throw new DirectorError('PROVIDER_KEY_MISSING', 'A vision model needs OPENAI_API_KEY.', {
        suggestion:
          'Set OPENAI_API_KEY (and OPENAI_BASE_URL for another server), or score without --vision-model.',
      });
    const scores = await score(args, {
      signal: context.signal,
      onProgress: context.onProgress,
      prompt,
      ...(prompt !== undefined &&
        apiKey && { vision: { apiKey, baseUrl: process.env['OPENAI_BASE_URL'], model: visionModel } }),
    });
    const lines = [...scores.takes]
      .sort((a, b) => a.rank - b.rank)
      .flatMap(card => [
        `${card.rank}. ${card.video}  ${card.overall.toFixed(2)}  ${card.liftable.ok ? 'can be lifted' : 'cannot be lifted'}: ${card.liftable.reason}`,
        ...card.reasons.map(reason => `   ${reason}`),
        ...DIMENSION_NAMES.flatMap(name => {
          const dimension = card.dimensions[name];
          if (!dimension) return [];
          const { score: points, value, unit, where } = dimension;
          const at = (where ?? []).map(
            ({ fromSeconds, toSeconds }) => `${fromSeconds.toFixed(2)}–${toSeconds.toFixed(2)}`,
          );
          return [
            `   ${name.padEnd(22)} ${points.toFixed(2)}   ${value.toPrecision(3)} ${unit}${at.length > 0 ? `, at ${at.join(', ')} s` : ''}`,
          ];
        }),
        ...(card.semantic?.questions ?? []).map(
          ({ question, answer, evidence }) => `   ${answer}: ${question} ${evidence}`,
        ),
        ...card.violations.map(
          violation => `   ${violation.severity}: ${violation.type}: ${violation.message}`,
        ),
      ]);
    if (prompt !== undefined && !apiKey)
      lines.push(
        'Whether the videos show what the prompt asks for was not judged: that needs OPENAI_API_KEY.',
      );
    return { exit: 0, json: scores, text: lines.join('\n') };
  },
};
