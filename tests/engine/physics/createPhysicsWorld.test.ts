import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createWalker } from '../../../engine/locomotion/walker.ts';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { box, dynamicBox, floor, placed, sheet, worldOf } from '../solids.ts';
import { finalHash, runPile } from './pile.ts';

const capsule = { radiusMeters: 0.35, heightMeters: 1.7 };

async function physicsOf(...nodes: WorldNode[]) {
  return createPhysicsWorld(worldOf(...nodes), { havok: await loadHavok() });
}

describe('queries', () => {
  it('a ray hits the nearest surface from either side, with the normal against it and the node it hit', async () => {
    const physics = await physicsOf(floor(), box('table', [3, 0.5, 0], [1, 1, 1]));
    expect(physics.castRay([0, 2, 0], [0, -2, 0])).toMatchObject({
      fraction: 0.5,
      normal: [0, 1, 0],
      node: 0,
    });
    expect(physics.castRay([0, -2, 0], [0, 2, 0])).toMatchObject({
      fraction: 0.5,
      normal: [0, -1, 0],
      node: 0,
    });
    const table = physics.castRay([3.2, 3, 0.1], [3.2, -1, 0.1]);
    expect(table?.node).toBe(1);
    expect(table?.position[1]).toBeCloseTo(1, 5);
    expect(physics.castRay([0, 2, 0], [0, 1, 0])).toBeUndefined();
  });

  it('a capsule stops where its round bottom touches', async () => {
    const physics = await physicsOf(
      floor(),
      sheet('ramp', [
        [5, 0, 2],
        [9, 0, 2],
        [9, 4, -2],
        [5, 4, -2],
      ]),
    );
    const flat = physics.castCapsule(capsule, [0, 3, 0], [0, 0, 0]);
    expect(3 - 3 * (flat?.fraction ?? 0)).toBeCloseTo(0.85, 5);
    // On 45°: the sphere's centre stands radius·√2 above the surface below it.
    const slope = physics.castCapsule(capsule, [7, 6, 0], [7, 1, 0]);
    expect(6 - 5 * (slope?.fraction ?? 0)).toBeCloseTo(2 + 0.35 * Math.SQRT2 + 0.5, 3);
    expect(slope?.normal[1]).toBeCloseTo(Math.SQRT1_2, 4);
  });

  it('proximity gives the gap, and a negative one for the depth of an overlap', async () => {
    const physics = await physicsOf(floor());
    expect(physics.proximity(capsule, [0, 1.05, 0], 0.5)?.distanceMeters).toBeCloseTo(0.2, 5);
    expect(physics.proximity(capsule, [0, 0.75, 0], 0.5)?.distanceMeters).toBeCloseTo(-0.1, 5);
    expect(physics.proximity(capsule, [0, 3, 0], 0.5)).toBeUndefined();
  });

  it('refuses ends that are not finite and capsules that cannot be', async () => {
    const physics = await physicsOf(floor());
    expect(() => physics.castRay([0, Number.NaN, 0], [0, 0, 0])).toThrow(RangeError);
    expect(() => physics.castCapsule(capsule, [0, 0, 0], [0, Infinity, 0])).toThrow(RangeError);
    expect(() => physics.proximity({ radiusMeters: 1, heightMeters: 1 }, [0, 0, 0], 1)).toThrow(RangeError);
    expect(physics.castRay([0, 1, 0], [0, -1, 0])?.fraction).toBeCloseTo(0.5, 5);
  });
});

describe('bodies', () => {
  it('fall, come to rest and carry their mass', async () => {
    const physics = await physicsOf(floor(), dynamicBox('crate', [0, 2, 0], [1, 1, 1], 12));
    const [crate] = physics.bodies;
    expect(crate).toMatchObject({ name: 'crate', node: 1, massKilograms: 12 });
    for (let i = 0; i < 30; i++) physics.step();
    // ½·g·t² after half a second.
    expect(crate!.readState().position[1]).toBeCloseTo(2 - 0.5 * 9.81 * 0.25, 0);
    for (let i = 0; i < 200; i++) physics.step();
    expect(crate!.readState().position[1]).toBeCloseTo(0.5, 1);
    expect(Math.hypot(...crate!.readState().linearVelocity)).toBeLessThan(0.02);
  });

  it('take a density where no mass is given, of the scaled and turned geometry', async () => {
    const node = { ...box('beam', [0, 5, 0], [1, 1, 1]), motion: 'dynamic' as const };
    node.worldFromNode = Float64Array.of(0, 2, 0, 0, -1, 0, 0, 0, 0, 0, 3, 0, 0, 5, 0, 1);
    const physics = await physicsOf(floor(), node);
    expect(physics.bodies[0]!.massKilograms).toBeCloseTo(200 * 6, -1);
    expect([...physics.bodies[0]!.worldFromNode()]).toEqual([...node.worldFromNode]);
    expect(physics.castRay([0, 9, 0], [0, 5, 0])?.fraction).toBeCloseTo(0.75, 2);
  });

  it('are found at a new place at once, and not at the old one', async () => {
    const physics = await physicsOf(floor(), dynamicBox('crate', [0, 1, 0], [1, 1, 1], 5));
    physics.bodies[0]!.setState({ position: [4, 3, 0], linearVelocity: [0, 1, 0] });
    expect(physics.castRay([4, 6, 0], [4, 2, 0])?.node).toBe(1);
    expect(physics.castRay([0, 6, 0], [0, 0.5, 0])).toBeUndefined();
    expect(physics.bodies[0]!.readState()).toMatchObject({ position: [4, 3, 0], linearVelocity: [0, 1, 0] });
    expect(() => physics.bodies[0]!.setState({ position: [Number.NaN, 0, 0] })).toThrow(RangeError);
  });

  it('flat and many-cornered ones are solid too', async () => {
    const points = 5000;
    const positions = new Float32Array(points * 3);
    for (let i = 0; i < points; i++) {
      const y = 1 - (2 * i + 1) / points;
      const r = Math.sqrt(1 - y * y);
      positions.set([r * Math.cos(i * 2.4), y, r * Math.sin(i * 2.4)], i * 3);
    }
    const indices = Uint32Array.from({ length: points * 3 - 6 }, (_, i) => Math.floor(i / 3) + (i % 3));
    const ball: WorldNode = {
      name: 'ball',
      worldFromNode: placed(0, 4, 0),
      parts: [{ positions, indices, material: 0 }],
      motion: 'dynamic',
      massKilograms: 3,
    };
    const plate = {
      ...sheet('plate', [
        [3, 2, 3],
        [3, 2, 4],
        [4, 2, 4],
        [4, 2, 3],
      ]),
      motion: 'dynamic' as const,
      massKilograms: 1,
    };
    const physics = await physicsOf(floor(), ball, plate);
    for (let i = 0; i < 240; i++) physics.step();
    expect(physics.bodies[0]!.readState().position[1]).toBeGreaterThan(0.9);
    expect(physics.bodies[0]!.readState().position[1]).toBeLessThan(1.1);
    expect(physics.castRay([3.5, 1, 3.5], [3.5, -1, 3.5])?.position[1]).toBeGreaterThan(-0.01);
  });
});

describe('geometry that would trap the WASM', () => {
  it.each([
    ['NaN', (node: WorldNode) => node.parts[0]!.positions.fill(Number.NaN, 0, 1), 'WORLD_INVALID'],
    ['Infinity', (node: WorldNode) => node.parts[0]!.positions.fill(Infinity, 0, 1), 'WORLD_INVALID'],
    ['an infinite place', (node: WorldNode) => node.worldFromNode.fill(Infinity, 12, 13), 'WORLD_INVALID'],
    ['an index out of range', (node: WorldNode) => node.parts[0]!.indices.fill(1e6, 0, 1), 'WORLD_INVALID'],
    [
      'a coordinate of 1e9 m',
      (node: WorldNode) => node.parts[0]!.positions.fill(1e9, 0, 1),
      'WORLD_TOO_LARGE',
    ],
  ])('%s is refused by code, and the instance lives on', async (_, spoil, code) => {
    const havok = await loadHavok();
    const node = box('spoilt', [0, 0, 0], [1, 1, 1]);
    spoil(node);
    expect(() => createPhysicsWorld(worldOf(floor(), node), { havok })).toThrow(
      expect.objectContaining({ code }),
    );
    const physics = createPhysicsWorld(worldOf(floor()), { havok });
    expect(physics.castRay([0, 1, 0], [0, -1, 0])?.fraction).toBeCloseTo(0.5, 5);
  });

  it('slivers, duplicates and triangles without area are taken as they are', async () => {
    const node = floor();
    const part = node.parts[0]!;
    part.indices = Uint32Array.of(...part.indices, ...part.indices, 0, 0, 0, 1, 1, 2);
    const physics = await physicsOf(node);
    expect(physics.castCapsule(capsule, [0, 3, 0], [0, 0, 0])?.normal[1]).toBeCloseTo(1, 5);
  });
});

describe('snapshot, restore and hash', () => {
  it('replays a pile of bodies and walkers bit for bit, also after the heap has grown', async () => {
    const pile = await runPile(60);
    const snapshot = pile.physics.snapshot();
    const hash = pile.physics.stateHash();
    const run = () =>
      Array.from({ length: 90 }, () => {
        pile.step();
        return pile.physics.stateHash();
      });
    const first = run();
    // Memory that Havok takes after the snapshot must not be missed after going back.
    const { api } = pile.havok;
    const address = api._malloc(30 << 20);
    api._free(address);
    pile.physics.restore(snapshot);
    expect(pile.physics.stateHash()).toBe(hash);
    expect(run()).toEqual(first);
    expect(new Set(first).size).toBe(90);
  });

  it('refuses the snapshot of another world and one with other walkers', async () => {
    const [a, b] = [await physicsOf(floor()), await physicsOf(floor())];
    const snapshot = a.snapshot();
    expect(() => b.restore(snapshot)).toThrow(RangeError);
    const walker = createWalker(a, {}, [0, 0, 0]);
    expect(() => a.restore(snapshot)).toThrow(RangeError);
    walker.dispose();
    a.restore(snapshot);
    expect(a.stepCount).toBe(0);
  });

  it('the same world, wishes and steps give the same hash in two processes', async () => {
    const script = fileURLToPath(new URL('./pile.ts', import.meta.url));
    const child = spawnSync(process.execPath, [script, '120'], { encoding: 'utf8' });
    expect(child.stderr).toBe('');
    expect(child.stdout).toMatch(/^[0-9a-f]{16}$/);
    expect(await finalHash(120)).toBe(child.stdout);
  });

  it('the hash tells apart what differs in one bit', async () => {
    const hash = async (x: number) => {
      const physics = await physicsOf(floor(), dynamicBox('crate', [0, 1, 0], [1, 1, 1], 5));
      physics.bodies[0]!.setState({ position: [x, 1, 0] });
      return physics.stateHash();
    };
    expect(await hash(1)).toBe(await hash(1));
    expect(await hash(1)).not.toBe(await hash(1 + 2 ** -23));
  });
});
