import { addFooting } from './addFooting.ts';
import type { PosedDepth } from './checkConsistency.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import type { FloorPlan } from './floorPlan.ts';
import { isSeenThrough } from './lineOfSight.ts';
import { filterTriangles, joinSets, rootOf, triangleArea, vertexNormals } from './meshTools.ts';
import { growCells, type Plane, planeCell, planeDistance } from './planes.ts';
import { seamVertices } from './seamVertices.ts';
import { cameraCenter } from './view.ts';
import { wallSeenBehind } from './wallBehind.ts';

/** A thing that stands on the floor, with what lies on it, or that nothing holds. */
export interface FoundObject {
  mesh: SurfaceMesh;
  min: [number, number, number];
  max: [number, number, number];
  massKilograms: number;
  /** Whether it hangs free, with open air seen beneath it. */
  floats: boolean;
}

interface SizeLimits {
  longestSideMeters: number;
  highestMeters: number;
  /** From the nearest camera. */
  farthestMeters: number;
}

/** A plane this large that reaches higher than things do, by a real patch of it, is a wall. */
const WALL_SQUARE_METERS = 1.5;
const HIGH_SQUARE_METERS = 0.1;
/** Surface this near a wall or ceiling, facing as it does, is a part of it, as is what lies behind it. */
const WALL_METERS = 0.1;
const BEHIND_METERS = 0.4;
/** What lies wholly this near a wall hangs on it or is its trim: pictures, door frames, curtains, radiators. */
const TRIM_METERS = 0.15;
/** Pieces with smaller gaps between them are one thing. */
const GAP_METERS = 0.08;
const LEAST_SIDE_METERS = 0.2;
const LEAST_HEIGHT_METERS = 0.15;
const LEAST_SQUARE_METERS = 0.12;
/** Longer things are parts of the place: counters, hedges, rows of shelves. */
const STANDING_SIZE: SizeLimits = {
  longestSideMeters: 2.6,
  highestMeters: 2.1,
  // Farther from every camera, gaps between things are smaller than the depth's noise.
  farthestMeters: 7,
};
/** What hangs free with open air seen beneath it is no part of the place, were it a car. */
const FREE_SIZE: SizeLimits = { longestSideMeters: 6, highestMeters: 3, farthestMeters: 10 };
/** Of a plane that reaches higher than this, such a patch makes it a wall. */
const WALL_REACHES_METERS = 2.1;
/** A thing whose lowest surface lies this low stands on the floor: feet are thin or in the dark. */
const STANDING_METERS = 0.22;
/** Legs are thinner than depth maps resolve: what hangs no higher than a seat and not free stands on some. */
const LEGS_METERS = 0.5;
/** A thing lower than this from below could hang on a thread from the ceiling, which no depth map shows. */
const FLOATING_BOTTOM_METERS = 1.5;
/** Beneath a thing that floats this share of the air is seen through, and of its own pixels this share shows anything. */
const AIR_SHARE = 0.6;
const LEG_SHARE = 0.01;
/** Nearer to a wall no line of sight tells the air before it from the wall. */
const AIR_METERS = 0.2;
/** Of the wall straight behind a thing that hangs before it, what is seen at least. */
const LEAST_WALL_SEEN = 0.1;
/** Furniture, hollow and of wood or cloth: armchairs, tables and crates weigh 30–100 kg per m³ of the room they take. */
const KILOGRAMS_PER_CUBIC_METER = 60;
const LEAST_KILOGRAMS = 0.5;

/**
 * Takes things out of the surface: what hangs together once walls and ceiling are taken away, is of a thing's size
 * and stands on the floor. What might as well be a piece of wall, a tree or noise stays where it is.
 * @param rest the surface without the floor, metric frame.
 * @param maps measured depth: tells whether air or legs are beneath a thing.
 */
export function findObjects(
  rest: SurfaceMesh,
  planes: readonly Plane[],
  plan: FloorPlan,
  maps: readonly PosedDepth[],
): { structure: SurfaceMesh; objects: FoundObject[] } {
  const structural = planes.filter(isStructural);
  const isStructure = structureVertices(rest, structural);
  const cluster = clusterVertices(rest, isStructure);
  const groups = measureClusters(rest, cluster);
  const eyes = maps.map(({ view }) => cameraCenter(view.cameraFromWorld));
  const openings = maps.map(({ depth }) => new Uint8Array(depth.inverseDepth.length));
  const accepted = new Map<number, boolean>();
  for (const [id, group] of groups) {
    const bottom = group.min[1];
    const isFree =
      bottom > STANDING_METERS &&
      bottom < FLOATING_BOTTOM_METERS &&
      isOfThingSize(group, FREE_SIZE, structural, eyes) &&
      nearWalls(group, structural).every(
        wall => wallSeenBehind(rest, v => cluster[v] === id, wall) >= LEAST_WALL_SEEN,
      ) &&
      floats(group, rest, cluster, id, structural, maps, openings);
    if (isFree || (bottom <= LEGS_METERS && isOfThingSize(group, STANDING_SIZE, structural, eyes)))
      accepted.set(id, isFree);
  }
  const trianglesOf = new Map<number, number[]>(
    [...accepted.keys()].sort((a, b) => a - b).map(id => [id, []]),
  );
  // A thing that hangs free is joined to nothing.
  const seams = [...accepted].flatMap(([id, isFree]) =>
    isFree
      ? nearWalls(groups.get(id), structural).map(wall =>
          seamVertices(
            rest,
            v => cluster[v] === id,
            v => cluster[v] < 0,
            wall,
          ),
        )
      : [],
  );
  const isCut = (v: number) => seams.some(seam => seam.has(v));
  const left: number[] = [];
  for (let i = 0; i < rest.indices.length; i += 3) {
    const [a, b, c] = rest.indices.subarray(i, i + 3);
    if (isCut(a) || isCut(b) || isCut(c)) continue;
    const isFree = [a, b, c].some(v => accepted.get(cluster[v]));
    if (isFree && (cluster[a] !== cluster[b] || cluster[b] !== cluster[c])) continue;
    const own =
      cluster[a] === cluster[b] && cluster[b] === cluster[c] ? trianglesOf.get(cluster[a]) : undefined;
    (own ?? left).push(a, b, c);
  }
  const meshOf = (triangles: number[]) =>
    filterTriangles({ positions: rest.positions, indices: Uint32Array.from(triangles) }, () => true);
  const objects: FoundObject[] = [];
  for (const [id, triangles] of trianglesOf) {
    const own = meshOf(triangles);
    const standing = accepted.get(id) ? own : standOnFloor(own);
    const mesh = accepted.get(id) ? own : addFooting(standing);
    const { min, max } = boundsOf(standing);
    const massKilograms = Math.max(
      LEAST_KILOGRAMS,
      Math.round(10 * KILOGRAMS_PER_CUBIC_METER * roomTaken(standing, min[1], plan.cellMeters)) / 10,
    );
    objects.push({ mesh, min, max, massKilograms, floats: accepted.get(id) === true });
  }
  return { structure: meshOf(left), objects };
}

/** Walls and ceilings; not the sides of things, which are planes as well. */
function isStructural({ kind, grid }: Plane): boolean {
  if (kind !== 'wall') return kind === 'ceiling';
  let cells = 0;
  let high = 0;
  for (let at = 0; at < grid.seen.length; at++) {
    if (!grid.seen[at]) continue;
    cells++;
    if (grid.origin[1] + Math.floor(at / grid.sizeU) * grid.cellMeters > WALL_REACHES_METERS) high++;
  }
  return (
    cells * grid.cellMeters ** 2 >= WALL_SQUARE_METERS && high * grid.cellMeters ** 2 >= HIGH_SQUARE_METERS
  );
}

/** 1 where a vertex belongs to a wall or the ceiling, or lies behind one. */
function structureVertices({ positions: p, indices }: SurfaceMesh, planes: readonly Plane[]): Uint8Array {
  const n = vertexNormals({ positions: p, indices });
  const found = new Uint8Array(p.length / 3);
  for (const plane of planes) {
    if (plane.kind === 'floor') continue;
    const { grid, normal } = plane;
    const near = growCells(grid.seen, grid.sizeU, 3);
    for (let v = 0; v < found.length; v++) {
      if (found[v]) continue;
      const [x, y, z] = [p[3 * v], p[3 * v + 1], p[3 * v + 2]];
      const distance = planeDistance(plane, x, y, z);
      if (distance > WALL_METERS || distance < -BEHIND_METERS) continue;
      const facing = normal[0] * n[3 * v] + normal[1] * n[3 * v + 1] + normal[2] * n[3 * v + 2];
      if (distance > 0.03 && facing < 0.5) continue;
      const cell = planeCell(plane, x, y, z);
      if (cell >= 0 && near[cell]) found[v] = 1;
    }
  }
  return found;
}

/** Per vertex the number of its cluster, −1 for structure. Vertices nearer than about a gap hang together. */
function clusterVertices({ positions: p, indices }: SurfaceMesh, isStructure: Uint8Array): Int32Array {
  const parent = new Int32Array(p.length / 3).map((_, v) => v);
  for (let i = 0; i < indices.length; i += 3)
    for (const [a, b] of [
      [indices[i], indices[i + 1]],
      [indices[i + 1], indices[i + 2]],
    ])
      if (!isStructure[a] && !isStructure[b]) joinSets(parent, a, b);
  const firstIn = new Map<number, number>();
  const cellOf = (v: number, axis: number) => Math.floor(p[3 * v + axis] / GAP_METERS) + 4096;
  for (let v = 0; v < isStructure.length; v++) {
    if (isStructure[v]) continue;
    const key = (cellOf(v, 0) * 8192 + cellOf(v, 1)) * 8192 + cellOf(v, 2);
    const first = firstIn.get(key);
    if (first === undefined) firstIn.set(key, v);
    else joinSets(parent, first, v);
  }
  for (const [key, v] of firstIn)
    for (const step of [1, 8192, 8192 * 8192]) {
      const next = firstIn.get(key + step);
      if (next !== undefined) joinSets(parent, v, next);
    }
  return parent.map((_, v) => (isStructure[v] ? -1 : rootOf(parent, v)));
}

interface Cluster {
  min: [number, number, number];
  max: [number, number, number];
  area: number;
  /** Every so-many-th vertex. */
  sample: number[];
  positions: Float32Array;
}

function measureClusters({ positions, indices }: SurfaceMesh, cluster: Int32Array): Map<number, Cluster> {
  const groups = new Map<number, Cluster>();
  for (let v = 0; v < cluster.length; v++) {
    if (cluster[v] < 0) continue;
    let group = groups.get(cluster[v]);
    if (!group) {
      const at = [0, 1, 2].map(axis => positions[3 * v + axis]) as [number, number, number];
      group = { min: [...at], max: [...at], area: 0, sample: [], positions };
      groups.set(cluster[v], group);
    }
    for (let axis = 0; axis < 3; axis++) {
      group.min[axis] = Math.min(group.min[axis], positions[3 * v + axis]);
      group.max[axis] = Math.max(group.max[axis], positions[3 * v + axis]);
    }
    if (v % 8 === 0) group.sample.push(v);
  }
  for (let i = 0; i < indices.length; i += 3) {
    const group = groups.get(cluster[indices[i]]);
    if (group) group.area += triangleArea(positions, indices[i], indices[i + 1], indices[i + 2]);
  }
  return groups;
}

function isOfThingSize(
  { min, max, area, sample, positions: p }: Cluster,
  { longestSideMeters, highestMeters, farthestMeters }: SizeLimits,
  planes: readonly Plane[],
  eyes: readonly (readonly [number, number, number])[],
): boolean {
  const sides = [0, 1, 2].map(axis => max[axis] - min[axis]);
  if (area < LEAST_SQUARE_METERS || Math.max(...sides) > longestSideMeters || max[1] > highestMeters)
    return false;
  if (Math.max(sides[0], sides[2]) < LEAST_SIDE_METERS || sides[1] < LEAST_HEIGHT_METERS) return false;
  const middle = [0, 1, 2].map(axis => (min[axis] + max[axis]) / 2);
  const near = Math.min(...eyes.map(eye => Math.hypot(...middle.map((v, axis) => v - eye[axis]))));
  if (near > farthestMeters) return false;
  return !planes.some(
    plane =>
      plane.kind === 'wall' &&
      sample.every(v => isOnPlane(plane, p[3 * v], p[3 * v + 1], p[3 * v + 2], TRIM_METERS)),
  );
}

/** Whether a point is nearer than this before a plane, or somewhat behind it, where the plane is known. */
function isOnPlane(plane: Plane, x: number, y: number, z: number, beforeMeters: number): boolean {
  const distance = planeDistance(plane, x, y, z);
  return distance < beforeMeters && distance > -BEHIND_METERS && planeCell(plane, x, y, z) >= 0;
}

/** The walls that a thing all but touches. */
function nearWalls(group: Cluster | undefined, planes: readonly Plane[]): Plane[] {
  if (!group) return [];
  const { sample, positions: p } = group;
  return planes.filter(
    plane =>
      plane.kind === 'wall' &&
      sample.some(v => isOnPlane(plane, p[3 * v], p[3 * v + 1], p[3 * v + 2], WALL_METERS + GAP_METERS)),
  );
}

/** Whether the air beneath a thing was seen and nothing in it but walls: a table's legs would show somewhere. */
function floats(
  { min, max, sample, positions: p }: Cluster,
  { positions }: SurfaceMesh,
  cluster: Int32Array,
  id: number,
  planes: readonly Plane[],
  maps: readonly PosedDepth[],
  openings: readonly Uint8Array[],
): boolean {
  let asked = 0;
  let open = 0;
  for (const v of sample)
    for (const share of [0.3, 0.6]) {
      const y = share * min[1];
      if (p[3 * v + 1] > min[1] + 0.3 * (max[1] - min[1])) continue;
      if (planes.some(plane => isOnPlane(plane, p[3 * v], y, p[3 * v + 2], AIR_METERS))) continue;
      asked++;
      if (isSeenThrough(maps, openings, [p[3 * v], y, p[3 * v + 2]], 3)) open++;
    }
  if (asked === 0 || open < AIR_SHARE * asked) return false;
  const margin = 0.05;
  let legs = 0;
  for (const { view, depth } of maps) {
    const { fx, fy, cx, cy } = view.intrinsics;
    const { rotation: r } = view.cameraFromWorld;
    const [ex, ey, ez] = cameraCenter(view.cameraFromWorld);
    for (let v = 0; v < depth.height; v += 2)
      for (let u = 0; u < depth.width; u += 2) {
        const q = depth.inverseDepth[v * depth.width + u];
        if (q <= 0) continue;
        const [a, b] = [(u - cx) / fx / q, (v - cy) / fy / q];
        const y = ey + r[1] * a + r[4] * b + r[7] / q;
        if (y < 0.1 || y > min[1] - margin) continue;
        const x = ex + r[0] * a + r[3] * b + r[6] / q;
        if (x < min[0] - margin || x > max[0] + margin) continue;
        const z = ez + r[2] * a + r[5] * b + r[8] / q;
        if (z < min[2] - margin || z > max[2] + margin) continue;
        // The wall behind a thing that hangs close to it is no leg.
        if (planes.some(plane => isOnPlane(plane, x, y, z, WALL_METERS))) continue;
        legs++;
      }
  }
  let own = 0;
  for (let v = 0; v < positions.length / 3; v++) if (cluster[v] === id) own++;
  return legs < LEG_SHARE * own * maps.length;
}

/** Lets the lower rim of a thing down to the floor: its feet end where the floor was cut away. */
function standOnFloor({ positions, indices }: SurfaceMesh): SurfaceMesh {
  const edges = new Map<number, [number, number]>();
  const count = positions.length / 3;
  for (let i = 0; i < indices.length; i += 3)
    for (let k = 0; k < 3; k++) {
      const [a, b] = [indices[i + k], indices[i + ((k + 1) % 3)]];
      const back = b * count + a;
      if (edges.has(back)) edges.delete(back);
      else edges.set(a * count + b, [a, b]);
    }
  const low = Math.min(...boundsOf({ positions, indices }).min.slice(1, 2));
  const vertices = Array.from(positions);
  const triangles = Array.from(indices);
  const feet = new Map<number, number>();
  const footOf = (v: number) => {
    let foot = feet.get(v);
    if (foot === undefined) {
      foot = vertices.length / 3;
      feet.set(v, foot);
      vertices.push(positions[3 * v], 0, positions[3 * v + 2]);
    }
    return foot;
  };
  for (const [a, b] of edges.values()) {
    const [ya, yb] = [positions[3 * a + 1], positions[3 * b + 1]];
    if (Math.max(ya, yb) > Math.max(low + FOOT_METERS, FOOT_METERS) || Math.min(ya, yb) < 0.002) continue;
    triangles.push(b, a, footOf(a), b, footOf(a), footOf(b));
  }
  return { positions: Float32Array.from(vertices), indices: Uint32Array.from(triangles) };
}

/** Open edges this far above a thing's lowest belong to its foot. */
const FOOT_METERS = 0.12;

function boundsOf({ positions }: SurfaceMesh): {
  min: [number, number, number];
  max: [number, number, number];
} {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < positions.length; i++) {
    const axis = i % 3;
    min[axis] = Math.min(min[axis], positions[i]);
    max[axis] = Math.max(max[axis], positions[i]);
  }
  return { min, max };
}

/** Cubic metres between a thing's top and the height it stands at, over the cells that it covers. */
function roomTaken({ positions: p }: SurfaceMesh, bottom: number, cell: number): number {
  const tops = new Map<number, number>();
  for (let i = 0; i < p.length; i += 3) {
    const key = (Math.floor(p[i] / cell) + 65536) * 131072 + Math.floor(p[i + 2] / cell) + 65536;
    tops.set(key, Math.max(tops.get(key) ?? 0, p[i + 1] - bottom));
  }
  let sum = 0;
  for (const top of tops.values()) sum += top * cell * cell;
  return sum;
}
