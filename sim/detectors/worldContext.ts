import type { WorldModel } from '../../engine/world/worldModel.ts';
import type { Body } from '../body.ts';
import { nodeObjects, type SceneObject, weldVertices } from '../geometry/sceneObjects.ts';
import { TriangleBvh } from '../geometry/triangleBvh.ts';
import { collectTriangles } from '../geometry/worldTriangles.ts';
import type { Navmesh } from '../navmesh/navmesh.ts';

/** What the detectors that read the geometry look at. */
export interface WorldContext {
  model: WorldModel;
  /** Over what is seen. */
  bvh: TriangleBvh;
  objects: SceneObject[];
  /** A number per vertex of bvh.triangles, shared by vertices at the same place. */
  welded: Uint32Array;
  /** Index into objects per triangle; −1 for triangles without area. */
  ownerOf: Int32Array;
  /** Objects that the agents walk on. */
  ground: Set<number>;
  /** Over what is touched; the same as bvh where the world has no collider of its own. */
  colliderBvh: TriangleBvh;
  /** Absent where nothing can be walked. */
  navmesh: Navmesh | undefined;
  /** Components that can be walked to from the spawns. */
  reachable: ReadonlySet<number>;
  body: Body;
}

/** An object is ground when at least this share of the places looked at lies on it; a mat or a lid is not. */
const GROUND_SHARE = 0.02;

export function makeWorldContext(
  { visual: model, collider }: { visual: WorldModel; collider: WorldModel },
  colliderBvh: TriangleBvh,
  navmesh: Navmesh | undefined,
  reachable: ReadonlySet<number>,
  body: Body,
): WorldContext {
  const ownCollider = collider !== model;
  const bvh = ownCollider ? new TriangleBvh(collectTriangles(model)) : colliderBvh;
  const soup = bvh.triangles;
  const welded = weldVertices(soup);
  const objects = nodeObjects(model, soup, welded);
  const ownerOf = new Int32Array(soup.areas.length).fill(-1);
  for (const object of objects) for (const triangle of object.triangles) ownerOf[triangle] = object.index;
  return {
    model,
    bvh,
    objects,
    welded,
    ownerOf,
    ground: findGround(bvh, objects, ownerOf, navmesh, reachable),
    colliderBvh,
    navmesh,
    reachable,
    body,
  };
}

function findGround(
  bvh: TriangleBvh,
  objects: SceneObject[],
  ownerOf: Int32Array,
  navmesh: Navmesh | undefined,
  reachable: ReadonlySet<number>,
): Set<number> {
  const weight = new Map<number, number>();
  let total = 0;
  for (let polygon = 0; navmesh && polygon < navmesh.polygonCount; polygon++) {
    if (!reachable.has(navmesh.component[polygon])) continue;
    const [x, y, z] = navmesh.centroid(polygon);
    const hit = bvh.castRay(x, y + 0.5, z, 0, -1, 0, 1.5);
    if (!hit) continue;
    const area = navmesh.polygonArea(polygon);
    total += area;
    const owner = ownerOf[hit.triangle];
    weight.set(owner, (weight.get(owner) ?? 0) + area);
  }
  const ground = new Set<number>();
  for (const [owner, area] of weight) if (area >= GROUND_SHARE * total) ground.add(owner);
  if (ground.size === 0 && objects.length > 0) {
    const footprint = (o: SceneObject) => (o.max[0] - o.min[0]) * (o.max[2] - o.min[2]);
    ground.add(objects.reduce((best, o) => (footprint(o) > footprint(best) ? o : best)).index);
  }
  return ground;
}

export function middleOf(object: {
  min: readonly number[];
  max: readonly number[];
}): [number, number, number] {
  return [0, 1, 2].map(axis => (object.min[axis] + object.max[axis]) / 2) as [number, number, number];
}

export function sizeOf(object: { min: readonly number[]; max: readonly number[] }): [number, number, number] {
  return [0, 1, 2].map(axis => object.max[axis] - object.min[axis]) as [number, number, number];
}

const STRUCTURE_NAME =
  /wall|floor|ceiling|roof|ground|terrain|stair|beam|column|pillar|door|window|frame|room|level|building|house/i;

/**
 * What belongs to the place rather than stands in it: what agents walk on, what spans much of the world, and
 * what is named as a part of a building. Builders sink such parts into one another on purpose.
 */
export function isStructure(context: WorldContext, object: SceneObject): boolean {
  if (context.ground.has(object.index) || STRUCTURE_NAME.test(object.name)) return true;
  const { min, max } = context.bvh.triangles;
  const world = Math.hypot(max[0] - min[0], max[2] - min[2]);
  const own = Math.hypot(object.max[0] - object.min[0], object.max[2] - object.min[2]);
  const sizes = sizeOf(object);
  const wallLike =
    sizes[1] >= 1.9 && Math.min(sizes[0], sizes[2]) <= 0.5 && Math.max(sizes[0], sizes[2]) >= 1.5;
  return own >= 0.5 * world || wallLike;
}
