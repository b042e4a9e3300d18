import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderTake } from '../../../pipeline/generate/procedural/renderTake.ts';
import { fromScores } from '../../../pipeline/revise/evidence.ts';
import { revise } from '../../../pipeline/revise/revise.ts';
import { rankCards, scoreVideo, type UnrankedCard } from '../../../pipeline/score/score.ts';

const PROMPT = 'A warehouse between crates';
const SEED = 1004;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-own-motion-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A take as the quick bench of the loop asks for it, with one fault that is sure to happen. */
async function scored(fault?: 'morph' | 'mover-crossing', prompt?: string): Promise<UnrankedCard> {
  const name = fault ?? 'sound';
  const video = join(folder, `${name}.mp4`);
  const failureModel = join(folder, `${name}.json`);
  const faults = fault ? { [fault]: { probability: 1, severity: [0.6, 0.8] } } : {};
  await writeFile(failureModel, JSON.stringify({ schema: 'sora-director/failure-model@1', name, faults }));
  const size = { width: 480, height: 270, framesPerSecond: 12, seconds: 3 };
  const truth = await renderTake(
    { prompt: PROMPT, seed: SEED, ...size, failureModel },
    video,
    join(folder, `${name}.truth`),
  );
  expect(truth.faults.map(({ type }) => type)).toEqual(fault ? [fault] : []);
  return scoreVideo(video, { prompt });
}

const own = ({ violations }: UnrankedCard) => violations.filter(({ evidence }) => 'strayPixels' in evidence);

describe('what moves or changes its shape by itself', () => {
  it('is found where a thing swells and shrinks, with its time and place, and names an edit', async () => {
    const card = await scored('morph', PROMPT);
    const [found, ...more] = own(card);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ type: 'view-inconsistency', severity: 'warning' });
    expect(found.replay.toSeconds - found.replay.fromSeconds).toBeGreaterThan(0.6);
    // The crate stands at the left, in the lower half.
    const [left, top, right, bottom] = found.evidence['box'] as [number, number, number, number];
    expect(left).toBeGreaterThan(0.1);
    expect(right).toBeLessThan(0.5);
    expect(top).toBeGreaterThan(0.4);
    expect(bottom).toBeGreaterThan(top);
    const evidence = fromScores(rankCards([card]).takes);
    const edit = revise(PROMPT, evidence).edits.find(({ because }) => because.includes(found.id));
    expect(edit?.clause).toMatch(/move|still|shape/);
  });

  it('is found where somebody crosses, and held against the take where the prompt does not ask for it', async () => {
    const card = await scored('mover-crossing', PROMPT);
    expect(own(card)).toMatchObject([{ type: 'view-inconsistency', severity: 'warning' }]);
    const video = join(folder, 'mover-crossing.mp4');
    const asked = await scoreVideo(video, { prompt: 'A person runs across a warehouse' });
    expect(own(asked)).toEqual([]);
    const unknown = await scoreVideo(video);
    expect(own(unknown)).toMatchObject([{ severity: 'info' }]);
    expect(fromScores(rankCards([unknown]).takes)).toEqual([]);
  });

  it('is not found in the same take without a fault', async () => {
    expect((await scored(undefined, PROMPT)).violations).toEqual([]);
  });
});
