import { existsSync, globSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturesFolder } from '../../../bench/bench.ts';
import { DirectorError, type ErrorCode } from '../../../engine/errors.ts';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { box, sheet, worldOf } from '../solids.ts';
import { glbBytes, triangle } from './glbBytes.ts';

const worlds = join(fixturesFolder(), 'worlds');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-load-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

let count = 0;
async function file(bytes: Uint8Array | string, name = `world-${count++}.glb`): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function codeOf(path: string): Promise<ErrorCode | 'loaded'> {
  try {
    await loadWorld(path);
    return 'loaded';
  } catch (error) {
    if (error instanceof DirectorError) return error.code;
    throw error;
  }
}

async function load(changes: Record<string, unknown>, positions?: number[], indices?: number[]) {
  return (await loadWorld(await file(triangle(changes, positions, indices).bytes))).visual;
}

describe('loadWorld refuses by code', () => {
  it('what is not there, empty or no file', async () => {
    expect(await codeOf(join(folder, 'nothing.glb'))).toBe('INPUT_NOT_FOUND');
    expect(await codeOf(await file(''))).toBe('INPUT_EMPTY');
    expect(await codeOf(folder)).toBe('WORLD_UNREADABLE');
    expect(await codeOf('/dev/null')).toBe('INPUT_UNREADABLE');
  });

  it('a gigantic file before it is read', async () => {
    const path = await file('glTF', 'gigantic.glb');
    await truncate(path, 2 ** 31);
    expect(await codeOf(path)).toBe('INPUT_TOO_LARGE');
    await rm(path);
  });

  it('what is not glTF, cut off anywhere, or of another version', async () => {
    expect(await codeOf(await file('# not glTF'))).toBe('WORLD_UNREADABLE');
    expect(await codeOf(await file('{"a": 1}'))).toBe('WORLD_INVALID');
    expect(await codeOf(await file('null'))).toBe('WORLD_INVALID');
    const { bytes, json } = triangle();
    for (const length of [4, 11, 12, 19, 40, bytes.length - 1])
      expect(await codeOf(await file(bytes.slice(0, length)))).toBe('WORLD_UNREADABLE');
    const version1 = bytes.slice();
    version1[4] = 1;
    expect(await codeOf(await file(version1))).toBe('WORLD_UNSUPPORTED');
    expect(await codeOf(await file(glbBytes({ ...json, asset: { version: '3.0' } })))).toBe(
      'WORLD_UNSUPPORTED',
    );
    expect(
      await codeOf(await file(glbBytes({ ...json, asset: { version: '2.0', minVersion: '2.1' } }))),
    ).toBe('WORLD_UNSUPPORTED');
  });

  it('an extension that it cannot do without and cannot read, by name', async () => {
    const path = await file(triangle({ extensionsRequired: ['VENDOR_packed'] }).bytes);
    await expect(loadWorld(path)).rejects.toThrow(/VENDOR_packed/);
    expect(await codeOf(path)).toBe('WORLD_UNSUPPORTED');
    expect(await codeOf(await file(triangle({ extensionsUsed: ['VENDOR_sparkles'] }).bytes))).toBe('loaded');
  });

  it('positions that are no numbers and indices that point nowhere', async () => {
    for (const bad of [Number.NaN, Infinity, -Infinity])
      expect(await codeOf(await file(triangle({}, [0, 0, 0, 1, bad, 0, 0, 1, 0]).bytes))).toBe(
        'WORLD_INVALID',
      );
    expect(await codeOf(await file(triangle({}, undefined, [0, 1, 3]).bytes))).toBe('WORLD_INVALID');
    expect(await codeOf(await file(triangle({}, undefined, [0, 1, 65535]).bytes))).toBe('WORLD_INVALID');
  });

  it('accessors and views beyond their bytes', async () => {
    const { json } = triangle();
    const [positions, indices] = json['accessors'] as Record<string, unknown>[];
    const [view0, view1] = json['bufferViews'] as Record<string, unknown>[];
    for (const changes of [
      { accessors: [{ ...positions, count: 4 }, indices] },
      { accessors: [{ ...positions, count: 2 ** 40 }, indices] },
      { accessors: [{ ...positions, byteOffset: 8 }, indices] },
      { accessors: [{ ...positions, bufferView: 7 }, indices] },
      { accessors: [{ ...positions, componentType: 1 }, indices] },
      { accessors: [{ ...positions, count: -1 }, indices] },
      { accessors: [positions, { ...indices, componentType: 5126 }] },
      { bufferViews: [{ ...view0, byteLength: 1000 }, view1] },
      { bufferViews: [view0, { ...view1, byteOffset: 1000 }] },
      { bufferViews: [{ ...view0, byteStride: 4 }, view1] },
      { bufferViews: [{ ...view0, buffer: 3 }, view1] },
      { accessors: [{ ...positions, sparse: sparse(1, 5125) }, indices] },
      { accessors: [{ ...positions, sparse: sparse(9, 5123) }, indices] },
    ]) {
      const code = await codeOf(await file(triangle(changes).bytes));
      expect(['WORLD_INVALID', 'WORLD_TOO_LARGE'], JSON.stringify(changes)).toContain(code);
    }
  });

  it('a few bytes that would decode to gigabytes', async () => {
    const accessors = [
      { componentType: 5126, count: 2 ** 29, type: 'VEC3' },
      { bufferView: 1, componentType: 5123, count: 3, type: 'SCALAR' },
    ];
    expect(await codeOf(await file(triangle({ accessors }).bytes))).toBe('WORLD_TOO_LARGE');
  });

  it('one large accessor named by many primitives, which would fill the memory', async () => {
    const accessors = [
      { componentType: 5126, count: 2_000_000, type: 'VEC3' },
      { bufferView: 1, componentType: 5123, count: 3, type: 'SCALAR' },
    ];
    const primitives = Array.from({ length: 200 }, () => ({ attributes: { POSITION: 0 } }));
    expect(await codeOf(await file(triangle({ accessors, meshes: [{ primitives }] }).bytes))).toBe(
      'WORLD_TOO_LARGE',
    );
  });

  it('references to what is not there and nodes that are no tree', async () => {
    for (const changes of [
      { scene: 3 },
      { scenes: [{ nodes: [9] }] },
      { nodes: [{ mesh: 4 }] },
      { nodes: [{ mesh: 0, children: [0] }] },
      { nodes: [{ children: [1] }, { children: [0] }] },
      { nodes: [{ children: [1, 1] }, { mesh: 0 }] },
      { meshes: [{ primitives: [{ attributes: { POSITION: 8 } }] }] },
      { meshes: [{ primitives: [{ attributes: { POSITION: 1 }, indices: 1 }] }] },
      { meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 0 }] }] },
      { meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, material: 2 }] }] },
      { nodes: [{ mesh: 0, matrix: [1, 2] }] },
      { nodes: [{ mesh: 0, scale: [1e200, 1e200, 1e200] }, {}] },
    ]) {
      const code = await codeOf(await file(triangle(changes).bytes));
      expect(['WORLD_INVALID', 'WORLD_TOO_LARGE'], JSON.stringify(changes)).toContain(code);
    }
  });

  it('files without triangles', async () => {
    for (const changes of [
      { scenes: [{ nodes: [] }] },
      { nodes: [{}] },
      { meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, mode: 1 }] }] },
    ])
      expect(await codeOf(await file(triangle(changes).bytes))).toBe('WORLD_EMPTY');
  });

  it('worlds of absurd size, with the limit in the message', async () => {
    const path = await file(triangle({ nodes: [{ mesh: 0, scale: [1e6, 1, 1] }] }).bytes);
    expect(await codeOf(path)).toBe('WORLD_TOO_LARGE');
    await expect(loadWorld(path)).rejects.toThrow(/m from the origin/);
  });

  it('buffers that are missing, short, remote or outside the folder', async () => {
    const { json } = triangle();
    for (const uri of [
      'gone.bin',
      'http://example.com/a.bin',
      '/etc/passwd',
      '../../etc/passwd',
      '%2e%2e/x.bin',
      '%ff',
    ]) {
      const text = JSON.stringify({ ...json, buffers: [{ byteLength: 42, uri }] });
      expect(await codeOf(await file(text, `uri-${count++}.gltf`)), uri).toBe('WORLD_UNREADABLE');
    }
    await writeFile(join(folder, 'short.bin'), new Uint8Array(10));
    const short = JSON.stringify({ ...json, buffers: [{ byteLength: 42, uri: 'short.bin' }] });
    expect(await codeOf(await file(short, 'short.gltf'))).toBe('WORLD_UNREADABLE');
    const data = JSON.stringify({
      ...json,
      buffers: [{ byteLength: 42, uri: 'data:application/octet-stream;base64,§§' }],
    });
    expect(await codeOf(await file(data, 'data.gltf'))).toBe('WORLD_INVALID');
  });

  it('textures that do not decode, unless textures are not asked for', async () => {
    const image = (bytes: number[]) => ({
      images: [{ uri: `data:image/png;base64,${Buffer.from(bytes).toString('base64')}` }],
      textures: [{ source: 0 }],
      materials: [{ pbrMetallicRoughness: { baseColorTexture: { index: 0 } } }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, material: 0 }] }],
    });
    const broken = await file(
      triangle(image([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3])).bytes,
    );
    expect(await codeOf(broken)).toBe('WORLD_INVALID');
    expect((await loadWorld(broken, { decodeImages: false })).visual.images).toEqual([]);
    expect(await codeOf(await file(triangle(image([0x3c, 0x73, 0x76, 0x67])).bytes))).toBe(
      'WORLD_UNSUPPORTED',
    );
  });

  it('any bytes whatever: loaded or refused with a code', async () => {
    const { bytes } = triangle();
    const path = join(folder, 'fuzz.glb');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async changes => {
          const bent = bytes.slice();
          for (const [at, value] of changes) bent[at] = value;
          await writeFile(path, bent);
          await codeOf(path);
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  it.runIf(existsSync(worlds))(
    'every file of the Khronos validator corpus: loaded or refused with a code',
    async () => {
      const files = globSync('w-khronos-invalid/**/*.{gltf,glb,bin,png,jpg}', { cwd: worlds }).sort();
      expect(files.length).toBeGreaterThan(250);
      const tally: Record<string, number> = {};
      for (const name of files) {
        const code = await codeOf(join(worlds, name));
        tally[code] = (tally[code] ?? 0) + 1;
      }
      expect(Object.keys(tally)).not.toContain('INTERNAL');
      expect(tally['loaded']).toBeGreaterThan(3);
    },
  );
});

/** Sparse values whose indices are the bytes of the triangle's own: 0, 1, 2 as u16, 65536 as the first u32. */
function sparse(elements: number, componentType: number) {
  return { count: elements, indices: { bufferView: 1, componentType }, values: { bufferView: 0 } };
}

describe('loadWorld reads', () => {
  it.runIf(existsSync(worlds))('the fixture worlds, and refuses the broken ones', async () => {
    const expected: [string, number | ErrorCode][] = [
      ['w-camp/camp.glb', 6285],
      ['w-camp/camp.gltf', 6285],
      ['w-garage/garage.glb', 11358],
      ['w-garage/garage.gltf', 11358],
      ['w-hometheater/home-theater.glb', 7915],
      ['w-navtest/level.glb', 1612],
      ['w-recast/dungeon.gltf', 10133],
      ['w-simpleroom-zup/simple_room.glb', 84],
      ['w-tower/tower-big.glb', 12826],
      ['w-tower/meshopt-tower-big.glb', 11316],
      ['w-tower/meshopt-tower-middle.glb', 5214],
      ['w-tower/meshopt-tower-small.glb', 3093],
      ['w-badversion/navmeshUnsupportedAssetVersion.glb', 'WORLD_UNSUPPORTED'],
      ['w-dungeon-nobin/scene.gltf', 'WORLD_UNREADABLE'],
    ];
    for (const [name, outcome] of expected) {
      const path = join(worlds, name);
      if (typeof outcome === 'string') expect(await codeOf(path)).toBe(outcome);
      else {
        const { visual, collider, manifest } = await loadWorld(path);
        expect(collider).toBe(visual);
        expect(manifest).toBeUndefined();
        const triangles = visual.nodes.reduce(
          (sum, node) => sum + node.parts.reduce((n, part) => n + part.indices.length / 3, 0),
          0,
        );
        expect(triangles, basename(name)).toBe(outcome);
      }
    }
  });

  it('meshopt-compressed geometry at the place of the plain one', async ({ skip }) => {
    if (!existsSync(worlds)) skip('the fixture worlds are absent');
    const bounds = async (name: string) => {
      const { visual } = await loadWorld(join(worlds, 'w-tower', name));
      const max = [-Infinity, -Infinity, -Infinity];
      for (const { worldFromNode: m, parts } of visual.nodes)
        for (const { positions: p } of parts)
          for (let i = 0; i < p.length; i += 3)
            for (let k = 0; k < 3; k++)
              max[k] = Math.max(
                max[k]!,
                m[k]! * p[i]! + m[4 + k]! * p[i + 1]! + m[8 + k]! * p[i + 2]! + m[12 + k]!,
              );
      return max;
    };
    const [plain, compressed] = [await bounds('tower-big.glb'), await bounds('meshopt-tower-big.glb')];
    for (const [k, value] of plain.entries()) expect(compressed[k]).toBeCloseTo(value, 1);
  });

  it('a node hierarchy flattened, with the mirrored part still counter-clockwise', async () => {
    const model = await load({
      scenes: [{ nodes: [1] }],
      nodes: [
        { name: 'leaf', mesh: 0, translation: [1, 0, 0], scale: [-1, 1, 1] },
        { name: 'root', children: [0], translation: [0, 5, 0], rotation: [0, Math.SQRT1_2, 0, Math.SQRT1_2] },
      ],
    });
    const [node] = model.nodes;
    expect(node?.name).toBe('leaf');
    const m = node!.worldFromNode;
    const { positions, indices } = node!.parts[0]!;
    const corner = (i: number) => {
      const [x, y, z] = positions.subarray(i * 3, i * 3 + 3);
      return [0, 1, 2].map(k => m[k]! * x! + m[4 + k]! * y! + m[8 + k]! * z! + m[12 + k]!);
    };
    // The file's vertex (1, 0, 0): scaled to (−1, 0, 0), moved to 0, turned about +Y: stays at the axis.
    expect(corner(1).map(v => Math.round(v * 1e6) / 1e6 + 0)).toEqual([0, 5, 0]);
    const [a, b, c] = [...indices].map(corner) as [number[], number[], number[]];
    const u = b.map((v, k) => v - a[k]!);
    const v = c.map((w, k) => w - a[k]!);
    // A mirrored +Z triangle still faces +Z in its own frame, which the turn about +Y takes to +X.
    expect(u[1]! * v[2]! - u[2]! * v[1]!).toBeGreaterThan(0.5);
  });

  it('strips and fans as the triangles that they are', async () => {
    const quad = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0];
    const strip = await load(
      { meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, mode: 5 }] }] },
      quad,
      [0, 1, 2, 3],
    );
    expect([...strip.nodes[0]!.parts[0]!.indices]).toEqual([0, 1, 2, 1, 3, 2]);
    const fan = await load(
      { meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, mode: 6 }] }] },
      quad,
      [0, 1, 3, 2],
    );
    expect([...fan.nodes[0]!.parts[0]!.indices]).toEqual([0, 1, 3, 0, 3, 2]);
    const bare = await load({ meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }] });
    expect([...bare.nodes[0]!.parts[0]!.indices]).toEqual([0, 1, 2]);
  });

  it('sparse values, normalised integers, 8-bit and 32-bit indices, instances', async () => {
    const bytes = new Uint8Array(64);
    const view = new DataView(bytes.buffer);
    // Positions as normalised int8 with a stride of 4, one of them replaced; indices as u8.
    [0, 0, 0, 127, 0, 0, 0, 127, 0].forEach((value, i) => {
      view.setInt8(Math.floor(i / 3) * 4 + (i % 3), value);
    });
    view.setUint8(12, 1);
    [-127, 0, 0].forEach((value, i) => {
      view.setInt8(16 + i, value);
    });
    [0, 1, 2].forEach((value, i) => {
      view.setUint8(20 + i, value);
    });
    [0, 0, 0, 5, 0, 0].forEach((value, i) => {
      view.setFloat32(24 + i * 4, value, true);
    });
    const json = {
      asset: { version: '2.0' },
      extensionsUsed: ['KHR_mesh_quantization', 'EXT_mesh_gpu_instancing'],
      extensionsRequired: ['KHR_mesh_quantization'],
      nodes: [
        {
          name: 'thing',
          mesh: 0,
          translation: [0, 2, 0],
          extensions: { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: 2 } } },
        },
        { name: 'thing', mesh: 0 },
      ],
      meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1, extras: { inferred: true } }] }],
      accessors: [
        {
          bufferView: 0,
          componentType: 5120,
          normalized: true,
          count: 3,
          type: 'VEC3',
          sparse: { count: 1, indices: { bufferView: 1, componentType: 5121 }, values: { bufferView: 2 } },
        },
        { bufferView: 3, componentType: 5121, count: 3, type: 'SCALAR' },
        { bufferView: 4, componentType: 5126, count: 2, type: 'VEC3' },
      ],
      bufferViews: [
        { buffer: 0, byteLength: 12, byteStride: 4 },
        { buffer: 0, byteOffset: 12, byteLength: 1 },
        { buffer: 0, byteOffset: 16, byteLength: 3 },
        { buffer: 0, byteOffset: 20, byteLength: 3 },
        { buffer: 0, byteOffset: 24, byteLength: 24 },
      ],
      buffers: [{ byteLength: 64 }],
    };
    const { visual } = await loadWorld(await file(glbBytes(json, bytes)));
    expect(visual.nodes.map(node => node.name)).toEqual(['thing', 'thing_2', 'thing_3']);
    expect(visual.nodes.map(node => [...node.worldFromNode.subarray(12, 15)])).toEqual([
      [0, 2, 0],
      [5, 2, 0],
      [0, 0, 0],
    ]);
    const part = visual.nodes[0]!.parts[0]!;
    expect([...part.positions]).toEqual([0, 0, 0, -1, 0, 0, 0, 1, 0]);
    expect(part.inferred).toBe(true);
    expect(visual.nodes[2]!.parts[0]!.positions).toBe(part.positions);
  });

  it('a part of a large vertex buffer with its own vertices only', async () => {
    const positions = Array.from({ length: 300 }, (_, i) => i);
    const { nodes } = await load({}, positions, [90, 7, 50]);
    const part = nodes[0]!.parts[0]!;
    expect([...part.positions]).toEqual([270, 271, 272, 21, 22, 23, 150, 151, 152]);
    expect([...part.indices]).toEqual([0, 1, 2]);
  });

  it('a skinned mesh where its joints stand', async () => {
    const positions = [0, 0, 0, 1, 0, 0, 0, 1, 0];
    const { json, binary } = triangle({}, positions);
    const extra = new Uint8Array(12 + 48);
    new Float32Array(extra.buffer, 12).set([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]);
    const start = Math.ceil(binary.length / 4) * 4;
    const bytes = new Uint8Array(start + extra.length);
    bytes.set(binary);
    bytes.set(extra, start);
    const skinned = {
      ...json,
      scenes: [{ nodes: [0, 1] }],
      nodes: [{ mesh: 0, skin: 0, translation: [50, 0, 0] }, { translation: [0, 0, 3] }],
      skins: [{ joints: [1] }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0, JOINTS_0: 2, WEIGHTS_0: 3 }, indices: 1 }] }],
      accessors: [
        ...(json['accessors'] as unknown[]),
        { bufferView: 2, componentType: 5121, count: 3, type: 'VEC4' },
        { bufferView: 3, componentType: 5126, count: 3, type: 'VEC4' },
      ],
      bufferViews: [
        ...(json['bufferViews'] as unknown[]),
        { buffer: 0, byteOffset: start, byteLength: 12 },
        { buffer: 0, byteOffset: start + 12, byteLength: 48 },
      ],
      buffers: [{ byteLength: bytes.length }],
    };
    const { visual } = await loadWorld(await file(glbBytes(skinned, bytes)));
    expect([...visual.nodes[0]!.parts[0]!.positions]).toEqual([0, 0, 3, 1, 0, 3, 0, 1, 3]);
    expect([...visual.nodes[0]!.worldFromNode.subarray(12, 15)]).toEqual([0, 0, 0]);
  });

  it('dynamic bodies from our extras and from KHR_physics_rigid_bodies', async () => {
    const model = await load({
      scenes: [{ nodes: [0, 1, 2] }],
      extensionsUsed: ['KHR_physics_rigid_bodies'],
      nodes: [
        { name: 'a', mesh: 0, extras: { motion: 'dynamic', massKilograms: 12, colour: 'red' } },
        { name: 'b', mesh: 0, extensions: { KHR_physics_rigid_bodies: { motion: { mass: 3 } } } },
        { name: 'c', mesh: 0, extensions: { KHR_physics_rigid_bodies: { motion: { isKinematic: true } } } },
      ],
    });
    expect(model.nodes.map(node => [node.motion, node.massKilograms])).toEqual([
      ['dynamic', 12],
      ['dynamic', 3],
      ['static', undefined],
    ]);
    expect(model.nodes[0]!.extras).toEqual({ colour: 'red' });
  });

  it('a .gltf with files beside it, and gives the SHA-256 of a .glb as sha256sum does', async () => {
    const { json, binary, bytes } = triangle();
    await mkdir(join(folder, 'parts'), { recursive: true });
    await writeFile(join(folder, 'parts', 'a b.bin'), binary);
    const path = await file(
      JSON.stringify({ ...json, buffers: [{ byteLength: binary.length, uri: 'parts/a%20b.bin' }] }),
      'beside.gltf',
    );
    expect((await loadWorld(path)).visual.nodes).toHaveLength(1);
    const { createHash } = await import('node:crypto');
    expect((await loadWorld(await file(bytes))).sha256).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
  });
});

describe('loadWorld and world folders', () => {
  const manifest = {
    schema: 'sora-director/world@1',
    units: 'm',
    up: '+Y',
    source: {},
    scale: { source: 'assumed', factor: 1, confidence: 0.5 },
    cameras: [],
    spawns: [],
    objects: [
      {
        id: 'o1',
        node: 'crate',
        bounds: { min: [0, 0, 0], max: [1, 1, 1] },
        motion: 'dynamic',
        massKilograms: 4,
      },
    ],
    inferred: [],
  };
  async function worldFolder(
    json: unknown,
    files: string[] = ['visual.glb', 'collider.glb'],
  ): Promise<string> {
    const path = join(folder, `folder-${count++}`);
    await mkdir(path);
    const ground = sheet('ground', [
      [-1, 0, -1],
      [-1, 0, 1],
      [1, 0, 1],
      [1, 0, -1],
    ]);
    const glb = await writeGlb(worldOf(box('crate', [0, 1, 0], [1, 1, 1]), ground));
    for (const name of files) await writeFile(join(path, name), glb);
    if (json !== undefined)
      await writeFile(join(path, 'world.json'), typeof json === 'string' ? json : JSON.stringify(json));
    return path;
  }

  it('reads manifest, visual and collider, and lets the manifest say what moves', async () => {
    const world = await loadWorld(await worldFolder(manifest));
    expect(world.manifest?.objects[0]?.id).toBe('o1');
    expect(world.collider.nodes.find(node => node.name === 'crate')).toMatchObject({
      motion: 'dynamic',
      massKilograms: 4,
    });
    expect(world.collider.nodes.find(node => node.name === 'ground')).toMatchObject({ motion: 'static' });
  });

  it('refuses another schema, unknown keys and wrong values by name', async () => {
    for (const [json, word] of [
      [{ ...manifest, schema: 'sora-director/world@9' }, /schema/],
      [{ ...manifest, sparkles: 1 }, /sparkles/],
      [{ ...manifest, units: 'cm' }, /units/],
      [{ ...manifest, scale: { ...manifest.scale, factor: -1 } }, /scale\.factor/],
      [{ ...manifest, objects: [{ ...manifest.objects[0], node: 'ghost' }] }, /ghost/],
      ['{', /JSON/],
      ['', /empty|JSON/i],
    ] as const) {
      const path = await worldFolder(json);
      expect(await codeOf(path)).toBe('WORLD_SCHEMA');
      await expect(loadWorld(path)).rejects.toThrow(word);
    }
  });

  it('refuses a folder that lacks one of its files, naming it', async () => {
    await expect(loadWorld(await worldFolder(undefined))).rejects.toThrow(/world\.json/);
    await expect(loadWorld(await worldFolder(manifest, ['visual.glb']))).rejects.toThrow(/collider\.glb/);
    await expect(loadWorld(await worldFolder(manifest, ['collider.glb']))).rejects.toThrow(/visual\.glb/);
    expect(await codeOf(await worldFolder(manifest, ['visual.glb']))).toBe('WORLD_UNREADABLE');
  });

  it('follows a link to a world', async () => {
    const link = join(folder, 'link');
    await symlink(await worldFolder(manifest), link);
    expect((await loadWorld(link)).manifest?.schema).toBe('sora-director/world@1');
  });
});
