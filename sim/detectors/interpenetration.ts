import { findContacts, type SceneObject } from '../geometry/sceneObjects.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import { corners, squaredPointTriangle } from '../geometry/triangleDistance.ts';
import { windingNumber } from '../geometry/windingNumber.ts';
import type { Finding } from '../types.ts';
import { isStructure, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Interpenetration: two solid things stand in each other. Neither is a part of the building, a good
 * part of one's surface is well inside the other (by winding number, so that a missing underside does not
 * matter), and they still overlap after being moved 5 mm apart (SceneEval 2025), which here is a depth of more
 * than 5 mm.
 */

const SEPARATION_METERS = 0.005;
/** Shallower than this, things are sunk into each other on purpose: feet in a carpet, a pot in its stand. */
const REPORT_METERS = 0.03;
/** A dynamic body is thrown out of any overlap that the solver sees. */
const REPORT_DYNAMIC_METERS = 0.01;
/** Screws, cables and trim are sunk into what they belong to. */
const MIN_SIZE_METERS = 0.15;
const MIN_THICKNESS_METERS = 0.05;
/** Sampling finer than the smallest reported depth. */
const SAMPLE_METERS = 0.02;
const MAX_SAMPLES = 2000;
/** Behind a lone sheet it is up to 0.5; a box that lacks a side still has this much well inside. */
const INSIDE_WINDING = 0.7;

export function detectInterpenetration(context: WorldContext): Finding[] {
  const { bvh, objects, ownerOf } = context;
  const candidates = objects.filter(
    object =>
      Math.max(...sizeOf(object)) >= MIN_SIZE_METERS &&
      Math.min(...sizeOf(object)) >= MIN_THICKNESS_METERS &&
      !isStructure(context, object),
  );
  const renumbered = candidates.map((object, index) => ({ ...object, index }));
  const numberOf = new Map(candidates.map((object, index) => [object.index, index]));
  const owners = ownerOf.map(owner => numberOf.get(owner) ?? -1);
  const contacts = findContacts(renumbered, bvh, owners, 0);
  const findings: Finding[] = [];
  for (const a of renumbered)
    for (const other of [...contacts[a.index]].sort((x, y) => x - y)) {
      if (other <= a.index) continue;
      const finding = judgePair(bvh, owners, a, renumbered[other]);
      if (finding) findings.push(finding);
    }
  return findings;
}

function judgePair(
  bvh: TriangleBvh,
  owners: Int32Array,
  a: SceneObject,
  b: SceneObject,
): Finding | undefined {
  const inside = [...samplesInside(bvh, owners, a, b), ...samplesInside(bvh, owners, b, a)];
  if (inside.length === 0) return undefined;
  const depth = Math.max(...inside.map(sample => sample.depth));
  const dynamic = a.motion === 'dynamic' || b.motion === 'dynamic';
  if (depth <= SEPARATION_METERS || depth < (dynamic ? REPORT_DYNAMIC_METERS : REPORT_METERS))
    return undefined;
  const min = [0, 1, 2].map(axis => Math.min(...inside.map(sample => sample.point[axis])));
  const max = [0, 1, 2].map(axis => Math.max(...inside.map(sample => sample.point[axis])));
  return {
    type: 'interpenetration',
    severity: 'error',
    confidence: dynamic ? 0.95 : 0.85,
    position: [0, 1, 2].map(axis => (min[axis] + max[axis]) / 2) as [number, number, number],
    extent: sizeOf({ min, max }),
    object: a.name,
    message: `${a.name} and ${b.name} stand ${Math.round(depth * 100)} cm in each other.`,
    evidence: {
      depthMeters: Math.round(depth * 1000) / 1000,
      objects: [a.name, b.name],
      overlapSamples: inside.length,
    },
  };
}

interface Sample {
  point: [number, number, number];
  /** Distance to the surface of the thing it is inside of, metres. */
  depth: number;
}

/** Points of one thing's surface that lie inside the other. */
function samplesInside(
  bvh: TriangleBvh,
  owners: Int32Array,
  of: SceneObject,
  inObject: SceneObject,
): Sample[] {
  const soup = bvh.triangles;
  const spacing = Math.max(SAMPLE_METERS, Math.sqrt(of.area / MAX_SAMPLES));
  const isOther = (triangle: number) => owners[triangle] === inObject.index;
  const samples: Sample[] = [];
  for (const triangle of of.triangles) {
    const [a, b, c] = corners(soup, triangle);
    const longest = Math.max(
      Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]),
      Math.hypot(c[0] - a[0], c[1] - a[1], c[2] - a[2]),
      Math.hypot(c[0] - b[0], c[1] - b[1], c[2] - b[2]),
    );
    const steps = Math.max(1, Math.ceil(longest / spacing));
    for (let i = 0; i <= steps; i++)
      for (let j = 0; i + j <= steps; j++) {
        const u = i / steps;
        const v = j / steps;
        const point = [0, 1, 2].map(axis => a[axis] + u * (b[axis] - a[axis]) + v * (c[axis] - a[axis])) as [
          number,
          number,
          number,
        ];
        if (point.some((value, axis) => value < inObject.min[axis] || value > inObject.max[axis])) continue;
        if (windingNumber(soup, inObject.triangles, point[0], point[1], point[2]) < INSIDE_WINDING) continue;
        samples.push({ point, depth: distanceToSurface(bvh, isOther, point, inObject) });
      }
  }
  return samples;
}

function distanceToSurface(
  bvh: TriangleBvh,
  isOther: (triangle: number) => boolean,
  point: [number, number, number],
  object: SceneObject,
): number {
  const limit = Math.max(...sizeOf(object));
  for (let reach = 0.05; ; reach *= 2) {
    let best = Infinity;
    bvh.forEachInBox(
      point.map(value => value - reach),
      point.map(value => value + reach),
      triangle => {
        if (isOther(triangle))
          best = Math.min(best, squaredPointTriangle(point, corners(bvh.triangles, triangle)));
        return false;
      },
    );
    if (best <= reach * reach || reach > limit) return Math.sqrt(best);
  }
}
