import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import { loadWorldFromBytes } from '../../../engine/world/loadWorldFromBytes.ts';
import { writeWorldFolder } from '../../../engine/world/writeWorldFolder.ts';
import { box, floor, worldOf } from '../solids.ts';
import { glbBytes } from './glbBytes.ts';

let folder: string;
const visual = worldOf(floor(), box('crate', [1, 0.5, 0], [1, 1, 1]));

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sora-bytes-')), 'world');
  await writeWorldFolder(folder, {
    manifest: {
      schema: 'sora-director/world@1',
      units: 'm',
      up: '+Y',
      source: {},
      scale: { source: 'assumed', factor: 1, confidence: 0 },
      cameras: [],
      spawns: [],
      objects: [
        {
          id: 'crate',
          node: 'crate',
          bounds: { min: [0.5, 0, -0.5], max: [1.5, 1, 0.5] },
          motion: 'dynamic',
          massKilograms: 12,
        },
      ],
      inferred: [],
    },
    visual,
    collider: visual,
  });
});
afterAll(() => rm(join(folder, '..'), { recursive: true, force: true }));

const read = (name: string) => readFile(join(folder, name));

describe('loadWorldFromBytes', () => {
  it('reads the same world as loadWorld reads from its folder', async () => {
    const fromFolder = await loadWorld(folder, { decodeImages: false });
    const fromBytes = await loadWorldFromBytes(
      {
        visual: await read('visual.glb'),
        collider: await read('collider.glb'),
        manifest: await read('world.json'),
      },
      {},
    );
    expect(fromBytes.visual).toEqual(fromFolder.visual);
    expect(fromBytes.collider).toEqual(fromFolder.collider);
    expect(fromBytes.manifest).toEqual(fromFolder.manifest);
    expect(fromBytes.collider.nodes.find(node => node.name === 'crate')).toMatchObject({
      motion: 'dynamic',
      massKilograms: 12,
    });
  });

  it('touches a bare file as it is seen', async () => {
    const world = await loadWorldFromBytes({ visual: await read('visual.glb') }, {});
    expect(world.collider).toBe(world.visual);
    expect(world.manifest).toBeUndefined();
  });

  it('refuses by code: no glTF, a manifest that is none, a file beside it, a stop', async () => {
    const sound = await read('visual.glb');
    const refusal = (bytes: Parameters<typeof loadWorldFromBytes>[0], signal?: AbortSignal) =>
      loadWorldFromBytes(bytes, { signal }).then(
        () => 'read',
        error => (error as { code?: string }).code,
      );
    expect(await refusal({ visual: Buffer.from('no') })).toBe('WORLD_UNREADABLE');
    expect(await refusal({ visual: new Uint8Array() })).toBe('INPUT_EMPTY');
    expect(await refusal({ visual: sound, collider: sound, manifest: Buffer.from('{}') })).toBe(
      'WORLD_SCHEMA',
    );
    const beside = glbBytes({ asset: { version: '2.0' }, buffers: [{ uri: 'far.bin', byteLength: 4 }] });
    expect(await refusal({ visual: beside })).toBe('WORLD_UNREADABLE');
    expect(await refusal({ visual: sound }, AbortSignal.abort())).toBe('CANCELLED');
  });
});
