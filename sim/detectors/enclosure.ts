import type { WorldContext } from './worldContext.ts';

/** How far the reachable surface is walled in; tells a room with a missing wall from a meadow that ends. */
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

export function measureEnclosure({ navmesh, reachable, bvh, body }: WorldContext): Enclosure | undefined {
  if (!navmesh) return undefined;
  const polygons = [...reachable].flatMap(component => navmesh.components[component].polygons);
  // Large polygons speak for more of the surface.
  polygons.sort((a, b) => navmesh.polygonArea(b) - navmesh.polygonArea(a) || a - b);
  const places = polygons.slice(0, MAX_PLACES);
  if (places.length === 0) return undefined;
  let weight = 0;
  let walls = 0;
  const ceilings: number[] = [];
  const wallHeights: number[] = [];
  for (const polygon of places) {
    const [x, y, z] = navmesh.centroid(polygon);
    const area = navmesh.polygonArea(polygon);
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
