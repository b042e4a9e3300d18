import type { WorldModel } from '../../engine/world/worldModel.ts';
import { EdgeBalance } from './edgeBalance.ts';
import type { TriangleBvh } from './triangleBvh.ts';
import { squaredTriangleDistance } from './triangleDistance.ts';
import { growBox, type WorldTriangles } from './worldTriangles.ts';

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

/** Nodes with triangles, as objects. @param welded from weldVertices. */
export function nodeObjects(model: WorldModel, soup: WorldTriangles, welded: Uint32Array): SceneObject[] {
  const lists = model.nodes.map((): number[] => []);
  for (let t = 0; t < soup.areas.length; t++) if (soup.areas[t] > 0) lists[soup.node[t]].push(t);
  const balance = new EdgeBalance(soup.indices, welded);
  const objects: SceneObject[] = [];
  lists.forEach((list, node) => {
    if (list.length > 0)
      objects.push(describe(model, soup, balance, node, Uint32Array.from(list), objects.length));
  });
  return objects;
}

/** The connected pieces of one object, largest surface first. */
export function splitIntoIslands(
  model: WorldModel,
  soup: WorldTriangles,
  welded: Uint32Array,
  object: SceneObject,
): SceneObject[] {
  const balance = new EdgeBalance(soup.indices, welded);
  return connectedTriangles(soup.indices, welded, object.triangles)
    .map((triangles, i) => describe(model, soup, balance, object.node, triangles, i))
    .sort((a, b) => b.area - a.area || a.triangles[0] - b.triangles[0])
    .map((island, index) => ({ ...island, index }));
}

/** Triangles that share corners, directly or through others, in the order of their first; each group in its old order. */
function connectedTriangles(
  indices: Uint32Array,
  welded: Uint32Array,
  triangles: Uint32Array,
): Uint32Array[] {
  const parent = new Int32Array(welded.length);
  for (let corner = 0; corner < parent.length; corner++) parent[corner] = corner;
  for (let i = 0; i < triangles.length; i++) {
    const at = 3 * triangles[i];
    join(parent, welded[indices[at]], welded[indices[at + 1]]);
    join(parent, welded[indices[at]], welded[indices[at + 2]]);
  }
  const groupOf = new Int32Array(welded.length).fill(-1);
  const sizes: number[] = [];
  for (let i = 0; i < triangles.length; i++) {
    const root = rootOf(parent, welded[indices[3 * triangles[i]]]);
    if (groupOf[root] < 0) groupOf[root] = sizes.push(0) - 1;
    sizes[groupOf[root]]++;
  }
  const groups = sizes.map(size => new Uint32Array(size));
  const filled = new Uint32Array(sizes.length);
  for (let i = 0; i < triangles.length; i++) {
    const group = groupOf[rootOf(parent, welded[indices[3 * triangles[i]]])];
    groups[group][filled[group]++] = triangles[i];
  }
  return groups;
}

function join(parent: Int32Array, a: number, b: number): void {
  const rootA = rootOf(parent, a);
  const rootB = rootOf(parent, b);
  if (rootA < rootB) parent[rootB] = rootA;
  else parent[rootA] = rootB;
}

/** The lowest corner that a corner is joined to; the way there becomes shorter. */
function rootOf(parent: Int32Array, corner: number): number {
  let root = corner;
  while (parent[root] !== root) root = parent[root];
  for (let walk = corner; walk !== root; ) {
    const up = parent[walk];
    parent[walk] = root;
    walk = up;
  }
  return root;
}

/** A number per vertex; vertices at the same place share it. Open addressing: this is hot for scanned meshes. */
export function weldVertices(soup: WorldTriangles): Uint32Array {
  const { positions: p } = soup;
  const count = p.length / 3;
  const welded = new Uint32Array(count);
  let slots = 16;
  while (slots < 2 * count) slots *= 2;
  const table = new Int32Array(slots).fill(-1);
  const quantized = new Float64Array(p.length);
  for (let i = 0; i < p.length; i++) quantized[i] = Math.round(p[i] / WELD_METERS);
  for (let vertex = 0; vertex < count; vertex++) {
    const x = quantized[3 * vertex];
    const y = quantized[3 * vertex + 1];
    const z = quantized[3 * vertex + 2];
    let hash = Math.imul(x | 0, 0x9e3779b1) ^ Math.imul(y | 0, 0x85ebca6b) ^ Math.imul(z | 0, 0xc2b2ae35);
    hash ^= hash >>> 15;
    for (let slot = hash & (slots - 1); ; slot = (slot + 1) & (slots - 1)) {
      const other = table[slot];
      if (other < 0) {
        table[slot] = vertex;
        welded[vertex] = vertex;
        break;
      }
      if (quantized[3 * other] === x && quantized[3 * other + 1] === y && quantized[3 * other + 2] === z) {
        welded[vertex] = other;
        break;
      }
    }
  }
  return welded;
}

function describe(
  model: WorldModel,
  soup: WorldTriangles,
  balance: EdgeBalance,
  node: number,
  triangles: Uint32Array,
  index: number,
): SceneObject {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  let area = 0;
  let volume = 0;
  const { positions: p, indices } = soup;
  const origin = 3 * indices[3 * triangles[0]];
  const originX = p[origin];
  const originY = p[origin + 1];
  const originZ = p[origin + 2];
  for (let i = 0; i < triangles.length; i++) {
    const triangle = triangles[i];
    area += soup.areas[triangle];
    const a = 3 * indices[3 * triangle];
    const b = 3 * indices[3 * triangle + 1];
    const c = 3 * indices[3 * triangle + 2];
    growBox(min, max, p, a);
    growBox(min, max, p, b);
    growBox(min, max, p, c);
    const ax = p[a] - originX;
    const ay = p[a + 1] - originY;
    const az = p[a + 2] - originZ;
    const bx = p[b] - originX;
    const by = p[b + 1] - originY;
    const bz = p[b + 2] - originZ;
    const cx = p[c] - originX;
    const cy = p[c + 1] - originY;
    const cz = p[c + 2] - originZ;
    volume += (ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)) / 6;
  }
  return {
    index,
    name: model.nodes[node].name,
    node,
    triangles,
    min,
    max,
    area,
    volume,
    closed: triangles.length >= 4 && balance.isClosed(triangles),
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
