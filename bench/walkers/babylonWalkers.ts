import { NullEngine } from '@babylonjs/core/Engines/nullEngine.js';
import { Vector3 } from '@babylonjs/core/Maths/math.vector.js';
import {
  CharacterSupportedState,
  PhysicsCharacterController,
} from '@babylonjs/core/Physics/v2/characterController.js';
import { PhysicsMotionType } from '@babylonjs/core/Physics/v2/IPhysicsEnginePlugin.js';
import { HavokPlugin } from '@babylonjs/core/Physics/v2/Plugins/havokPlugin.js';
import { PhysicsBody } from '@babylonjs/core/Physics/v2/physicsBody.js';
import { PhysicsShapeMesh } from '@babylonjs/core/Physics/v2/physicsShape.js';
import '@babylonjs/core/Physics/joinedPhysicsEngineComponent.js';
import { Mesh } from '@babylonjs/core/Meshes/mesh.js';
import { VertexData } from '@babylonjs/core/Meshes/mesh.vertexData.js';
import { Scene } from '@babylonjs/core/scene.js';
import { STEP_SECONDS } from '../../engine/clock.ts';
import { loadHavok } from '../../engine/physics/nodeHavok.ts';
import { roomSpawns } from './roomsWorld.ts';
import { type MakeWalkers, soupOf } from './walkers.ts';
import { Wanderer } from './wanderer.ts';

/** Babylon's own controller on Babylon's own body, driven as its documentation does, by the calls that allocate least. */
export const babylonWalkers: MakeWalkers = async (world, count) => {
  const { api } = await loadHavok();
  const scene = new Scene(new NullEngine());
  scene.useRightHandedSystem = true;
  const plugin = new HavokPlugin(false, api);
  scene.enablePhysics(new Vector3(0, -9.81, 0), plugin);
  const mesh = new Mesh('rooms', scene);
  const data = new VertexData();
  Object.assign(data, soupOf(world));
  data.applyToMesh(mesh);
  const body = new PhysicsBody(mesh, PhysicsMotionType.STATIC, false, scene);
  body.shape = new PhysicsShapeMesh(mesh, scene);
  const up = Vector3.Up();
  const down = Vector3.Down();
  const gravity = new Vector3(0, -9.81, 0);
  const gravityStep = gravity.scale(STEP_SECONDS);
  const wish = new Vector3();
  const forward = new Vector3();
  const next = new Vector3();
  const agents = roomSpawns(count).map(([x, y, z], i) => {
    const options = { capsuleHeight: 1.7, capsuleRadius: 0.35 };
    const controller = new PhysicsCharacterController(new Vector3(x, y + 0.9, z), options, scene);
    return {
      controller,
      wanderer: new Wanderer(i),
      support: controller.checkSupport(STEP_SECONDS, down),
    };
  });
  return {
    step() {
      for (const { controller, wanderer, support } of agents) {
        const { x, z } = controller.getPosition();
        const [wishX, wishZ] = wanderer.next(x, z);
        wish.set(wishX, 0, wishZ);
        wish.normalizeToRef(forward);
        controller.checkSupportToRef(STEP_SECONDS, down, support);
        const velocity = controller.getVelocity();
        const supported = support.supportedState === CharacterSupportedState.SUPPORTED;
        controller.calculateMovementToRef(
          STEP_SECONDS,
          forward,
          supported ? support.averageSurfaceNormal : up,
          velocity,
          support.averageSurfaceVelocity,
          wish,
          up,
          next,
        );
        if (supported) next.addInPlace(gravityStep);
        else next.y = velocity.y + gravityStep.y;
        controller.setVelocity(next);
        controller.integrate(STEP_SECONDS, support, gravity);
      }
      plugin.executeStep(STEP_SECONDS, []);
    },
    dispose: () => scene.dispose(),
  };
};
