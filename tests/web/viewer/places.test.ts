import { describe, expect, it } from 'vitest';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import type { WorldCamera, WorldManifest } from '../../../engine/world/worldSchema.ts';

import { findSpawn } from '../../../web/viewer/camera/findSpawn.ts';
import { createFollower } from '../../../web/viewer/camera/followPose.ts';
import { placeViewpoint } from '../../../web/viewer/camera/placeViewpoint.ts';
import { cameraTarget, rotate } from '../../../web/viewer/camera/takeCamera.ts';
import { box, floor, worldOf } from '../../engine/solids.ts';

async function physicsOf(...nodes: WorldNode[]) {
  return createPhysicsWorld(worldOf(...nodes), { havok: await loadHavok() });
}

/** A room of 6 × 6 m with walls, floor and ceiling of 0.2 m, its floor at y = 0. */
function room(): WorldNode[] {
  return [
    box('floor', [0, -0.1, 0], [6.4, 0.2, 6.4]),
    box('ceiling', [0, 2.9, 0], [6.4, 0.2, 6.4]),
    box('north', [0, 1.4, -3.1], [6.4, 2.8, 0.2]),
    box('south', [0, 1.4, 3.1], [6.4, 2.8, 0.2]),
    box('west', [-3.1, 1.4, 0], [0.2, 2.8, 6.4]),
    box('east', [3.1, 1.4, 0], [0.2, 2.8, 6.4]),
  ];
}

function camera(position: [number, number, number], yaw: number): WorldCamera {
  const half = yaw / 2;
  return {
    frame: 0,
    time: 0,
    position,
    rotation: [0, Math.sin(half), 0, Math.cos(half)],
    fx: 500,
    fy: 500,
    cx: 320,
    cy: 180,
    width: 640,
    height: 360,
  };
}

describe('findSpawn', () => {
  it('takes the first spawn of the manifest that has ground, and its yaw', async () => {
    const physics = await physicsOf(floor());
    const manifest = {
      spawns: [
        { position: [100, 0, 0], yaw: 0 },
        { position: [2, 0.3, 3], yaw: 1.5 },
      ],
    } as Partial<WorldManifest> as WorldManifest;
    const spawn = findSpawn(physics, manifest);
    expect(spawn.yaw).toBe(1.5);
    expect(spawn.feet[0]).toBe(2);
    expect(spawn.feet[1]).toBeCloseTo(0.05, 2);
  });

  it('comes into the room of a house, not onto its roof nor into its walls', async () => {
    const { feet } = findSpawn(await physicsOf(...room()), undefined);
    expect(feet[1]).toBeCloseTo(0.05, 1);
    expect(Math.abs(feet[0])).toBeLessThan(2.7);
    expect(Math.abs(feet[2])).toBeLessThan(2.7);
  });

  it('comes above a world that nobody can stand in', async () => {
    const { feet } = findSpawn(await physicsOf(box('spike', [4, 5, 0], [0.01, 10, 0.01])), undefined);
    expect(feet[1]).toBeGreaterThan(5);
  });
});

describe('placeViewpoint', () => {
  it('stays inside the room with nothing between it and a defect at the wall', async () => {
    const physics = await physicsOf(...room());
    const defect = [2.98, 0.5, 0] as const;
    const eye = placeViewpoint(physics, defect, undefined, [[0, 1.6, 0]]);
    expect(eye[0]).toBeLessThan(2.8);
    expect(Math.abs(eye[2])).toBeLessThan(2.9);
    expect(eye[1]).toBeGreaterThan(0.1);
    expect(eye[1]).toBeLessThan(2.7);
    const share = 0.95;
    const nearly = defect.map((value, k) => eye[k]! + (value - eye[k]!) * share) as [number, number, number];
    expect(physics.castRay([...eye], nearly)).toBeUndefined();
    const away = Math.hypot(...defect.map((value, k) => value - eye[k]!));
    expect(away).toBeGreaterThan(1.5);
    expect(away).toBeLessThan(3);
  });

  it('steps back further from something large', async () => {
    const physics = await physicsOf(floor());
    const small = placeViewpoint(physics, [0, 0, 0], [0.2, 0.2, 0.2], [[0, 1.6, 5]]);
    const large = placeViewpoint(physics, [0, 0, 0], [4, 1, 4], [[0, 1.6, 5]]);
    expect(Math.hypot(...large)).toBeGreaterThan(Math.hypot(...small) + 2);
  });

  it('goes above what is buried on all sides', async () => {
    const physics = await physicsOf(
      box('rock', [0, 0, 0], [30, 30, 30]),
      box('core', [0, 0, 0], [0.4, 0.4, 0.4]),
    );
    expect(placeViewpoint(physics, [0, 0, 0], undefined, [])[1]).toBeGreaterThan(2);
  });
});

describe('cameras of the take', () => {
  it('turns by a quaternion as the manifest has it', () => {
    const quarter = Math.SQRT1_2;
    expect(
      rotate([0, quarter, 0, quarter], [0, 0, -1]).map(value => Math.round(value * 1e9) / 1e9 + 0),
    ).toEqual([-1, 0, 0]);
    expect(cameraTarget(camera([0, 1.5, -2], Math.PI), 2)[2]).toBeCloseTo(0, 9);
  });
});

describe('following an agent', () => {
  const body = { heightMeters: 1.7, radiusMeters: 0.35 };
  const agent = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false } as const;

  it('stays behind and above it, nearer where a wall is behind it', async () => {
    const free = createFollower(await physicsOf(floor()), body, 'behind').pose(agent, 1 / 60);
    expect(free.eye[2]).toBeGreaterThan(2);
    expect(free.eye[1]).toBeGreaterThan(1.7);
    expect(free.yaw).toBeCloseTo(0, 6);
    const walled = createFollower(
      await physicsOf(floor(), box('wall', [0, 2, 1.5], [4, 4, 0.2])),
      body,
      'behind',
    );
    expect(walled.pose(agent, 1 / 60).eye[2]).toBeLessThan(1.4);
  });

  it('turns after it softly, and at once after it was put elsewhere', async () => {
    const follower = createFollower(await physicsOf(floor()), body, 'eyes');
    follower.pose(agent, 1 / 60);
    const turning = follower.pose({ ...agent, yaw: 1 }, 1 / 60);
    expect(turning.yaw).toBeGreaterThan(0);
    expect(turning.yaw).toBeLessThan(0.5);
    expect(follower.pose({ ...agent, yaw: -2, teleported: true }, 1 / 60).yaw).toBe(-2);
  });
});
