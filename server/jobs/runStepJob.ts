import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../engine/progress.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { iterationName } from '../../pipeline/direct/production.ts';
import { productionSteps } from '../../pipeline/direct/productionSteps.ts';
import { runStep } from '../../pipeline/direct/runStep.ts';
import { stepWrites } from '../../pipeline/direct/stepWrites.ts';
import type { Provider } from '../../pipeline/generate/provider.ts';
import type { TestRun } from '../../sim/types.ts';
import { createFileStore } from '../files/createFileStore.ts';
import type { FileStore } from '../files/fileStore.ts';
import { fetchInputs, storeOutputs } from './scratchFiles.ts';
import type { ProductionStep, StepEvents, StepJob, StepOutcome, WorldTest } from './stepJob.ts';
import type { TestWorldOptions } from './testWorld.ts';

/**
 * Runs a job in this process: fetches what it reads from storage, runs the step, and puts what it made into storage.
 * @throws what the step throws; FILE_UNKNOWN where an input is not in storage; CANCELLED
 */
export async function runStepJob(
  job: StepJob,
  events: StepEvents,
  signal: AbortSignal,
): Promise<StepOutcome> {
  const { work, scratch } = job;
  const store = createFileStore(job.storage);
  await mkdir(scratch, { recursive: true });
  await fetchInputs(store, scratch, job.inputs, signal);
  const { output, written } = await (work.kind === 'production-step'
    ? runProductionStep(work, scratch, store, events, signal)
    : runWorldTest(work, scratch, events, signal));
  throwIfCancelled(signal);
  return { output, files: await storeOutputs(store, scratch, written, signal) };
}

interface Done {
  output: unknown;
  /** Where the files lie that were made, below the scratch folder; one that ends in '/' is all below it. */
  written: string[];
}

async function runProductionStep(
  { production, iteration, step, take, failureModel, pace = 'fast' }: ProductionStep,
  scratch: string,
  store: FileStore,
  events: StepEvents,
  signal: AbortSignal,
): Promise<Done> {
  const { provider, model } = production.options;
  const runFolder = join(iterationName(iteration), 'run');
  const output = await runStep(
    production,
    { iteration, step },
    {
      out: scratch,
      provider: () => openProvider(provider, model),
      failureModel,
      take,
      onTake: async video => {
        const stored = await storeOutputs(store, scratch, [relative(scratch, video)], signal);
        for (const [path, file] of Object.entries(stored)) events.onMade?.(path, file);
      },
      steps: {
        ...productionSteps,
        test: (world, options) =>
          testWorld(world, {
            ...options,
            ...watchers(events),
            pace,
            name: production.iterations[iteration - 1]?.lifted?.world ?? world,
            runFolder: join(scratch, runFolder),
          }),
      },
      signal,
      onProgress: events.onProgress,
    },
  );
  const written = stepWrites({ iteration, step });
  return { output, written: step === 'test' ? [...written, `${runFolder}/`] : written };
}

async function runWorldTest(
  { world, agents, simulatedSeconds, seed, pace }: WorldTest,
  scratch: string,
  events: StepEvents,
  signal: AbortSignal,
): Promise<Done> {
  const long: LongOptions = { signal, onProgress: events.onProgress };
  const runFolder = join(scratch, 'run');
  const run = await testWorld(join(scratch, world), {
    agents,
    simulatedSeconds,
    seed,
    pace,
    name: world,
    runFolder,
    ...watchers(events),
    ...long,
  });
  await writeJsonAtomic(join(runFolder, 'report.json'), { runs: [run] });
  return { output: run, written: ['run/'] };
}

function watchers({ onTrace, onViolations }: StepEvents): Pick<StepEvents, 'onTrace' | 'onViolations'> {
  return { onTrace, onViolations };
}

/** Loads the engine, the physics and the agents only where there is a world to test. */
async function testWorld(world: string, options: TestWorldOptions): Promise<TestRun> {
  return (await import('./testWorld.ts')).testWorld(world, options);
}

async function openProvider(wanted: string, model: string): Promise<Provider> {
  const { createProvider, PROVIDER_NAMES } = await import('../../pipeline/generate/providers.ts');
  const name = PROVIDER_NAMES.find(each => each === wanted);
  if (!name)
    throw new DirectorError('USAGE', `There is no provider '${wanted}'.`, {
      suggestion: `It is one of ${PROVIDER_NAMES.join(', ')}.`,
    });
  // The others name their own model.
  return createProvider(name, name === 'openai' ? { model } : {});
}
