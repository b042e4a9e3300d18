import { z } from 'zod';
import { createRandom } from '../engine/random.ts';
import { experienceOf } from '../pipeline/direct/experienceOf.ts';
import { findIncumbent } from '../pipeline/direct/findIncumbent.ts';
import { addExperience, type Experience } from '../pipeline/revise/experience.ts';
import { parsePlan } from '../pipeline/revise/plan.ts';
import { revise } from '../pipeline/revise/revise.ts';
import { allClauses, RULES } from '../pipeline/revise/rules.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { compare } from './loop/compare.ts';
import { drawnLoop, knownNow, type Policy } from './loop/drawnLoop.ts';
import { drawFailureModel } from './loop/failureModels.ts';
import { PROMPTS } from './loop/prompts.ts';
import { lostIntent } from './loop/sceneIntent.ts';

const ITERATIONS = 3;
const TAKES = 3;
const SEEDS = [1, 2, 3];

const CLAUSES = RULES.flatMap(rule => allClauses(rule));

const POLICIES: Record<string, { policy: Policy; memory: boolean }> = {
  'the same prompt': { policy: ({ prompt }) => prompt, memory: false },
  'random edits': {
    policy: ({ iterations }, _evidence, seed) =>
      `${iterations.at(-1)?.prompt}, ${createRandom(`edit/${seed}`).pick(CLAUSES)}`,
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

/** What policies of revision do on drawn faults, against more takes of the same prompt at the same cost. */
export const bench: Bench = {
  summary:
    'Policies of revision on drawn faults against best-of-N at equal takes: thirty prompts, three seeds; argument: first failure model seed',
  async run(args, note) {
    const first = z.coerce
      .number()
      .int()
      .parse(args[0] ?? 1);
    const models = Array.from({ length: 4 }, (_, index) => drawFailureModel(first + index));
    const severities = new Map<string, number[]>();
    const lost = new Map<string, number>();
    for (const [name, { policy, memory }] of Object.entries(POLICIES)) {
      const found: number[] = [];
      let lostSum = 0;
      for (const model of models) {
        let experience: Experience = {};
        for (const seed of SEEDS)
          for (const prompt of PROMPTS) {
            const result = drawnLoop(
              model,
              prompt,
              { iterations: ITERATIONS, takes: TAKES, seed, experience },
              policy,
            );
            if (memory) experience = addExperience(experience, experienceOf(result.production));
            found.push(result.severity);
            lostSum += lostIntent(prompt, result.prompt);
          }
      }
      severities.set(name, found);
      lost.set(name, lostSum / found.length);
      note(`${name}: ${(found.reduce((sum, each) => sum + each, 0) / found.length).toFixed(3)}`);
    }
    const bestOf = severities.get('the same prompt') ?? [];
    return [...severities].flatMap(([name, found]): BenchFigure[] => {
      const { winRate, winRateLow, reduction, medianReduction, meanFirst, ties } = compare(
        found,
        bestOf,
        first,
      );
      return [
        { name: `${name}: severity of the best world`, value: meanFirst, unit: 'errors, warnings at 0.6' },
        { name: `${name}: win rate`, value: 100 * winRate, unit: '% of pairs, a tie is half' },
        { name: `${name}: win rate, lower end of 95 %`, value: 100 * winRateLow, unit: '%' },
        { name: `${name}: reduction`, value: 100 * reduction, unit: '% of the mean' },
        { name: `${name}: median reduction`, value: 100 * medianReduction, unit: '%' },
        { name: `${name}: intent lost`, value: 100 * (lost.get(name) ?? 0), unit: '%' },
        { name: `${name}: ties`, value: ties, unit: `of ${found.length}` },
      ];
    });
  },
};
