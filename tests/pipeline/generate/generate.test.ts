import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GenerateOptions, generate } from '../../../pipeline/generate/generate.ts';
import { createProvider } from '../../../pipeline/generate/providers.ts';
import { sha256File } from '../../../pipeline/generate/sha256File.ts';
import { readTakes } from '../../../pipeline/generate/takes.ts';
import { walk, writeSyntheticVideo } from './syntheticVideo.ts';

let folder: string;
let source: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-generate-'));
  source = join(folder, 'source.mp4');
  await writeSyntheticVideo(source, { frames: 6, width: 128, height: 72, pose: walk });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fromFile(out: string, more: Partial<GenerateOptions> = {}, video = source) {
  const provider = await createProvider('file', { video });
  return generate('a hallway', {
    takes: 1,
    seconds: 4,
    width: 640,
    height: 360,
    framesPerSecond: 24,
    provider,
    seed: 7,
    out: join(folder, out),
    ...more,
  });
}

describe('generate with a file', () => {
  it('copies the video and writes where it came from', async () => {
    const { takes, kept } = await fromFile('plain');
    expect(kept).toBe(0);
    expect(takes).toMatchObject([
      { take: 'take-01', provider: 'file', prompt: 'a hallway', width: 128, height: 72, frames: 6 },
    ]);
    expect((await readFile(takes[0].video)).equals(await readFile(source))).toBe(true);
    expect(await readTakes(join(folder, 'plain'))).toMatchObject({
      schema: 'sora-director/takes@1',
      takes: [{ video: 'take-01.mp4', sha256: takes[0].sha256 }],
    });
  });

  it('keeps a take that is there, and makes a damaged one again', async () => {
    const [take] = (await fromFile('again')).takes;
    const before = (await stat(take.video)).mtimeMs;
    expect((await fromFile('again')).kept).toBe(1);
    expect((await stat(take.video)).mtimeMs).toBe(before);
    await writeFile(take.video, 'damaged');
    expect((await fromFile('again')).kept).toBe(0);
    expect((await readFile(take.video)).equals(await readFile(source))).toBe(true);
  });

  it('tells of each take once it is whole: those that were there, then the others', async () => {
    const told: string[] = [];
    const onTake: GenerateOptions['onTake'] = async ({ take, video, sha256 }) => {
      expect(await sha256File(video)).toBe(sha256);
      told.push(take);
    };
    await fromFile('told', { takes: 2, workers: 1, onTake });
    expect(told).toEqual(['take-01', 'take-02']);
    await rm(join(folder, 'told', 'take-01.mp4'));
    await fromFile('told', { takes: 2, workers: 1, onTake });
    expect(told).toEqual(['take-01', 'take-02', 'take-02', 'take-01']);
  });

  it('knows another video under the same name', async () => {
    const same = join(folder, 'same.mp4');
    await copyFile(source, same);
    await fromFile('other', {}, same);
    await writeSyntheticVideo(same, { frames: 7, width: 128, height: 72, pose: walk });
    await expect(fromFile('other', {}, same)).rejects.toMatchObject({ code: 'OUTPUT_OCCUPIED' });
  });

  it('gives each take a seed of its own that depends on the seed alone', async () => {
    const seeds = async (out: string, seed: number, workers: number) =>
      (await fromFile(out, { takes: 3, seed, workers })).takes.map(take => take.seed);
    const one = await seeds('seeds-1', 5, 1);
    expect(new Set(one).size).toBe(3);
    expect(await seeds('seeds-2', 5, 2)).toEqual(one);
    expect(await seeds('seeds-3', 6, 2)).not.toEqual(one);
  });

  it.each([
    ['nosuch.mp4', undefined, 'INPUT_NOT_FOUND'],
    ['empty.mp4', '', 'INPUT_EMPTY'],
    ['noise.mp4', 'this is not a video at all', 'VIDEO_UNREADABLE'],
  ])('refuses %s', async (name, content, code) => {
    const path = join(folder, name);
    if (content !== undefined) await writeFile(path, content);
    await expect(createProvider('file', { video: path })).rejects.toMatchObject({ code });
  });

  it('refuses a folder whose takes.json is not its own, and a folder that cannot be made', async () => {
    await fromFile('foreign');
    await writeFile(join(folder, 'foreign', 'takes.json'), '{"takes": 3}');
    await expect(fromFile('foreign')).rejects.toMatchObject({ code: 'OUTPUT_OCCUPIED' });
    await expect(fromFile('source.mp4/inside')).rejects.toMatchObject({ code: 'OUTPUT_UNWRITABLE' });
  });

  it('refuses options of another provider', async () => {
    await expect(createProvider('file')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(
      createProvider('openai', { video: source, environment: { OPENAI_API_KEY: 'x' } }),
    ).rejects.toMatchObject({ code: 'USAGE' });
  });
});
