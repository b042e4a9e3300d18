import { describe, expect, it } from 'vitest';
import { Crowd } from '../../../engine/locomotion/crowd.ts';
import { createWalker, type Walker } from '../../../engine/locomotion/walker.ts';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { box, dynamicBox, floor, worldOf } from '../solids.ts';

type Vector3 = [number, number, number];

async function crowdOf(nodes: WorldNode[], feet: Vector3[]) {
  const physics = createPhysicsWorld(worldOf(...nodes), { havok: await loadHavok() });
  const crowd = new Crowd();
  return { physics, walkers: feet.map(place => createWalker(physics, {}, place, crowd)) };
}

function apart(a: Walker, b: Walker): number {
  return Math.hypot(a.feetPosition[0] - b.feetPosition[0], a.feetPosition[2] - b.feetPosition[2]);
}

describe('a crowd', () => {
  it('two who meet head-on pass each other and never touch', async () => {
    const { walkers } = await crowdOf(
      [floor()],
      [
        [-3, 0, 0],
        [3, 0, 0],
      ],
    );
    const [a, b] = walkers as [Walker, Walker];
    let nearest = Infinity;
    for (let i = 0; i < 300; i++) {
      // Each wants to where the other came from.
      for (const [walker, goal] of [
        [a, 3],
        [b, -3],
      ] as const) {
        const [x, , z] = walker.feetPosition;
        const length = Math.hypot(goal - x, z) || 1;
        walker.step([(2 * (goal - x)) / length, (-2 * z) / length], false);
      }
      nearest = Math.min(nearest, apart(a, b));
    }
    expect(nearest).toBeGreaterThan(0.69);
    expect(a.feetPosition[0]).toBeGreaterThan(2.5);
    expect(b.feetPosition[0]).toBeLessThan(-2.5);
  });

  it('two in a passage too narrow for both do not pass through each other', async () => {
    const walls = [-0.6, 0.6].map((z, i) => box(`wall-${i}`, [0, 1.5, z], [12, 3, 0.2]));
    const { walkers } = await crowdOf(
      [floor(), ...walls],
      [
        [-3, 0, 0],
        [3, 0, 0],
      ],
    );
    const [a, b] = walkers as [Walker, Walker];
    for (let i = 0; i < 300; i++) {
      a.step([2, 0], false);
      b.step([-2, 0], false);
      expect(b.feetPosition[0]).toBeGreaterThan(a.feetPosition[0]);
    }
    expect(a.metWalker && b.metWalker).toBe(true);
    expect(apart(a, b)).toBeGreaterThan(0.65);
  });

  it('those who come into the world at one place part', async () => {
    const { walkers } = await crowdOf(
      [floor()],
      Array.from({ length: 8 }, (): Vector3 => [0, 0, 0]),
    );
    for (let i = 0; i < 240; i++) for (const walker of walkers) walker.step([0, 0], false);
    for (const [i, walker] of walkers.entries())
      for (const other of walkers.slice(i + 1)) expect(apart(walker, other)).toBeGreaterThan(0.6);
  });

  it('those on different storeys do not meet', async () => {
    const { walkers } = await crowdOf(
      [floor(), box('storey', [0, 2.9, 0], [8, 0.2, 8])],
      [
        [-1, 0, 0],
        [0, 3, 0],
      ],
    );
    const [below] = walkers as [Walker];
    for (let i = 0; i < 60; i++)
      for (const walker of walkers) walker.step(walker === below ? [2, 0] : [0, 0], false);
    expect(below.feetPosition[0]).toBeGreaterThan(0.9);
  });
});

describe('a walker that pushes', () => {
  it.each([
    [250, undefined, true],
    [0, undefined, false],
    [0, 250, true],
  ])('with %d N, and %s N in its steps, moves a crate: %s', async (pushNewtons, inSteps, moves) => {
    const crate = dynamicBox('crate', [1.2, 0.5, 0], [0.8, 1, 0.8], 20);
    const physics = createPhysicsWorld(worldOf(floor(), crate), { havok: await loadHavok() });
    const walker = createWalker(physics, { pushNewtons }, [0, 0, 0]);
    for (let i = 0; i < 180; i++) {
      walker.step([1.5, 0], false, inSteps);
      physics.step();
    }
    expect(physics.bodies[0]!.readState().position[0] > 1.5).toBe(moves);
  });
});
