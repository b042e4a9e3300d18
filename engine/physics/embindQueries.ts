import type { ContactPoint, RayCastInput, ShapeCastInput, ShapeProximityInput } from '@babylonjs/havok';
import {
  type CastHit,
  emptyCastHit,
  emptyProximityHit,
  type ProximityHit,
  type Queries,
  type QueryContext,
  requireFinite,
  type Vector3,
} from './hits.ts';

const NO_BODY: [bigint] = [0n];
const EVERYTHING: [number, number] = [-1, -1];

/** Queries through Havok's embind functions: for builds that lay out their structs in a way rawQueries.ts does not know. */
export function createEmbindQueries({
  havok: { api },
  world,
  collector,
  nodeOfBody,
  shapeOf,
}: QueryContext): Queries {
  // One set of inputs for all queries: embind copies their numbers at the call.
  const castInput: ShapeCastInput = [[0n], [0, 0, 0, 1], [0, 0, 0], [0, 0, 0], false, NO_BODY];
  const proximityInput: ShapeProximityInput = [[0n], [0, 0, 0], [0, 0, 0, 1], 0, false, NO_BODY];
  const rayInput: RayCastInput = [[0, 0, 0], [0, 0, 0], EVERYTHING, false, NO_BODY];

  function fill<Hit extends CastHit | ProximityHit>(hit: Hit, contact: ContactPoint): Hit {
    copy(hit.position, contact[3]);
    copy(hit.normal, contact[4]);
    hit.node = nodeOfBody.get(Number(contact[0][0])) ?? -1;
    return hit;
  }

  return {
    castCapsule(capsule, fromCenter, toCenter, into) {
      castInput[0] = shapeOf(capsule);
      requireFinite(fromCenter);
      requireFinite(toCenter);
      copy(castInput[2], fromCenter);
      copy(castInput[3], toCenter);
      api.HP_World_ShapeCastWithCollector(world, collector, castInput);
      if (api.HP_QueryCollector_GetNumHits(collector)[1] === 0) return undefined;
      const [fraction, , contact] = api.HP_QueryCollector_GetShapeCastResult(collector, 0)[1];
      const hit = fill(into ?? emptyCastHit(), contact);
      hit.fraction = fraction;
      return hit;
    },
    castRay(from, to, into) {
      requireFinite(from);
      requireFinite(to);
      copy(rayInput[0], from);
      copy(rayInput[1], to);
      api.HP_World_CastRayWithCollector(world, collector, rayInput);
      if (api.HP_QueryCollector_GetNumHits(collector)[1] === 0) return undefined;
      const [fraction, contact] = api.HP_QueryCollector_GetCastRayResult(collector, 0)[1];
      const hit = fill(into ?? emptyCastHit(), contact);
      hit.fraction = fraction;
      return hit;
    },
    proximity(capsule, center, maxDistanceMeters, into) {
      proximityInput[0] = shapeOf(capsule);
      requireFinite(center);
      copy(proximityInput[1], center);
      proximityInput[3] = maxDistanceMeters;
      api.HP_World_ShapeProximityWithCollector(world, collector, proximityInput);
      if (api.HP_QueryCollector_GetNumHits(collector)[1] === 0) return undefined;
      const [distanceMeters, , contact] = api.HP_QueryCollector_GetShapeProximityResult(collector, 0)[1];
      const hit = fill(into ?? emptyProximityHit(), contact);
      hit.distanceMeters = distanceMeters;
      return hit;
    },
    dispose() {},
  };
}

function copy(target: Vector3, source: Readonly<Vector3>): void {
  target[0] = source[0];
  target[1] = source[1];
  target[2] = source[2];
}
