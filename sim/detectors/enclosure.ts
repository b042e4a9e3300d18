import { corners } from '../geometry/triangleDistance.ts';
import type { WorldTriangles } from '../geometry/worldTriangles.ts';
import type { WorldContext } from './worldContext.ts';

/** How far the floor is walled in; tells a room with a missing wall from a meadow that ends. */
export interface Enclosure {
  /** Share of horizontal rays at eye height that meet something. */
  wallShare: number;
  enclosed: boolean;
  /** Metres from floor to ceiling; undefined where most of the surface is under the sky. */
  medianCeilingMeters: number | undefined;
  /** Metres by which the surroundings rise over the floor: how high the walls that were met reach. */
  medianWallMeters: number;
}

/** A room that lost one of four walls keeps about 0.75; clearings, streets and camps stay under 0.5. */
export const ENCLOSED_WALL_SHARE = 0.6;
const DIRECTIONS = 24;
const MAX_PLACES = 64;
const LEVEL_NORMAL_Y = 0.7;

export function measureEnclosure(
  context: Pick<WorldContext, 'bvh' | 'body' | 'navmesh' | 'reachable'>,
): Enclosure | undefined {
  const { bvh, body } = context;
  const walked = walkedPlaces(context);
  const places = walked.length > 0 ? walked : levelPlaces(bvh.triangles);
  if (places.length === 0) return undefined;
  let weight = 0;
  let walls = 0;
  const ceilings: number[] = [];
  const wallHeights: number[] = [];
  for (const { middle, area } of places) {
    const [x, y, z] = middle;
    let met = 0;
    for (let i = 0; i < DIRECTIONS; i++) {
      const angle = ((i + 0.5) * 2 * Math.PI) / DIRECTIONS;
      const hit = bvh.castRay(x, y + body.height * 0.9, z, Math.cos(angle), 0, Math.sin(angle), Infinity);
      if (!hit) continue;
      met++;
      wallHeights.push(topOf(bvh.triangles.positions, bvh.triangles.indices, hit.triangle) - y);
    }
    weight += area;
    walls += (area * met) / DIRECTIONS;
    const above = bvh.castRay(x, y + body.height, z, 0, 1, 0, Infinity);
    if (above) ceilings.push(above.distance + body.height);
  }
  const wallShare = walls / weight;
  return {
    wallShare,
    enclosed: wallShare >= ENCLOSED_WALL_SHARE,
    medianCeilingMeters: ceilings.length > places.length / 2 ? median(ceilings) : undefined,
    medianWallMeters: wallHeights.length > 0 ? median(wallHeights) : 0,
  };
}

interface Place {
  middle: readonly [number, number, number];
  area: number;
}

/** The middles of what can be walked to. */
function walkedPlaces({ navmesh, reachable }: Pick<WorldContext, 'navmesh' | 'reachable'>): Place[] {
  if (!navmesh) return [];
  return [...reachable]
    .flatMap(component => navmesh.components[component].polygons)
    .map(polygon => ({ polygon, area: navmesh.polygonArea(polygon) }))
    .sort(byArea(({ polygon }) => polygon))
    .slice(0, MAX_PLACES)
    .map(({ polygon, area }) => ({ middle: navmesh.centroid(polygon), area }));
}

/** Where no body can walk, as in a world of kilometres, the middles of what lies level. */
function levelPlaces(soup: WorldTriangles): Place[] {
  return [...soup.areas.keys()]
    .filter(triangle => soup.areas[triangle] > 0 && soup.normals[3 * triangle + 1] > LEVEL_NORMAL_Y)
    .map(triangle => ({ triangle, area: soup.areas[triangle] }))
    .sort(byArea(({ triangle }) => triangle))
    .slice(0, MAX_PLACES)
    .map(({ triangle, area }) => {
      const [a, b, c] = corners(soup, triangle);
      return {
        middle: [0, 1, 2].map(axis => (a[axis] + b[axis] + c[axis]) / 3) as [number, number, number],
        area,
      };
    });
}

/** Large places speak for more of the surface. */
function byArea<T extends { area: number }>(index: (place: T) => number): (a: T, b: T) => number {
  return (a, b) => b.area - a.area || index(a) - index(b);
}

function topOf(positions: Float64Array, indices: Uint32Array, triangle: number): number {
  return Math.max(
    positions[3 * indices[3 * triangle] + 1],
    positions[3 * indices[3 * triangle + 1] + 1],
    positions[3 * indices[3 * triangle + 2] + 1],
  );
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
