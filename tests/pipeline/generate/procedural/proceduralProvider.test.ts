import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createSoftwareCamera } from '../../../../engine/camera/softwareCamera.ts';
import { loadWorld } from '../../../../engine/world/loadWorld.ts';
import { worldCameraSchema } from '../../../../engine/world/worldSchema.ts';
import { createProceduralProvider } from '../../../../pipeline/generate/procedural/proceduralProvider.ts';
import { renderTake } from '../../../../pipeline/generate/procedural/renderTake.ts';
import { type GenerationRequest, truthFolder } from '../../../../pipeline/generate/provider.ts';
import { probeVideo } from '../../../../pipeline/video/probeVideo.ts';

const request: GenerationRequest = {
  prompt: 'A robot walks down a zorbly hallway',
  seconds: 0.5,
  width: 160,
  height: 96,
  framesPerSecond: 12,
  seed: 5,
};
const FAULT_FREE = fileURLToPath(
  new URL('../../../../scenes/failure-models/fault-free.json', import.meta.url),
);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'procedural-'));
});
afterAll(() => rm(folder, { recursive: true }));

const sha256 = async (path: string) =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

async function hashes(video: string): Promise<Record<string, string>> {
  const truth = truthFolder(video);
  const entries: Record<string, string> = { video: await sha256(video) };
  for (const name of (await readdir(truth)).sort()) entries[name] = await sha256(join(truth, name));
  return entries;
}

async function finished(provider: ReturnType<typeof createProceduralProvider>, id: string) {
  for (;;) {
    const status = await provider.status(id);
    if (status.state !== 'running') return status;
    await delay(30);
  }
}

describe('a take', () => {
  test('is the same bytes from the provider’s thread and from a direct call; another seed gives others', async () => {
    const provider = createProceduralProvider();
    await provider.validate(request);
    const [a, b] = [join(folder, 'a.mp4'), join(folder, 'b.mp4')];
    const { id } = await provider.start(request, 'key-a');
    expect(await finished(provider, id)).toMatchObject({
      state: 'completed',
      notes: ['Not understood, and not in the picture: zorbly.'],
    });
    await provider.download(id, a);
    await renderTake(request, b, truthFolder(b));
    expect(await hashes(a)).toEqual(await hashes(b));
    const c = join(folder, 'c.mp4');
    await renderTake({ ...request, seed: 6 }, c, truthFolder(c));
    expect((await hashes(c))['video']).not.toBe((await hashes(a))['video']);
    expect((await readdir(folder)).filter(name => name.includes('.part'))).toEqual([]);
  });

  test('has a playable video and a truth that renders it', async () => {
    const video = join(folder, 'free.mp4');
    const truth = await renderTake({ ...request, failureModel: FAULT_FREE }, video, truthFolder(video));
    expect(await probeVideo(video)).toMatchObject({ width: 160, height: 96 });
    expect(truth.faults).toEqual([]);
    expect(truth.unknownWords).toEqual(['zorbly']);
    const cameras = z
      .array(worldCameraSchema)
      .parse(JSON.parse(await readFile(join(truthFolder(video), 'cameras.json'), 'utf8')));
    expect(cameras).toHaveLength(6);
    const { visual } = await loadWorld(join(truthFolder(video), 'world.glb'));
    expect(visual.nodes.map(node => node.name)).toEqual(
      expect.arrayContaining(['floor', 'walls', 'ceiling', 'robot-1']),
    );
    // The truth's camera in the truth's world sees geometry everywhere.
    const { position: p, rotation: q, ...intrinsics } = cameras[0];
    const [x, y, z_, w] = q;
    const worldFromCamera = new Float64Array([
      1 - 2 * (y * y + z_ * z_),
      2 * (x * y + z_ * w),
      2 * (x * z_ - y * w),
      0,
      2 * (x * y - z_ * w),
      1 - 2 * (x * x + z_ * z_),
      2 * (y * z_ + x * w),
      0,
      2 * (x * z_ + y * w),
      2 * (y * z_ - x * w),
      1 - 2 * (x * x + y * y),
      0,
      ...p,
      1,
    ]);
    const camera = await createSoftwareCamera(visual);
    const black = [0, 0, 0] as const;
    const frame = camera.render(
      { ...intrinsics, worldFromCamera },
      {
        sunDirection: [0, 1, 0],
        sunColor: black,
        skyAmbient: [1, 1, 1],
        groundAmbient: [1, 1, 1],
        background: { zenith: black, horizon: black },
        fogColor: black,
        fogDensityPerMeter: 0,
        shadows: false,
        exposure: 1,
      },
    );
    camera.dispose();
    expect(frame.nodeId.includes(0)).toBe(false);
  });
});

describe('the provider', () => {
  test('refuses what it cannot render, naming the option', async () => {
    const provider = createProceduralProvider();
    for (const bad of [
      { width: 161 },
      { width: 32 },
      { height: 4096 },
      { framesPerSecond: 0 },
      { seconds: 0 },
      { seconds: 9999 },
      { seconds: Number.NaN },
    ])
      await expect(provider.validate({ ...request, ...bad })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(
      provider.validate({ ...request, failureModel: join(folder, 'none.json') }),
    ).rejects.toMatchObject({ code: 'INPUT_NOT_FOUND' });
  });

  test('cancel stops a long take and forgets it', async () => {
    const provider = createProceduralProvider();
    const { id } = await provider.start({ ...request, seconds: 60 }, 'long');
    while ((await provider.status(id)).fraction === 0) await delay(20);
    await provider.cancel(id);
    expect(await provider.status(id)).toMatchObject({ state: 'failed', error: { code: 'PROVIDER_EXPIRED' } });
    await expect(provider.download(id, join(folder, 'long.mp4'))).rejects.toMatchObject({
      code: 'PROVIDER_DOWNLOAD',
    });
    expect(existsSync(join(folder, 'long.mp4'))).toBe(false);
  });

  test('a take that cannot be rendered fails with its code and leaves nothing', async () => {
    const provider = createProceduralProvider();
    const { id } = await provider.start({ ...request, failureModel: join(folder, 'none.json') }, 'bad');
    expect(await finished(provider, id)).toMatchObject({
      state: 'failed',
      error: { code: 'INPUT_NOT_FOUND' },
    });
    await provider.cancel(id);
  });
});
