import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { nodeObjects, weldVertices } from '../../../sim/geometry/sceneObjects.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import {
  corners,
  squaredPointTriangle,
  squaredTriangleDistance,
} from '../../../sim/geometry/triangleDistance.ts';
import { windingNumber } from '../../../sim/geometry/windingNumber.ts';
import { collectTriangles, type WorldTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { box, model, node } from '../handMadeWorlds.ts';

/** Triangles anywhere in a 10 m cube. */
function randomSoup(seed: number, count: number): WorldTriangles {
  const random = createRandom(seed);
  const positions = Float32Array.from({ length: count * 9 }, (_, i) => (i % 9 < 3 ? random.range(-5, 5) : 0));
  for (let t = 0; t < count; t++)
    for (let k = 3; k < 9; k++) positions[9 * t + k] = positions[9 * t + (k % 3)] + random.range(-1, 1);
  const indices = Uint32Array.from({ length: count * 3 }, (_, i) => i);
  return collectTriangles(model(node('soup', [{ positions, indices, material: 0 }])));
}

/** Nearest hit by solving for the plane and testing the sides, triangle by triangle. */
function nearestByHand(soup: WorldTriangles, origin: number[], direction: number[]): number {
  let best = Infinity;
  for (let t = 0; t < soup.areas.length; t++) {
    const n = [soup.normals[3 * t], soup.normals[3 * t + 1], soup.normals[3 * t + 2]];
    const [a, b, c] = corners(soup, t);
    const slope = dot(n, direction);
    if (slope === 0) continue;
    const distance = dot(n, [a[0] - origin[0], a[1] - origin[1], a[2] - origin[2]]) / slope;
    if (distance < 0) continue;
    const p = [0, 1, 2].map(k => origin[k] + distance * direction[k]);
    const inside = [
      [a, b],
      [b, c],
      [c, a],
    ].every(([from, to]) => dot(cross(minus(to, from), minus(p, from)), n) >= 0);
    if (inside && distance < best) best = distance;
  }
  return best;
}

const dot = (a: readonly number[], b: readonly number[]) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const minus = (a: readonly number[], b: readonly number[]) => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const cross = (a: readonly number[], b: readonly number[]) => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];

describe('TriangleBvh', () => {
  test('rays hit what an exhaustive search hits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 120 }), (seed, count) => {
        const soup = randomSoup(seed, count);
        const bvh = new TriangleBvh(soup);
        const random = createRandom(seed + 1);
        for (let i = 0; i < 20; i++) {
          const origin = [random.range(-6, 6), random.range(-6, 6), random.range(-6, 6)];
          const angle = random.range(0, 2 * Math.PI);
          const up = random.range(-1, 1);
          const flat = Math.sqrt(1 - up * up);
          const direction = i < 3 ? [0, -1, 0] : [flat * Math.cos(angle), up, flat * Math.sin(angle)];
          const hit = bvh.castRay(
            origin[0],
            origin[1],
            origin[2],
            direction[0],
            direction[1],
            direction[2],
            Infinity,
          );
          const expected = nearestByHand(soup, origin, direction);
          if (expected === Infinity) expect(hit).toBeUndefined();
          else expect(hit?.distance).toBeCloseTo(expected, 6);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('a box finds the triangles whose bounds it meets', () => {
    const soup = randomSoup(5, 200);
    const found = new Set<number>();
    new TriangleBvh(soup).forEachInBox([-1, -1, -1], [1, 1, 1], triangle => {
      found.add(triangle);
      return false;
    });
    for (let t = 0; t < soup.areas.length; t++) {
      const points = corners(soup, t);
      const meets = [0, 1, 2].every(
        k => Math.max(...points.map(p => p[k])) >= -1 && Math.min(...points.map(p => p[k])) <= 1,
      );
      expect(found.has(t)).toBe(meets);
    }
  });

  test('tells the front of a triangle from its back', () => {
    const bvh = new TriangleBvh(collectTriangles(model(node('box', [box([0, 0, 0], [1, 1, 1])]))));
    expect(bvh.castRay(0.5, 3, 0.5, 0, -1, 0, 10)).toMatchObject({ distance: 2, front: true });
    expect(bvh.castRay(0.5, 0.5, 0.5, 0, -1, 0, 10)).toMatchObject({ distance: 0.5, front: false });
  });
});

test('the distance of two triangles is that of their nearest sampled points, from above', () => {
  const soup = randomSoup(11, 60);
  const random = createRandom(3);
  for (let t = 0; t + 1 < soup.areas.length; t += 2) {
    const exact = Math.sqrt(squaredTriangleDistance(soup, t, soup, t + 1));
    const [a, b, c] = corners(soup, t);
    let sampled = Infinity;
    for (let i = 0; i < 4000; i++) {
      const [u, v] = [random.next(), random.next()];
      const [s, w] = u + v > 1 ? [1 - u, 1 - v] : [u, v];
      const p = [0, 1, 2].map(k => a[k] + s * (b[k] - a[k]) + w * (c[k] - a[k])) as [number, number, number];
      sampled = Math.min(sampled, Math.sqrt(squaredPointTriangle(p, corners(soup, t + 1))));
    }
    expect(exact).toBeLessThanOrEqual(sampled + 1e-9);
    expect(sampled - exact).toBeLessThan(0.12);
  }
});

test('the winding number is 1 inside a box, 0 outside, and high inside one without its underside', () => {
  const whole = box([0, 0, 0], [1, 1, 1]);
  const world = model(
    node('whole', [whole]),
    node('open', [{ ...whole, indices: whole.indices.slice(0, 24) }]),
  );
  const soup = collectTriangles(world);
  const [closed, open] = nodeObjects(world, soup, weldVertices(soup));
  expect(closed.closed).toBe(true);
  expect(closed.volume).toBeCloseTo(1, 9);
  expect(open.closed).toBe(false);
  expect(windingNumber(soup, closed.triangles, 0.3, 0.6, 0.2)).toBeCloseTo(1, 9);
  expect(windingNumber(soup, closed.triangles, 1.3, 0.6, 0.2)).toBeCloseTo(0, 9);
  expect(windingNumber(soup, open.triangles, 0.5, 0.2, 0.5)).toBeGreaterThan(0.5);
});
