import { clusterSamples, type SurfaceSample } from '../geometry/clusterPoints.ts';
import { isNearSurface } from '../geometry/nearestSurface.ts';
import { sampleTriangle } from '../geometry/sampleTriangle.ts';
import type { Finding } from '../types.ts';
import { bodyPlaceNear, isFreeBetween, shinHeight } from './bodyZone.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Ghost surface: something that is seen as solid, at the height of a body that can come to it, and has no collider. A
 * body walks through it. Floors that are seen and do not hold are here too where a body drops onto something below;
 * where it falls out of the world it is a fall-through. Leaves, smoke and water (alpha masks and blends) are meant to
 * be gone through.
 */

/** Colliders are simplified: within this of what is seen one is taken for its collider. Half of a thin body. */
export const COLLIDER_TOLERANCE_METERS = 0.2;
/** Finer than the tolerance, so that an opening as wide as a hand's breadth more than it shows. */
const SAMPLE_METERS = 0.15;
/** The back and the front of a board of 0.3 × 0.7 m; less is a twig or a tassel. */
const MIN_AREA_SQUARE_METERS = 0.2;
/** The navmesh ends this far short of a wall at most, beyond the radius: two cells and what rounding takes. */
const BESIDE_METERS = 0.3;
/** Parts of one thing. */
const CLUSTER_METERS = 0.3;
const FLOOR_NORMAL_Y = 0.7;

export function detectGhostSurface(context: WorldContext, falls: readonly Finding[]): Finding[] {
  const { bvh, colliderBvh, model, body, ownCollider } = context;
  if (!ownCollider) return [];
  const soup = bvh.triangles;
  const sides: (SurfaceSample & { aboveFloor: number })[] = [];
  const floors: SurfaceSample[] = [];
  const materialOf = opaqueTriangles(context);
  for (let triangle = 0; triangle < soup.areas.length; triangle++) {
    if (soup.areas[triangle] === 0 || !materialOf[triangle]) continue;
    const node = soup.node[triangle];
    const isFloor = soup.normals[3 * triangle + 1] > FLOOR_NORMAL_Y;
    sampleTriangle(soup, triangle, SAMPLE_METERS, (point, area) => {
      // The cheap question first.
      const place = isFloor
        ? bodyPlaceNear(context, [point[0], point[1] + body.height / 2, point[2]], body.radius + 0.4)
        : bodyPlaceNear(context, point, body.radius + BESIDE_METERS, 0);
      if (!place) return;
      if (isNearSurface(colliderBvh, point, COLLIDER_TOLERANCE_METERS)) return;
      if (isFloor) {
        if (Math.abs(place.y - point[1]) > body.stepHeight) return;
        const below = colliderBvh.castRay(...point, 0, -1, 0, Infinity);
        if (!below || below.distance <= body.stepHeight) return;
        floors.push({ point, area, node });
      } else if (isFreeBetween(colliderBvh, place, point, 0))
        sides.push({ point, area, node, aboveFloor: point[1] - place.y });
    });
  }
  const things = clusterSamples(sides, CLUSTER_METERS)
    .filter(({ area }) => area >= MIN_AREA_SQUARE_METERS)
    // A heap counts down to its foot, but what a body steps over is in nobody's way.
    .filter(({ samples }) => samples.some(({ aboveFloor }) => aboveFloor >= shinHeight(body)))
    .map(cluster => {
      const name = model.nodes[cluster.samples[0].node].name;
      return finding(cluster, name, 'side', `${name} is seen and not touched: a body walks through it.`);
    });
  const holes = clusterSamples(floors, CLUSTER_METERS)
    .filter(({ area }) => area >= MIN_AREA_SQUARE_METERS)
    .map(cluster => {
      const name = model.nodes[cluster.samples[0].node].name;
      return finding(
        cluster,
        name,
        'floor',
        `The floor of ${name} is seen and does not hold: a body drops through it.`,
      );
    })
    // A barrel's bottom goes with the barrel.
    .filter(hole => ![...falls, ...things].some(other => touches(hole, other)));
  return [...things, ...holes];
}

function finding(
  cluster: { min: [number, number, number]; max: [number, number, number]; area: number },
  object: string,
  kind: 'side' | 'floor',
  message: string,
): Finding {
  return {
    type: 'ghost-surface',
    severity: 'error',
    confidence: cluster.area >= 2 * MIN_AREA_SQUARE_METERS ? 0.9 : 0.7,
    position: middleOf(cluster),
    extent: sizeOf(cluster),
    object,
    message,
    evidence: {
      kind,
      areaSquareMeters: Math.round(cluster.area * 100) / 100,
      toleranceMeters: COLLIDER_TOLERANCE_METERS,
    },
  };
}

/** 1 where a triangle is seen as solid. */
function opaqueTriangles({ model, bvh }: WorldContext): Uint8Array {
  const opaque = new Uint8Array(bvh.triangles.areas.length);
  let triangle = 0;
  for (const node of model.nodes)
    for (const part of node.parts) {
      const solid = (model.materials[part.material]?.alphaMode ?? 'opaque') === 'opaque' ? 1 : 0;
      for (let i = 0; i + 2 < part.indices.length; i += 3) opaque[triangle++] = solid;
    }
  return opaque;
}

function touches(a: Finding, b: Finding): boolean {
  return a.position.every(
    (value, axis) =>
      Math.abs(value - b.position[axis]) <=
      ((a.extent?.[axis] ?? 0) + (b.extent?.[axis] ?? 0)) / 2 + CLUSTER_METERS,
  );
}
