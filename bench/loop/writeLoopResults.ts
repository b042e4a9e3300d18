import { writeFile } from 'node:fs/promises';
import { compare } from './compare.ts';
import type { ArmResult, RealSettings } from './realCell.ts';

const DOCS = new URL('../../docs/', import.meta.url);
const WIDTH = 640;
const HEIGHT = 320;
const MARGIN = { left: 56, right: 150, top: 24, bottom: 44 };
/** Told apart without colour too: each line has its own dashes and its name at its end. */
const LINES = [
  { color: '#1f2937', dash: '' },
  { color: '#b45309', dash: '2 4' },
  { color: '#0369a1', dash: '7 4' },
  { color: '#15803d', dash: '12 3 2 3' },
];

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
  await writeFile(new URL('loop.svg', DOCS), figure(results, setting));
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

function figure(results: ReadonlyMap<string, readonly ArmResult[]>, { settings, quick }: Setting): string {
  const lines = [...results].map(([arm, found]) => {
    const count = found[0]?.severities.length ?? 0;
    return {
      arm,
      values: Array.from({ length: count }, (_, i) =>
        mean(found.map(({ severities }) => severities[i] ?? 0)),
      ),
    };
  });
  const count = lines[0]?.values.length ?? 1;
  const cells = [...results.values()][0]?.length ?? 0;
  const top = Math.max(0.5, Math.ceil(2 * Math.max(...lines.flatMap(({ values }) => values))) / 2);
  const x = (index: number) =>
    MARGIN.left + (index * (WIDTH - MARGIN.left - MARGIN.right)) / Math.max(1, count - 1);
  const y = (value: number) => HEIGHT - MARGIN.bottom - (value / top) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const seconds = settings.takes * settings.seconds;
  const grid = Array.from({ length: 5 }, (_, i) => (top * i) / 4)
    .map(
      value =>
        `<line x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}" stroke="#d1d5db"/><text x="${MARGIN.left - 8}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${value.toFixed(2)}</text>`,
    )
    .join('');
  const ticks = Array.from(
    { length: count },
    (_, i) =>
      `<text x="${x(i).toFixed(1)}" y="${HEIGHT - 24}" text-anchor="middle">${i + 1} (≤ ${seconds * (i + 1)} s)</text>`,
  ).join('');
  // Names that would lie over one another are moved apart.
  const places = spread(lines.map(({ values }) => y(values.at(-1) ?? 0)));
  const drawn = lines
    .map(({ arm, values }, index) => {
      const style = LINES[index % LINES.length];
      const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
      const dash = style?.dash ? ` stroke-dasharray="${style.dash}"` : '';
      return `<polyline points="${points}" fill="none" stroke="${style?.color}" stroke-width="2.5"${dash}/><text x="${x(count - 1) + 8}" y="${((places[index] ?? 0) + 4).toFixed(1)}" fill="${style?.color}">${arm} ${values.at(-1)?.toFixed(2)}</text>`;
    })
    .join('');
  const title = `Errors, warnings at 0.6, of the best world so far; mean of ${cells} cells, ${quick ? 'quick' : 'full'} settings`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12" fill="#374151" role="img" aria-label="${title}"><rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/><text x="${MARGIN.left}" y="14">${title}</text>${grid}${ticks}<text x="${(MARGIN.left + WIDTH - MARGIN.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">iterations (seconds of video)</text>${drawn}</svg>
`;
}

const LINE_HEIGHT = 14;

function spread(places: readonly number[]): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let lowest = Number.NEGATIVE_INFINITY;
  const result = [...places];
  for (const { place, index } of order) {
    lowest = Math.max(place, lowest + LINE_HEIGHT);
    result[index] = lowest;
  }
  return result;
}
