import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { surfaceArea, triangleArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { removeSlivers } from '../../../../pipeline/lift/surface/removeSlivers.ts';

const HEIGHT = 0.003;

const mesh = (positions: number[], indices: number[]): SurfaceMesh => ({
  positions: Float32Array.from(positions),
  indices: Uint32Array.from(indices),
});

function lowest({ positions: p, indices }: SurfaceMesh): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < indices.length; i += 3) {
    const corners = [...indices.subarray(i, i + 3)];
    const sides = corners.map((v, k) =>
      Math.hypot(...[0, 1, 2].map(axis => p[3 * v + axis] - p[3 * corners[(k + 1) % 3] + axis])),
    );
    const [a, b, c] = corners;
    least = Math.min(least, (2 * triangleArea(p, a, b, c)) / Math.max(...sides));
  }
  return least;
}

/** Edges that have a triangle on one side only, by their ends' places. */
function openEdges({ positions: p, indices }: SurfaceMesh): string[] {
  const sides = new Map<string, number>();
  const name = (v: number) => [...p.subarray(3 * v, 3 * v + 3)].map(value => value.toFixed(3)).join();
  for (let corner = 0; corner < indices.length; corner++) {
    const next = corner % 3 === 2 ? corner - 2 : corner + 1;
    const key = [name(indices[corner]), name(indices[next])].sort().join(' ');
    sides.set(key, (sides.get(key) ?? 0) + 1);
  }
  return [...sides].filter(([, count]) => count === 1).map(([key]) => key);
}

describe('a line between two triangles', () => {
  test('whose apex lies near an end is merged with the end', () => {
    // A unit square whose diagonal from 0 to 2 is a triangle of 2 mm over the edge 0–4.
    const slit = mesh(
      [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0.001, 0.002, 0],
      [0, 1, 2, 0, 2, 4, 4, 2, 3, 0, 4, 3],
    );
    const sound = removeSlivers(slit, HEIGHT);
    expect(lowest(sound)).toBeGreaterThan(HEIGHT);
    expect(surfaceArea(sound)).toBeCloseTo(1, 2);
    expect(openEdges(sound)).toHaveLength(4);
  });

  test('whose apex lies far from both is turned', () => {
    const cap = mesh(
      [0, 0, 0, 1, 0, 0, 0.5, 0.001, 0, 0.5, -1, 0, 0.5, 1, 0],
      [0, 1, 2, 1, 0, 3, 2, 1, 4, 0, 2, 4],
    );
    const sound = removeSlivers(cap, HEIGHT);
    expect(lowest(sound)).toBeGreaterThan(HEIGHT);
    expect(surfaceArea(sound)).toBeCloseTo(surfaceArea(cap), 3);
    expect(openEdges(sound)).toHaveLength(4);
  });
});

test('a line on an open rim is dropped, and a sound mesh is left as it is', () => {
  const square = mesh(
    [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0.5, 0.001, 0],
    [0, 1, 4, 1, 2, 4, 4, 2, 3, 0, 4, 3],
  );
  const sound = removeSlivers(square, HEIGHT);
  expect(sound.indices.length).toBe(9);
  expect(removeSlivers(sound, HEIGHT)).toBe(sound);
});

test('of a crumpled sheet none is left, and nearly all of its area stays', () => {
  // A sheet of 8 × 8 cells whose inner vertices wander, some of them onto others.
  const wander = fc.array(fc.double({ min: -0.12, max: 0.12, noNaN: true }), {
    minLength: 162,
    maxLength: 162,
  });
  fc.assert(
    fc.property(wander, steps => {
      const positions: number[] = [];
      for (let v = 0; v < 81; v++) {
        const [x, y] = [v % 9, Math.floor(v / 9)];
        const isInner = x > 0 && x < 8 && y > 0 && y < 8;
        positions.push(
          0.1 * x + (isInner ? steps[2 * v] : 0) / 3,
          0.1 * y + (isInner ? steps[2 * v + 1] : 0) / 3,
          0,
        );
      }
      const indices: number[] = [];
      for (let cell = 0; cell < 64; cell++) {
        const v = Math.floor(cell / 8) * 9 + (cell % 8);
        indices.push(v, v + 1, v + 10, v, v + 10, v + 9);
      }
      const sound = removeSlivers(mesh(positions, indices), HEIGHT);
      expect(lowest(sound)).toBeGreaterThan(0.999 * HEIGHT);
      expect(surfaceArea(sound)).toBeGreaterThan(0.6);
    }),
    { numRuns: 60 },
  );
});
