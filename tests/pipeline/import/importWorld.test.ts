import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ErrorCode, toDirectorError } from '../../../engine/errors.ts';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import { readSplatPly } from '../../../engine/world/splats/readSplatPly.ts';
import { readSpz } from '../../../engine/world/splats/readSpz.ts';
import { type SplatCloud, turnAboutX } from '../../../engine/world/splats/splatCloud.ts';
import { splatsFromModel } from '../../../engine/world/splats/splatsFromModel.ts';
import { writeSplatPly } from '../../../engine/world/splats/writeSplatPly.ts';
import { writeSpz } from '../../../engine/world/splats/writeSpz.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { importWorld } from '../../../pipeline/import/importWorld.ts';
import { box, worldOf } from '../../engine/solids.ts';

/** A room from 1 to 4 m high, so that half a turn takes it elsewhere. */
const room = worldOf(box('ground', [0, 0.9, 0], [6, 0.2, 6]), box('shelf', [2, 2.5, 2], [1, 3, 1]));
const { cloud } = splatsFromModel(room, { budget: 600 });

/** The same with y down and z ahead, as Marble writes SPZ and GLB. */
function turnedCloud(): SplatCloud {
  const turned = { ...cloud, positions: cloud.positions.slice(), rotations: cloud.rotations.slice() };
  turnAboutX(turned);
  return turned;
}
const turnedRoom: WorldModel = {
  ...room,
  nodes: room.nodes.map(node => ({
    ...node,
    worldFromNode: node.worldFromNode.map((value, i) => (i % 4 === 1 || i % 4 === 2 ? 0 - value : value)),
  })),
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function files(contents: Record<string, Uint8Array>): Promise<string> {
  const at = join(folder, `pair-${count++}`);
  await mkdir(at);
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(at, name), bytes);
  return at;
}

const bring = (paths: string[], options: Partial<Parameters<typeof importWorld>[1]> = {}) =>
  importWorld(paths, { out: join(folder, `world-${count++}`), axes: 'own', ...options });

const codeOf = (work: Promise<unknown>): Promise<ErrorCode | 'done'> =>
  work.then(
    () => 'done' as const,
    error => toDirectorError(error).code,
  );

function heights(world: WorldModel): [number, number] {
  const ys = world.nodes.flatMap(node =>
    node.parts.flatMap(part =>
      Array.from(
        { length: part.positions.length / 3 },
        (_, i) =>
          node.worldFromNode[1] * part.positions[3 * i] +
          node.worldFromNode[5] * part.positions[3 * i + 1] +
          node.worldFromNode[9] * part.positions[3 * i + 2] +
          node.worldFromNode[13],
      ),
    ),
  );
  return [Math.min(...ys), Math.max(...ys)];
}

describe('import', () => {
  it('makes a world folder of a pair, its splats unchanged', async () => {
    const spz = writeSpz(cloud);
    const pair = await files({ 'marble.spz': spz, 'marble_collider.glb': await writeGlb(room) });
    const { world, splats, shareInside, triangles } = await bring([pair]);
    expect(splats).toBe(cloud.count);
    expect(shareInside).toBe(1);
    expect(triangles).toBe(24);
    expect((await readdir(world)).sort()).toEqual(['collider.glb', 'splats.spz', 'visual.glb', 'world.json']);
    expect(new Uint8Array(await readFile(join(world, 'splats.spz')))).toEqual(spz);
    const loaded = await loadWorld(world);
    expect(loaded.manifest?.scale).toEqual({ source: 'assumed', factor: 1, confidence: 0 });
    expect(loaded.visual.nodes.map(({ name }) => name)).toEqual(['ground', 'shelf']);
  });

  it('turns what has y down upright, in metres, with the ground at 0', async () => {
    const pair = await files({
      'a.spz': writeSpz(turnedCloud()),
      'b.glb': await writeGlb(turnedRoom),
    });
    const { world } = await bring([join(pair, 'b.glb'), join(pair, 'a.spz')], {
      axes: 'opencv',
      scale: 2,
      groundMeters: 2,
    });
    const { collider, manifest } = await loadWorld(world);
    expect(manifest?.scale).toEqual({ source: 'user', factor: 2, confidence: 1 });
    const [low, high] = heights(collider);
    expect(low).toBeCloseTo(-0.4, 4);
    expect(high).toBeCloseTo(6, 4);
    const moved = readSpz(await readFile(join(world, 'splats.spz')), 'moved');
    for (let i = 0; i < cloud.count; i++) {
      expect(Math.abs(moved.positions[3 * i + 1] - (2 * cloud.positions[3 * i + 1] - 2))).toBeLessThan(0.001);
      expect(Math.abs(moved.logScales[3 * i] - cloud.logScales[3 * i] - Math.log(2))).toBeLessThan(0.08);
    }
  });

  it('takes a PLY as y down either way', async () => {
    const pair = await files({ 'a.ply': writeSplatPly(cloud), 'b.glb': await writeGlb(turnedRoom) });
    const { world } = await bring([pair], { axes: 'opencv' });
    expect(readSplatPly(await readFile(join(world, 'splats.ply')), 'ply').positions).toEqual(cloud.positions);
  });

  it('refuses by code what does not fit together, and writes nothing', async () => {
    const glb = await writeGlb(room);
    const upsideDown = await files({ 'a.spz': writeSpz(turnedCloud()), 'b.glb': glb });
    const before = await readdir(folder);
    expect(await codeOf(bring([upsideDown]))).toBe('WORLD_INVALID');
    expect(await codeOf(bring([join(upsideDown, 'a.spz')]))).toBe('USAGE');
    expect(await codeOf(bring([folder]))).toBe('USAGE');
    expect(await codeOf(bring([join(folder, 'nowhere')]))).toBe('INPUT_NOT_FOUND');
    expect(await codeOf(bring([join(upsideDown, 'none.spz'), join(upsideDown, 'b.glb')]))).toBe(
      'INPUT_NOT_FOUND',
    );
    expect(await readdir(folder)).toEqual(before);
    const damaged = await files({ 'a.spz': writeSpz(cloud).subarray(0, 500), 'b.glb': glb });
    expect(await codeOf(bring([damaged]))).toBe('WORLD_UNREADABLE');
    const points = await files({
      'a.ply': new TextEncoder().encode('ply\nformat ascii 1.0\nend_header\n'),
      'b.glb': glb,
    });
    expect(await codeOf(bring([points]))).toBe('WORLD_UNSUPPORTED');
  });
});

describe('a folder with splats and their collider', () => {
  it('is a world as it is: both seen and touched as the collider', async () => {
    const pair = await files({
      'place.spz': writeSpz(cloud),
      'place_high.glb': await writeGlb(worldOf()),
      'place_Collider.glb': await writeGlb(room),
    });
    const world = await loadWorld(pair);
    expect(world.manifest).toBeUndefined();
    expect(world.collider.nodes.map(({ name }) => name)).toEqual(['ground', 'shelf']);
    expect(world.visual).toBe(world.collider);
  });

  it('is still refused where which mesh belongs to the splats is not clear', async () => {
    const glb = await writeGlb(room);
    const unclear = await files({ 'a.spz': writeSpz(cloud), 'one.glb': glb, 'two.glb': glb });
    expect(await codeOf(loadWorld(unclear))).toBe('WORLD_UNREADABLE');
  });
});
