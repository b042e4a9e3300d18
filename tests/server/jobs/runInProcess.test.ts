import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProgressEvent } from '../../../engine/progress.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { applyStep } from '../../../pipeline/direct/applyStep.ts';
import { nextStep } from '../../../pipeline/direct/nextStep.ts';
import {
  newProduction,
  type Production,
  type StepOutput,
  stepOutputSchema,
} from '../../../pipeline/direct/production.ts';
import { createFileStore } from '../../../server/files/createFileStore.ts';
import type { StorageConfig, StoredFile } from '../../../server/files/fileStore.ts';
import { type ProcessOptions, runInProcess } from '../../../server/jobs/runInProcess.ts';
import type { ProductionStep, StepJob } from '../../../server/jobs/stepJob.ts';
import type { TestRun } from '../../../sim/types.ts';
import { walk, writeSyntheticVideo } from '../../pipeline/generate/syntheticVideo.ts';
import { model, room } from '../../sim/handMadeWorlds.ts';
import { membersOf, stepOf, waitForEnd } from './processes.ts';

const VIDEO = 'iteration-01/takes/take-01.mp4';
const LIMITS: ProcessOptions = { memoryLimitBytes: 2 ** 31, timeLimitSeconds: 600 };
let folder: string;
let storage: StorageConfig;
let video: StoredFile;
let jobs = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-step-'));
  storage = { driver: 'local', folder: join(folder, 'files') };
  const path = join(folder, 'walk.mp4');
  await writeSyntheticVideo(path, { width: 192, height: 108, framesPerSecond: 24, frames: 18, pose: walk });
  video = await createFileStore(storage).putFile(path);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A production that was begun with an uploaded video, or with nothing. */
function production(uploaded: boolean, options: Partial<Production['options']> = {}): Production {
  const empty = newProduction('A hallway', {
    takes: 1,
    seconds: 0.5,
    width: 128,
    height: 128,
    framesPerSecond: 8,
    seed: 1,
    provider: 'procedural',
    model: 'sora-director/procedural@1',
    failureModelSha256: null,
    mind: 'rules',
    mostPromptCharacters: 800,
    quality: 'draft',
    agents: 2,
    testSeconds: 5,
    ...options,
  });
  if (!uploaded) return empty;
  const generated = { takes: [{ take: 'take-01', video: VIDEO, sha256: video.sha256 }], failed: [] };
  return applyStep(empty, { iteration: 1, step: 'generate' }, { generated });
}

function job(work: StepJob['work'], inputs: StepJob['inputs'] = {}): StepJob {
  return { work, scratch: join(folder, `scratch-${++jobs}`), inputs, storage };
}

function step(of: Production, name: ProductionStep['step']): ProductionStep {
  return { kind: 'production-step', production: of, iteration: 1, step: name };
}

/** Makes far more frames than any test waits for, with an ffmpeg that takes them. */
const longJob = () => {
  const options = { seconds: 20, width: 256, height: 144, framesPerSecond: 60 };
  return job(step(production(false, options), 'generate'));
};

async function stored(file: StoredFile): Promise<string> {
  return text(await createFileStore(storage).read(file.sha256));
}

/** Runs the long job, and something else once its ffmpeg is at work. */
async function runUntilBusy(
  options: ProcessOptions,
  then: (group: number) => void,
): Promise<{ group: number; thrown: unknown }> {
  let ended = false;
  const running = runInProcess(longJob(), { onProgress() {} }, options)
    .catch((thrown: unknown) => thrown)
    .finally(() => {
      ended = true;
    });
  const group = await stepOf(process.pid);
  while (!ended && !membersOf(group).some(command => command.includes('ffmpeg'))) await sleep(20);
  if (!ended) then(group);
  return { group, thrown: await running };
}

describe('runInProcess', () => {
  it('takes a production that begins with a video through a step, and stores what the step made', async () => {
    const begun = production(true);
    expect(nextStep(begun, { iterations: 1 })).toEqual({ iteration: 1, step: 'score' });
    const seen: ProgressEvent[] = [];
    const scoring = job(step(begun, 'score'), { [VIDEO]: video });
    const { output, files } = await runInProcess(scoring, { onProgress: event => seen.push(event) }, LIMITS);
    const scored = applyStep(begun, { iteration: 1, step: 'score' }, stepOutputSchema.parse(output));
    expect(scored.iterations[0].scored?.takes).toMatchObject([{ take: 'take-01', rank: 1, liftable: true }]);
    expect(nextStep(scored, { iterations: 1 })).toEqual({ iteration: 1, step: 'lift' });
    expect(Object.keys(files)).toEqual(['iteration-01/scores.json']);
    expect(JSON.parse(await stored(files['iteration-01/scores.json']))).toMatchObject({
      takes: [{ video: VIDEO }],
    });
    expect(seen.some(({ stage }) => stage === 'score')).toBe(true);

    // As if no take could be lifted: the next step reads the scores from storage, in another folder.
    const refused: StepOutput = {
      verdicts: [{ take: 'take-01', code: 'LIFT_CUT', message: 'a cut' }],
      lifted: null,
    };
    const unlifted = applyStep(scored, { iteration: 1, step: 'lift' }, refused);
    expect(nextStep(unlifted, { iterations: 1 })).toEqual({ iteration: 1, step: 'revise' });
    const revision = await runInProcess(job(step(unlifted, 'revise'), files), { onProgress() {} }, LIMITS);
    const { revised } = stepOutputSchema.parse(revision.output);
    expect(revised?.edits.flatMap(({ because }) => because)).toContain('take-01:LIFT_CUT');
    expect(Object.keys(revision.files)).toEqual(['iteration-01/revision.json']);
  });

  it('stores all that a provider made, and nothing that is not whole', async () => {
    const generating = job(step(production(false), 'generate'));
    const made: Record<string, StoredFile> = {};
    const { output, files } = await runInProcess(
      generating,
      {
        onProgress() {},
        onMade: (path, file) => {
          made[path] = file;
        },
      },
      LIMITS,
    );
    expect(made).toEqual({ [VIDEO]: files[VIDEO] });
    const [take] = stepOutputSchema.parse(output).generated?.takes ?? [];
    expect(Object.keys(files).sort()).toEqual([
      VIDEO,
      'iteration-01/takes/take-01.truth/cameras.json',
      'iteration-01/takes/take-01.truth/faults.json',
      'iteration-01/takes/take-01.truth/world.glb',
      'iteration-01/takes/takes.json',
    ]);
    expect(files[VIDEO]).toMatchObject({ sha256: take.sha256, mediaType: 'video/mp4' });
  });

  it('tests a world of its own', async () => {
    const path = join(folder, 'room.glb');
    const world = model(...room({ width: 6, depth: 6, hole: { x: 1, z: 1, side: 1.5 } }));
    await writeFile(path, await writeGlb(world));
    const inputs = { 'room.glb': await createFileStore(storage).putFile(path) };
    const testing = job(
      { kind: 'world-test', world: 'room.glb', agents: 8, simulatedSeconds: 60, seed: 3, pace: 'fast' },
      inputs,
    );
    const packets: Uint8Array[] = [];
    const found: { violations: unknown[]; final: boolean }[] = [];
    const { output, files } = await runInProcess(
      testing,
      {
        onProgress() {},
        onTrace: ({ bytes }) => packets.push(bytes),
        onViolations: (violations, final) => found.push({ violations, final }),
      },
      LIMITS,
    );
    const run = output as TestRun;
    expect(run).toMatchObject({ world: 'room.glb', seed: 3, agents: 8 });
    expect(run.violations.map(({ type }) => type)).toContain('fall-through');
    expect(JSON.parse(await stored(files['run/report.json']))).toEqual({ runs: [output] });
    expect(await stored(files['run/junit.xml'])).toContain('<failure');
    expect(Object.keys(files).sort()).toEqual([
      'run/junit.xml',
      'run/overlays.glb',
      'run/report.json',
      'run/trace.bin',
    ]);
    const trace = await buffer(await createFileStore(storage).read(files['run/trace.bin'].sha256));
    expect(packets.length).toBeGreaterThan(0);
    expect(trace.subarray(-(packets.at(-1)?.length ?? 0))).toEqual(Buffer.from(packets.at(-1) ?? []));
    expect(found.at(-1)).toEqual({ violations: run.violations, final: true });
  });

  it('keeps the code, the fix and the evidence of what a step throws', async () => {
    const unknown = { [VIDEO]: { ...video, sha256: '0'.repeat(64) } };
    await expect(
      runInProcess(job(step(production(true), 'score'), unknown), { onProgress() {} }, LIMITS),
    ).rejects.toMatchObject({ code: 'FILE_UNKNOWN', suggestion: expect.any(String) });
    const outside = { '../escaped.mp4': video };
    await expect(
      runInProcess(job(step(production(true), 'score'), outside), { onProgress() {} }, LIMITS),
    ).rejects.toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('../escaped.mp4') });
  });

  it('leaves nothing running when cancelled', async () => {
    const cancel = new AbortController();
    const { group, thrown } = await runUntilBusy({ ...LIMITS, signal: cancel.signal }, () => cancel.abort());
    expect(thrown).toMatchObject({ code: 'CANCELLED' });
    expect(membersOf(group)).toEqual([]);
    await expect(
      runInProcess(longJob(), { onProgress() {} }, { ...LIMITS, signal: cancel.signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('stops what takes too long', async () => {
    const { group, thrown } = await runUntilBusy({ ...LIMITS, timeLimitSeconds: 3 }, () => undefined);
    expect(thrown).toMatchObject({ code: 'JOB_TIMEOUT', details: { limitSeconds: 3 } });
    expect(membersOf(group)).toEqual([]);
  });

  it('stops what takes too much memory, and says how much', async () => {
    const memoryLimitBytes = 90 * 2 ** 20;
    const thrown: unknown = await runInProcess(
      longJob(),
      { onProgress() {} },
      { ...LIMITS, memoryLimitBytes },
    ).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: 'JOB_OUT_OF_MEMORY',
      details: { limitBytes: memoryLimitBytes, memoryBytes: expect.any(Number) },
    });
    const { memoryBytes } = (thrown as { details: { memoryBytes: number } }).details;
    expect(memoryBytes).toBeGreaterThanOrEqual(memoryLimitBytes);
  });

  it('says by what a process was killed, and takes with it what it had started', async () => {
    const { group, thrown } = await runUntilBusy(LIMITS, pid => process.kill(pid, 'SIGTERM'));
    expect(thrown).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('SIGTERM'),
      details: { signal: 'SIGTERM' },
    });
    expect(membersOf(group)).toEqual([]);
  });

  it('ends by itself when the process that started it is killed', async () => {
    const path = join(folder, 'job.json');
    await writeFile(path, JSON.stringify(longJob()));
    const script = fileURLToPath(new URL('./runStepOnce.ts', import.meta.url));
    const parent = spawn(process.execPath, [script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(parent.stdout, 'data');
    const group = await stepOf(parent.pid ?? 0);
    expect(membersOf(group)).not.toEqual([]);
    parent.kill('SIGKILL');
    expect(await waitForEnd(group, 20_000)).toEqual([]);
  });

  it('ends also where its main thread is deep in arithmetic', async () => {
    const script = fileURLToPath(new URL('./busyOrphan.ts', import.meta.url));
    const parent = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const group = Number(line);
    expect(membersOf(group)).not.toEqual([]);
    parent.kill('SIGKILL');
    expect(await waitForEnd(group, 20_000)).toEqual([]);
  });

  it('fetches an input again that an earlier attempt left broken', async () => {
    const scoring = job(step(production(true), 'score'), { [VIDEO]: video });
    const first = await runInProcess(scoring, { onProgress() {} }, LIMITS);
    await writeFile(join(scoring.scratch, VIDEO), 'broken');
    expect(await runInProcess(scoring, { onProgress() {} }, LIMITS)).toEqual(first);
    expect((await readFile(join(scoring.scratch, VIDEO))).length).toBe(video.bytes);
  });
});
