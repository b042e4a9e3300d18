import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { findBest } from '../../pipeline/direct/findBest.ts';
import {
  goingOn,
  type Iteration,
  iterationName,
  type Production,
  writeProduction,
} from '../../pipeline/direct/production.ts';
import { productionSteps } from '../../pipeline/direct/productionSteps.ts';
import { type DirectOptions, direct } from '../../pipeline/direct.ts';
import { createProvider } from '../../pipeline/generate/providers.ts';
import { SEVERITY_WEIGHT } from '../../pipeline/revise/evidence.ts';
import { readMemory, recall } from '../../pipeline/revise/memory.ts';
import type { FaultType } from '../../scenes/faults/failureModel.ts';
import { ARMS } from './arms.ts';
import { FOUND_AS } from './drawnLoop.ts';
import { drawFailureModel } from './failureModels.ts';
import { lostIntent } from './sceneIntent.ts';

/** One prompt on one failure model with one seed: every arm is run on it. */
export interface Cell {
  model: number;
  prompt: string;
  seed: number;
}

export interface RealSettings {
  takes: number;
  seconds: number;
  width: number;
  height: number;
  framesPerSecond: number;
  agents: number;
  testSeconds: number;
}

export const ITERATIONS = 3;

/** What one arm came to in one cell. */
export interface ArmResult {
  /** Errors and weighted warnings found in the best world and its take, after each iteration. */
  severities: number[];
  /** The last of them per 1,000 m² of floor that can be walked. */
  perArea: number;
  /** What was planted in the best world's take, weighted alike: what is there, whether it was found or not. */
  planted: number;
  /** What was planted in a take on average, iteration by iteration: what the prompts were worth, found or not. */
  plantedPerTake: number[];
  /** Share of the intent that the best world's prompt lost, as the provider reads it. */
  lostIntent: number;
  generatedSeconds: number;
}

/** A production without any world: worse than any that was seen, on a floor of a small room. */
const NO_WORLD = { severity: 4, squareMeters: 10 };
const faultsSchema = z.object({ faults: z.array(z.object({ type: z.string() })) });

/**
 * One arm on one cell, every step real. What is finished is kept below `folder` and never made again; the arms share
 * the first iteration, which is the same for all.
 */
export async function runArm(
  cell: Cell,
  armName: string,
  settings: RealSettings,
  folder: string,
  signal: AbortSignal,
): Promise<ArmResult> {
  const arm = ARMS[armName];
  if (!arm) throw new RangeError(`There is no arm '${armName}'.`);
  const name = `model-${cell.model}/seed-${cell.seed}/${cell.prompt.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  const [first, out] = ['first', armName].map(each => join(folder, name, each)) as [string, string];
  const failureModel = join(folder, `model-${cell.model}`, 'failure-model.json');
  await mkdir(join(folder, name), { recursive: true });
  await writeJsonAtomic(failureModel, drawFailureModel(cell.model));
  const memory = arm.memory ? join(folder, `model-${cell.model}`, `${armName}.memory.json`) : undefined;
  const options: Omit<DirectOptions, 'iterations' | 'out'> = {
    ...settings,
    seed: cell.seed,
    provider: await createProvider('procedural'),
    failureModel,
    quality: 'draft',
    signal,
  };
  const shared = await direct(cell.prompt, { ...options, iterations: 1, out: first }, productionSteps);
  if (!existsSync(join(out, 'production.json'))) {
    await rm(out, { recursive: true, force: true });
    await branch(shared, first, out, arm.mind.name, memory);
  }
  const production = await direct(
    cell.prompt,
    { ...options, iterations: ITERATIONS, out, mind: arm.mind, memory },
    productionSteps,
  );
  for (const { iteration } of production.iterations) await slim(join(out, iterationName(iteration)));
  await slim(join(first, iterationName(1)));
  return resultOf(cell, production, first, out);
}

/** The first iteration before it was revised, as the beginning of an arm. */
async function branch(
  shared: Production,
  from: string,
  out: string,
  mind: string,
  memory: string | undefined,
): Promise<void> {
  const { provider, model } = shared.options;
  const iterations = shared.iterations.slice(0, 1).map(({ revised: _, ...rest }): Iteration => rest);
  const begins = iterationName(1);
  await mkdir(join(out, begins), { recursive: true });
  for (const file of ['scores.json', 'report.json'])
    if (existsSync(join(from, begins, file))) await cp(join(from, begins, file), join(out, begins, file));
  await writeProduction(out, {
    ...goingOn(shared),
    options: { ...shared.options, mind },
    experience: memory === undefined ? {} : recall(await readMemory(memory), provider, model),
    iterations,
    best: findBest(iterations),
  });
}

/** Pictures and worlds of finished productions are not looked at again; there would be gigabytes of them. */
async function slim(iteration: string): Promise<void> {
  await rm(join(iteration, 'world'), { recursive: true, force: true });
  for (const take of ['01', '02', '03'])
    for (const file of [`take-${take}.mp4`, `take-${take}.truth/world.glb`])
      await rm(join(iteration, 'takes', file), { force: true });
}

async function resultOf(
  { prompt }: Cell,
  production: Production,
  first: string,
  out: string,
): Promise<ArmResult> {
  const severities = Array.from({ length: ITERATIONS }, (_, index) => {
    const best = findBest(production.iterations.slice(0, index + 1));
    return best ? severityOfWorld(production.iterations[best.iteration - 1]) : NO_WORLD.severity;
  });
  const chosen = production.best && production.iterations[production.best.iteration - 1];
  const severity = severities.at(-1) ?? NO_WORLD.severity;
  const { takes, seconds } = production.options;
  const folderOf = (iteration: Iteration) => (iteration.iteration === 1 ? first : out);
  const plantedPerTake: number[] = [];
  for (const iteration of production.iterations) {
    const made = iteration.generated?.takes ?? [];
    const planted = await Promise.all(
      made.map(({ take }) => plantedIn(iteration, take, folderOf(iteration))),
    );
    plantedPerTake.push(planted.reduce((sum, each) => sum + each, 0) / Math.max(1, made.length));
  }
  // Where nothing was found the prompt stays.
  while (plantedPerTake.length < ITERATIONS) plantedPerTake.push(plantedPerTake.at(-1) ?? 0);
  return {
    severities,
    perArea: (1000 * severity) / Math.max(1, chosen?.tested?.reachableArea ?? NO_WORLD.squareMeters),
    planted: chosen?.lifted
      ? await plantedIn(chosen, chosen.lifted.take, folderOf(chosen))
      : NO_WORLD.severity,
    plantedPerTake,
    lostIntent: chosen ? lostIntent(prompt, chosen.prompt) : 0,
    generatedSeconds: production.iterations.length * takes * seconds,
  };
}

function severityOfWorld(iteration: Iteration | undefined): number {
  if (!iteration?.lifted || !iteration.tested) return NO_WORLD.severity;
  const findings =
    iteration.scored?.takes.find(({ take }) => take === iteration.lifted?.take)?.findings ?? [];
  const { error, warning } = iteration.tested.violations;
  return (
    error +
    SEVERITY_WEIGHT.warning * warning +
    findings.reduce((sum, finding) => sum + SEVERITY_WEIGHT[finding.severity], 0)
  );
}

async function plantedIn({ iteration }: Iteration, take: string, folder: string): Promise<number> {
  const path = join(folder, iterationName(iteration), 'takes', `${take}.truth`, 'faults.json');
  const { faults } = faultsSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  return faults.reduce((sum, { type }) => sum + SEVERITY_WEIGHT[FOUND_AS[type as FaultType].severity], 0);
}
