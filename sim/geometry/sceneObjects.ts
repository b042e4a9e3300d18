import type { WorldModel } from '../../engine/world/worldModel.ts';
import type { TriangleBvh } from './triangleBvh.ts';
import { squaredTriangleDistance } from './triangleDistance.ts';
import type { WorldTriangles } from './worldTriangles.ts';

/** One thing of a world: a node, or a connected piece of one where a whole place is merged into one node. */
export interface SceneObject {
  index: number;
  /** The node's name. */
  name: string;
  node: number;
  triangles: Uint32Array;
  min: [number, number, number];
  max: [number, number, number];
  /** m² of surface. */
  area: number;
  /** m³ by the divergence theorem; meaningful where closed. */
  volume: number;
  /** Every edge has one triangle on each side, corners nearer than WELD_METERS taken as one. */
  closed: boolean;
  motion: 'static' | 'dynamic';
}

/** Exporters split corners at seams; float32 at 100 m keeps 0.01 mm. */
const WELD_METERS = 1e-4;

/** Nodes with triangles, as objects. */
export function nodeObjects(model: WorldModel, soup: WorldTriangles): SceneObject[] {
  const lists = model.nodes.map((): number[] => []);
  for (let t = 0; t < soup.areas.length; t++) if (soup.areas[t] > 0) lists[soup.node[t]].push(t);
  const objects: SceneObject[] = [];
  lists.forEach((list, node) => {
    if (list.length === 0) return;
    const welded = weld(soup, list);
    objects.push(describe(model, soup, node, Uint32Array.from(list), objects.length, welded));
  });
  return objects;
}

/** The connected pieces of one object, largest surface first. */
export function splitIntoIslands(
  model: WorldModel,
  soup: WorldTriangles,
  object: SceneObject,
): SceneObject[] {
  const list = Array.from(object.triangles);
  const welded = weld(soup, list);
  const parent = new Map<number, number>();
  const find = (vertex: number): number => {
    let root = vertex;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    for (let walk = vertex; walk !== root; ) {
      const up = parent.get(walk) ?? root;
      parent.set(walk, root);
      walk = up;
    }
    return root;
  };
  const join = (a: number, b: number) => {
    const ra = find(a);
    const rb = find(b);
    if (ra !== rb) parent.set(Math.max(ra, rb), Math.min(ra, rb));
  };
  for (let i = 0; i < list.length; i++) {
    join(welded[3 * i], welded[3 * i + 1]);
    join(welded[3 * i], welded[3 * i + 2]);
  }
  const groups = new Map<number, number[]>();
  for (let i = 0; i < list.length; i++) {
    const root = find(welded[3 * i]);
    const group = groups.get(root);
    if (group) group.push(list[i]);
    else groups.set(root, [list[i]]);
  }
  return [...groups.values()]
    .map((triangles, i) =>
      describe(model, soup, object.node, Uint32Array.from(triangles), i, weld(soup, triangles)),
    )
    .sort((a, b) => b.area - a.area || a.triangles[0] - b.triangles[0])
    .map((island, index) => ({ ...island, index }));
}

/** Three corner numbers per listed triangle; corners at the same place share a number. */
function weld(soup: WorldTriangles, list: readonly number[]): Uint32Array {
  const numbers = new Map<string, number>();
  const result = new Uint32Array(list.length * 3);
  const { positions: p, indices } = soup;
  list.forEach((triangle, i) => {
    for (let corner = 0; corner < 3; corner++) {
      const v = 3 * indices[3 * triangle + corner];
      const key = `${Math.round(p[v] / WELD_METERS)},${Math.round(p[v + 1] / WELD_METERS)},${Math.round(p[v + 2] / WELD_METERS)}`;
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
      }
      result[3 * i + corner] = number;
    }
  });
  return result;
}

function describe(
  model: WorldModel,
  soup: WorldTriangles,
  node: number,
  triangles: Uint32Array,
  index: number,
  welded: Uint32Array,
): SceneObject {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  let area = 0;
  let volume = 0;
  const { positions: p, indices } = soup;
  const origin = 3 * indices[3 * triangles[0]];
  const edges = new Map<string, number>();
  triangles.forEach((triangle, i) => {
    area += soup.areas[triangle];
    const local: number[] = [];
    for (let corner = 0; corner < 3; corner++) {
      const v = 3 * indices[3 * triangle + corner];
      for (let axis = 0; axis < 3; axis++) {
        const value = p[v + axis];
        if (value < min[axis]) min[axis] = value;
        if (value > max[axis]) max[axis] = value;
        local.push(value - p[origin + axis]);
      }
      const from = welded[3 * i + corner];
      const to = welded[3 * i + ((corner + 1) % 3)];
      if (from === to) continue;
      const key = from < to ? `${from},${to}` : `${to},${from}`;
      edges.set(key, (edges.get(key) ?? 0) + (from < to ? 1 : -1));
    }
    const [ax, ay, az, bx, by, bz, cx, cy, cz] = local;
    volume += (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6;
  });
  return {
    index,
    name: model.nodes[node].name,
    node,
    triangles,
    min,
    max,
    area,
    volume,
    closed: triangles.length >= 4 && [...edges.values()].every(balance => balance === 0),
    motion: model.nodes[node].motion,
  };
}

export function squaredGapBetweenBoxes(a: SceneObject, b: SceneObject): number {
  let sum = 0;
  for (let axis = 0; axis < 3; axis++) {
    const gap = Math.max(0, a.min[axis] - b.max[axis], b.min[axis] - a.max[axis]);
    sum += gap * gap;
  }
  return sum;
}

/**
 * Which objects come within a distance of which: one entry per object, the indices of those it touches.
 * @param ownerOf index of the object each triangle belongs to, −1 for none.
 */
export function findContacts(
  objects: readonly SceneObject[],
  bvh: TriangleBvh,
  ownerOf: Int32Array,
  toleranceMeters: number,
): Set<number>[] {
  const soup = bvh.triangles;
  const touching = objects.map(() => new Set<number>());
  const limit = toleranceMeters * toleranceMeters;
  // Small objects ask first; by the time a large one is asked its contacts are known and skipped.
  const order = [...objects].sort((a, b) => a.triangles.length - b.triangles.length || a.index - b.index);
  const done = new Set<number>();
  for (const object of order) {
    done.add(object.index);
    const contacts = touching[object.index];
    const near = objects.filter(
      other => !done.has(other.index) && squaredGapBetweenBoxes(object, other) <= limit,
    );
    if (near.length === 0) continue;
    const open = new Set(near.map(other => other.index));
    for (const triangle of object.triangles) {
      const min = [Infinity, Infinity, Infinity];
      const max = [-Infinity, -Infinity, -Infinity];
      for (let corner = 0; corner < 3; corner++)
        for (let axis = 0; axis < 3; axis++) {
          const value = soup.positions[3 * soup.indices[3 * triangle + corner] + axis];
          min[axis] = Math.min(min[axis], value - toleranceMeters);
          max[axis] = Math.max(max[axis], value + toleranceMeters);
        }
      bvh.forEachInBox(min, max, other => {
        const owner = ownerOf[other];
        if (!open.has(owner) || squaredTriangleDistance(soup, triangle, soup, other) > limit) return false;
        open.delete(owner);
        contacts.add(owner);
        touching[owner].add(object.index);
        return open.size === 0;
      });
      if (open.size === 0) break;
    }
  }
  return touching;
}

/** Groups of objects that touch one another, directly or through others. */
export function contactGroups(touching: readonly Set<number>[]): number[][] {
  const group = new Int32Array(touching.length).fill(-1);
  const groups: number[][] = [];
  for (let seed = 0; seed < touching.length; seed++) {
    if (group[seed] >= 0) continue;
    const members: number[] = [];
    const queue = [seed];
    group[seed] = groups.length;
    for (let object = queue.pop(); object !== undefined; object = queue.pop()) {
      members.push(object);
      for (const other of touching[object])
        if (group[other] < 0) {
          group[other] = groups.length;
          queue.push(other);
        }
    }
    groups.push(members.sort((a, b) => a - b));
  }
  return groups;
}
