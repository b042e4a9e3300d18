import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import validator from 'gltf-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import { readSparsePly } from '../../../engine/world/ply/sparsePly.ts';
import { readSplatPly } from '../../../engine/world/splats/readSplatPly.ts';
import { readSpz } from '../../../engine/world/splats/readSpz.ts';
import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import { exportWorld } from '../../../pipeline/export/exportWorld.ts';
import { type LiftResult, lift, liftOn } from '../../../pipeline/lift/lift.ts';
import { createDepthPool } from '../../../pipeline/lift/surface/depthPool.ts';
import { encodeVideo } from '../../../pipeline/video/encodeVideo.ts';
import { probeVideo } from '../../../pipeline/video/probeVideo.ts';
import { roomView } from './surface/syntheticViews.ts';

const [width, height, frames] = [240, 144, 15];
/** Black above and below the picture, pixels. */
const bar = 20;
/** This frame comes twice. */
const PAUSE = 6;
const shownHeight = height + 2 * bar;
const folder = mkdtempSync(join(tmpdir(), 'lift-'));
const elsewhere = mkdtempSync(join(tmpdir(), 'lift-again-'));
const video = join(folder, 'room.mp4');

async function* pictures(count: number) {
  for (let k = 0; k < count; k++) {
    // The camera waits for a frame.
    const i = k <= PAUSE ? k : k - 1;
    const view = roomView(i, -0.7 + 0.1 * i, -0.03 * i, 0.008 * i, width, height);
    const rgba = new Uint8Array(4 * width * shownHeight);
    for (let p = 0; p < width * height; p++)
      rgba.set(view.rgb.subarray(3 * p, 3 * p + 3), 4 * (p + bar * width));
    yield rgba;
  }
}

beforeAll(async () => {
  await encodeVideo(video, { width, height: shownHeight, framesPerSecond: 12 }, pictures(frames));
});
afterAll(() => {
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true, force: true });
});

describe('lift', () => {
  const out = join(folder, 'world');
  let result: LiftResult;
  beforeAll(async () => {
    result = await lift(video, { out, quality: 'draft', seed: 1 });
  });

  test('gives a world with cameras, spawns on the floor and what was inferred', async () => {
    expect(result.registered).toBeGreaterThanOrEqual(0.9 * frames);
    const { manifest, visual, collider } = await loadWorld(out);
    expect(manifest?.cameras).toHaveLength(result.registered);
    expect(manifest?.scale.source).toBe('camera-height');
    for (const camera of manifest?.cameras ?? []) expect(camera.position[1]).toBeCloseTo(1.6, 0);
    for (const spawn of manifest?.spawns ?? []) expect(spawn.position[1]).toBe(0);
    const inferred = visual.nodes.flatMap(node =>
      node.parts.flatMap((part, primitive) => (part.inferred ? [`${node.name}/${primitive}`] : [])),
    );
    expect(manifest?.inferred.map(({ node, primitive }) => `${node}/${primitive}`)).toEqual(inferred);
    expect(collider.nodes.map(node => node.name)).toContain('floor');
    expect(existsSync(join(out, 'preview.webp'))).toBe(true);
    expect(existsSync(join(out, 'points.ply'))).toBe(true);
  });

  test('starts from cameras that are given, and writes splats beyond a draft', async () => {
    const model = join(elsewhere, 'model');
    await exportWorld(out, { format: 'colmap', images: false, out: model });
    const again = join(elsewhere, 'again');
    const given = await lift(video, { out: again, quality: 'standard', cameras: { folder: model } });
    expect(given.registered).toBe(result.registered);
    expect(given.reprojectionErrorPixels).toBeCloseTo(result.reprojectionErrorPixels, 2);
    const [before, after] = [(await loadWorld(out)).manifest, (await loadWorld(again)).manifest];
    expect(after?.cameras.map(({ frame }) => frame)).toEqual(before?.cameras.map(({ frame }) => frame));
    const walked = (cameras: WorldCamera[]) =>
      Math.hypot(...[0, 2].map(k => (cameras.at(-1)?.position[k] ?? 0) - cameras[0].position[k]));
    // Each quality takes its scale from the floor that it finds.
    expect(Math.abs(walked(after?.cameras ?? []) / walked(before?.cameras ?? []) - 1)).toBeLessThan(0.15);

    expect(existsSync(join(out, 'splats.ply'))).toBe(false);
    const ply = readSplatPly(await readFile(join(again, 'splats.ply')), 'splats.ply');
    const spz = readSpz(await readFile(join(again, 'splats.spz')), 'splats.spz');
    expect(ply.count).toBeGreaterThan(10_000);
    expect(ply.count).toBeLessThanOrEqual(200_000);
    expect(spz.count).toBe(ply.count);
    for (let i = 0; i < ply.count; i += 97)
      expect(Math.abs(ply.positions[3 * i + 1] - spz.positions[3 * i + 1])).toBeLessThan(0.001);
    const sparse = readSparsePly(await readFile(join(again, 'sparse.ply')), 'sparse.ply');
    expect(sparse.observedPoint.length).toBeGreaterThan(sparse.positions.length / 3);
  });

  test('gives the cameras of the shown video and says what was masked', async () => {
    const { manifest } = await loadWorld(out);
    for (const camera of manifest?.cameras ?? []) {
      expect([camera.width, camera.height]).toEqual([width, shownHeight]);
      expect(Math.abs(camera.cx - (width / 2 - 0.5))).toBeLessThan(1);
      expect(Math.abs(camera.cy - (shownHeight / 2 - 0.5))).toBeLessThan(1.5);
      expect(Math.abs(camera.fy / camera.fx - 1)).toBeLessThan(0.02);
      expect(camera.time).toBeCloseTo(camera.frame / 12, 2);
    }
    const [kept, repeat] = [PAUSE, PAUSE + 1].map(k => manifest?.cameras.find(({ frame }) => frame === k));
    expect(repeat).toEqual({ ...kept, frame: PAUSE + 1, time: repeat?.time });
    expect(result.dropped).toContainEqual(expect.objectContaining({ what: 'repeated frames', count: 1 }));
    const bars = manifest?.quality?.masked?.find(({ what }) => what === 'bars');
    expect(bars?.share).toBeCloseTo((2 * bar) / shownHeight, 1);
    expect(result.masked).toEqual(manifest?.quality?.masked);
    expect(result.dropped).toEqual(manifest?.quality?.dropped);
  });

  test('writes GLBs without an error', async () => {
    for (const name of ['visual.glb', 'collider.glb']) {
      const report = await validator.validateBytes(new Uint8Array(await readFile(join(out, name))));
      expect(report.issues.numErrors, JSON.stringify(report.issues.messages.slice(0, 3))).toBe(0);
    }
  });

  test('the collider has no triangle without area', async () => {
    const { collider } = await loadWorld(out);
    for (const { parts } of collider.nodes)
      for (const { positions: p, indices } of parts)
        for (let i = 0; i < indices.length; i += 3) {
          const [a, b, c] = [0, 1, 2].map(k => p.subarray(3 * indices[i + k], 3 * indices[i + k] + 3));
          const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
          const v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
          const area =
            Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
          expect(area).toBeGreaterThan(1e-9);
        }
  });

  test('writes the same bytes on one depth thread, two and four', async () => {
    const short = join(elsewhere, 'short.mp4');
    await encodeVideo(short, { width, height: shownHeight, framesPerSecond: 12 }, pictures(10));
    const info = await probeVideo(short);
    const worlds: { name: string; bytes: Buffer }[][] = [];
    for (const threads of [1, 2, 4]) {
      const world = join(elsewhere, `threads-${threads}`);
      const pool = createDepthPool(threads);
      try {
        await liftOn(pool, short, info, { out: world, quality: 'draft' }, () => 0);
      } finally {
        await pool.close();
      }
      const names = readdirSync(world).sort();
      worlds.push(
        await Promise.all(names.map(async name => ({ name, bytes: await readFile(join(world, name)) }))),
      );
    }
    const [one, ...more] = worlds;
    expect(one.map(({ name }) => name)).toContain('visual.glb');
    for (const other of more) {
      expect(other.map(({ name }) => name)).toEqual(one.map(({ name }) => name));
      for (const [i, { name, bytes }] of other.entries())
        expect(bytes.equals(one[i].bytes), `${name} differs`).toBe(true);
    }
  }, 300_000);

  test('a cancelled lift leaves the world that was there', async () => {
    const before = await readFile(join(out, 'world.json'));
    const controller = new AbortController();
    const stopped = lift(video, {
      out,
      quality: 'draft',
      signal: controller.signal,
      onProgress: ({ stage }) => {
        if (stage === 'depth') controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await readFile(join(out, 'world.json'))).toEqual(before);
    expect(readdirSync(folder).sort()).toEqual(['room.mp4', 'world']);
  });
});
