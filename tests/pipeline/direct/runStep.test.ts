import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyStep } from '../../../pipeline/direct/applyStep.ts';
import { beginIteration } from '../../../pipeline/direct/beginIteration.ts';
import { finishProduction } from '../../../pipeline/direct/finishProduction.ts';
import { nextStep } from '../../../pipeline/direct/nextStep.ts';
import {
  newProduction,
  type Production,
  productionSchema,
  stepOutputSchema,
} from '../../../pipeline/direct/production.ts';
import { reopenLift } from '../../../pipeline/direct/reopenLift.ts';
import { runStep } from '../../../pipeline/direct/runStep.ts';
import { stepReads } from '../../../pipeline/direct/stepReads.ts';
import type { DirectSteps } from '../../../pipeline/direct/steps.ts';
import { stepWrites } from '../../../pipeline/direct/stepWrites.ts';
import { direct } from '../../../pipeline/direct.ts';
import { sha256File } from '../../../pipeline/generate/sha256File.ts';
import { createSmallProvider, createSmallSteps, smallOptions } from './smallSteps.ts';

const PROMPT = 'A robot walks down a hallway';
let folder: string;
let whole: Production;
let desks = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-steps-'));
  whole = await direct(PROMPT, smallOptions(join(folder, 'whole')), createSmallSteps());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a step as a scheduler does: in a folder of its own, with what the step reads and nothing else. */
async function runApart(
  production: Production,
  storage: string,
  steps: DirectSteps = createSmallSteps(),
  take?: string,
): Promise<Production> {
  const next = nextStep(production, { iterations: 3 });
  if (next === 'done') throw new Error('nothing is left to do');
  const out = join(folder, `desk-${++desks}`);
  for (const path of stepReads(production, next))
    await cp(join(storage, path), join(out, path), { recursive: true });
  const context = { out, provider: async () => createSmallProvider(), steps, take };
  const output = stepOutputSchema.parse(await runStep(production, next, context));
  for (const path of stepWrites(next))
    await cp(join(out, path), join(storage, path), { recursive: true }).catch(
      (cause: NodeJS.ErrnoException) => {
        // A lift that refuses every take makes no world.
        if (cause.code !== 'ENOENT') throw cause;
      },
    );
  const applied = applyStep(production, next, output);
  return productionSchema.parse(JSON.parse(JSON.stringify(applied)));
}

async function runOn(production: Production, storage: string, steps?: DirectSteps): Promise<Production> {
  let document = production;
  while (nextStep(document, { iterations: 3 }) !== 'done')
    document = await runApart(document, storage, steps);
  return finishProduction(document, { iterations: 3 });
}

describe('the steps of a production', () => {
  it('end with the same production when each runs apart, from the document and what it reads', async () => {
    const storage = join(folder, 'apart');
    const end = await runOn(newProduction(PROMPT, whole.options), storage);
    expect(JSON.stringify(end)).toBe(JSON.stringify(whole));
    const files = async (path: string) => (await readdir(path, { recursive: true })).sort();
    const others = (await files(join(folder, 'whole'))).filter(name => name !== 'production.json');
    expect(await files(storage)).toEqual(others);
  });

  it('leave the document that they are applied to as it was', async () => {
    const before = structuredClone(whole);
    applyStep(whole, { iteration: 1, step: 'lift' }, { lifted: null });
    reopenLift(whole, 1);
    beginIteration(whole);
    expect(whole).toEqual(before);
  });

  it('lift exactly the take that a person picked, and make what follows anew', async () => {
    const storage = join(folder, 'picked');
    await cp(join(folder, 'whole'), storage, { recursive: true });
    const { iteration } = whole.iterations[whole.iterations.length - 1];
    const { lifted } = whole.iterations[iteration - 1];
    const other = lifted?.take === 'take-01' ? 'take-02' : 'take-01';
    const reopened = reopenLift(whole, iteration);
    expect(nextStep(reopened, { iterations: 3 })).toEqual({ iteration, step: 'lift' });
    const picked = await runApart(reopened, storage, createSmallSteps(), other);
    expect(picked.iterations[iteration - 1].lifted).toMatchObject({
      take: other,
      because: expect.stringMatching(/^a person picked it: scores/),
    });
    expect(nextStep(picked, { iterations: 3 })).toEqual({ iteration, step: 'test' });
    expect((await runOn(picked, storage)).best?.take).toBe(other);

    const refusing = createSmallSteps([], 0, () => true);
    const once = await runApart(reopened, storage, refusing, other);
    const twice = await runApart(reopenLift(once, iteration), storage, refusing, other);
    expect(twice.iterations[iteration - 1]).toMatchObject({
      lifted: null,
      tested: null,
      verdicts: [{ take: other, code: 'LIFT_INCONSISTENT' }],
    });
    await expect(runApart(reopened, storage, createSmallSteps(), 'take-77')).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('take-77'),
    });
  });

  it('go on where nothing was found, when a person begins another iteration', async () => {
    expect(nextStep(whole, { iterations: 3 })).toBe('done');
    const number = whole.iterations.length + 1;
    const begun = beginIteration(whole, 'A robot walks through a hall of mirrors');
    expect(begun).toMatchObject({ stopped: null, stoppedBecause: null });
    expect(nextStep(begun, { iterations: 1 })).toEqual({ iteration: number, step: 'generate' });
    const after = await runApart(begun, join(folder, 'whole'));
    expect(after.iterations[number - 1].prompt).toBe('A robot walks through a hall of mirrors');
    expect(after.iterations[number - 1].generated?.takes).toHaveLength(2);
  });

  it('begin with a video that was given, and make the next takes with the provider that is named', async () => {
    const storage = join(folder, 'given');
    const video = 'iteration-01/takes/take-01.mp4';
    await cp(join(folder, 'whole', video), join(storage, video));
    const takes = [{ take: 'take-01', video, sha256: await sha256File(join(storage, video)) }];
    const given: Production = {
      ...newProduction(PROMPT, whole.options),
      iterations: [{ iteration: 1, prompt: PROMPT, generated: { takes, failed: [] } }],
    };
    expect(nextStep(given, { iterations: 1 })).toEqual({ iteration: 1, step: 'score' });
    const { iterations } = await runOn(given, storage);
    expect(iterations[0].generated?.takes).toEqual(takes);
    expect(iterations[0].revised?.edits.length).toBeGreaterThan(0);
    expect(iterations[1].prompt).toBe(iterations[0].revised?.prompt);
    expect(iterations[1].generated?.takes).toHaveLength(whole.options.takes);
  });
});
