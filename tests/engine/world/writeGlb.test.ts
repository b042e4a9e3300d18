import fc from 'fast-check';
import validator from 'gltf-validator';
import { describe, expect, it } from 'vitest';
import { DirectorError } from '../../../engine/errors.ts';
import { gltfToWorldModel } from '../../../engine/world/gltf/gltfToWorldModel.ts';
import { decodeImage } from '../../../engine/world/images.ts';
import type { MeshPart, WorldModel, WorldNode } from '../../../engine/world/worldModel.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { box, boxPart, dynamicBox, PLASTER, placed, worldOf } from '../solids.ts';

async function read(bytes: Uint8Array): Promise<WorldModel> {
  return gltfToWorldModel(bytes, {
    name: 'written.glb',
    readResource: async uri => {
      throw new Error(`a GLB of ours names no file, and this one names ${uri}`);
    },
    decodeImage,
  });
}

async function validated(model: WorldModel): Promise<Uint8Array> {
  const bytes = await writeGlb(model);
  const report = await validator.validateBytes(bytes);
  expect(report.issues.messages.filter((message: { severity: number }) => message.severity === 0)).toEqual(
    [],
  );
  return bytes;
}

/** World positions of all triangle corners, part by part: what a model looks like, however its nodes are placed. */
function corners(model: WorldModel): number[][] {
  return model.nodes.flatMap(({ worldFromNode: m, parts }) =>
    parts.map(({ positions: p, indices }) =>
      [...indices].flatMap(i =>
        [0, 1, 2].map(
          k => m[k]! * p[i * 3]! + m[4 + k]! * p[i * 3 + 1]! + m[8 + k]! * p[i * 3 + 2]! + m[12 + k]!,
        ),
      ),
    ),
  );
}

/** An attribute's values at all triangle corners, sorted per component: neither the order of vertices nor that of corners counts. */
function atCorners(part: MeshPart, values: Float32Array | undefined, components: number): number[] {
  if (!values) return [];
  return Array.from({ length: components }, (_, k) =>
    [...part.indices].map(i => values[i * components + k]!).sort((a, b) => a - b),
  ).flat();
}

const coordinate = fc.float({ min: -100, max: 100, noNaN: true });
const unit = fc.float({ min: 0, max: 1, noNaN: true });

const partArbitrary: fc.Arbitrary<MeshPart> = fc.integer({ min: 3, max: 12 }).chain(vertices =>
  fc.record({
    positions: fc
      .array(coordinate, { minLength: vertices * 3, maxLength: vertices * 3 })
      .map(a => Float32Array.from(a)),
    normals: fc.option(
      fc
        .array(coordinate, { minLength: vertices * 3, maxLength: vertices * 3 })
        .map(a => Float32Array.from(a)),
      { nil: undefined },
    ),
    uvs: fc.option(
      fc
        .array(coordinate, { minLength: vertices * 2, maxLength: vertices * 2 })
        .map(a => Float32Array.from(a)),
      { nil: undefined },
    ),
    colors: fc.option(
      fc.array(unit, { minLength: vertices * 4, maxLength: vertices * 4 }).map(a => Float32Array.from(a)),
      { nil: undefined },
    ),
    indices: fc
      .array(fc.nat(vertices - 1), { minLength: 3, maxLength: 30 })
      .map(a => Uint32Array.from(a.slice(0, a.length - (a.length % 3)))),
    material: fc.nat(1),
    inferred: fc.option(fc.constant(true as const), { nil: undefined }),
  }),
);

/** Any affine placement, shear and mirroring included. */
const nodeArbitrary: fc.Arbitrary<WorldNode> = fc.record({
  name: fc.string({ minLength: 1, maxLength: 8 }),
  worldFromNode: fc
    .array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 12, maxLength: 12 })
    .map(a =>
      Float64Array.of(
        a[0]!,
        a[1]!,
        a[2]!,
        0,
        a[3]!,
        a[4]!,
        a[5]!,
        0,
        a[6]!,
        a[7]!,
        a[8]!,
        0,
        a[9]!,
        a[10]!,
        a[11]!,
        1,
      ),
    ),
  parts: fc.array(partArbitrary, { minLength: 1, maxLength: 3 }),
  motion: fc.constantFrom('static' as const, 'dynamic' as const),
});

describe('writeGlb', () => {
  it('round trip: any model reads back as the same corners, colours and materials, and validates', async () => {
    const materials = [
      PLASTER,
      { ...PLASTER, name: 'lamp', emissive: [4, 0.5, 0] as [number, number, number] },
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(nodeArbitrary, { minLength: 1, maxLength: 4, selector: node => node.name }),
        async nodes => {
          const model: WorldModel = { nodes, materials, images: [] };
          const again = await read(await validated(model));
          expect(again.nodes.map(node => node.name)).toEqual(nodes.map(node => node.name));
          expect(again.nodes.map(node => node.motion)).toEqual(nodes.map(node => node.motion));
          const before = corners(model);
          const after = corners(again);
          expect(after.length).toBe(before.length);
          before.forEach((list, i) => {
            // A mirrored node comes back with its triangles turned round: the same corners in another order.
            const sorted = (values: number[]) => [...values].sort((a, b) => a - b);
            const [a, b] = [sorted(list), sorted(after[i]!)];
            const largest = Math.max(1, ...a.map(Math.abs));
            for (let k = 0; k < a.length; k++) expect(Math.abs(a[k]! - b[k]!)).toBeLessThan(1e-5 * largest);
          });
          const parts = nodes.flatMap(node => node.parts);
          again.nodes
            .flatMap(node => node.parts)
            .forEach((part, i) => {
              const original = parts[i]!;
              expect(part.inferred).toBe(original.inferred);
              expect(part.material).toBe(original.material);
              expect(part.normals === undefined).toBe(original.normals === undefined);
              expect(atCorners(part, part.uvs, 2)).toEqual(atCorners(original, original.uvs, 2));
              const colors = atCorners(original, original.colors, 4);
              expect(part.colors === undefined).toBe(original.colors === undefined);
              atCorners(part, part.colors, 4).forEach((value, k) => {
                expect(Math.abs(value - colors[k]!)).toBeLessThan(1 / 65535);
              });
            });
          expect(again.materials[1]!.emissive![0]).toBeCloseTo(4, 5);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('gives the same bytes for the same model', async () => {
    const model = worldOf(box('a', [0, 0, 0], [1, 2, 3]), dynamicBox('b', [1, 1, 1], [1, 1, 1], 5));
    expect(await writeGlb(model)).toEqual(await writeGlb(structuredClone(model)));
  });

  it('keeps names, extras, motion and mass', async () => {
    const node = { ...dynamicBox('crate', [1, 2, 3], [1, 1, 1], 5), extras: { tag: 'x' } };
    const [again] = (await read(await validated(worldOf(node)))).nodes;
    expect(again).toMatchObject({ name: 'crate', motion: 'dynamic', massKilograms: 5, extras: { tag: 'x' } });
    expect([...again!.worldFromNode]).toEqual([...node.worldFromNode]);
  });

  it('writes what nodes share once', async () => {
    const parts = [boxPart([1, 1, 1])];
    const nodes = Array.from(
      { length: 50 },
      (_, i): WorldNode => ({ name: `n${i}`, worldFromNode: placed(i, 0, 0), parts, motion: 'static' }),
    );
    const one = await validated(worldOf(nodes[0]!));
    const many = await validated(worldOf(...nodes));
    const again = await read(many);
    expect(many.length - one.length).toBeLessThan(50 * 120);
    expect(again.nodes).toHaveLength(50);
    expect(again.nodes[49]!.parts[0]).toBe(again.nodes[0]!.parts[0]);
  });

  it('keeps textures pixel for pixel, alpha included', async () => {
    const pixels = Uint8Array.from({ length: 8 * 4 * 4 }, (_, i) => (i * 37) % 256);
    const opaque = pixels.map((value, i) => (i % 4 === 3 ? 255 : value));
    const model: WorldModel = {
      nodes: [box('a', [0, 0, 0], [1, 1, 1]), { ...box('b', [2, 0, 0], [1, 1, 1]) }],
      materials: [
        { ...PLASTER, baseColorImage: 0, alphaMode: 'mask', alphaCutoff: 0.25 },
        { ...PLASTER, name: 'solid', baseColorImage: 1 },
      ],
      images: [
        { width: 8, height: 4, pixels },
        { width: 4, height: 8, pixels: opaque },
      ],
    };
    model.nodes[1]!.parts[0]!.material = 1;
    for (const node of model.nodes)
      for (const part of node.parts) part.uvs = new Float32Array((part.positions.length / 3) * 2);
    const again = await read(await validated(model));
    expect(again.images[0]!.pixels).toEqual(pixels);
    expect(again.images[1]).toEqual({ width: 4, height: 8, pixels: opaque });
    expect(again.materials[0]).toMatchObject({ alphaMode: 'mask', alphaCutoff: 0.25, baseColorImage: 0 });
  });

  it('refuses numbers that are not finite and indices that point nowhere, naming the node', async () => {
    for (const spoil of [
      (node: WorldNode) => node.parts[0]!.positions.fill(Number.NaN, 4, 5),
      (node: WorldNode) => node.parts[0]!.indices.fill(99, 0, 1),
      (node: WorldNode) => node.worldFromNode.fill(Infinity, 12, 13),
      (node: WorldNode) => (node.parts[0]!.material = 9),
      (node: WorldNode) => (node.parts[0]!.uvs = new Float32Array(3)),
    ]) {
      const node = box('spoilt', [0, 0, 0], [1, 1, 1]);
      spoil(node);
      const failure = await writeGlb(worldOf(node)).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(DirectorError);
      expect(failure).toMatchObject({ code: 'WORLD_INVALID', message: expect.stringContaining('spoilt') });
    }
  });
});
