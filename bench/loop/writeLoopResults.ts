import { writeFile } from 'node:fs/promises';
import { compare } from './compare.ts';
import { loopFigure } from './loopFigure.ts';
import type { ArmResult, RealSettings } from './realCell.ts';

const DOCS = new URL('../../docs/', import.meta.url);
export interface Setting {
  quick: boolean;
  settings: RealSettings;
  /** Seed of the first failure model. */
  model: number;
  planned: number;
}

/** Writes docs/loop-results.md and docs/loop.svg from what was measured. */
export async function writeLoopResults(
  results: ReadonlyMap<string, readonly ArmResult[]>,
  setting: Setting,
): Promise<void> {
  await writeFile(new URL('loop-results.md', DOCS), table(results, setting));
  const cells = [...results.values()][0]?.length ?? 0;
  const figure = loopFigure(
    new Map([...results].map(([arm, found]) => [arm, found.map(({ severities }) => severities)])),
    setting.settings.takes * setting.settings.seconds,
    `Errors, warnings at 0.6, of the best world so far: mean of ${cells} cells, ${setting.quick ? 'quick' : 'full'} settings`,
  );
  await writeFile(new URL('loop.svg', DOCS), figure);
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
const percent = (value: number) => `${Math.round(100 * value)} %`;

function table(results: ReadonlyMap<string, readonly ArmResult[]>, setting: Setting): string {
  const { quick, settings, model } = setting;
  const against = results.get('best-of-n') ?? [];
  const { takes, seconds, width, height, framesPerSecond } = settings;
  const measures: { title: string; of: (result: ArmResult) => number; digits: number }[] = [
    { title: 'found in the best world', of: ({ severities }) => severities.at(-1) ?? 0, digits: 2 },
    { title: 'the same per 1,000 m²', of: ({ perArea }) => perArea, digits: 1 },
    { title: "planted in the best world's take", of: ({ planted }) => planted, digits: 2 },
    {
      title: 'planted in a take of the last prompt',
      of: ({ plantedPerTake }) => plantedPerTake.at(-1) ?? 0,
      digits: 2,
    },
  ];
  const rows = [...results].flatMap(([arm, found]) =>
    measures.map(({ title, of, digits }) => {
      const versus = arm === 'best-of-n' ? undefined : compare(found.map(of), against.map(of), 1);
      const rate = versus
        ? `${percent(versus.winRate)} (${percent(versus.winRateLow)}–${percent(versus.winRateHigh)})`
        : '–';
      return [
        arm,
        title,
        mean(found.map(of)).toFixed(digits),
        rate,
        versus ? String(versus.ties) : '–',
        versus ? percent(versus.medianReduction) : '–',
      ].join(' | ');
    }),
  );
  const costs = [...results].map(
    ([arm, found]) =>
      `${arm} ${mean(found.map(({ generatedSeconds }) => generatedSeconds)).toFixed(1)} s and ${percent(mean(found.map(({ lostIntent }) => lostIntent)))} of the intent`,
  );
  return `<!-- Written by \`sora-director bench loop write\`; do not edit. -->
N = ${against.length} cells of 360 (a prompt, a seed, a failure model), failure models ${model} to ${model + 3}, ${quick ? 'the quick settings' : 'the full settings'}: ${takes} takes of ${seconds} s an iteration, ${width}x${height}, ${framesPerSecond} frames a second, draft lifts. Errors count 1, warnings 0.6. Win rates are against best-of-n, a tie is half, with their 95 % interval by bootstrap over the cells; the median reduction is over the cells in which either has anything.

| arm | measure | mean | win rate (95 %) | ties | median reduction |
|---|---|---|---|---|---|
${rows.map(row => `| ${row} |`).join('\n')}

Video made, and intent lost, in a production: ${costs.join('; ')}.

![Errors and weighted warnings of the best world after each iteration](loop.svg)
`;
}
