import { describe, expect, it } from 'vitest';
import { createPhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../../../engine/physics/nodeHavok.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { createCameraRig, EYE_HEIGHT } from '../../../web/viewer/camera/cameraRig.ts';
import { type MoveInput, noInput } from '../../../web/viewer/input/moveInput.ts';
import type { CameraMode, Point } from '../../../web/viewer/viewerTypes.ts';
import { box, dynamicBox, floor, worldOf } from '../../engine/solids.ts';

const FRAME = 1 / 60;

async function setUp(nodes: WorldNode[], feet: Point = [0, 0, 0]) {
  const physics = createPhysicsWorld(worldOf(...nodes), { havok: await loadHavok() });
  const modes: CameraMode[] = [];
  const falls: Point[] = [];
  const rig = createCameraRig(physics, {
    spawn: { feet, yaw: 0 },
    reducedMotion: false,
    onMode: mode => modes.push(mode),
    onFell: from => falls.push(from),
  });
  const advance = (frames: number, input: Partial<MoveInput> = {}) => {
    let moved = false;
    for (let i = 0; i < frames; i++) moved = rig.advance(FRAME, { ...noInput(), ...input }) || moved;
    return moved;
  };
  return { physics, rig, modes, falls, advance };
}

describe('camera rig', () => {
  it('walks ahead on the ground with the eye at 1.6 m, and is at rest without a wish', async () => {
    const { rig, advance } = await setUp([floor()]);
    advance(120, { ahead: 1 });
    expect(rig.pose.eye[2]).toBeCloseTo(-4, 1);
    expect(rig.pose.eye[1]).toBeCloseTo(EYE_HEIGHT, 1);
    expect(rig.walker.grounded).toBe(true);
    advance(30);
    expect(advance(60)).toBe(false);
  });

  it('goes where it looks, faster when it runs', async () => {
    const { rig, advance } = await setUp([floor()]);
    advance(1, { turnLeft: Math.PI / 2 });
    advance(60, { ahead: 1, run: true });
    // To the left of −Z is −X.
    expect(rig.pose.eye[0]).toBeLessThan(-4);
    expect(rig.pose.eye[2]).toBeCloseTo(0, 1);
  });

  it('is stopped by a wall when it walks and goes through it when it flies', async () => {
    const wall = box('wall', [0, 1.5, -3], [6, 3, 0.2]);
    const { rig, advance } = await setUp([floor(), wall]);
    advance(240, { ahead: 1 });
    expect(rig.pose.eye[2]).toBeGreaterThan(-2.7);
    rig.setMode('fly');
    advance(120, { ahead: 1 });
    expect(rig.pose.eye[2]).toBeLessThan(-5);
  });

  it('jumps off the ground and comes down again', async () => {
    const { rig, advance } = await setUp([floor()]);
    advance(10);
    advance(1, { jump: true });
    advance(15);
    expect(rig.walker.feetPosition[1]).toBeGreaterThan(0.3);
    advance(60);
    expect(rig.walker.feetPosition[1]).toBeCloseTo(0, 1);
  });

  it('puts back whoever fell out of the world, and says from where', async () => {
    const { rig, falls, advance } = await setUp([floor()], [0, 0, 0]);
    rig.setView({ position: [30, 2, 0], target: [30, 2, -1] });
    advance(240);
    expect(falls).toHaveLength(1);
    expect(falls[0]![0]).toBeCloseTo(30, 1);
    expect(falls[0]![1]).toBeLessThan(-5);
    expect(rig.walker.feetPosition[0]).toBeCloseTo(0, 3);
    expect(rig.mode).toBe('walk');
  });

  it('comes down onto the ground below where a flight ended', async () => {
    const { rig, advance, modes } = await setUp([floor(), box('table', [5, 0.5, 0], [2, 1, 2])]);
    rig.setMode('fly');
    rig.setView({ position: [5, 4, 0] });
    rig.setMode('walk');
    advance(90);
    expect(rig.walker.feetPosition[1]).toBeCloseTo(1, 1);
    expect(modes).toEqual(['fly', 'walk']);
  });

  it('glides to a place, looking at it at the end; a hand on the keys stops the glide', async () => {
    const { rig, advance } = await setUp([floor()]);
    rig.glideTo([4, 2, 4], [4, 1, 0]);
    advance(10);
    const [x] = rig.pose.eye;
    expect(x).toBeGreaterThan(0);
    expect(x).toBeLessThan(4);
    advance(120);
    expect(rig.pose.eye).toEqual([4, 2, 4]);
    expect(rig.pose.yaw).toBeCloseTo(0, 6);
    expect(rig.pose.pitch).toBeCloseTo(Math.atan2(-1, 4), 6);
    rig.glideTo([0, 2, 0], [0, 2, -1]);
    advance(5);
    advance(1, { turnLeft: 0.1 });
    const stopped = [...rig.pose.eye];
    advance(60);
    expect(rig.pose.eye).toEqual(stopped);
  });

  it('orbits about what it looks at, at the distance that it zooms to', async () => {
    const { rig, advance } = await setUp([floor()]);
    rig.setView({ mode: 'orbit', position: [0, 2, 6], target: [0, 1, 0] });
    advance(1, { turnLeft: 1 });
    expect(Math.hypot(rig.pose.eye[0], rig.pose.eye[1] - 1, rig.pose.eye[2])).toBeCloseTo(
      Math.hypot(1, 6),
      6,
    );
    advance(1, { zoom: 0.5 });
    expect(Math.hypot(rig.pose.eye[0], rig.pose.eye[1] - 1, rig.pose.eye[2])).toBeCloseTo(
      Math.hypot(1, 6) / 2,
      6,
    );
    expect(rig.view().target[0]).toBeCloseTo(0, 6);
  });

  it('gives a view that brings it back', async () => {
    const { rig, advance } = await setUp([floor()]);
    rig.setView({ mode: 'fly', position: [1, 2, 3], target: [4, 3, -2] });
    const view = rig.view();
    rig.respawn();
    advance(5);
    rig.setView(view);
    expect(rig.pose.eye).toEqual([1, 2, 3]);
    expect(rig.view().target.map(value => Math.round(value * 1e6) / 1e6)).toEqual([4, 3, -2]);
  });

  it('lets go of a followed agent where someone moves', async () => {
    const { rig, advance, modes } = await setUp([floor()]);
    rig.setMode('follow');
    rig.setFollowed({ eye: [3, 2, 3], yaw: 1, pitch: -0.2 });
    advance(1);
    expect(rig.pose).toEqual({ eye: [3, 2, 3], yaw: 1, pitch: -0.2 });
    advance(1, { ahead: 1 });
    expect(rig.mode).toBe('fly');
    expect(modes).toEqual(['follow', 'fly']);
  });

  it('moves the bodies of the world with the same steps', async () => {
    const { physics, rig, advance } = await setUp([floor(), dynamicBox('crate', [3, 3, 0], [1, 1, 1], 10)]);
    advance(120);
    expect(rig.stepCount).toBeGreaterThan(110);
    expect(physics.stepCount).toBe(rig.stepCount);
    expect(physics.bodies[0]!.readState().position[1]).toBeLessThan(0.7);
  });
});
