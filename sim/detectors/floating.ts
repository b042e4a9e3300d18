import { contactGroups, findContacts, type SceneObject, splitIntoIslands } from '../geometry/sceneObjects.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import { corners, squaredTriangleDistance } from '../geometry/triangleDistance.ts';
import type { Finding } from '../types.ts';
import type { Settled } from './settle.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Floating: a thing that nothing holds. It, and everything it touches in turn, stays clear of the rest of the
 * world, with a gap below it. A lamp on a ceiling, a picture on a wall and a cup on a shelf are held. What moves by
 * itself is held from below only.
 */

/** SceneEval (2025) counts support within 1 cm; exporters round to less. */
const TOUCH_METERS = 0.01;
/** Pictures, signs and switches hover up to this far before their wall to keep the surfaces from flickering. */
const HANGING_METERS = 0.05;
/** Only flat things are hung before a wall like that; what reaches further into the room is mounted flush. */
const FLAT_METERS = 0.2;
const FLUSH_METERS = 0.015;
/** Below this a gap cannot be seen from standing height. */
const MIN_GAP_METERS = 0.03;
/** Clouds, birds and the moon are meant to be up there. */
const MAX_GAP_METERS = 6;
/** Crumbs of a reconstruction and particles are not things. */
const MIN_SIZE_METERS = 0.1;
const MIN_ISLAND_SIZE_METERS = 0.25;
/** A merged or reconstructed world may hold thousands of loose pieces; the largest tell the story. */
const MAX_ISLANDS_REPORTED = 8;
const MAX_ISLANDS_EXAMINED = 400;

export function detectFloating(context: WorldContext): Finding[] {
  return [...floatingNodes(context), ...floatingIslands(context)];
}

/**
 * Things that move by themselves and that only a wall or another thing beside them seems to hold: nothing glues what is
 * loose to a wall. That it stood on nothing the triangles tell, and that it fell physics.
 */
export function detectDropped(context: WorldContext, settled: Settled, found: readonly Finding[]): Finding[] {
  const { bvh, objects, ownerOf } = context;
  const known = new Set(found.filter(({ type }) => type === 'floating').map(({ object }) => object));
  return objects.flatMap(object => {
    if (object.motion !== 'dynamic' || known.has(object.name)) return [];
    if (Math.max(...sizeOf(object)) < MIN_SIZE_METERS) return [];
    const gap = gapBelow(bvh, [object], triangle => ownerOf[triangle] !== object.index);
    if (gap === undefined || gap < MIN_GAP_METERS || gap > MAX_GAP_METERS) return [];
    const moved = settled.movedMeters.get(object.name) ?? 0;
    if (moved < gap / 2) return [];
    return [
      {
        type: 'floating',
        severity: 'error',
        confidence: 0.9,
        position: middleOf(object),
        extent: sizeOf(object),
        object: object.name,
        message: `${object.name} hangs ${Math.round(gap * 100)} cm above what is below it and falls: what touches it from beside does not hold it.`,
        evidence: { gapBelowMeters: round(gap), movedMeters: round(moved) },
      },
    ];
  });
}

function floatingNodes(context: WorldContext): Finding[] {
  const { bvh, objects, ownerOf, ground } = context;
  const groups = contactGroups(findContacts(objects, bvh, ownerOf, TOUCH_METERS));
  return groups
    .filter(group => !group.some(index => ground.has(index)))
    .flatMap(group => {
      const members = group.map(index => objects[index]);
      const inGroup = new Set(group);
      const finding = judge(
        bvh,
        members,
        triangle => !inGroup.has(ownerOf[triangle]),
        MIN_SIZE_METERS,
        MIN_GAP_METERS,
      );
      return finding ? [{ ...finding, confidence: 0.9, severity: 'error' as const }] : [];
    });
}

/** Loose pieces inside the nodes that the agents walk on: there a node is a whole place, not a thing. */
function floatingIslands(context: WorldContext): Finding[] {
  const { bvh, objects, ground, model, welded } = context;
  const soup = bvh.triangles;
  const findings: Finding[] = [];
  for (const index of [...ground].sort((a, b) => a - b)) {
    const islands = splitIntoIslands(model, soup, welded, objects[index]);
    if (islands.length < 2) continue;
    const examined = islands.slice(0, MAX_ISLANDS_EXAMINED);
    const ownerOf = new Int32Array(soup.areas.length).fill(-1);
    for (const island of examined) for (const triangle of island.triangles) ownerOf[triangle] = island.index;
    const groups = contactGroups(findContacts(examined, bvh, ownerOf, HANGING_METERS));
    const mainArea = examined[0].area;
    for (const group of groups) {
      const members = group.map(i => examined[i]);
      const area = members.reduce((sum, island) => sum + island.area, 0);
      // What has much of the place's surface is a place of its own: an upper storey, another building.
      if (group.includes(0) || area > 0.2 * mainArea) continue;
      const inGroup = new Set(group);
      const clear = (triangle: number) => !inGroup.has(ownerOf[triangle]);
      const finding = judge(bvh, members, clear, MIN_ISLAND_SIZE_METERS, HANGING_METERS);
      if (finding && members.every(island => island.closed))
        findings.push({ ...finding, confidence: 0.6, severity: 'warning' });
    }
  }
  const volume = (finding: Finding) =>
    (finding.extent ?? [0, 0, 0]).reduce((product, side) => product * side, 1);
  return findings.sort((a, b) => volume(b) - volume(a)).slice(0, MAX_ISLANDS_REPORTED);
}

type Judged = Omit<Finding, 'severity' | 'confidence'>;

function judge(
  bvh: TriangleBvh,
  members: SceneObject[],
  isOther: (triangle: number) => boolean,
  minSize: number,
  minGap: number,
): Judged | undefined {
  const min = [0, 1, 2].map(axis => Math.min(...members.map(o => o.min[axis])));
  const max = [0, 1, 2].map(axis => Math.max(...members.map(o => o.max[axis])));
  if (Math.max(...sizeOf({ min, max })) < minSize) return undefined;
  const sizes = sizeOf({ min, max });
  const reach = Math.min(sizes[0], sizes[2]) > FLAT_METERS ? FLUSH_METERS : HANGING_METERS;
  if (isHeld(bvh, members, isOther, reach)) return undefined;
  const gap = gapBelow(bvh, members, isOther);
  if (gap === undefined || gap < minGap || gap > MAX_GAP_METERS) return undefined;
  const lowest = members.reduce((best, o) => (o.min[1] < best.min[1] ? o : best));
  const others = members.length - 1;
  return {
    type: 'floating',
    position: middleOf({ min, max }),
    extent: sizeOf({ min, max }),
    object: lowest.name,
    message: `${lowest.name}${others > 0 ? ` and ${others} more that it carries` : ''} hangs ${Math.round(gap * 100)} cm above what is below it and touches nothing.`,
    evidence: {
      gapBelowMeters: round(gap),
      searchedMeters: reach,
      objects: members.map(o => o.name).slice(0, 10),
    },
  };
}

/** Whether a ceiling comes within HANGING_METERS, or anything else within reachMeters from a side. */
function isHeld(
  bvh: TriangleBvh,
  members: SceneObject[],
  isOther: (triangle: number) => boolean,
  reachMeters: number,
): boolean {
  const soup = bvh.triangles;
  for (const object of members)
    for (const triangle of object.triangles) {
      const [a, b, c] = corners(soup, triangle);
      const low = [0, 1, 2].map(axis => Math.min(a[axis], b[axis], c[axis]) - HANGING_METERS);
      const high = [0, 1, 2].map(axis => Math.max(a[axis], b[axis], c[axis]) + HANGING_METERS);
      // Straight below only real contact holds, and that was looked for already.
      const held = bvh.forEachInBox(low, high, other => {
        if (!isOther(other)) return false;
        const reach = soup.normals[3 * other + 1] < -0.5 ? HANGING_METERS : reachMeters;
        if (squaredTriangleDistance(soup, triangle, soup, other) > reach * reach) return false;
        return soup.normals[3 * other + 1] < 0.7 || highestOf(bvh, other) > object.min[1] + HANGING_METERS;
      });
      if (held) return true;
    }
  return false;
}

function highestOf(bvh: TriangleBvh, triangle: number): number {
  const [a, b, c] = corners(bvh.triangles, triangle);
  return Math.max(a[1], b[1], c[1]);
}

/** Smallest distance straight down from the group's corners and face middles to anything else, metres. */
function gapBelow(
  bvh: TriangleBvh,
  members: SceneObject[],
  isOther: (triangle: number) => boolean,
): number | undefined {
  const soup = bvh.triangles;
  let best = Infinity;
  for (const object of members) {
    const stride = Math.max(1, Math.floor(object.triangles.length / 500));
    for (let i = 0; i < object.triangles.length; i += stride) {
      const [a, b, c] = corners(soup, object.triangles[i]);
      const middle = [0, 1, 2].map(axis => (a[axis] + b[axis] + c[axis]) / 3);
      for (const point of [a, b, c, middle]) {
        // From a little above: what stands on a floor may reach under it by rounding.
        const from = point[1] + MIN_GAP_METERS;
        const hit = bvh.castRay(point[0], from, point[2], 0, -1, 0, best + MIN_GAP_METERS, isOther);
        if (hit) best = Math.max(0, hit.distance - MIN_GAP_METERS);
      }
    }
  }
  return best === Infinity ? undefined : best;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
