import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry: floors whose triangles face down. Such a floor is invisible from above where culling is on,
 * and tools that trust winding, navmesh builders among them, see no floor. Non-finite coordinates and indices
 * out of range never come here: the reader refuses them.
 */

/** Steeper faces are no floor. */
const FLOOR_NORMAL_Y = 0.9;
const MIN_AREA_SQUARE_METERS = 0.5;
/** Two floor faces further apart than this in height belong to different floors, metres. */
const LEVEL_METERS = 0.2;
/** Faces nearer than this lie in one plane, metres. */
const COPLANAR_METERS = 0.01;
/** An up-facing twin this near shows that the face is only the underside of a slab, metres. */
const SLAB_METERS = 0.6;

export function detectBadGeometry(context: WorldContext): Finding[] {
  return flippedFloors(context);
}

function flippedFloors(context: WorldContext): Finding[] {
  const { bvh, objects, model, body } = context;
  const soup = bvh.triangles;
  const patches = new Map<
    string,
    { area: number; min: number[]; max: number[]; triangles: number; node: number }
  >();
  for (const object of objects) {
    // What faces down on a closed thing is its underside.
    if (object.closed && object.volume > 0) continue;
    for (const triangle of object.triangles) {
      if (soup.normals[3 * triangle + 1] > -FLOOR_NORMAL_Y || soup.doubleSided[triangle]) continue;
      const corners = [0, 1, 2].map(corner => {
        const i = 3 * soup.indices[3 * triangle + corner];
        return [soup.positions[i], soup.positions[i + 1], soup.positions[i + 2]];
      });
      const [x, y, z] = [0, 1, 2].map(axis => (corners[0][axis] + corners[1][axis] + corners[2][axis]) / 3);
      const isSelf = (other: number) => other !== triangle;
      // Another face in the same place is the floor that is walked on.
      if (bvh.castRay(x, y + COPLANAR_METERS, z, 0, -1, 0, 2 * COPLANAR_METERS, isSelf)) continue;
      // A ceiling or a table's underside has a floor below it; a floor of the world has nothing.
      if (bvh.castRay(x, y - 1e-4, z, 0, -1, 0, Infinity, isSelf)) continue;
      const above = bvh.castRay(x, y + 1e-4, z, 0, 1, 0, Infinity, isSelf);
      // The back of an up-facing face above means that we look from inside a solid.
      if (above && (!above.front || above.distance < Math.max(SLAB_METERS, body.height))) continue;
      // Without anything above there must be walls beside it: the underside of a lone sheet in the air is no floor.
      if (!above && !hasNeighbourAbove(context, x, y, z)) continue;
      const key = `${object.node}/${Math.round(y / LEVEL_METERS)}`;
      const patch = patches.get(key) ?? {
        area: 0,
        min: [Infinity, Infinity, Infinity],
        max: [-Infinity, -Infinity, -Infinity],
        triangles: 0,
        node: object.node,
      };
      patch.area += soup.areas[triangle];
      patch.triangles++;
      for (const corner of corners)
        for (let axis = 0; axis < 3; axis++) {
          patch.min[axis] = Math.min(patch.min[axis], corner[axis]);
          patch.max[axis] = Math.max(patch.max[axis], corner[axis]);
        }
      patches.set(key, patch);
    }
  }
  return [...patches.values()]
    .filter(patch => patch.area >= MIN_AREA_SQUARE_METERS)
    .map(patch => ({
      type: 'bad-geometry' as const,
      severity: 'error' as const,
      confidence: 0.8,
      position: middleOf(patch),
      extent: sizeOf(patch),
      object: model.nodes[patch.node].name,
      message: `${patch.area.toFixed(1)} m² of the floor of ${model.nodes[patch.node].name} face down: it cannot be seen from above and navigation finds no floor.`,
      evidence: {
        kind: 'flipped-floor',
        areaSquareMeters: Math.round(patch.area * 100) / 100,
        triangles: patch.triangles,
      },
    }));
}

/** Whether geometry stands around this place at body height. */
function hasNeighbourAbove({ bvh, body }: WorldContext, x: number, y: number, z: number): boolean {
  let walls = 0;
  for (let i = 0; i < 8; i++) {
    const angle = (i * Math.PI) / 4 + 0.05;
    if (bvh.castRay(x, y + body.height / 2, z, Math.cos(angle), 0, Math.sin(angle), 30)?.front) walls++;
  }
  return walls >= 4;
}
