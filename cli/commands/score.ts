import { z } from 'zod';
import { score } from '../../pipeline/score/score.ts';
import { DIMENSION_NAMES } from '../../pipeline/score/scorecard.ts';
import type { Command } from '../command.ts';
import { parseOptions } from '../commandOptions.ts';

const optionsSchema = z.strictObject({ json: z.literal(true).optional() });

export const command: Command = {
  name: 'score',
  summary: 'score and rank videos: sharpness, exposure, flicker, smoothness, consistency, parallax',
  arguments: '<video...>',
  options: [],
  async run(args, typed, context) {
    parseOptions(optionsSchema, typed);
    const scores = await score(args, { signal: context.signal, onProgress: context.onProgress });
    const lines = [...scores.takes]
      .sort((a, b) => a.rank - b.rank)
      .flatMap(card => [
        `${card.rank}. ${card.video}  ${card.overall.toFixed(2)}  ${card.liftable.ok ? 'can be lifted' : 'cannot be lifted'}: ${card.liftable.reason}`,
        ...DIMENSION_NAMES.map(name => {
          const { score: points, value, unit } = card.dimensions[name];
          return `   ${name.padEnd(20)} ${points.toFixed(2)}   ${value.toPrecision(3)} ${unit}`;
        }),
        ...card.violations.map(
          violation => `   ${violation.severity}: ${violation.type}: ${violation.message}`,
        ),
      ]);
    return { exit: 0, json: scores, text: lines.join('\n') };
  },
};
