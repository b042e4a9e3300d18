import { clusterSamples, type SampleCluster, type SurfaceSample } from '../geometry/clusterPoints.ts';
import { isNearSurface } from '../geometry/nearestSurface.ts';
import { sampleTriangle } from '../geometry/sampleTriangle.ts';
import type { Finding } from '../types.ts';
import { bodyPlaceNear, isFreeBetween, shinHeight } from './bodyZone.ts';
import { COLLIDER_TOLERANCE_METERS } from './ghostSurface.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Invisible wall: a collider that stops a body where nothing is seen. Where what is seen ends behind it, it keeps
 * bodies from walking off the rim of the world: that is how games bound them, and is information only.
 */

const SAMPLE_METERS = 0.15;
/** A board of 0.3 × 0.7 m stops a body. */
const MIN_AREA_SQUARE_METERS = 0.2;
const CLUSTER_METERS = 0.35;
/** A wall at the body's side stands this far outside the navmesh: its radius, a cell and what rounding takes. */
const BESIDE_METERS = 0.45;
/** The surface itself ends the look at it. */
const SHORT_METERS = 0.06;
/** How far behind a wall to look for ground that is seen, metres. */
const BEHIND_METERS = [0.6, 1.2, 2] as const;
const FURTHEST_METERS = 2;
/** From the shins down: nobody walks on to a bench, but down to a lawn. */
const DOWN_METERS = 1.4;
const LEVEL_NORMAL_Y = 0.7;

export function detectInvisibleWall(context: WorldContext): Finding[] {
  const { bvh, colliderBvh, colliderNames, ownCollider, body } = context;
  if (!ownCollider) return [];
  const soup = colliderBvh.triangles;
  const samples: (SurfaceSample & { rim: boolean })[] = [];
  for (let triangle = 0; triangle < soup.areas.length; triangle++) {
    if (soup.areas[triangle] === 0 || Math.abs(soup.normals[3 * triangle + 1]) > LEVEL_NORMAL_Y) continue;
    const node = soup.node[triangle];
    sampleTriangle(soup, triangle, SAMPLE_METERS, (point, area) => {
      const place = bodyPlaceNear(context, point, body.radius + BESIDE_METERS);
      if (!place) return;
      if (isNearSurface(bvh, point, COLLIDER_TOLERANCE_METERS)) return;
      if (!isFreeBetween(colliderBvh, place, point, SHORT_METERS) || !isFreeBetween(bvh, place, point, 0))
        return;
      const distance = Math.hypot(point[0] - place.x, point[2] - place.z);
      const [dx, dz] =
        distance > 0.01 ? [(point[0] - place.x) / distance, (point[2] - place.z) / distance] : [0, 0];
      // What is seen beyond the next wall is another place, be it one with a window.
      const shins = place.y + shinHeight(body);
      const wall = Math.min(
        ...[shins, point[1]].map(
          y => bvh.castRay(point[0], y, point[2], dx, 0, dz, FURTHEST_METERS)?.distance ?? FURTHEST_METERS,
        ),
      );
      const rim = !BEHIND_METERS.some(
        meters =>
          meters <= wall &&
          bvh.castRay(point[0] + dx * meters, shins, point[2] + dz * meters, 0, -1, 0, DOWN_METERS),
      );
      samples.push({ point, area, node, rim });
    });
  }
  return clusterSamples(samples, CLUSTER_METERS)
    .filter(({ area }) => area >= MIN_AREA_SQUARE_METERS)
    .map(cluster => judge(cluster, colliderNames));
}

function judge(cluster: SampleCluster<SurfaceSample>, names: readonly string[]): Finding {
  const rims = cluster.samples.filter(sample => 'rim' in sample && sample.rim).length;
  const atRim = rims > cluster.samples.length / 2;
  const object = names[cluster.samples[0].node];
  return {
    type: 'invisible-wall',
    severity: atRim ? 'info' : 'error',
    confidence: cluster.area >= 2 * MIN_AREA_SQUARE_METERS ? 0.9 : 0.7,
    position: middleOf(cluster),
    extent: sizeOf(cluster),
    object,
    message: atRim
      ? `An unseen collider (${object}) keeps bodies in where what is seen ends.`
      : `A body is stopped by a collider (${object}) where nothing is seen.`,
    evidence: {
      areaSquareMeters: Math.round(cluster.area * 100) / 100,
      toleranceMeters: COLLIDER_TOLERANCE_METERS,
      atRim,
    },
  };
}
