import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { createRandom } from '../engine/random.ts';
import { type Bench, type BenchFigure, parseArguments } from './bench.ts';
import { ARMS } from './loop/arms.ts';
import { compare } from './loop/compare.ts';
import { PROMPTS } from './loop/prompts.ts';
import { type ArmResult, type Cell, ITERATIONS, type RealSettings, runArm } from './loop/realCell.ts';
import { writeLoopResults } from './loop/writeLoopResults.ts';

const MODELS = 4;
const SEEDS = 3;

/** What the product uses where nobody says otherwise, and a smaller picture for machines with an hour to spare. */
const FULL: RealSettings = {
  takes: 3,
  seconds: 4,
  width: 640,
  height: 360,
  framesPerSecond: 24,
  agents: 16,
  testSeconds: 120,
};
const QUICK: RealSettings = {
  takes: 2,
  seconds: 3,
  width: 480,
  height: 270,
  framesPerSecond: 12,
  agents: 8,
  testSeconds: 60,
};

const USAGE =
  '[quick] [write] [cells=N] [arms=best-of-n,random,rules,rules-memory] [model=FIRST] [minutes=M] [folder=DIR]';
const argumentsSchema = z.strictObject({
  quick: z.boolean().default(false),
  write: z.boolean().default(false),
  cells: z.coerce
    .number()
    .int()
    .min(1)
    .default(MODELS * SEEDS * PROMPTS.length),
  arms: z
    .string()
    .transform(text => text.split(','))
    .pipe(z.array(z.enum(Object.keys(ARMS) as [string, ...string[]])).min(2))
    .default(Object.keys(ARMS)),
  model: z.coerce.number().int().default(11),
  minutes: z.coerce.number().positive().default(Number.POSITIVE_INFINITY),
  folder: z.string().optional(),
});

/** Revision against more takes of the same prompt, on real takes, scores, lifts and tests. */
export const bench: Bench = {
  summary: `The loop on real takes: revision against best-of-N at equal generated seconds, thirty prompts × three seeds × four failure models. Goes on where it was stopped. ${USAGE}`,
  async run(args, note, signal) {
    // A word alone is a switch.
    const named = Object.fromEntries(
      args.map(arg => {
        const [name = '', value] = arg.split(/=(.*)/);
        return [name, value ?? true];
      }),
    );
    const { quick, write, cells, arms, model, minutes, folder } = parseArguments(
      argumentsSchema,
      named,
      USAGE,
    );
    const settings = quick ? QUICK : FULL;
    const work = resolve(folder ?? join(tmpdir(), `sora-loop-${quick ? 'quick' : 'full'}`));
    const until = performance.now() + minutes * 60_000;
    const done: { cell: Cell; results: ArmResult[] }[] = [];
    const planned = planCells(model).slice(0, cells);
    note(`${planned.length} cells of ${MODELS * SEEDS * PROMPTS.length}, kept in ${work}`);
    for (const cell of planned) {
      const results: ArmResult[] = [];
      try {
        for (const arm of arms) {
          if (performance.now() > until) break;
          results.push(await runArm(cell, arm, settings, work, signal));
          note(
            `${describe(cell)}, ${arm}: ${results
              .at(-1)
              ?.severities.map(each => each.toFixed(1))
              .join(' → ')}`,
          );
        }
      } catch (thrown) {
        // Ctrl-C: the figures are those of what is finished.
        if (!signal.aborted) throw thrown;
      }
      if (results.length < arms.length) break;
      done.push({ cell, results });
    }
    if (done.length === 0) return [{ name: 'cells finished', value: 0, unit: 'nothing to compare' }];
    const all = new Map(
      arms.map((arm, index) => [arm, done.flatMap(({ results }) => results[index] ?? [])] as const),
    );
    if (write) await writeLoopResults(all, { quick, settings, model, planned: planned.length });
    return [
      { name: 'cells', value: done.length, unit: `of ${MODELS * SEEDS * PROMPTS.length}` },
      ...arms.flatMap(arm => figuresOf(arm, all.get(arm) ?? [], all.get('best-of-n'))),
    ];
  },
};

/**
 * All cells in an order whose every beginning is spread over the models, prompts and seeds, so that a part of the
 * whole says something about the whole.
 */
function planCells(firstModel: number): Cell[] {
  const perModel = Array.from({ length: MODELS }, (_, index) => {
    const model = firstModel + index;
    const random = createRandom(`cells/${model}`);
    const cells = Array.from({ length: SEEDS }, (_seed, seed) =>
      PROMPTS.map(prompt => ({ model, prompt, seed: seed + 1, place: random.next() })),
    ).flat();
    return cells.sort((a, b) => a.place - b.place);
  });
  return PROMPTS.flatMap((_, i) => Array.from({ length: SEEDS }, (_s, s) => i * SEEDS + s)).flatMap(index =>
    perModel.flatMap(cells => {
      const cell = cells[index];
      return cell ? [{ model: cell.model, prompt: cell.prompt, seed: cell.seed }] : [];
    }),
  );
}

function describe({ model, prompt, seed }: Cell): string {
  return `model ${model}, "${prompt}", seed ${seed}`;
}

/** The last prompt's takes, whether what is planted in them was found or not. */
function perTake(arm: string, results: readonly ArmResult[], against: readonly ArmResult[]): BenchFigure[] {
  const of = (found: readonly ArmResult[]) => found.map(({ plantedPerTake }) => plantedPerTake.at(-1) ?? 0);
  const { meanFirst, winRate, winRateLow, medianReduction } = compare(of(results), of(against), 1);
  return [
    { name: `${arm}: planted in a take of the last prompt`, value: meanFirst, unit: 'the same weights' },
    { name: `${arm}: its win rate`, value: 100 * winRate, unit: '%' },
    { name: `${arm}: lower end of 95 %`, value: 100 * winRateLow, unit: '%' },
    { name: `${arm}: its median reduction`, value: 100 * medianReduction, unit: '%' },
  ];
}

const last = ({ severities }: ArmResult) => severities.at(-1) ?? 0;
const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

function figuresOf(
  arm: string,
  results: readonly ArmResult[],
  against: readonly ArmResult[] | undefined,
): BenchFigure[] {
  const figures: BenchFigure[] = [
    {
      name: `${arm}: best world after ${ITERATIONS}`,
      value: mean(results.map(last)),
      unit: 'errors, warnings at 0.6',
    },
    {
      name: `${arm}: planted in it`,
      value: mean(results.map(({ planted }) => planted)),
      unit: 'the same weights',
    },
    { name: `${arm}: intent lost`, value: 100 * mean(results.map(each => each.lostIntent)), unit: '%' },
    {
      name: `${arm}: generated`,
      value: mean(results.map(each => each.generatedSeconds)),
      unit: 's a production',
    },
  ];
  if (!against || arm === 'best-of-n') return figures;
  const held = arm.startsWith('rules');
  const found = compare(
    results.map(({ perArea }) => perArea),
    against.map(({ perArea }) => perArea),
    1,
  );
  const truth = compare(
    results.map(({ planted }) => planted),
    against.map(({ planted }) => planted),
    1,
  );
  const lost = 100 * mean(results.map(each => each.lostIntent));
  const target = (value: number, words: string, met: boolean) => ({
    value,
    ...(held && { target: words, met }),
  });
  return [
    ...figures.slice(0, 2),
    { name: `${arm}: intent lost`, unit: '%', ...target(lost, '≤ 2', lost <= 2) },
    ...figures.slice(3),
    {
      name: `${arm}: win rate, per 1,000 m²`,
      unit: `% of ${found.pairs} pairs, ${found.ties} ties at half`,
      ...target(100 * found.winRate, '≥ 60', found.winRate >= 0.6),
    },
    {
      name: `${arm}: win rate, lower end of 95 %`,
      unit: '%',
      ...target(100 * found.winRateLow, '> 50', found.winRateLow > 0.5),
    },
    {
      name: `${arm}: median reduction`,
      unit: '%',
      ...target(100 * found.medianReduction, '≥ 50', found.medianReduction >= 0.5),
    },
    ...perTake(arm, results, against),
    { name: `${arm}: win rate by what is planted`, value: 100 * truth.winRate, unit: '%' },
    { name: `${arm}: its lower end of 95 %`, value: 100 * truth.winRateLow, unit: '%' },
  ];
}
