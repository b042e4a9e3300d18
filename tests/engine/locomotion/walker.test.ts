import { describe, expect, it } from 'vitest';
import { createWalker, type Walker, type WalkerBody } from '../../../engine/locomotion/walker.ts';
import { createPhysicsWorld, type PhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import { createRandom } from '../../../engine/random.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { box, dynamicBox, floor, ramp, sheet, worldOf } from '../solids.ts';

type Vector3 = [number, number, number];

async function setUp(nodes: WorldNode[], feet: Vector3, body: Partial<WalkerBody> = {}) {
  const physics = createPhysicsWorld(worldOf(...nodes), { havok: await loadHavok() });
  const walker = createWalker(physics, body, feet);
  return { physics, walker };
}

function walk(walker: Walker, wish: [number, number], steps: number, physics?: PhysicsWorld): void {
  for (let i = 0; i < steps; i++) {
    walker.step(wish, false);
    physics?.step();
  }
}

/** Stairs towards −Z that start at z = −1: treads of 0.3 m. */
function stairs(count: number, riseMeters: number): WorldNode[] {
  return Array.from({ length: count }, (_, i) => {
    const height = (i + 1) * riseMeters;
    return box(`stair-${i}`, [0, height / 2, -1 - 0.3 * i - 0.15], [3, height, 0.3]);
  });
}

describe('walker', () => {
  it('walks at the wished speed on flat ground and stays on it', async () => {
    const { walker } = await setUp([floor()], [0, 0, 0]);
    walk(walker, [1.2, -0.9], 120);
    expect(walker.grounded).toBe(true);
    expect(walker.feetPosition[0]).toBeCloseTo(2.4, 3);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 2);
    expect(walker.feetPosition[2]).toBeCloseTo(-1.8, 3);
    expect(walker.velocity[0]).toBeCloseTo(1.2, 3);
    expect(walker.blockedByNode).toBe(-1);
  });

  it('does not creep while it stands', async () => {
    const { walker } = await setUp([floor()], [0.3, 0, 0.2]);
    walk(walker, [0, 0], 5);
    const before = [...walker.feetPosition];
    walk(walker, [0, 0], 300);
    expect(Math.hypot(...before.map((value, i) => value - walker.feetPosition[i]!))).toBeLessThan(1e-4);
  });

  it('climbs stairs of 0.2 m and comes down again without leaving the ground', async () => {
    const { walker } = await setUp(
      [floor(), ...stairs(10, 0.2), box('landing', [0, 1, -6], [3, 2, 4])],
      [0, 0, 0],
    );
    walk(walker, [0, 0], 2);
    walk(walker, [0, -1.5], 240);
    expect(walker.feetPosition[1]).toBeCloseTo(2, 1);
    expect(walker.feetPosition[2]).toBeLessThan(-5);
    let aloft = 0;
    for (let i = 0; i < 240; i++) {
      walker.step([0, 1.5], false);
      if (!walker.grounded) aloft++;
    }
    expect(walker.feetPosition[1]).toBeCloseTo(0, 1);
    expect(walker.feetPosition[2]).toBeGreaterThan(-1);
    expect(aloft).toBe(0);
  });

  it.each([
    [0.1, true],
    [0.29, true],
    [0.33, false],
    [0.5, false],
  ])('a step of %f m: climbed %s', async (height, climbed) => {
    const { walker } = await setUp([floor(), box('step', [0, height / 2, -3], [6, height, 4])], [0, 0, 0]);
    walk(walker, [0, -1.5], 150);
    expect(walker.feetPosition[1]).toBeCloseTo(climbed ? height : 0, 1);
    if (climbed) expect(walker.feetPosition[2]).toBeLessThan(-2);
    else {
      expect(walker.feetPosition[2]).toBeGreaterThan(-0.7);
      expect(walker.blockedByNode).toBe(1);
    }
  });

  it('does not step up where the headroom is less than its height', async () => {
    const { walker } = await setUp(
      [floor(), box('step', [0, 0.1, -3], [6, 0.2, 4]), box('beam', [0, 2.3, -3], [6, 1, 4])],
      [0, 0, 0],
    );
    walk(walker, [0, -1.5], 150);
    expect(walker.feetPosition[1]).toBeLessThan(0.15);
    expect(walker.feetPosition[2]).toBeGreaterThan(-1.1);
  });

  it('slides along a wall at the speed of the part along it', async () => {
    const { walker } = await setUp([floor(), box('wall', [0, 1.5, -2], [30, 3, 0.2])], [-5, 0, 0]);
    walk(walker, [1, -1], 480);
    expect(walker.feetPosition[0]).toBeCloseTo(3, 1);
    expect(walker.feetPosition[2]).toBeCloseTo(-1.9 + 0.35 + 0.02, 1);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 2);
    expect(walker.blockedByNode).toBe(1);
  });

  it('sliding along a wall keeps to it, says what blocks it, and goes through the door that it comes to', async () => {
    // A wall along x at z = −1, faces at ±0.1, with a door of 0.9 m from x = 4 on.
    const { walker, physics } = await setUp(
      [floor(), box('left', [0, 1.5, -1], [8, 3, 0.2]), box('right', [7.9, 1.5, -1], [6, 3, 0.2])],
      [-3, 0, 0],
    );
    walk(walker, [2, -1], 60);
    for (let i = 0; i < 90 && walker.feetPosition[0] < 3.2; i++) {
      walker.step([2, -1], false);
      expect(walker.blockedByNode).toBe(1);
      expect(walker.velocity[0]).toBeCloseTo(2, 2);
      expect(Math.abs(walker.feetPosition[2] + 0.9 - 0.37)).toBeLessThan(0.012);
    }
    // Towards the middle of the door, as an agent steers.
    for (let i = 0; i < 160; i++) {
      const [x, , z] = walker.feetPosition;
      const [dx, dz] = [4.45 - x, -1.5 - z];
      const length = Math.max(0.1, Math.hypot(dx, dz));
      walker.step([(2 * dx) / length, (2 * dz) / length], false);
    }
    expect(walker.feetPosition[2]).toBeLessThan(-1.4);
    expect(
      physics.proximity({ radiusMeters: 0.35, heightMeters: 1.7 }, [4.45, 0.9, -1], 1)?.distanceMeters,
    ).toBeGreaterThan(0);
  });

  it('goes under a beam that is lower than a step above its head', async () => {
    const { walker } = await setUp(
      [floor(), box('beam', [0, 1.9, -1], [6, 0.2, 0.4]), box('low beam', [0, 1.75, -3], [6, 0.2, 0.4])],
      [0, 0, 0],
    );
    walk(walker, [0.3, -1.5], 100);
    expect(walker.feetPosition[2]).toBeLessThan(-2.2);
    expect(walker.feetPosition[2]).toBeGreaterThan(-2.8);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 2);
  });

  it.each([12, 5])(
    'rounds a pillar of %d sides that it is pressed against and never enters it',
    async sides => {
      const radius = 0.8;
      const points = Array.from({ length: sides }, (_, k) => {
        const angle = (2 * Math.PI * k) / sides;
        return [radius * Math.cos(angle), radius * Math.sin(angle)] as const;
      });
      const pillar = points.map(([x, z], k) => {
        const [u, w] = points[(k + 1) % sides]!;
        return sheet(`side-${k}`, [
          [x, 0, z],
          [x, 3, z],
          [u, 3, w],
          [u, 0, w],
        ]);
      });
      const { walker, physics } = await setUp([floor(), ...pillar], [2, 0, 0]);
      const capsule = { radiusMeters: 0.35, heightMeters: 1.7 };
      let round = 0;
      for (let i = 0; i < 900; i++) {
        const [x, , z] = walker.feetPosition;
        const length = Math.hypot(x, z);
        // Round it and into it at once.
        walker.step([(-z - 0.6 * x) / length, (x - 0.6 * z) / length], false);
        const [x1, y1, z1] = walker.feetPosition;
        round += Math.atan2(x * z1 - z * x1, x * x1 + z * z1);
        const gap = physics.proximity(capsule, [x1, y1 + 0.87, z1], 0.1)?.distanceMeters ?? 0.1;
        expect(gap, `at ${x1}, ${z1}`).toBeGreaterThan(-1e-3);
      }
      expect(round).toBeGreaterThan(2 * Math.PI);
    },
  );

  it('pressed against a wall stays blocked by it, and goes on as soon as it wishes otherwise', async () => {
    const { walker } = await setUp([floor(), box('wall', [0, 1.5, -1], [6, 3, 0.2])], [0, 0, 0]);
    walk(walker, [0, -2], 120);
    const pressed = [...walker.feetPosition];
    walk(walker, [0, -2], 60);
    expect([...walker.feetPosition]).toEqual(pressed);
    expect(walker.blockedByNode).toBe(1);
    walk(walker, [0, 2], 30);
    expect(walker.feetPosition[2]).toBeGreaterThan(pressed[2]! + 0.9);
  });

  it('comes to rest in a corner instead of trembling or squeezing through', async () => {
    const { walker } = await setUp(
      [
        floor(),
        sheet('left', [
          [-3, 0, 1],
          [0, 0, -2],
          [0, 3, -2],
          [-3, 3, 1],
        ]),
        sheet('right', [
          [0, 0, -2],
          [3, 0, 1],
          [3, 3, 1],
          [0, 3, -2],
        ]),
      ],
      [0.1, 0, 1],
    );
    walk(walker, [0, -3], 180);
    const before = [...walker.feetPosition];
    walk(walker, [0, -3], 120);
    expect(walker.feetPosition[2]).toBeGreaterThan(-2 + 0.35);
    expect(Math.hypot(walker.feetPosition[0] - before[0]!, walker.feetPosition[2] - before[2]!)).toBeLessThan(
      0.01,
    );
  });

  it.each([
    [40, true],
    [50, false],
  ])('a slope of %d°: climbed %s', async (angle, climbed) => {
    const { walker } = await setUp([floor(), ramp(angle, 4)], [0, 0, 1]);
    walk(walker, [0, -2], 120);
    if (climbed) expect(walker.feetPosition[1]).toBeGreaterThan(1.5);
    else expect(walker.feetPosition[1]).toBeLessThan(0.2);
  });

  it('keeps its speed over ground downhill and does not hop', async () => {
    const { walker } = await setUp([floor(), ramp(30, 4)], [0, 2.2, -3.6]);
    walk(walker, [0, 0], 20);
    expect(walker.grounded).toBe(true);
    const start = walker.feetPosition[2];
    for (let i = 0; i < 60; i++) {
      walker.step([0, 2], false);
      expect(walker.grounded).toBe(true);
    }
    expect(walker.feetPosition[2] - start).toBeCloseTo(2, 1);
  });

  it('slides down a slope that is too steep to stand on', async () => {
    const { walker } = await setUp([floor(), ramp(60, 3)], [0, 4, -2]);
    walk(walker, [0, 0], 180);
    expect(walker.grounded).toBe(true);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 1);
  });

  it('stands wedged between two slopes that are each too steep, and can jump out', async () => {
    const left = sheet('left', [
      [-3, 4, -3],
      [0, 0, -3],
      [0, 0, 3],
      [-3, 4, 3],
    ]);
    const right = sheet('right', [
      [0, 0, -3],
      [3, 4, -3],
      [3, 4, 3],
      [0, 0, 3],
    ]);
    const { walker } = await setUp([left, right], [0.5, 3, 0]);
    walk(walker, [0, 0], 120);
    expect(walker.grounded).toBe(true);
    const rest = walker.feetPosition[1];
    walker.step([0, 0], true);
    walk(walker, [0, 0], 5);
    expect(walker.feetPosition[1]).toBeGreaterThan(rest + 0.1);
  });

  it('walks off an edge, falls as long as gravity says and lands', async () => {
    const { walker } = await setUp([floor(), box('ledge', [0, 2, 0], [4, 4, 4])], [0, 4, 0]);
    walk(walker, [0, 0], 2);
    let fell = 0;
    let steps = 0;
    while ((walker.feetPosition[1] > 0.01 || !walker.grounded) && steps++ < 600) {
      walker.step([3, 0], false);
      if (!walker.grounded) fell++;
    }
    expect(walker.grounded).toBe(true);
    // √(2 · 4 m / 9.81 m/s²) = 0.90 s, and up to 0.1 s in which the round bottom rolls over the edge.
    expect(fell / 60).toBeGreaterThan(0.75);
    expect(fell / 60).toBeLessThan(1.05);
  });

  it('jumps half a metre high, only from the ground', async () => {
    const { walker } = await setUp([floor()], [0, 0, 0]);
    walk(walker, [0, 0], 2);
    let top = 0;
    let landings = 0;
    for (let i = 0; i < 60; i++) {
      const aloft = !walker.grounded;
      walker.step([0, 0], i < 20);
      top = Math.max(top, walker.feetPosition[1]);
      if (aloft && walker.grounded) landings++;
    }
    expect(top).toBeGreaterThan(0.45);
    expect(top).toBeLessThan(0.52);
    expect(landings).toBe(1);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 2);
  });

  it('bumps its head and falls back', async () => {
    const { walker } = await setUp([floor(), box('ceiling', [0, 2.4, 0], [4, 1, 4])], [0, 0, 0]);
    walk(walker, [0, 0], 2);
    let top = 0;
    for (let i = 0; i < 60; i++) {
      walker.step([0, 0], i === 0);
      top = Math.max(top, walker.feetPosition[1]);
    }
    expect(top).toBeLessThan(0.2);
    expect(walker.grounded).toBe(true);
  });

  it.each([1, 10, 50, 300])('does not tunnel through a sheet without thickness at %d m/s', async speed => {
    const { walker } = await setUp(
      [
        floor(),
        sheet('sheet', [
          [-15, -1, -3],
          [15, -1, -3],
          [15, 3, -3],
          [-15, 3, -3],
        ]),
      ],
      [0.3, 0, 0],
    );
    walk(walker, [1, -speed], 300);
    expect(walker.feetPosition[2]).toBeGreaterThan(-3 + 0.35 - 0.01);
  });

  it('does not fall through a sheet from 200 m', async () => {
    const { walker } = await setUp([floor()], [1, 200, 1]);
    walk(walker, [0, 0], 600);
    expect(walker.grounded).toBe(true);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 2);
  });

  it('gets out of an overlap it starts in', async () => {
    const { walker } = await setUp([floor(), box('crate', [0, 0.5, 0], [1, 1, 1])], [0.6, -0.1, 0.1]);
    walk(walker, [0, 0], 30);
    expect(walker.overlapMeters).toBe(0);
    expect(walker.feetPosition[1]).toBeCloseTo(0, 1);
    expect(Math.max(Math.abs(walker.feetPosition[0]), Math.abs(walker.feetPosition[2]))).toBeGreaterThan(
      0.83,
    );
  });

  it('does not lift its head into a ceiling that comes down to meet a rising floor', async () => {
    const rising = sheet('rising', [
      [-2, 0, 0],
      [2, 0, 0],
      [2, 0.4, -8],
      [-2, 0.4, -8],
    ]);
    const ceiling = sheet('ceiling', [
      [-2, 1.9, -8],
      [2, 1.9, -8],
      [2, 1.9, 0],
      [-2, 1.9, 0],
    ]);
    const { walker, physics } = await setUp([rising, ceiling], [0, 0.1, -1]);
    const capsule = { radiusMeters: 0.35, heightMeters: 1.7 };
    for (let i = 0; i < 600; i++) {
      walker.step([0.3 * Math.sin(i), -1], false);
      const [x, y, z] = walker.feetPosition;
      const gap = physics.proximity(capsule, [x, y + 0.87, z], 0.1)?.distanceMeters ?? 0.1;
      expect(gap).toBeGreaterThan(-1e-3);
    }
    expect(walker.feetPosition[2]).toBeGreaterThan(-5);
  });

  it.each([0.05, 0.2, 0.6])('never sinks into rough ground of ±%f m, whatever its way', async roughness => {
    const random = createRandom(`ground-${roughness}`);
    const cells = 40;
    const cell = 0.25;
    const heights = Float32Array.from({ length: (cells + 1) ** 2 }, () =>
      random.range(-roughness, roughness),
    );
    const positions = new Float32Array(heights.length * 3);
    heights.forEach((height, i) => {
      positions.set([(i % (cells + 1)) * cell, height, Math.floor(i / (cells + 1)) * cell], i * 3);
    });
    const indices: number[] = [];
    for (let j = 0; j < cells; j++)
      for (let i = 0; i < cells; i++) {
        const a = j * (cells + 1) + i;
        indices.push(a, a + cells + 1, a + 1, a + 1, a + cells + 1, a + cells + 2);
      }
    const ground = { ...floor(), parts: [{ positions, indices: Uint32Array.from(indices), material: 0 }] };
    const { walker } = await setUp([ground], [5, 1.5, 5]);
    /** Height of the ground's triangle at a point. */
    const groundAt = (x: number, z: number) => {
      const i = Math.min(cells - 1, Math.floor(x / cell));
      const j = Math.min(cells - 1, Math.floor(z / cell));
      const [u, v] = [x / cell - i, z / cell - j];
      const at = (di: number, dj: number) => heights[(j + dj) * (cells + 1) + i + di]!;
      if (u + v <= 1) return at(0, 0) * (1 - u - v) + at(1, 0) * u + at(0, 1) * v;
      return at(1, 1) * (u + v - 1) + at(0, 1) * (1 - u) + at(1, 0) * (1 - v);
    };
    let heading = 0;
    let travelled = 0;
    for (let i = 0; i < 1500; i++) {
      const [x, y, z] = walker.feetPosition;
      expect(y + 0.02 - groundAt(x, z)).toBeGreaterThan(-0.002);
      if (i % 40 === 0) heading = random.range(0, 2 * Math.PI);
      // Turned back at the border, where the ground ends.
      if (x < 1 || x > 9 || z < 1 || z > 9) heading = Math.atan2(5 - z, 5 - x);
      walker.step([Math.cos(heading) * 1.5, Math.sin(heading) * 1.5], random.chance(0.01));
      travelled += Math.hypot(walker.feetPosition[0] - x, walker.feetPosition[2] - z);
      expect(walker.overlapMeters).toBeLessThan(0.002);
    }
    expect(travelled).toBeGreaterThan(roughness < 0.5 ? 15 : 2);
  });

  it('is blocked by a dynamic body and not by its old place', async () => {
    const { walker, physics } = await setUp(
      [floor(), dynamicBox('crate', [0, 0.5, -2], [2, 1, 1], 500)],
      [0, 0, 0],
    );
    walk(walker, [0, -1.5], 120, physics);
    expect(walker.feetPosition[2]).toBeGreaterThan(-1.2);
    physics.bodies[0]!.setState({ position: [8, 0.5, 0] });
    walk(walker, [0, -1.5], 120, physics);
    expect(walker.feetPosition[2]).toBeLessThan(-3);
  });

  it('is not pressed through a wall by a body that is pushed against it', async () => {
    const { walker, physics } = await setUp(
      [floor(), box('wall', [0.425, 1.5, 0], [0.05, 3, 6]), dynamicBox('crate', [-2, 0.5, 0], [1, 1, 1], 50)],
      [0, 0, 0],
    );
    const [crate] = physics.bodies;
    for (let i = 0; i < 180; i++) {
      crate!.setState({ linearVelocity: [2, 0, 0] });
      walk(walker, [0.5, 0], 1, physics);
    }
    expect(crate!.readState().position[0]).toBeGreaterThan(-0.2);
    expect(walker.feetPosition[0]).toBeLessThan(0.4);
  });

  it('refuses wishes, places and bodies that are not finite', async () => {
    const { walker, physics } = await setUp([floor()], [0, 0, 0]);
    expect(() => walker.step([Number.NaN, 0], false)).toThrow(RangeError);
    expect(() => walker.teleport([0, Infinity, 0])).toThrow(RangeError);
    expect(() => createWalker(physics, { radiusMeters: 2 }, [0, 0, 0])).toThrow(RangeError);
  });
});
