import { describe, expect, it } from 'vitest';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { guardTraps } from '../../../engine/physics/guardTraps.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import { dynamicBox, floor, worldOf } from '../solids.ts';

const WORLD = worldOf(floor(), dynamicBox('crate', [0, 2, 0], [0.5, 0.5, 0.5], 5));

describe('guardTraps', () => {
  it('a torn instance is reported by code and costs nothing else', async () => {
    const havok = await loadHavok();
    const torn = guardTraps(createPhysicsWorld(WORLD, { havok }), async physics => {
      new Uint8Array(havok.memory.buffer).fill(0xff);
      for (let i = 0; i < 10; i++) physics.step();
    });
    await expect(torn).rejects.toMatchObject({ code: 'PHYSICS_TRAPPED' });
    const sound = guardTraps(createPhysicsWorld(WORLD, { havok: await loadHavok() }), async physics => {
      for (let i = 0; i < 60; i++) physics.step();
      return physics.bodies[0]!.readState().position[1];
    });
    expect(await sound).toBeCloseTo(0.25, 1);
  });

  it('lets other errors through', async () => {
    const refused = guardTraps(createPhysicsWorld(WORLD, { havok: await loadHavok() }), async () => {
      throw new RangeError('no');
    });
    await expect(refused).rejects.toBeInstanceOf(RangeError);
  });
});
