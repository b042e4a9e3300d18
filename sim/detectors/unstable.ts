import type { SceneObject } from '../geometry/sceneObjects.ts';
import { corners } from '../geometry/triangleDistance.ts';
import type { Finding } from '../types.ts';
import type { Settled } from './settle.ts';
import { isStructure, middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Unstable: a thing that would tip over where it stands, because its centre of mass is not above its support.
 * The mass is taken as spread evenly through the closed mesh, or over the surface of an open one. Things that something also holds from the side
 * or from above are left alone. A dynamic body must also have turned or fallen when gravity was let loose on it
 * (settle.ts): there the solver knows better than our sampling of its feet.
 */

/** SceneEval (2025) counts support within 1 cm. */
const TOUCH_METERS = 0.01;
/** The centre must stand this far outside the support: modelling and welding err by millimetres. */
const MARGIN_METERS = 0.01;
/** Where the mesh is open only its surface can be weighed, as if it were a shell: that errs by a few centimetres. */
const SURFACE_MARGIN_METERS = 0.03;
/** A settled body rocks by less than this; a tipping one passes it within a second. */
const MIN_TURN_RADIANS = 0.1;
/** What slips off its edge between that and a wall has no room to turn, metres. */
const MIN_FALL_METERS = 0.1;
const MIN_SIZE_METERS = 0.15;
const SAMPLE_METERS = 0.02;
const MAX_STEPS = 60;

export function detectUnstable(context: WorldContext, settled: Settled | undefined): Finding[] {
  return context.objects.flatMap(object => {
    if (isStructure(context, object)) return [];
    const turned = settled?.turnedRadians.get(object.name);
    const fallen = settled?.movedMeters.get(object.name) ?? 0;
    if (turned !== undefined && turned < MIN_TURN_RADIANS && fallen < MIN_FALL_METERS) return [];
    const finding = judge(context, object);
    if (!finding) return [];
    if (turned !== undefined)
      finding.evidence = { ...finding.evidence, turnedDegrees: Math.round((turned * 180) / Math.PI) };
    return [finding];
  });
}

function judge(context: WorldContext, object: SceneObject): Finding | undefined {
  if (Math.max(...sizeOf(object)) < MIN_SIZE_METERS) return undefined;
  const solid = object.closed && object.volume > 0;
  const support = supportPoints(context, object);
  if (support === 'held' || support.length === 0) return undefined;
  const [x, , z] = solid ? centreOfMass(context, object) : centreOfSurface(context, object);
  const hull = convexHull(support);
  const overhang = distanceOutsideHull(hull, x, z);
  if (overhang <= (solid ? MARGIN_METERS : SURFACE_MARGIN_METERS)) return undefined;
  return {
    type: 'unstable',
    severity: object.motion === 'dynamic' ? 'error' : 'warning',
    confidence: object.motion === 'dynamic' ? 0.9 : solid ? 0.75 : 0.6,
    position: middleOf(object),
    extent: sizeOf(object),
    object: object.name,
    message: `${object.name} would tip over: its centre of mass is ${Math.round(overhang * 100)} cm outside what it stands on.`,
    evidence: {
      overhangMeters: Math.round(overhang * 1000) / 1000,
      supportPoints: support.length,
      motion: object.motion,
    },
  };
}

type Ground = [x: number, z: number];

/** Where the underside rests on something else, seen from above; 'held' when something touches it elsewhere. */
function supportPoints(context: WorldContext, object: SceneObject): Ground[] | 'held' {
  const { bvh, ownerOf } = context;
  const soup = bvh.triangles;
  const isOther = (triangle: number) => ownerOf[triangle] !== object.index;
  const points: Ground[] = [];
  for (const triangle of object.triangles) {
    const n = 3 * triangle;
    const normal = [soup.normals[n], soup.normals[n + 1], soup.normals[n + 2]] as const;
    const under = normal[1] < -0.5;
    const [a, b, c] = corners(soup, triangle);
    const longest = Math.sqrt(2 * soup.areas[triangle]);
    const steps = Math.min(MAX_STEPS, Math.max(1, Math.ceil(longest / SAMPLE_METERS)));
    for (let i = 0; i <= steps; i++)
      for (let j = 0; i + j <= steps; j++) {
        const u = i / steps;
        const v = j / steps;
        const p = [0, 1, 2].map(axis => a[axis] + u * (b[axis] - a[axis]) + v * (c[axis] - a[axis]));
        // From a little inside, so that surfaces pressed into each other by rounding still meet.
        const hit = bvh.castRay(
          p[0] - normal[0] * TOUCH_METERS,
          p[1] - normal[1] * TOUCH_METERS,
          p[2] - normal[2] * TOUCH_METERS,
          normal[0],
          normal[1],
          normal[2],
          2 * TOUCH_METERS,
          isOther,
        );
        if (!hit) continue;
        if (!under && p[1] > object.min[1] + 2 * TOUCH_METERS) {
          // What stands on top of it does not hold it.
          if (normal[1] > 0.5) continue;
          return 'held';
        }
        points.push([p[0], p[2]]);
      }
  }
  return points;
}

/** Of the enclosed volume, by signed tetrahedra from one corner. */
function centreOfMass(context: WorldContext, object: SceneObject): [number, number, number] {
  const soup = context.bvh.triangles;
  const [origin] = corners(soup, object.triangles[0]);
  const sum = [0, 0, 0];
  let total = 0;
  for (const triangle of object.triangles) {
    const [a, b, c] = corners(soup, triangle).map(p => p.map((value, axis) => value - origin[axis]));
    const volume =
      (a[0] * (b[1] * c[2] - b[2] * c[1]) +
        a[1] * (b[2] * c[0] - b[0] * c[2]) +
        a[2] * (b[0] * c[1] - b[1] * c[0])) /
      6;
    total += volume;
    for (let axis = 0; axis < 3; axis++) sum[axis] += (volume * (a[axis] + b[axis] + c[axis])) / 4;
  }
  return [0, 1, 2].map(axis => origin[axis] + sum[axis] / total) as [number, number, number];
}

/** Of the surface, as if it were a shell of even thickness. */
function centreOfSurface(context: WorldContext, object: SceneObject): [number, number, number] {
  const soup = context.bvh.triangles;
  const sum: [number, number, number] = [0, 0, 0];
  for (const triangle of object.triangles)
    for (const corner of corners(soup, triangle))
      for (let axis = 0; axis < 3; axis++)
        sum[axis] += (corner[axis] * soup.areas[triangle]) / (3 * object.area);
  return sum;
}

/** Andrew's monotone chain; counter-clockwise in (x, z). */
function convexHull(points: Ground[]): Ground[] {
  const sorted = [...points].sort((p, q) => p[0] - q[0] || p[1] - q[1]);
  const half = (list: Ground[]): Ground[] => {
    const chain: Ground[] = [];
    for (const p of list) {
      while (chain.length >= 2 && turn(chain[chain.length - 2], chain[chain.length - 1], p) <= 0) chain.pop();
      chain.push(p);
    }
    chain.pop();
    return chain;
  };
  const hull = [...half(sorted), ...half(sorted.reverse())];
  return hull.length > 0 ? hull : points.slice(0, 1);
}

function turn(a: Ground, b: Ground, c: Ground): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** 0 inside, metres outside. */
function distanceOutsideHull(hull: Ground[], x: number, z: number): number {
  let inside = hull.length >= 3;
  let nearest = Infinity;
  for (let i = 0; i < hull.length; i++) {
    const a = hull[i];
    const b = hull[(i + 1) % hull.length];
    if (turn(a, b, [x, z]) < 0) inside = false;
    const dx = b[0] - a[0];
    const dz = b[1] - a[1];
    const lengthSquared = dx * dx + dz * dz;
    const t =
      lengthSquared > 0 ? Math.min(1, Math.max(0, ((x - a[0]) * dx + (z - a[1]) * dz) / lengthSquared)) : 0;
    nearest = Math.min(nearest, Math.hypot(x - a[0] - t * dx, z - a[1] - t * dz));
  }
  return inside ? 0 : nearest;
}
