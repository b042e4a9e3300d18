import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { describeProduction } from '../../../pipeline/direct/describeProduction.ts';
import { type Production, readProduction } from '../../../pipeline/direct/production.ts';
import { direct } from '../../../pipeline/direct.ts';
import type { GenerationRequest, Provider } from '../../../pipeline/generate/provider.ts';
import { sha256File } from '../../../pipeline/generate/sha256File.ts';
import { readMemory, recall } from '../../../pipeline/revise/memory.ts';
import { createModelMind } from '../../../pipeline/revise/modelMind.ts';
import { createSmallProvider, createSmallSteps, smallOptions } from './smallSteps.ts';

const PROMPT = 'A robot walks down a hallway';
let folder: string;
let whole: Production;
const out = (name: string) => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-direct-'));
  whole = await direct(PROMPT, smallOptions(out('whole')), createSmallSteps());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Every file of a production with its hash, so that two productions can be compared whole. */
async function contents(path: string): Promise<Record<string, string>> {
  const files = readdirSync(path, { recursive: true, withFileTypes: true });
  const names = files
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .sort();
  const pairs = await Promise.all(
    names.map(async name => [name.slice(path.length + 1), await sha256File(name)] as const),
  );
  return Object.fromEntries(pairs);
}

/** Spoils the pictures of an MP4 and keeps its index, so that the file probes well and does not decode. */
async function breakPictures(file: string): Promise<void> {
  const bytes = await readFile(file);
  const start = bytes.indexOf('mdat') + 4;
  const length = bytes.readUInt32BE(start - 8) - 8;
  bytes.fill(0xff, start + Math.floor(length / 3), start + length);
  await writeFile(file, bytes);
}

describe('direct', () => {
  it('goes around until nothing is found in the world and in every take, and keeps the best world', async () => {
    expect(whole.stopped).toBe('no-findings');
    expect(whole.iterations.length).toBeGreaterThan(1);
    const last = whole.iterations.at(-1);
    expect(whole.best).toMatchObject({ iteration: last?.iteration, violations: { error: 0, warning: 0 } });
    expect(
      JSON.parse(readFileSync(join(out('whole'), whole.best?.world ?? '', 'world.json'), 'utf8')).prompt,
    ).toBe(last?.prompt);
    expect(await readProduction(out('whole'))).toEqual(whole);
  });

  it('revises from what was found, and names it', () => {
    const [first, second] = whole.iterations;
    expect(first.prompt).toBe(PROMPT);
    expect(second.prompt).toBe(first.revised?.prompt);
    expect(first.revised?.edits.map(edit => edit.clause)).toContain('the floor is solid and continuous');
    for (const edit of first.revised?.edits ?? []) expect(edit.because.length).toBeGreaterThan(0);
  });

  it('tells a person what happened and what to type next', () => {
    const text = describeProduction(out('whole'), whole);
    for (const { take } of whole.iterations[0].scored?.takes ?? []) expect(text).toContain(take);
    expect(text).toContain(`Stopped: ${whole.stoppedBecause}`);
    expect(text).toContain(`npx sora-director test ${join(out('whole'), whole.best?.world ?? '')}`);
    expect(text).toContain('because fall-through:');
  });

  it('does nothing where everything is done, and refuses other options', async () => {
    const log: string[] = [];
    const made: GenerationRequest[] = [];
    const again = await direct(
      PROMPT,
      smallOptions(out('whole'), { provider: createSmallProvider(made) }),
      createSmallSteps(log),
    );
    expect(again).toEqual(whole);
    expect([log, made]).toEqual([[], []]);
    await expect(
      direct(PROMPT, smallOptions(out('whole'), { takes: 4 }), createSmallSteps()),
    ).rejects.toMatchObject({
      code: 'PRODUCTION_CHANGED',
      message: expect.stringContaining('takes 2 → 4'),
    });
    await expect(
      direct('Another prompt', smallOptions(out('whole')), createSmallSteps()),
    ).rejects.toMatchObject({ code: 'PRODUCTION_CHANGED' });
  });

  it('goes on where more iterations are asked for', async () => {
    const short = await direct(PROMPT, smallOptions(out('more'), { iterations: 1 }), createSmallSteps());
    expect(short).toMatchObject({ stopped: 'iterations-done', iterations: [{ iteration: 1 }] });
    const longer = await direct(PROMPT, smallOptions(out('more')), createSmallSteps());
    expect(longer).toEqual(whole);
  });

  it('keeps in a memory what its takes have taught, once, and begins the next production with it', async () => {
    const memory = out('memory.json');
    const options = smallOptions(out('taught'), { memory });
    const first = await direct(PROMPT, options, createSmallSteps());
    expect(first).toEqual(whole);
    const taught = recall(await readMemory(memory), 'small', 'small@1');
    const takes = first.iterations.reduce((sum, { generated }) => sum + (generated?.takes.length ?? 0), 0);
    const tallies = Object.values(taught['steady-light'] ?? {});
    expect(tallies.reduce((sum, tally) => sum + tally.takes, 0)).toBe(takes);
    await direct(PROMPT, options, createSmallSteps());
    expect(recall(await readMemory(memory), 'small', 'small@1')).toEqual(taught);
    const second = await direct(
      PROMPT,
      smallOptions(out('taught-again'), { memory, iterations: 1 }),
      createSmallSteps(),
    );
    expect(second.experience).toEqual(taught);
  });

  it('tries the next best take when one cannot be lifted, and revises from the verdict', async () => {
    const log: string[] = [];
    const options = smallOptions(out('verdict'), { iterations: 1, takes: 3, seed: 2 });
    const all = await direct(
      PROMPT,
      options,
      createSmallSteps(log, 0, () => true),
    );
    const liftable = all.iterations[0].scored?.takes.filter(take => take.liftable) ?? [];
    expect(liftable.length).toBeGreaterThan(0);
    expect(log).toEqual([...liftable].sort((a, b) => a.rank - b.rank).map(({ take }) => `lift ${take}`));
    expect(all.iterations[0]).toMatchObject({ lifted: null, tested: null });
    expect(all.best).toBeNull();
    const because = all.iterations[0].revised?.edits.flatMap(edit => edit.because) ?? [];
    for (const { take } of liftable) expect(because).toContain(`${take}:LIFT_INCONSISTENT`);
    expect(describeProduction(options.out, all)).toContain('No take could be lifted');
  });

  it('goes on where the world is clean and another take is not, and names that take', async () => {
    const options = smallOptions(out('other'), { iterations: 1, seed: 7 });
    const { iterations, stopped, stoppedBecause } = await direct(
      'A hallway, the floor is solid and continuous',
      options,
      createSmallSteps(),
    );
    const [{ scored, lifted, tested, revised }] = iterations;
    const [faulty, ...more] = scored?.takes.filter(({ findings }) => findings.length > 0) ?? [];
    expect(more).toEqual([]);
    expect(tested?.found).toEqual([]);
    expect(lifted?.take).not.toBe(faulty.take);
    expect(lifted?.because).toContain('ranks first');
    expect(stopped).toBe('iterations-done');
    expect(stoppedBecause).toMatch(/[1-9]\d* findings? in the last/);
    const because = revised?.edits.flatMap(edit => edit.because) ?? [];
    expect(because.length).toBeGreaterThan(0);
    for (const id of because) expect(id.startsWith(`${faulty.take}:`)).toBe(true);
  });

  it('begins nothing that the money does not last for, and refuses a budget that nobody can hold to', async () => {
    const limits = { maxCost: 2, dollarsPerSecond: 1 };
    const options = smallOptions(out('money'), limits);
    const ended = await direct(PROMPT, options, createSmallSteps());
    expect(ended).toMatchObject({ stopped: 'budget', spent: { generatedSeconds: 1.5, cost: 1.5 } });
    expect(describeProduction(options.out, ended)).toContain('1.5 s of video, $1.50');
    const { spent, ...more } = await direct(PROMPT, smallOptions(out('money')), createSmallSteps());
    expect(more).toEqual({ ...whole, spent: undefined });
    expect(spent).toEqual({ generatedSeconds: 3, cost: null });
    for (const wrong of [{ maxCost: 2 }, { maxCost: 1, dollarsPerSecond: 1 }])
      await expect(
        direct(PROMPT, smallOptions(out('poor'), wrong), createSmallSteps()),
      ).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('ends in the middle when the time is over, keeps what is done and goes on with more', async () => {
    const options = smallOptions(out('time'), { maxSeconds: 0.3 });
    const cut = await direct(PROMPT, options, createSmallSteps([], 600_000));
    expect(cut).toMatchObject({
      stopped: 'budget',
      stoppedBecause: expect.stringContaining('--max-seconds'),
    });
    expect(describeProduction(options.out, cut)).toContain('Stopped: The 0.3 s');
    const { workedSeconds, ...more } = await direct(PROMPT, smallOptions(out('time')), createSmallSteps());
    expect(more).toEqual(whole);
    expect(workedSeconds).toBeGreaterThan(0);
  });

  it('lets the rules revise where a model cannot, and says so in its record', async () => {
    const mind = createModelMind({
      apiKey: 'k',
      baseUrl: 'http://127.0.0.1:9/v1',
      model: 'a-model',
      retryMilliseconds: 1,
    });
    const options = smallOptions(out('mind'), { iterations: 1, mind });
    const made = await direct(PROMPT, options, createSmallSteps());
    expect(made.options.mind).toBe('a-model');
    const { revised } = made.iterations[0];
    expect(revised).toMatchObject({
      mind: 'rules',
      notes: [expect.stringContaining('PROVIDER_UNREACHABLE')],
      prompt: whole.iterations[0].revised?.prompt,
      judged: { accepted: true },
    });
    expect(describeProduction(options.out, made)).toContain(revised?.notes?.[0]);
    await expect(
      direct(PROMPT, smallOptions(out('mind'), { iterations: 1 }), createSmallSteps()),
    ).rejects.toMatchObject({
      code: 'PRODUCTION_CHANGED',
      message: expect.stringContaining('a-model → rules'),
    });
  });

  it('takes a video that breaks off as a verdict on that take', async () => {
    const intact = createSmallProvider();
    const provider: Provider = {
      ...intact,
      async download(id, file, options) {
        await intact.download(id, file, options);
        if (file.includes('take-01')) await breakPictures(file);
      },
    };
    const options = smallOptions(out('broken'), { iterations: 1, provider });
    const { iterations, best } = await direct(PROMPT, options, createSmallSteps());
    expect(iterations[0].verdicts).toMatchObject([{ take: 'take-01', code: 'VIDEO_UNREADABLE' }]);
    expect(iterations[0].scored?.takes.map(({ take }) => take)).toEqual(['take-02']);
    expect(best?.take).toBe('take-02');
  });

  it('works on a folder once at a time', async () => {
    const cancel = new AbortController();
    const begun = Promise.withResolvers<void>();
    const options = smallOptions(out('cancelled'), {
      signal: cancel.signal,
      onProgress: () => begun.resolve(),
    });
    const first = direct(PROMPT, options, createSmallSteps());
    first.catch(() => undefined);
    // Started together, either might have come first to the lock.
    await begun.promise;
    await expect(direct(PROMPT, options, createSmallSteps())).rejects.toMatchObject({
      code: 'PRODUCTION_BUSY',
      message: expect.stringContaining(`process ${process.pid}`),
    });
    cancel.abort();
    await expect(first).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('stops when cancelled, keeps what is done and goes on to the same end', async () => {
    const cancel = new AbortController();
    const options = smallOptions(out('cancelled'), {
      signal: cancel.signal,
      onProgress: event => event.fraction > 0.4 && cancel.abort(),
    });
    await expect(direct(PROMPT, options, createSmallSteps([], 5))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect((await readProduction(options.out))?.iterations[0].generated?.takes).toHaveLength(2);
    expect(await direct(PROMPT, smallOptions(options.out), createSmallSteps())).toEqual(whole);
  });

  it('never lets progress fall, whatever is refused', async () => {
    const fractions: number[] = [];
    await direct(
      PROMPT,
      smallOptions(out('progress'), { onProgress: event => fractions.push(event.fraction) }),
      createSmallSteps([], 0, take => take === 'take-01'),
    );
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    expect(fractions.at(-1)).toBe(1);
  });

  it('takes away what a killed process left half written', async () => {
    const path = out('swept');
    const left = [
      'production.json.77.part',
      'iteration-01/scores.json.77.part',
      'iteration-01/.world-1.part/a',
    ];
    for (const name of left) {
      await mkdir(dirname(join(path, name)), { recursive: true });
      await writeFile(join(path, name), 'half');
    }
    expect(await direct(PROMPT, smallOptions(path), createSmallSteps())).toEqual(whole);
    expect(await contents(path)).toEqual(await contents(out('whole')));
  });

  it('ends the same after being killed again and again', async () => {
    const random = createRandom('kills');
    const script = fileURLToPath(new URL('./directOnce.ts', import.meta.url));
    const path = out('killed');
    let kills = 0;
    for (let attempt = 0; attempt < 8; attempt++) {
      const child = spawn(process.execPath, [script, path], { stdio: 'ignore' });
      const ended = once(child, 'exit');
      // Growing patience: short lives hit the first steps, longer ones the later steps.
      const outcome = await Promise.race([
        ended.then(() => 'ended'),
        sleep(300 + attempt * 150 + random.range(0, 400)).then(() => 'late'),
      ]);
      if (outcome === 'ended') {
        expect(child.exitCode).toBe(0);
        break;
      }
      child.kill('SIGKILL');
      await ended;
      kills++;
    }
    expect(kills).toBeGreaterThan(1);
    const resumed = await direct(PROMPT, smallOptions(path), createSmallSteps());
    expect(resumed).toEqual(whole);
    const [killed, uninterrupted] = [await contents(path), await contents(out('whole'))];
    expect(killed).toEqual(uninterrupted);
  });
});
