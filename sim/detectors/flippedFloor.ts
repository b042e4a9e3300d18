import { faceCount, type MeshEdges } from '../geometry/edgeMap.ts';
import { corners } from '../geometry/triangleDistance.ts';
import { windingNumber } from '../geometry/windingNumber.ts';
import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry, flipped: floors whose triangles face down. Such a floor is invisible from above where culling is on,
 * and tools that trust winding, navmesh builders among them, see no floor. Two signs, each enough: faces that run their
 * shared edges the wrong way round against a larger surface that they belong to, and floors that face down into nothing.
 */

/** Steeper faces are no floor. */
const FLOOR_NORMAL_Y = 0.9;
const MIN_AREA_SQUARE_METERS = 0.5;
/** Neighbours in one surface that show opposite fronts bend by less than 60 degrees. */
const FLIPPED_DOT = 0.5;
/** Two floor faces further apart than this in height belong to different floors, metres. */
const LEVEL_METERS = 0.2;
/** Faces nearer than this lie in one plane, metres. */
const COPLANAR_METERS = 0.01;
/** An up-facing twin this near shows that the face is only the underside of a slab, metres. */
const SLAB_METERS = 0.6;

/** Just above an underside lies the inside of its thing, by winding number: a crack or a hole elsewhere takes little from 1. */
const INSIDE_WINDING = 0.5;
const INSIDE_METERS = 0.01;

/** A patch against its surroundings: as much as a body stands on. */
const MIN_PATCH_SQUARE_METERS = 0.25;

/** Floor that faces down, of one node. */
interface Patch {
  area: number;
  min: number[];
  max: number[];
  triangles: number;
  node: number;
  confidence: number;
}

/** @param edges by object, from meshEdges. */
export function detectFlippedFloor(context: WorldContext, edges: readonly MeshEdges[]): Finding[] {
  const patches = flippedPatches(context, edges);
  const alone = floorsIntoNothing(context).filter(other => !patches.some(patch => doTouch(patch, other, 0)));
  return joinTouching([...patches, ...alone]).map(group => report(context, group));
}

function doTouch(a: Patch, b: Patch, within: number): boolean {
  return [0, 1, 2].every(axis => a.min[axis] <= b.max[axis] + within && b.min[axis] <= a.max[axis] + within);
}

/** A floor may go on in another node, as on the foot of a column: one patch. */
function joinTouching(patches: readonly Patch[]): Patch[][] {
  const open = [...patches];
  const groups: Patch[][] = [];
  for (let seed = open.shift(); seed; seed = open.shift()) {
    const group = [seed];
    // The list grows while it is walked.
    for (const patch of group)
      for (let i = open.length - 1; i >= 0; i--)
        if (open[i].node !== patch.node && doTouch(patch, open[i], LEVEL_METERS))
          group.push(...open.splice(i, 1));
    groups.push(group);
  }
  return groups;
}

function hasFlip(edges: MeshEdges, normals: Float64Array): boolean {
  for (let edge = 0; edge < edges.count; edge++) if (isFlip(edges, edge, normals)) return true;
  return false;
}

/**
 * Whether two faces run their edge the same way and face away from each other. Edges of more faces join no surface. A
 * sheet folded onto itself is two surfaces back to back.
 */
function isFlip(edges: MeshEdges, edge: number, normals: Float64Array): boolean {
  const { starts, faces, ways } = edges;
  const first = starts[edge];
  if (faceCount(edges, edge) !== 2 || ways[first] !== ways[first + 1]) return false;
  const a = 3 * faces[first];
  const b = 3 * faces[first + 1];
  const dot = normals[a] * normals[b] + normals[a + 1] * normals[b + 1] + normals[a + 2] * normals[b + 2];
  return dot < -FLIPPED_DOT;
}

/** Parts of a surface that are wound against the larger rest of it. */
function flippedPatches({ bvh, objects }: WorldContext, edgesOf: readonly MeshEdges[]): Patch[] {
  const soup = bvh.triangles;
  const { normals } = soup;
  return objects.flatMap((object, at) => {
    const edges = edgesOf[at];
    if (!hasFlip(edges, normals)) return [];
    const coherent = new Map<number, number[]>();
    const against = new Map<number, number[]>();
    const join = (map: Map<number, number[]>, a: number, b: number) => {
      for (const [one, other] of [
        [a, b],
        [b, a],
      ]) {
        const list = map.get(one);
        if (list) list.push(other);
        else map.set(one, [other]);
      }
    };
    const { faces, ways, starts } = edges;
    for (let edge = 0; edge < edges.count; edge++) {
      if (faceCount(edges, edge) !== 2) continue;
      const first = starts[edge];
      if (ways[first] !== ways[first + 1]) join(coherent, faces[first], faces[first + 1]);
      else if (isFlip(edges, edge, normals)) join(against, faces[first], faces[first + 1]);
    }
    const patchOf = new Map<number, number>();
    const patches: { triangles: number[]; area: number }[] = [];
    for (const triangle of object.triangles) {
      if (patchOf.has(triangle)) continue;
      const patch = { triangles: [] as number[], area: 0 };
      const queue = [triangle];
      patchOf.set(triangle, patches.length);
      for (let each = queue.pop(); each !== undefined; each = queue.pop()) {
        patch.triangles.push(each);
        patch.area += soup.areas[each];
        for (const other of coherent.get(each) ?? [])
          if (!patchOf.has(other)) {
            patchOf.set(other, patches.length);
            queue.push(other);
          }
      }
      patches.push(patch);
    }
    return patches.flatMap((patch, index) => {
      if (patch.area < MIN_PATCH_SQUARE_METERS || soup.doubleSided[patch.triangles[0]]) return [];
      const larger = patch.triangles.some(triangle =>
        (against.get(triangle) ?? []).some(other => {
          const neighbour = patchOf.get(other);
          return neighbour !== undefined && neighbour !== index && patches[neighbour].area > patch.area;
        }),
      );
      if (!larger) return [];
      // Which of two is flipped is clear for floors only: the one that faces down.
      const level = patch.triangles.reduce(
        (sum, triangle) => sum + soup.areas[triangle] * soup.normals[3 * triangle + 1],
        0,
      );
      if (level > -FLOOR_NORMAL_Y * patch.area) return [];
      const min = [Infinity, Infinity, Infinity];
      const max = [-Infinity, -Infinity, -Infinity];
      for (const triangle of patch.triangles)
        for (const point of corners(soup, triangle))
          for (let axis = 0; axis < 3; axis++) {
            min[axis] = Math.min(min[axis], point[axis]);
            max[axis] = Math.max(max[axis], point[axis]);
          }
      return [
        {
          area: patch.area,
          min,
          max,
          triangles: patch.triangles.length,
          node: object.node,
          confidence: 0.9,
        },
      ];
    });
  });
}

function floorsIntoNothing(context: WorldContext): Patch[] {
  const { bvh, objects, body } = context;
  const soup = bvh.triangles;
  const patches = new Map<string, Patch>();
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
      // The underside of something solid that is open somewhere.
      if (windingNumber(soup, object.triangles, x, y + INSIDE_METERS, z) > INSIDE_WINDING) continue;
      const key = `${object.node}/${Math.round(y / LEVEL_METERS)}`;
      const patch = patches.get(key) ?? {
        area: 0,
        min: [Infinity, Infinity, Infinity],
        max: [-Infinity, -Infinity, -Infinity],
        triangles: 0,
        node: object.node,
        confidence: 0.8,
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
  return [...patches.values()].filter(({ area }) => area >= MIN_AREA_SQUARE_METERS);
}

function report({ model }: WorldContext, group: readonly Patch[]): Finding {
  const area = group.reduce((sum, patch) => sum + patch.area, 0);
  const box = {
    min: [0, 1, 2].map(axis => Math.min(...group.map(({ min }) => min[axis]))),
    max: [0, 1, 2].map(axis => Math.max(...group.map(({ max }) => max[axis]))),
  };
  const names = group.map(({ node }) => model.nodes[node].name);
  return {
    type: 'bad-geometry',
    severity: 'error',
    confidence: Math.max(...group.map(({ confidence }) => confidence)),
    position: middleOf(box),
    extent: sizeOf(box),
    object: names[0],
    message: `${area.toFixed(1)} m² of the floor of ${names.join(' and ')} face down: it cannot be seen from above and navigation finds no floor.`,
    evidence: {
      kind: 'flipped-floor',
      areaSquareMeters: Math.round(area * 100) / 100,
      triangles: group.reduce((sum, patch) => sum + patch.triangles, 0),
    },
  };
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
