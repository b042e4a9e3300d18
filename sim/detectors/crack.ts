import { clusterSamples, type SurfaceSample } from '../geometry/clusterPoints.ts';
import { faceCount, type MeshEdges } from '../geometry/edgeMap.ts';
import { corners } from '../geometry/triangleDistance.ts';
import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad geometry, crack: two edges of floor that run along each other less than a centimetre apart, with nothing between
 * them. Nobody falls in, and casts of physics skip it: light shines through, and things that are dropped are lost.
 */

/** Narrower than this rounding closes it: float32 at 100 m keeps 0.01 mm. */
const MIN_GAP_METERS = 2e-4;
const MAX_GAP_METERS = 0.01;
/** How far out from an edge to look for the other one: six looks between the narrowest gap and the widest. */
const LOOKS_METERS = [0.0006, 0.0012, 0.0025, 0.005, 0.0075, MAX_GAP_METERS] as const;
/** The other edge may lie a little higher or lower, metres. */
const LEVEL_METERS = 0.02;
const SPACING_METERS = 0.05;
/** Less is where two corners miss each other. */
const MIN_LENGTH_METERS = 0.3;
const CLUSTER_METERS = 0.15;
const FLOOR_NORMAL_Y = 0.7;
/** How high above the floor, and how far to both sides of the gap, to look for a wall in it. */
const ANKLE_METERS = 0.1;
/** From where bodies walk, metres sideways; cracks elsewhere harm nobody. */
const NEAR_METERS = 0.5;

/** @param edgesOf by object, from meshEdges. */
export function detectCrack(context: WorldContext, edgesOf: readonly MeshEdges[]): Finding[] {
  const { bvh, colliderBvh, objects, navmesh, reachable, body, model } = context;
  if (!navmesh) return [];
  const soup = bvh.triangles;
  const samples: SurfaceSample[] = [];
  for (const [index, object] of objects.entries()) {
    const edges = edgesOf[index];
    for (let edge = 0; edge < edges.count; edge++) {
      if (faceCount(edges, edge) !== 1) continue;
      const triangle = edges.faces[edges.starts[edge]];
      if (soup.normals[3 * triangle + 1] < FLOOR_NORMAL_Y) continue;
      const a = soup.positions.subarray(3 * edges.from[edge], 3 * edges.from[edge] + 3);
      const b = soup.positions.subarray(3 * edges.to[edge], 3 * edges.to[edge] + 3);
      const length = Math.hypot(b[0] - a[0], b[2] - a[2]);
      if (length < MAX_GAP_METERS) continue;
      // Level, across the edge, away from the triangle.
      let outX = (b[2] - a[2]) / length;
      let outZ = -(b[0] - a[0]) / length;
      const opposite = corners(soup, triangle).reduce(
        (sum, p) => sum + (p[0] - a[0]) * outX + (p[2] - a[2]) * outZ,
        0,
      );
      if (opposite > 0) [outX, outZ] = [-outX, -outZ];
      const count = Math.max(1, Math.round(length / SPACING_METERS));
      for (let i = 0; i < count; i++) {
        const t = (i + 0.5) / count;
        const point: [number, number, number] = [
          a[0] + t * (b[0] - a[0]),
          a[1] + t * (b[1] - a[1]),
          a[2] + t * (b[2] - a[2]),
        ];
        if (isAlone(context, point, outX, outZ)) continue;
        const polygon = navmesh.locate(...point, body.radius + NEAR_METERS, body.stepHeight);
        if (polygon < 0 || !reachable.has(navmesh.component[polygon])) continue;
        const below = (meters: number) =>
          bvh.castRay(
            point[0] + outX * meters,
            point[1] + LEVEL_METERS,
            point[2] + outZ * meters,
            0,
            -1,
            0,
            2 * LEVEL_METERS,
          );
        if (below(MIN_GAP_METERS)) continue;
        const across = LOOKS_METERS.map(below).find(hit => hit !== undefined);
        // What rises beyond is a wall that the floor does not quite come to.
        if (!across || Math.abs(soup.normals[3 * across.triangle + 1]) < FLOOR_NORMAL_Y) continue;
        // A wall that stands in the gap, seen or not, keeps everybody on this side of it.
        const [backX, backZ] = [point[0] - outX * ANKLE_METERS, point[2] - outZ * ANKLE_METERS];
        if (colliderBvh.castRay(backX, point[1] + ANKLE_METERS, backZ, outX, 0, outZ, 2 * ANKLE_METERS))
          continue;
        samples.push({ point, area: length / count, node: object.node });
      }
    }
  }
  return clusterSamples(samples, CLUSTER_METERS).flatMap((cluster): Finding[] => {
    const size = sizeOf(cluster);
    const length = Math.hypot(...size);
    if (length < MIN_LENGTH_METERS) return [];
    const object = model.nodes[cluster.samples[0].node].name;
    return [
      {
        type: 'bad-geometry',
        severity: 'warning',
        confidence: 0.85,
        position: middleOf(cluster),
        extent: size,
        object,
        message: `The floor of ${object} has a crack of ${length.toFixed(1)} m, less than 1 cm wide.`,
        evidence: {
          kind: 'crack',
          lengthMeters: Math.round(length * 100) / 100,
          mostWidthMeters: MAX_GAP_METERS,
        },
      },
    ];
  });
}

/** Whether nothing comes near a place on the edge of a floor, out from it: most outlines are the world's own. */
function isAlone(
  { bvh }: WorldContext,
  [x, y, z]: readonly [number, number, number],
  outX: number,
  outZ: number,
): boolean {
  const { positions: p, indices } = bvh.triangles;
  const reachX = outX * MAX_GAP_METERS;
  const reachZ = outZ * MAX_GAP_METERS;
  return !bvh.forEachInBox(
    [Math.min(x, x + reachX), y - LEVEL_METERS, Math.min(z, z + reachZ)],
    [Math.max(x, x + reachX), y + LEVEL_METERS, Math.max(z, z + reachZ)],
    triangle => {
      // The floor's own triangles end at its edge.
      for (let corner = 3 * triangle; corner < 3 * triangle + 3; corner++) {
        const at = 3 * indices[corner];
        if ((p[at] - x) * outX + (p[at + 2] - z) * outZ >= MIN_GAP_METERS) return true;
      }
      return false;
    },
  );
}
