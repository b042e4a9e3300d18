import { STEP_SECONDS } from '../../engine/clock.ts';
import { roomSpawns } from './roomsWorld.ts';
import { importPeer, type MakeWalkers, soupOf } from './walkers.ts';
import { Wanderer } from './wanderer.ts';

interface Xyz {
  x: number;
  y: number;
  z: number;
}

interface Body {
  setNextKinematicTranslation(place: Xyz): void;
}

interface BodyDescription {
  setTranslation(x: number, y: number, z: number): BodyDescription;
}

interface Controller {
  setMaxSlopeClimbAngle(radians: number): void;
  enableSnapToGround(meters: number): void;
  enableAutostep(meters: number, minWidth: number, dynamic: boolean): void;
  computeColliderMovement(collider: unknown, wish: Xyz, flags: number): void;
  computedGrounded(): boolean;
  computedMovement(): Xyz;
}

interface World {
  timestep: number;
  createCollider(description: unknown, body?: Body): unknown;
  createRigidBody(description: BodyDescription): Body;
  createCharacterController(offset: number): Controller;
  step(): void;
  free(): void;
}

/** The part of @dimforge/rapier3d-compat that is called here. */
interface Rapier {
  init(): Promise<void>;
  World: new (gravity: Xyz) => World;
  ColliderDesc: {
    trimesh(positions: Float32Array, indices: Uint32Array): unknown;
    capsule(halfHeight: number, radius: number): unknown;
  };
  RigidBodyDesc: { kinematicPositionBased(): BodyDescription };
  QueryFilterFlags: { EXCLUDE_KINEMATIC: number };
}

/** Rapier's KinematicCharacterController. */
export const rapierWalkers: MakeWalkers = async (model, count) => {
  const peer = (await importPeer('@dimforge/rapier3d-compat')) as { default: Rapier } | undefined;
  if (!peer) return undefined;
  const rapier = peer.default;
  await rapier.init();
  const world = new rapier.World({ x: 0, y: -9.81, z: 0 });
  world.timestep = STEP_SECONDS;
  const { positions, indices } = soupOf(model);
  world.createCollider(rapier.ColliderDesc.trimesh(positions, indices));
  const controller = world.createCharacterController(0.02);
  controller.setMaxSlopeClimbAngle(Math.PI / 4);
  controller.enableSnapToGround(0.3);
  controller.enableAutostep(0.3, 0.1, false);
  const agents = roomSpawns(count).map(([x, y, z], i) => {
    const body = world.createRigidBody(
      rapier.RigidBodyDesc.kinematicPositionBased().setTranslation(x, y + 0.9, z),
    );
    const collider = world.createCollider(rapier.ColliderDesc.capsule(0.5, 0.35), body);
    return {
      body,
      collider,
      place: { x, y: y + 0.9, z },
      speedY: 0,
      grounded: false,
      wanderer: new Wanderer(i),
    };
  });
  world.step();
  return {
    step() {
      for (const agent of agents) {
        const { body, collider, place, wanderer } = agent;
        const [wishX, wishZ] = wanderer.next(place.x, place.z);
        agent.speedY = agent.grounded ? -0.5 : agent.speedY - 9.81 * STEP_SECONDS;
        const wish = { x: wishX * STEP_SECONDS, y: agent.speedY * STEP_SECONDS, z: wishZ * STEP_SECONDS };
        controller.computeColliderMovement(collider, wish, rapier.QueryFilterFlags.EXCLUDE_KINEMATIC);
        agent.grounded = controller.computedGrounded();
        const moved = controller.computedMovement();
        place.x += moved.x;
        place.y += moved.y;
        place.z += moved.z;
        body.setNextKinematicTranslation(place);
      }
      world.step();
    },
    dispose: () => world.free(),
  };
};
