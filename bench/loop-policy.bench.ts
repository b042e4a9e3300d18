import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { experienceOf } from '../pipeline/direct/experienceOf.ts';
import { findIncumbent } from '../pipeline/direct/findIncumbent.ts';
import { addExperience, type Experience } from '../pipeline/revise/experience.ts';
import { parsePlan } from '../pipeline/revise/plan.ts';
import { revise } from '../pipeline/revise/revise.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { reviseAtRandom } from './loop/arms.ts';
import { compare } from './loop/compare.ts';
import { drawnLoop, knownNow, type Policy } from './loop/drawnLoop.ts';
import { drawFailureModel } from './loop/failureModels.ts';
import { loopFigure } from './loop/loopFigure.ts';
import { PROMPTS } from './loop/prompts.ts';
import { lostIntent } from './loop/sceneIntent.ts';

const ITERATIONS = 3;
const TAKES = 3;
/** Of a take. */
const SECONDS = 4;
const SEEDS = [1, 2, 3];

const POLICIES: Record<string, { policy: Policy; memory: boolean }> = {
  'the same prompt': { policy: ({ prompt }) => prompt, memory: false },
  'random edits': {
    policy: (production, evidence) =>
      reviseAtRandom(incumbentPrompt(production), evidence, { experience: knownNow(production) }).revised,
    memory: false,
  },
  'rules that learn nothing': {
    policy: ({ iterations, prompt }, evidence) =>
      revise(iterations.at(-1)?.prompt ?? '', evidence, { intent: parsePlan(prompt).intent }).revised,
    memory: false,
  },
  'rules that learn within a production': { policy: learning, memory: false },
  'rules with memory': { policy: learning, memory: true },
};

function learning(production: Parameters<Policy>[0], evidence: Parameters<Policy>[1]): string {
  const { revised, prompt } = revise(incumbentPrompt(production), evidence, {
    experience: knownNow(production),
    intent: parsePlan(production.prompt).intent,
  });
  return revised || prompt;
}

function incumbentPrompt(production: Parameters<Policy>[0]): string {
  return findIncumbent(production, production.iterations.length).prompt;
}

interface Found {
  /** Of each production, after each iteration. */
  severities: number[][];
  lostIntent: number;
  faultsPerTake: number;
}

/** What policies of revision do on drawn faults, against more takes of the same prompt at the same cost. */
export const bench: Bench = {
  summary:
    'Policies of revision on drawn faults against best-of-N at equal takes: thirty prompts, three seeds, four failure models. [FIRST MODEL] [provoked] [write]',
  async run(args, note) {
    const provoked = args.includes('provoked');
    const number = args.find(arg => /^\d+$/.test(arg)) ?? 1;
    const first = z.coerce.number().int().parse(number);
    const models = Array.from({ length: 4 }, (_, index) => drawFailureModel(first + index, provoked));
    const found = new Map<string, Found>();
    for (const [name, way] of Object.entries(POLICIES)) {
      found.set(name, runPolicy(models, way));
      note(`${name}: ${mean(lastOf(found.get(name))).toFixed(3)}`);
    }
    const bestOf = lastOf(found.get('the same prompt'));
    const compared = [...found].map(([name, { lostIntent: lost, faultsPerTake }]) => ({
      name,
      lost: 100 * lost,
      faultsPerTake,
      ...compare(lastOf(found.get(name)), bestOf, first),
    }));
    if (args.includes('write')) await writeDrawn({ first, provoked }, found, compared);
    return compared.flatMap((each): BenchFigure[] => [
      {
        name: `${each.name}: severity of the best world`,
        value: each.meanFirst,
        unit: 'errors, warnings at 0.6',
      },
      { name: `${each.name}: win rate`, value: 100 * each.winRate, unit: '% of pairs, a tie is half' },
      { name: `${each.name}: win rate, lower end of 95 %`, value: 100 * each.winRateLow, unit: '%' },
      { name: `${each.name}: reduction`, value: 100 * each.reduction, unit: '% of the mean' },
      { name: `${each.name}: median reduction`, value: 100 * each.medianReduction, unit: '%' },
      { name: `${each.name}: intent lost`, value: each.lost, unit: '%' },
      {
        name: `${each.name}: fresh takes of the final prompt`,
        value: each.faultsPerTake,
        unit: 'errors, warnings at 0.6, a take',
      },
      { name: `${each.name}: ties`, value: each.ties, unit: `of ${each.pairs}` },
    ]);
  },
};

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
const lastOf = (found: Found | undefined) => (found?.severities ?? []).map(each => each.at(-1) ?? 0);

function runPolicy(
  models: readonly ReturnType<typeof drawFailureModel>[],
  { policy, memory }: { policy: Policy; memory: boolean },
): Found {
  const severities: number[][] = [];
  let lost = 0;
  let faults = 0;
  for (const model of models) {
    let experience: Experience = {};
    for (const seed of SEEDS)
      for (const prompt of PROMPTS) {
        const options = { iterations: ITERATIONS, takes: TAKES, seed, experience };
        const result = drawnLoop(model, prompt, options, policy);
        if (memory) experience = addExperience(experience, experienceOf(result.production));
        severities.push(result.severities);
        lost += lostIntent(prompt, result.prompt);
        faults += result.faultsPerTake;
      }
  }
  const count = severities.length;
  return { severities, lostIntent: lost / count, faultsPerTake: faults / count };
}

const DOCS = new URL('../docs/', import.meta.url);

/** docs/loop-drawn.md or loop-provoked.md, and its figure. */
async function writeDrawn(
  { first, provoked }: { first: number; provoked: boolean },
  found: ReadonlyMap<string, Found>,
  compared: readonly (ReturnType<typeof compare> & { name: string; lost: number; faultsPerTake: number })[],
): Promise<void> {
  const name = provoked ? 'loop-provoked' : 'loop-drawn';
  const percent = (value: number) => `${Math.round(100 * value)} %`;
  const rows = compared.map(each =>
    [
      each.name,
      each.meanFirst.toFixed(2),
      `${percent(each.winRate)} (${percent(each.winRateLow)}–${percent(each.winRateHigh)})`,
      each.ties,
      percent(each.medianReduction),
      `${each.lost.toFixed(1)} %`,
      each.faultsPerTake.toFixed(2),
    ].join(' | '),
  );
  const text = `<!-- Written by \`sora-director bench loop-policy ${first}${provoked ? ' provoked' : ''} write\`; do not edit. -->
Drawn faults, all of them found: ${compared[0]?.pairs} productions for each policy (30 prompts, 3 seeds, failure models ${first} to ${first + 3}${provoked ? ' in which phrases also bring faults about' : ''}), ${ITERATIONS} iterations of ${TAKES} takes, against more takes of the same prompt.

| policy | errors, warnings at 0.6, of the best world | win rate (95 %) | ties | median reduction | intent lost | in a fresh take of the final prompt |
|---|---|---|---|---|---|---|
${rows.map(row => `| ${row} |`).join('\n')}

![Errors and weighted warnings of the best world after each iteration, drawn faults](${name}.svg)
`;
  await writeFile(new URL(`${name}.md`, DOCS), text);
  const figure = loopFigure(
    new Map([...found].map(([name, { severities }]) => [name, severities])),
    TAKES * SECONDS,
    `Errors, warnings at 0.6, of the best world so far: ${provoked ? 'provoked' : 'drawn'} faults, mean of ${compared[0]?.pairs} productions`,
  );
  await writeFile(new URL(`${name}.svg`, DOCS), figure);
}
