import type { HP_ShapeId, HP_WorldId } from '@babylonjs/havok';
import { createEmbindQueries } from './embindQueries.ts';
import type { Havok } from './havok.ts';
import type { Capsule, Queries, QueryContext } from './hits.ts';
import { createRawQueries } from './rawQueries.ts';

export type { Capsule, CastHit, ProximityHit, Vector3 } from './hits.ts';

/**
 * Queries on a Havok world: by raw calls where the instance takes them, else through its embind functions. Both
 * give the same bits. Nothing else in the engine knows how a query reaches Havok.
 */
export function createQueries(
  havok: Havok,
  world: HP_WorldId,
  nodeOfBody: ReadonlyMap<number, number>,
): Queries {
  const { api } = havok;
  const collector = api.HP_QueryCollector_Create(1)[1];
  const shapes = new Map<string, HP_ShapeId>();
  /** A walker asks with the same object each time; equal capsules share a shape. */
  const known = new WeakMap<Capsule, HP_ShapeId>();

  function shapeOf(capsule: Capsule): HP_ShapeId {
    const given = known.get(capsule);
    if (given) return given;
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
    known.set(capsule, shape);
    return shape;
  }

  const context: QueryContext = { havok, world, collector, nodeOfBody, shapeOf };
  const queries = havok.raw ? createRawQueries(context, havok.raw) : createEmbindQueries(context);
  return {
    ...queries,
    dispose() {
      queries.dispose();
      for (const shape of shapes.values()) api.HP_Shape_Release(shape);
      api.HP_QueryCollector_Release(collector);
    },
  };
}
