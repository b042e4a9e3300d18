import type {
  HP_ShapeId,
  HP_WorldId,
  RayCastInput,
  ShapeCastInput,
  ShapeProximityInput,
} from '@babylonjs/havok';
import type { Havok } from './havok.ts';

export type Vector3 = [number, number, number];

/** An upright capsule; heightMeters includes both caps. */
export interface Capsule {
  readonly radiusMeters: number;
  readonly heightMeters: number;
}

/** Where a cast first touches. */
export interface CastHit {
  /** Share of the way from start to end, 0 to 1. */
  fraction: number;
  /** Touched point, world, metres. */
  position: Vector3;
  /** Unit, away from what is touched and against the query, whichever side of the surface it came from. */
  normal: Vector3;
  /** Index into the collider's nodes. */
  node: number;
}

/** The nearest surface within a distance. */
export interface ProximityHit {
  /** From the capsule's surface; negative by the depth of an overlap. */
  distanceMeters: number;
  /** Nearest point on the surface, world, metres. */
  position: Vector3;
  /** Unit, the way out. */
  normal: Vector3;
  node: number;
}

export interface Queries {
  castCapsule(
    capsule: Capsule,
    fromCenter: Readonly<Vector3>,
    toCenter: Readonly<Vector3>,
  ): CastHit | undefined;
  castRay(from: Readonly<Vector3>, to: Readonly<Vector3>): CastHit | undefined;
  proximity(capsule: Capsule, center: Readonly<Vector3>, maxDistanceMeters: number): ProximityHit | undefined;
  dispose(): void;
}

const NO_BODY: [bigint] = [0n];
const EVERYTHING: [number, number] = [-1, -1];

/**
 * Queries on a Havok world through its embind functions. Kept apart from the rest: nothing else in the engine
 * knows how a query reaches Havok. The collector holds one hit, which makes Havok keep the closest; a larger one
 * comes back unsorted.
 */
export function createQueries(
  { api }: Havok,
  world: HP_WorldId,
  nodeOfBody: ReadonlyMap<bigint, number>,
): Queries {
  const collector = api.HP_QueryCollector_Create(1)[1];
  const shapes = new Map<string, HP_ShapeId>();
  let lastCapsule: Capsule | undefined;
  let lastShape: HP_ShapeId = [0n];

  // One set of inputs for all queries: embind copies their numbers at the call.
  const castInput: ShapeCastInput = [[0n], [0, 0, 0, 1], [0, 0, 0], [0, 0, 0], false, NO_BODY];
  const proximityInput: ShapeProximityInput = [[0n], [0, 0, 0], [0, 0, 0, 1], 0, false, NO_BODY];
  const rayInput: RayCastInput = [[0, 0, 0], [0, 0, 0], EVERYTHING, false, NO_BODY];

  function shapeOf(capsule: Capsule): HP_ShapeId {
    if (capsule === lastCapsule) return lastShape;
    const key = `${capsule.radiusMeters} ${capsule.heightMeters}`;
    let shape = shapes.get(key);
    if (!shape) {
      const half = capsule.heightMeters / 2 - capsule.radiusMeters;
      if (!(capsule.radiusMeters > 0 && half >= 0 && Number.isFinite(half)))
        throw new RangeError(
          `A capsule needs a radius above 0 and a height of two radii or more, not ${key} m.`,
        );
      shape = api.HP_Shape_CreateCapsule([0, half, 0], [0, -half, 0], capsule.radiusMeters)[1];
      shapes.set(key, shape);
    }
    lastCapsule = capsule;
    lastShape = shape;
    return shape;
  }

  return {
    castCapsule(capsule, fromCenter, toCenter) {
      castInput[0] = shapeOf(capsule);
      copyFinite(castInput[2], fromCenter);
      copyFinite(castInput[3], toCenter);
      api.HP_World_ShapeCastWithCollector(world, collector, castInput);
      if (api.HP_QueryCollector_GetNumHits(collector)[1] === 0) return undefined;
      const [fraction, , contact] = api.HP_QueryCollector_GetShapeCastResult(collector, 0)[1];
      return {
        fraction,
        position: contact[3],
        normal: contact[4],
        node: nodeOfBody.get(contact[0][0]) ?? -1,
      };
    },
    castRay(from, to) {
      copyFinite(rayInput[0], from);
      copyFinite(rayInput[1], to);
      api.HP_World_CastRayWithCollector(world, collector, rayInput);
      if (api.HP_QueryCollector_GetNumHits(collector)[1] === 0) return undefined;
      const [fraction, contact] = api.HP_QueryCollector_GetCastRayResult(collector, 0)[1];
      return {
        fraction,
        position: contact[3],
        normal: contact[4],
        node: nodeOfBody.get(contact[0][0]) ?? -1,
      };
    },
    proximity(capsule, center, maxDistanceMeters) {
      proximityInput[0] = shapeOf(capsule);
      copyFinite(proximityInput[1], center);
      proximityInput[3] = maxDistanceMeters;
      api.HP_World_ShapeProximityWithCollector(world, collector, proximityInput);
      if (api.HP_QueryCollector_GetNumHits(collector)[1] === 0) return undefined;
      const [distanceMeters, , contact] = api.HP_QueryCollector_GetShapeProximityResult(collector, 0)[1];
      return {
        distanceMeters,
        position: contact[3],
        normal: contact[4],
        node: nodeOfBody.get(contact[0][0]) ?? -1,
      };
    },
    dispose() {
      for (const shape of shapes.values()) api.HP_Shape_Release(shape);
      api.HP_QueryCollector_Release(collector);
    },
  };
}

/** A query from or to nowhere would search the whole tree or trap. */
function copyFinite(target: Vector3, source: Readonly<Vector3>): void {
  const sum = source[0] + source[1] + source[2];
  if (!Number.isFinite(sum))
    throw new RangeError(`A query needs finite coordinates, not ${source.join(', ')}.`);
  target[0] = source[0];
  target[1] = source[1];
  target[2] = source[2];
}
