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
  const rows = [...results].map(([arm, found]) => {
    const versus = (of: (result: ArmResult) => number) =>
      arm === 'best-of-n' || against.length === 0 ? undefined : compare(found.map(of), against.map(of), 1);
    const [area, truth] = [versus(({ perArea }) => perArea), versus(({ planted }) => planted)];
    const rate = (of: typeof area) =>
      of ? `${percent(of.winRate)} (${percent(of.winRateLow)}–${percent(of.winRateHigh)})` : '–';
    return [
      arm,
      mean(found.map(({ severities }) => severities.at(-1) ?? 0)).toFixed(2),
      Math.round(mean(found.map(({ perArea }) => perArea))),
      rate(area),
      area ? String(area.ties) : '–',
      area ? percent(area.medianReduction) : '–',
      mean(found.map(({ planted }) => planted)).toFixed(2),
      rate(truth),
      percent(mean(found.map(({ lostIntent }) => lostIntent))),
      `${mean(found.map(({ generatedSeconds }) => generatedSeconds)).toFixed(1)} s`,
    ].join(' | ');
  });
  const { takes, seconds, width, height, framesPerSecond } = settings;
  return `<!-- Written by \`sora-director bench loop write\`; do not edit. -->
N = ${against.length} cells of 360 (a prompt, a seed, a failure model), failure models ${model} to ${model + 3}, ${quick ? 'the quick settings' : 'the full settings'}: ${takes} takes of ${seconds} s an iteration, ${width}x${height}, ${framesPerSecond} frames a second, draft lifts.

| arm | best world | per 1,000 m² | win rate (95 %) | ties | median reduction | planted in it | win rate by what is planted (95 %) | intent lost | generated |
|---|---|---|---|---|---|---|---|---|---|
${rows.map(row => `| ${row} |`).join('\n')}

![Errors and weighted warnings of the best world after each iteration](loop.svg)
`;
}
