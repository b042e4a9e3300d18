import type { Navmesh, NavmeshComponent } from '../navmesh/navmesh.ts';
import type { Finding } from '../types.ts';
import { isBehind } from './cutOff.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Unreachable: a room that a body could walk in but cannot come to. Most unconnected walkable pieces are tops
 * of tables, cupboards and roofs, and insides of hollow things; a room has walls around it, seen from their
 * front, and either a ceiling above it or a floor at the height of floors that are reached.
 */

/** Gaps between furniture are seldom meant to be entered; with the walls' distance this is a 2.7 × 2.7 m room. */
const MIN_AREA_SQUARE_METERS = 4;
/** Share of the border with a wall right behind it. */
const MIN_WALLED_SHARE = 0.6;
const MIN_FRONT_SHARE = 0.7;
const SAME_FLOOR_METERS = 0.6;
const MIN_CEILING_SHARE = 0.8;
/** A room's ceiling; the underside of something high above a roof is none. */
const MAX_CEILING_METERS = 8;

/**
 * @param pitfalls holes, pits and floors that face down that were found: what lies behind one is part of that defect.
 * @param explained components of the navmesh that another finding speaks of: what lies behind a blocked passage.
 */
export function detectUnreachable(
  context: WorldContext,
  pitfalls: readonly Finding[],
  explained: ReadonlySet<number>,
): Finding[] {
  const { navmesh, reachable } = context;
  if (!navmesh) return [];
  const floors = reachedFloors(context);
  return navmesh.components
    .filter(component => !reachable.has(component.index) && component.area >= MIN_AREA_SQUARE_METERS)
    .filter(component => !explained.has(component.index))
    .filter(({ index }) => !pitfalls.some(pitfall => isBehind(pitfall, navmesh, index)))
    .flatMap(component => {
      const finding = judge(context, component, floors);
      return finding ? [finding] : [];
    });
}

/** For a world in which no floor fits the body at all. */
export function nothingWalkable({ colliderBvh, body }: WorldContext): Finding[] {
  const world = colliderBvh.triangles;
  return [
    {
      type: 'unreachable',
      severity: 'error',
      confidence: 0.8,
      position: middleOf(world),
      extent: sizeOf(world),
      message: 'No place in this world can be walked: there is no floor that a body fits on.',
      evidence: {
        triangles: world.areas.length,
        bodyRadiusMeters: body.radius,
        bodyHeightMeters: body.height,
      },
    },
  ];
}

/**
 * The room's polygon that is nearest to its middle: that itself may lie outside, where a room has a corner in it. A place
 * that depends on the room alone stays the same when something else in the world changes, as a baseline needs.
 */
function placeInside(
  navmesh: Navmesh,
  { polygons }: NavmeshComponent,
  middle: readonly number[],
): [number, number, number] {
  let nearest = Number.POSITIVE_INFINITY;
  let place: [number, number, number] = [middle[0], middle[1], middle[2]];
  for (const polygon of polygons) {
    const centroid = navmesh.centroid(polygon);
    const distance = Math.hypot(...centroid.map((value, axis) => value - middle[axis]));
    if (distance >= nearest) continue;
    nearest = distance;
    place = centroid;
  }
  return place;
}

/** Heights of reached polygons, metres, rounded to 10 cm. */
function reachedFloors({ navmesh, reachable }: WorldContext): Set<number> {
  const floors = new Set<number>();
  for (const component of navmesh?.components ?? [])
    if (reachable.has(component.index))
      for (const polygon of component.polygons)
        floors.add(Math.round((navmesh?.centroid(polygon)[1] ?? 0) * 10));
  return floors;
}

function judge(context: WorldContext, component: NavmeshComponent, floors: Set<number>): Finding | undefined {
  const { navmesh, bvh, body } = context;
  if (!navmesh) return undefined;
  let length = 0;
  let walled = 0;
  for (const edge of navmesh.borders) {
    if (navmesh.component[edge.polygon] !== component.index) continue;
    length += edge.lengthMeters;
    const x = (edge.a[0] + edge.b[0]) / 2;
    const y = (edge.a[1] + edge.b[1]) / 2;
    const z = (edge.a[2] + edge.b[2]) / 2;
    const reach = body.radius + 0.4;
    if (bvh.castRay(x, y + body.height / 2, z, edge.outwardX, 0, edge.outwardZ, reach))
      walled += edge.lengthMeters;
  }
  const walledShare = length > 0 ? walled / length : 0;
  if (walledShare < MIN_WALLED_SHARE) return undefined;

  let rays = 0;
  let fronts = 0;
  let ceilings = 0;
  let atFloor = 0;
  const middle: [number, number, number] = [0, 0, 0];
  let total = 0;
  for (const polygon of component.polygons) {
    const [x, y, z] = navmesh.centroid(polygon);
    const area = navmesh.polygonArea(polygon);
    total += area;
    for (const [axis, value] of [x, y, z].entries()) middle[axis] += value * area;
    for (let i = 0; i < 16; i++) {
      const angle = (i * Math.PI) / 8 + 0.05;
      const hit = bvh.castRay(x, y + body.height / 2, z, Math.cos(angle), 0, Math.sin(angle), 50);
      if (!hit) continue;
      rays++;
      if (hit.front || bvh.triangles.doubleSided[hit.triangle]) fronts++;
    }
    const above = bvh.castRay(x, y + 0.3, z, 0, 1, 0, MAX_CEILING_METERS);
    if (above && (above.front || bvh.triangles.doubleSided[above.triangle])) ceilings += area;
    const level = Math.round(y * 10);
    const near = Math.round(SAME_FLOOR_METERS * 10);
    for (let d = -near; d <= near; d++)
      if (floors.has(level + d)) {
        atFloor += area;
        break;
      }
  }
  const frontShare = rays > 0 ? fronts / rays : 0;
  const ceilingShare = ceilings / total;
  const floorShare = atFloor / total;
  if (frontShare < MIN_FRONT_SHARE) return undefined;
  if (ceilingShare < MIN_CEILING_SHARE && floorShare < 0.5) return undefined;
  const round = (value: number) => Math.round(value * 100) / 100;
  return {
    type: 'unreachable',
    severity: 'warning',
    confidence: Math.min(0.9, 0.4 + 0.5 * walledShare * frontShare),
    position: placeInside(
      navmesh,
      component,
      middle.map(value => value / total),
    ),
    extent: sizeOf(component),
    message: `A walkable room of ${component.area.toFixed(1)} m² cannot be reached from any spawn.`,
    evidence: {
      areaSquareMeters: round(component.area),
      walledShare: round(walledShare),
      frontFaceShare: round(frontShare),
      ceilingShare: round(ceilingShare),
      sameFloorShare: round(floorShare),
    },
  };
}
