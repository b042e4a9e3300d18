import { describe, expect, it } from 'vitest';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import { watchLayouts } from '../../../engine/physics/rawLayout.ts';
import { createRandom } from '../../../engine/random.ts';
import { box, floor, worldOf } from '../solids.ts';
import { runPile } from './pile.ts';

type Vector3 = [number, number, number];

describe('raw queries', () => {
  it('are what the installed Havok takes', async () => {
    const { raw, rawRefusal } = await loadHavok();
    expect(rawRefusal).toBeUndefined();
    expect(raw).toBeDefined();
  });

  it('give the same bits as embind, hit by hit', async () => {
    const world = worldOf(floor(), box('a', [1, 0.5, 0], [1, 1, 1]), box('b', [-2, 1, 1], [0.4, 2, 3]));
    const throughEmbind = await loadHavok();
    delete throughEmbind.raw;
    const sides = [await loadHavok(), throughEmbind].map(havok => createPhysicsWorld(world, { havok }));
    const random = createRandom('raw');
    const capsules = [
      { radiusMeters: 0.35, heightMeters: 1.7 },
      { radiusMeters: 0.2, heightMeters: 0.8 },
    ];
    const place = (): Vector3 => [random.range(-4, 4), random.range(-0.5, 3), random.range(-4, 4)];
    let hits = 0;
    for (let i = 0; i < 400; i++) {
      const [from, to] = [place(), place()];
      const capsule = capsules[i % 2]!;
      const [raw, embind] = sides.map(physics => [
        physics.castCapsule(capsule, from, to),
        physics.castRay(from, to),
        physics.proximity(capsule, from, 0.5),
      ]);
      expect(raw).toEqual(embind);
      hits += raw!.filter(Boolean).length;
    }
    expect(hits).toBeGreaterThan(400);
  });

  it('walk the same trajectories as embind, among bodies that tumble', async () => {
    const [raw, embind] = [await runPile(240), await runPile(240, true)];
    expect(raw.havok.raw).toBeDefined();
    expect(embind.havok.raw).toBeUndefined();
    expect(raw.physics.stateHash()).toBe(embind.physics.stateHash());
  });

  it('are refused where a struct is laid out otherwise, with what differs', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const text = (at: number, value: string) =>
      new Uint8Array(memory.buffer).set(new TextEncoder().encode(value), at);
    text(100, 'HP_ShapeId');
    text(120, 'uint64_t');
    // A handle that lies 4 bytes into its struct.
    new DataView(memory.buffer).setUint32(140, 4, true);
    const ignore = () => undefined;
    const { imports, refusal } = watchLayouts({
      env: {
        _embind_register_bigint: ignore,
        _embind_register_value_array: ignore,
        _embind_register_value_array_element: ignore,
      },
    });
    const env = imports['env'] as Record<string, (...values: number[]) => unknown>;
    env['_embind_register_bigint']!(1, 120);
    env['_embind_register_value_array']!(2, 100);
    env['_embind_register_value_array_element']!(2, 1, 0, 0, 140, 1, 0, 0, 140);
    const parameters: Record<string, number> = { malloc: 1, free: 1, HP_QueryCollector_GetNumHits: 2 };
    const exports = new Proxy({} as WebAssembly.Exports, {
      get: (_, name) =>
        name === 'memory'
          ? memory
          : Object.defineProperty(() => 0, 'length', { value: parameters[String(name)] ?? 3 }),
    });
    expect(refusal({ exports })).toBe('Havok lays HP_ShapeId out as 4:uint64_t, not as 0:uint64_t.');
    expect(watchLayouts({ env: {} }).refusal({ exports: {} })).toMatch(/no malloc/);
  });
});
