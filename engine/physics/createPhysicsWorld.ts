import type { HP_BodyId, HP_ShapeId, HP_WorldId, MotionType } from '@babylonjs/havok';
import { STEP_SECONDS } from '../clock.ts';
import { DirectorError } from '../errors.ts';
import { atOnce, type Pieces } from '../gradually.ts';
import { createStateHasher, type StateHasher } from '../stateHash.ts';
import type { WorldModel, WorldNode } from '../world/worldModel.ts';
import type { Havok } from './havok.ts';
import type { Queries } from './hits.ts';
import { createPhysicsBody, type PhysicsBody } from './physicsBody.ts';
import { createQueries, type Vector3 } from './queries.ts';
import { type BodyGeometry, hullShape, meshShape } from './shapes.ts';
import { prepareSolids, type Solid } from './solids.ts';

export interface PhysicsOptions {
  /** An instance of its own for this world: a snapshot copies the instance's whole heap. */
  havok: Havok;
  /** The Havok world of a Babylon plugin; absent makes one. */
  world?: HP_WorldId;
  /** m/s², default [0, −9.81, 0]. */
  gravity?: Vector3;
  /** What prepareSolids made of this collider, where another thread has done it. */
  solids?: readonly Solid[];
}

/** Something whose state belongs to the world's: an agent's walker. */
export interface StatefulPart {
  /** A copy of the state that load takes back. */
  save(): unknown;
  load(saved: unknown): void;
  hash(hasher: StateHasher): void;
}

/** A moment of a physics world and its parts. Only the world that made it can restore it. */
export interface PhysicsSnapshot {
  readonly stepCount: number;
  readonly heap: Uint8Array;
  readonly parts: readonly unknown[];
}

export interface PhysicsWorld extends Queries {
  /** Steps of STEP_SECONDS taken. */
  readonly stepCount: number;
  readonly gravity: Readonly<Vector3>;
  /** The dynamic bodies, in the order of the collider's nodes. */
  readonly bodies: readonly PhysicsBody[];
  /** The box around all static and dynamic geometry at the start, metres. */
  readonly bounds: { readonly min: Readonly<Vector3>; readonly max: Readonly<Vector3> };
  /** Moves the dynamic bodies on by STEP_SECONDS. */
  step(): void;
  /** Makes a part's state belong to snapshot, restore and stateHash, until the returned function is called. */
  attach(part: StatefulPart): () => void;
  snapshot(): PhysicsSnapshot;
  /** Goes back to a snapshot; what follows is bit-identical to what followed it the first time. */
  restore(snapshot: PhysicsSnapshot): void;
  /**
   * 16 hex digits over the exact bits of: the step count; every dynamic body's position, rotation, linear and
   * angular velocity, in node order; every attached part's state, in the order of attaching. Not covered:
   * static geometry and Havok's contact caches, which show in the bodies a step later.
   */
  stateHash(): string;
}

/** kg/m³ where a dynamic node gives no mass: furniture, hollow and wooden. */
const DEFAULT_DENSITY = 200;

/** Lightest and heaviest body in kilograms: outside, Havok's solver loses its digits. */
const MASS_RANGE = [0.01, 1e6] as const;

/**
 * Makes a WorldModel solid: each static node its own triangles, in tiles, each dynamic node a convex hull with
 * its mass. Throws WORLD_INVALID or WORLD_TOO_LARGE before anything that could trap reaches Havok.
 */
export function createPhysicsWorld(collider: WorldModel, options: PhysicsOptions): PhysicsWorld {
  return atOnce(buildPhysicsWorld(collider, options));
}

/** createPhysicsWorld in pieces, one a tile. Where it is cut short or throws, the Havok instance is to be dropped. */
export function* buildPhysicsWorld(collider: WorldModel, options: PhysicsOptions): Pieces<PhysicsWorld> {
  const { havok, gravity = [0, -9.81, 0] } = options;
  const { api } = havok;
  // All geometry is checked first: a refusal leaves nothing half-built in Havok.
  const solids = options.solids ?? prepareSolids(collider);
  const world = options.world ?? api.HP_World_Create()[1];
  api.HP_World_SetGravity(world, [...gravity]);
  const handles: { body: HP_BodyId; shape: HP_ShapeId }[] = [];
  const nodeOfBody = new Map<number, number>();
  const bodies: PhysicsBody[] = [];
  const min: Vector3 = [Infinity, Infinity, Infinity];
  const max: Vector3 = [-Infinity, -Infinity, -Infinity];

  const place = (shape: HP_ShapeId, node: number, origin: Vector3, motion: MotionType): HP_BodyId => {
    const body = api.HP_Body_Create()[1];
    api.HP_Body_SetMotionType(body, motion);
    api.HP_Body_SetShape(body, shape);
    api.HP_Body_SetQTransform(body, [origin, [0, 0, 0, 1]]);
    handles.push({ body, shape });
    nodeOfBody.set(Number(body[0]), node);
    return body;
  };

  const addDynamic = (node: WorldNode, index: number, geometry: BodyGeometry, origin: Vector3) => {
    const shape = hullShape(havok, geometry.positions);
    api.HP_Shape_SetDensity(shape, DEFAULT_DENSITY);
    const [center, densityMass, inertia, axes] = api.HP_Shape_BuildMassProperties(shape)[1];
    const mass = Math.min(MASS_RANGE[1], Math.max(MASS_RANGE[0], node.massKilograms ?? densityMass));
    const body = place(shape, index, origin, api.MotionType.DYNAMIC);
    // Havok's inertia is that of a body of 1 kg, whatever the density.
    api.HP_Body_SetMassProperties(body, [center, mass, inertia, axes]);
    api.HP_World_AddBody(world, body, false);
    return createPhysicsBody(havok, world, body, node, index, mass);
  };

  const tileCount = solids.reduce((sum, solid) => sum + solid.tiles.length, 0);
  let tilesBuilt = 0;
  try {
    for (const { node: index, dynamic, origin, tiles } of solids) {
      const node = collider.nodes[index];
      for (const tile of tiles) {
        growBounds(min, max, tile.positions, origin);
        if (dynamic) bodies.push(addDynamic(node, index, tile, origin));
        else {
          const body = place(meshShape(havok, tile), index, origin, api.MotionType.STATIC);
          api.HP_World_AddBody(world, body, false);
        }
        yield ++tilesBuilt / tileCount;
      }
    }
  } catch (cause) {
    // What Havok throws when its 32-bit heap is full; checked geometry leaves no other reason to trap.
    if (!(cause instanceof WebAssembly.RuntimeError || cause instanceof RangeError)) throw cause;
    throw new DirectorError('WORLD_TOO_LARGE', 'Physics cannot hold this world: its memory is full.', {
      suggestion: 'Simplify the collider, or split the world.',
      cause,
    });
  }

  const queries = createQueries(havok, world, nodeOfBody);
  const parts = new Set<StatefulPart>();
  const snapshots = new WeakSet<PhysicsSnapshot>();
  let stepCount = 0;
  return {
    get stepCount() {
      return stepCount;
    },
    gravity,
    bodies,
    bounds: { min, max },
    step() {
      api.HP_World_Step(world, STEP_SECONDS);
      stepCount++;
    },
    castCapsule: queries.castCapsule,
    castRay: queries.castRay,
    proximity: queries.proximity,
    attach(part) {
      parts.add(part);
      return () => parts.delete(part);
    },
    snapshot() {
      const snapshot: PhysicsSnapshot = {
        stepCount,
        heap: new Uint8Array(havok.memory.buffer).slice(),
        parts: [...parts].map(part => part.save()),
      };
      snapshots.add(snapshot);
      return snapshot;
    },
    restore(snapshot) {
      if (!snapshots.has(snapshot)) throw new RangeError('This snapshot is of another physics world.');
      if (snapshot.parts.length !== parts.size)
        throw new RangeError(
          `The snapshot holds ${snapshot.parts.length} parts and the world ${parts.size}.`,
        );
      const heap = new Uint8Array(havok.memory.buffer);
      heap.set(snapshot.heap);
      // A heap cannot shrink; what grew since is beyond the allocator's mark in the restored bytes.
      heap.fill(0, snapshot.heap.length);
      stepCount = snapshot.stepCount;
      [...parts].forEach((part, i) => {
        part.load(snapshot.parts[i]);
      });
    },
    stateHash() {
      const hasher = createStateHasher();
      hasher.add(stepCount);
      for (const body of bodies) {
        const state = body.readState();
        for (const values of [state.position, state.rotation, state.linearVelocity, state.angularVelocity])
          for (const value of values) hasher.add(value);
      }
      for (const part of parts) part.hash(hasher);
      return hasher.digest();
    },
    dispose() {
      queries.dispose();
      parts.clear();
      for (const { body, shape } of handles) {
        api.HP_World_RemoveBody(world, body);
        api.HP_Body_Release(body);
        api.HP_Shape_Release(shape);
      }
      if (!options.world) api.HP_World_Release(world);
    },
  };
}

function growBounds(min: Vector3, max: Vector3, positions: Float32Array, origin: Readonly<Vector3>): void {
  for (let i = 0; i < positions.length; i += 3)
    for (let k = 0 as 0 | 1 | 2; k < 3; k++) {
      const value = positions[i + k] + origin[k];
      if (value < min[k]) min[k] = value;
      if (value > max[k]) max[k] = value;
    }
}
