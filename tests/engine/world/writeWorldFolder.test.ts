import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import type { WorldManifest } from '../../../engine/world/worldSchema.ts';
import { writePly } from '../../../engine/world/writePly.ts';
import { writeWorldFolder } from '../../../engine/world/writeWorldFolder.ts';
import { box, dynamicBox, PLASTER, worldOf } from '../solids.ts';

const manifest: WorldManifest = {
  schema: 'sora-director/world@1',
  units: 'm',
  up: '+Y',
  source: { prompt: 'a robot walks' },
  scale: { source: 'assumed', factor: 1, confidence: 0.5 },
  cameras: [
    {
      frame: 0,
      time: 0,
      position: [0, 1.6, 0],
      rotation: [0, 0, 0, 1],
      fx: 500,
      fy: 500,
      cx: 320,
      cy: 180,
      width: 640,
      height: 360,
    },
  ],
  spawns: [{ position: [0, 0, 0], yaw: 0 }],
  objects: [
    {
      id: 'crate',
      node: 'crate',
      bounds: { min: [0, 0, 0], max: [1, 1, 1] },
      motion: 'dynamic',
      massKilograms: 5,
    },
  ],
  inferred: [],
};
const model = worldOf(
  box('ground', [0, -0.5, 0], [10, 1, 10]),
  dynamicBox('crate', [0, 0.5, -2], [1, 1, 1], 5),
);

let parent: string;
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'sora-folder-'));
});
afterAll(() => rm(parent, { recursive: true, force: true }));

describe('writeWorldFolder', () => {
  it('writes a folder that loads as what was written, and leaves nothing beside it', async () => {
    const target = join(parent, 'deep', 'world');
    const pointsPly = writePly({ positions: Float32Array.of(1, 2, 3), colors: Uint8Array.of(255, 0, 128) });
    await writeWorldFolder(target, {
      manifest,
      visual: model,
      collider: model,
      pointsPly,
      backdrop: Uint8Array.of(2),
      preview: Uint8Array.of(1),
    });
    expect((await readdir(target)).sort()).toEqual([
      'backdrop.webp',
      'collider.glb',
      'points.ply',
      'preview.webp',
      'visual.glb',
      'world.json',
    ]);
    expect(await readdir(join(parent, 'deep'))).toEqual(['world']);
    const world = await loadWorld(target);
    expect(world.manifest).toEqual(manifest);
    expect(world.visual.nodes.map(node => [node.name, node.motion])).toEqual([
      ['ground', 'static'],
      ['crate', 'dynamic'],
    ]);
  });

  it('replaces a world, and gives the same bytes and hash for the same content', async () => {
    const target = join(parent, 'again');
    await writeWorldFolder(target, { manifest, visual: model, collider: model, preview: Uint8Array.of(1) });
    const first = await loadWorld(target);
    await writeWorldFolder(target, { manifest, visual: model, collider: model });
    expect((await loadWorld(target)).sha256).toBe(first.sha256);
    expect((await readdir(target)).sort()).toEqual(['collider.glb', 'visual.glb', 'world.json']);
  });

  it('writes the collider without textures', async () => {
    const textured = {
      nodes: model.nodes,
      materials: [{ ...PLASTER, baseColorImage: 0 }],
      images: [{ width: 1, height: 1, pixels: Uint8Array.of(1, 2, 3, 255) }],
    };
    const target = join(parent, 'textured');
    await writeWorldFolder(target, { manifest, visual: textured, collider: textured });
    const text = (name: string) => readFile(join(target, name), 'latin1');
    expect(await text('visual.glb')).toContain('image/png');
    expect(await text('collider.glb')).not.toContain('image/png');
  });

  it('does not replace a folder that holds something else', async () => {
    const target = join(parent, 'home');
    await mkdir(target);
    await writeFile(join(target, 'thesis.txt'), 'years of work');
    await expect(
      writeWorldFolder(target, { manifest, visual: model, collider: model }),
    ).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining('thesis.txt'),
    });
    expect(await readFile(join(target, 'thesis.txt'), 'utf8')).toBe('years of work');
  });

  it('refuses a place that cannot be written, and a manifest or model that does not fit, leaving nothing', async () => {
    await writeFile(join(parent, 'file'), 'x');
    await expect(
      writeWorldFolder(join(parent, 'file', 'w'), { manifest, visual: model, collider: model }),
    ).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
    const target = join(parent, 'never');
    const wrong = { ...manifest, units: 'cm' } as unknown as WorldManifest;
    await expect(
      writeWorldFolder(target, { manifest: wrong, visual: model, collider: model }),
    ).rejects.toMatchObject({
      code: 'WORLD_SCHEMA',
    });
    const broken = structuredClone(model);
    broken.nodes[0]!.parts[0]!.positions[0] = Infinity;
    await expect(
      writeWorldFolder(target, { manifest, visual: broken, collider: model }),
    ).rejects.toMatchObject({
      code: 'WORLD_INVALID',
    });
    expect((await readdir(parent)).filter(name => name.includes('never'))).toEqual([]);
  });

  it('meets a limit on file size as a full disk: coded, the old world untouched, no temporary folder left', async () => {
    const target = join(parent, 'full');
    await writeWorldFolder(target, { manifest, visual: model, collider: model });
    const before = (await loadWorld(target)).sha256;
    const script = fileURLToPath(new URL('./writeLargeWorld.ts', import.meta.url));
    // `ulimit -f 64`: no file may grow beyond 64 KiB; the write ends short as it does on a full disk.
    const child = spawnSync(
      'bash',
      ['-c', `ulimit -f 64; trap '' XFSZ; exec "$0" "$1" "$2"`, process.execPath, script, target],
      {
        encoding: 'utf8',
      },
    );
    expect(child.stdout, child.stderr).toBe('OUTPUT_UNWRITABLE');
    expect((await loadWorld(target)).sha256).toBe(before);
    expect((await readdir(parent)).filter(name => name.startsWith('.full'))).toEqual([]);
  });
});

describe('writePly', () => {
  it('writes a header that names its 15 bytes a point, and the points', () => {
    const bytes = writePly({
      positions: Float32Array.of(1, 2, 3, -4, 5.5, 6),
      colors: Uint8Array.of(1, 2, 3, 4, 5, 6),
    });
    const text = new TextDecoder('latin1').decode(bytes);
    const start = text.indexOf('end_header\n') + 'end_header\n'.length;
    expect(text).toMatch(/^ply\nformat binary_little_endian 1\.0\n/);
    expect(text).toContain('element vertex 2\n');
    expect(bytes.length - start).toBe(30);
    const view = new DataView(bytes.buffer, start);
    expect([view.getFloat32(15, true), view.getFloat32(19, true), view.getUint8(27)]).toEqual([-4, 5.5, 4]);
  });

  it('refuses unlike lengths', () => {
    expect(() => writePly({ positions: new Float32Array(6), colors: new Uint8Array(3) })).toThrow(RangeError);
  });
});
