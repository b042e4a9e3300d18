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
import { STEP_SECONDS } from '../engine/clock.ts';
import { createWalker } from '../engine/locomotion/walker.ts';
import { createPhysicsWorld } from '../engine/physics/createPhysicsWorld.ts';
import { loadHavok } from '../engine/physics/nodeHavok.ts';
import { createRandom } from '../engine/random.ts';
import type { MeshPart, WorldModel } from '../engine/world/worldModel.ts';
import type { Bench } from './bench.ts';

const AGENTS = 64;
const SPEED = 2;
const ROUNDS = 7;
const SIDE_METERS = 100;
const ROOM_METERS = 10;

/** One core's target from the project's promise of many agents in real time: 1000 agents at 60 Hz. */
const TARGET = 60_000;

function groundHeight(x: number, z: number): number {
  return 0.5 * Math.sin(x * 0.21) * Math.cos(z * 0.17) + 0.2 * Math.sin(x * 0.6 + z * 0.35);
}

/** Rolling ground of `cells`² squares under 100 rooms with doors: 2 · cells² triangles and some hundreds of walls. */
function rooms(cells: number, seed: number): WorldModel {
  const random = createRandom(seed);
  const step = SIDE_METERS / cells;
  const at = (i: number) => i * step - SIDE_METERS / 2;
  const positions: number[] = [];
  const indices: number[] = [];
  for (let j = 0; j <= cells; j++)
    for (let i = 0; i <= cells; i++) positions.push(at(i), groundHeight(at(i), at(j)), at(j));
  for (let j = 0; j < cells; j++)
    for (let i = 0; i < cells; i++) {
      const a = j * (cells + 1) + i;
      const c = a + cells + 1;
      indices.push(a, c, a + 1, a + 1, c, c + 1);
    }
  const wall = (alongX: boolean, across: number, start: number, end: number) => {
    const first = positions.length / 3;
    const low = -1.5;
    const high = 3;
    for (const side of [-0.1, 0.1])
      for (const along of [start, end])
        for (const y of [low, high])
          positions.push(alongX ? along : across + side, y, alongX ? across + side : along);
    for (const [a, b, c, d] of [
      [0, 1, 3, 2],
      [4, 6, 7, 5],
      [0, 4, 5, 1],
      [2, 3, 7, 6],
      [1, 5, 7, 3],
    ] as const)
      indices.push(...[a, b, c, a, c, d].map(k => first + k));
  };
  const count = SIDE_METERS / ROOM_METERS;
  for (let k = 0; k <= count; k++)
    for (let m = 0; m < count; m++)
      for (const alongX of [true, false]) {
        const across = k * ROOM_METERS - SIDE_METERS / 2;
        const start = m * ROOM_METERS - SIDE_METERS / 2;
        const door = start + random.range(2, 6);
        if (k === 0 || k === count) wall(alongX, across, start, start + ROOM_METERS);
        else {
          wall(alongX, across, start, door);
          wall(alongX, across, door + 1.6, start + ROOM_METERS);
        }
      }
  const part: MeshPart = {
    positions: Float32Array.from(positions),
    indices: Uint32Array.from(indices),
    material: 0,
  };
  const identity = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);
  return {
    nodes: [{ name: 'rooms', worldFromNode: identity, parts: [part], motion: 'static' }],
    materials: [
      {
        name: 'plaster',
        baseColor: [1, 1, 1, 1],
        roughness: 1,
        metallic: 0,
        doubleSided: false,
        alphaMode: 'opaque',
        alphaCutoff: 0.5,
      },
    ],
    images: [],
  };
}

/** Wanders: keeps a heading, takes another after a while or when it does not get on. The same for both walkers. */
class Wanderer {
  private readonly random;
  private heading: number;
  private steps = 0;
  private stuckSteps = 0;
  private lastX = 0;
  private lastZ = 0;
  readonly wish: [number, number] = [0, 0];

  constructor(index: number) {
    this.random = createRandom(`wanderer-${index}`);
    this.heading = this.random.range(0, 2 * Math.PI);
  }

  next(x: number, z: number): readonly [number, number] {
    const moved = Math.hypot(x - this.lastX, z - this.lastZ);
    this.lastX = x;
    this.lastZ = z;
    this.stuckSteps = moved < 0.3 * SPEED * STEP_SECONDS ? this.stuckSteps + 1 : 0;
    if (this.stuckSteps > 8 || ++this.steps > 240) {
      this.heading += this.random.range(1, 5.2);
      this.steps = 0;
      this.stuckSteps = 0;
    }
    this.wish[0] = Math.cos(this.heading) * SPEED;
    this.wish[1] = Math.sin(this.heading) * SPEED;
    return this.wish;
  }
}

function spawns(): [number, number, number][] {
  const random = createRandom('spawns');
  return Array.from({ length: AGENTS }, () => {
    const x = (random.integer(10) - 5) * ROOM_METERS + random.range(2, 8);
    const z = (random.integer(10) - 5) * ROOM_METERS + random.range(2, 8);
    return [x, groundHeight(x, z) + 0.1, z];
  });
}

async function ours(world: WorldModel) {
  const physics = createPhysicsWorld(world, { havok: await loadHavok() });
  const agents = spawns().map((feet, i) => ({
    walker: createWalker(physics, {}, feet),
    wanderer: new Wanderer(i),
  }));
  return () => {
    for (const { walker, wanderer } of agents)
      walker.step(wanderer.next(walker.feetPosition[0], walker.feetPosition[2]), false);
    physics.step();
  };
}

/** Babylon's own controller on Babylon's own body, driven as its documentation does. */
async function peer(world: WorldModel) {
  const { api } = await loadHavok();
  const scene = new Scene(new NullEngine());
  scene.useRightHandedSystem = true;
  const plugin = new HavokPlugin(false, api);
  scene.enablePhysics(new Vector3(0, -9.81, 0), plugin);
  for (const part of world.nodes.flatMap(node => node.parts)) {
    const mesh = new Mesh('rooms', scene);
    const data = new VertexData();
    data.positions = part.positions;
    data.indices = part.indices;
    data.applyToMesh(mesh);
    const body = new PhysicsBody(mesh, PhysicsMotionType.STATIC, false, scene);
    body.shape = new PhysicsShapeMesh(mesh, scene);
  }
  const up = Vector3.Up();
  const down = Vector3.Down();
  const gravity = new Vector3(0, -9.81, 0);
  const gravityStep = gravity.scale(STEP_SECONDS);
  const agents = spawns().map(([x, y, z], i) => {
    const options = { capsuleHeight: 1.7, capsuleRadius: 0.35 };
    const controller = new PhysicsCharacterController(new Vector3(x, y + 0.9, z), options, scene);
    return { controller, wanderer: new Wanderer(i) };
  });
  return () => {
    for (const { controller, wanderer } of agents) {
      const { x, z } = controller.getPosition();
      const [wishX, wishZ] = wanderer.next(x, z);
      const wish = new Vector3(wishX, 0, wishZ);
      const forward = wish.normalizeToNew();
      const support = controller.checkSupport(STEP_SECONDS, down);
      const velocity = controller.getVelocity();
      const supported = support.supportedState === CharacterSupportedState.SUPPORTED;
      const next = controller.calculateMovement(
        STEP_SECONDS,
        forward,
        supported ? support.averageSurfaceNormal : up,
        velocity,
        support.averageSurfaceVelocity,
        wish,
        up,
      );
      if (supported) next.addInPlace(gravityStep);
      else next.y = velocity.y + gravityStep.y;
      controller.setVelocity(next);
      controller.integrate(STEP_SECONDS, support, gravity);
    }
    plugin.executeStep(STEP_SECONDS, []);
  };
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

/** User-CPU seconds of this process: a busy machine does not lengthen them. */
function cpuSeconds(): number {
  return process.cpuUsage().user / 1e6;
}

export const bench: Bench = {
  summary: `Agent-steps per second on one core: ${AGENTS} walkers among rooms, beside Babylon's PhysicsCharacterController`,
  async run(args, note) {
    const world = rooms(Number(args[0] ?? 215), 1);
    const triangles = world.nodes.reduce(
      (sum, node) => sum + node.parts.reduce((n, part) => n + part.indices.length / 3, 0),
      0,
    );
    note(`${triangles} triangles, ${AGENTS} agents, ${ROUNDS} alternating rounds, user-CPU time`);
    const runs = [
      { name: 'walker', step: await ours(world), steps: 120, rates: [] as number[] },
      { name: 'PhysicsCharacterController', step: await peer(world), steps: 40, rates: [] as number[] },
    ] as const;
    for (const { step } of runs) for (let i = 0; i < 60; i++) step();
    for (let round = 0; round < ROUNDS; round++)
      for (const { name, step, steps, rates } of runs) {
        const start = cpuSeconds();
        for (let i = 0; i < steps; i++) step();
        rates.push((AGENTS * steps) / (cpuSeconds() - start));
        note(`round ${round + 1} ${name}: ${Math.round(rates.at(-1) ?? 0)} agent-steps/s`);
      }
    const [walker, controller] = runs.map(({ rates }) => Math.round(median(rates))) as [number, number];
    return [
      { name: 'walker', value: walker, unit: 'agent-steps/s', target: `≥ ${TARGET}`, met: walker >= TARGET },
      { name: 'PhysicsCharacterController', value: controller, unit: 'agent-steps/s' },
      { name: 'ratio', value: Math.round((walker / controller) * 100) / 100, unit: '×' },
    ];
  },
};
