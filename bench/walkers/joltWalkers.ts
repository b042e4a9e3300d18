import { STEP_SECONDS } from '../../engine/clock.ts';
import { roomSpawns } from './roomsWorld.ts';
import { importPeer, type MakeWalkers, soupOf } from './walkers.ts';
import { Wanderer } from './wanderer.ts';

/** Jolt's bindings as they come: objects of methods, constructors and members, written by Object.assign. */
type Jolt = { [name: string]: Jolt } & ((...values: unknown[]) => Jolt) &
  (new (
    ...values: unknown[]
  ) => Jolt);

const STATIC_LAYER = 0;
const MOVING_LAYER = 1;

/** Jolt's CharacterVirtual with ExtendedUpdate: it walks stairs and sticks to the floor, as ours does. */
export const joltWalkers: MakeWalkers = async (model, count) => {
  const peer = (await importPeer('jolt-physics/wasm-compat')) as { default: () => Promise<Jolt> } | undefined;
  if (!peer) return undefined;
  const jolt = await peer.default();
  const settings = new jolt['JoltSettings']();
  const pairs = new jolt['ObjectLayerPairFilterTable'](2);
  pairs['EnableCollision'](STATIC_LAYER, MOVING_LAYER);
  const phases = new jolt['BroadPhaseLayerInterfaceTable'](2, 2);
  for (const layer of [STATIC_LAYER, MOVING_LAYER])
    phases['MapObjectToBroadPhaseLayer'](layer, new jolt['BroadPhaseLayer'](layer));
  Object.assign(settings, {
    mObjectLayerPairFilter: pairs,
    mBroadPhaseLayerInterface: phases,
    mObjectVsBroadPhaseLayerFilter: new jolt['ObjectVsBroadPhaseLayerFilterTable'](phases, 2, pairs, 2),
  });
  const physics = new jolt['JoltInterface'](settings);
  const system = physics['GetPhysicsSystem']();
  const bodies = system['GetBodyInterface']();

  const { positions, indices } = soupOf(model);
  const list = new jolt['TriangleList']();
  list['resize'](indices.length / 3);
  for (let i = 0; i < indices.length; i += 3) {
    const triangle = list['at'](i / 3);
    for (let k = 0; k < 3; k++) {
      const at = 3 * (indices[i + k] as number);
      Object.assign(triangle['get_mV'](k), {
        x: positions[at],
        y: positions[at + 1],
        z: positions[at + 2],
      });
    }
  }
  const ground = new jolt['MeshShapeSettings'](list, new jolt['PhysicsMaterialList']())['Create']()['Get']();
  const noTurn = new jolt['Quat'](0, 0, 0, 1);
  const creation = new jolt['BodyCreationSettings'](
    ground,
    new jolt['RVec3'](0, 0, 0),
    noTurn,
    jolt['EMotionType_Static'],
    STATIC_LAYER,
  );
  bodies['AddBody'](bodies['CreateBody'](creation)['GetID'](), jolt['EActivation_DontActivate']);
  system['OptimizeBroadPhase']();

  const character = new jolt['CharacterVirtualSettings']();
  Object.assign(character, {
    mMaxSlopeAngle: Math.PI / 4,
    mShape: new jolt['CapsuleShape'](0.5, 0.35),
    mMass: 70,
    mCharacterPadding: 0.02,
    mSupportingVolume: new jolt['Plane'](new jolt['Vec3'](0, 1, 0), 0.35),
  });
  const agents = roomSpawns(count).map(([x, y, z], i) => ({
    virtual: new jolt['CharacterVirtual'](character, new jolt['RVec3'](x, y + 0.9, z), noTurn, system),
    wanderer: new Wanderer(i),
    x,
    z,
  }));
  const update = new jolt['ExtendedUpdateSettings']();
  Object.assign(update, {
    mStickToFloorStepDown: new jolt['Vec3'](0, -0.3, 0),
    mWalkStairsStepUp: new jolt['Vec3'](0, 0.3, 0),
  });
  const filters = [
    new jolt['DefaultBroadPhaseLayerFilter'](physics['GetObjectVsBroadPhaseLayerFilter'](), MOVING_LAYER),
    new jolt['DefaultObjectLayerFilter'](physics['GetObjectLayerPairFilter'](), MOVING_LAYER),
    new jolt['BodyFilter'](),
    new jolt['ShapeFilter'](),
    physics['GetTempAllocator'](),
  ];
  const gravity = new jolt['Vec3'](0, -9.81, 0);
  const velocity = new jolt['Vec3'](0, 0, 0);
  return {
    step() {
      for (const agent of agents) {
        const { virtual, wanderer } = agent;
        const [wishX, wishZ] = wanderer.next(agent.x, agent.z);
        const grounded = Number(virtual['GetGroundState']()) === Number(jolt['EGroundState_OnGround']);
        const speedY = grounded ? 0 : Number(virtual['GetLinearVelocity']()['GetY']());
        velocity['Set'](wishX, speedY - 9.81 * STEP_SECONDS, wishZ);
        virtual['SetLinearVelocity'](velocity);
        virtual['ExtendedUpdate'](STEP_SECONDS, gravity, update, ...filters);
        const place = virtual['GetPosition']();
        agent.x = Number(place['GetX']());
        agent.z = Number(place['GetZ']());
      }
    },
  };
};
