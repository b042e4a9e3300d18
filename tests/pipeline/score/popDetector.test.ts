import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderTake } from '../../../pipeline/generate/procedural/renderTake.ts';
import { scoreVideo } from '../../../pipeline/score/score.ts';

const PROMPT = 'An old monk waits in a temple with stone columns';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-pops-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function take(name: string, faults: object) {
  const video = join(folder, `${name}.mp4`);
  const failureModel = join(folder, `${name}.json`);
  await writeFile(failureModel, JSON.stringify({ schema: 'sora-director/failure-model@1', name, faults }));
  const size = { width: 480, height: 270, framesPerSecond: 12, seconds: 3 };
  const truth = await renderTake(
    { prompt: PROMPT, seed: 1003, ...size, failureModel },
    video,
    join(folder, `${name}.truth`),
  );
  return { truth, card: await scoreVideo(video, { prompt: PROMPT }) };
}

describe('a thing that pops in a rendered take', () => {
  it('is found in the frame in which it does, on a floor that looks like it', async () => {
    const { truth, card } = await take('pop', { pop: { probability: 1, severity: [0.2, 0.9] } });
    const [{ from, to }] = truth.faults;
    expect(from).toBe(0);
    const frame = Math.ceil(to * 12);
    expect(card.violations).toMatchObject([{ type: 'pop', severity: 'warning', evidence: { frame } }]);
    // A lantern stands in the left half.
    const [[left, , right]] = card.violations[0].evidence['boxes'] as [number, number, number, number][];
    expect(right - left).toBeLessThan(0.3);
  });

  it('is not found in the same take without it', async () => {
    expect((await take('sound', {})).card.violations).toEqual([]);
  });
});
