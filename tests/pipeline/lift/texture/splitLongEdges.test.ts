import { expect, test } from 'vitest';
import { surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { removeSlivers } from '../../../../pipeline/lift/surface/removeSlivers.ts';
import { meshGraph } from '../../../../pipeline/lift/texture/meshGraph.ts';
import { splitLongEdges } from '../../../../pipeline/lift/texture/splitLongEdges.ts';

test('no edge is longer, the area is the same and no crack opens', () => {
  const square = {
    positions: Float32Array.from([0, 0, 0, 2, 0, 0, 2, 1, 0, 0, 1, 0]),
    indices: Uint32Array.from([0, 1, 2, 0, 2, 3]),
  };
  const split = splitLongEdges(square, 0.3);
  const { positions: p, indices } = split;
  const graph = meshGraph(p.length / 3, indices);
  for (let e = 0; e < graph.edges.length; e += 2) {
    const [a, b] = [3 * graph.edges[e], 3 * graph.edges[e + 1]];
    expect(Math.hypot(p[a] - p[b], p[a + 1] - p[b + 1])).toBeLessThanOrEqual(0.3);
  }
  expect(surfaceArea(split)).toBeCloseTo(2);
  // Borders without a triangle across lie on the square's rim.
  for (let corner = 0; corner < indices.length; corner++) {
    if (graph.across[corner] >= 0) continue;
    const [a, b] = [indices[corner], indices[corner % 3 === 2 ? corner - 2 : corner + 1]];
    const isOn = (axis: number, value: number) => p[3 * a + axis] === value && p[3 * b + axis] === value;
    expect(isOn(0, 0) || isOn(0, 2) || isOn(1, 0) || isOn(1, 1)).toBe(true);
  }
});

test.each([0.2, 2.4, 4.9])('a strip of 3 mm with its corner at %f m leaves no line', corner => {
  const wall = {
    positions: Float32Array.from([0, 0, 0, 5, 0, 0, corner, 0.003, 0, 5, 2, 0, 0, 2, 0, 0, -2, 0, 5, -2, 0]),
    indices: Uint32Array.from([0, 1, 2, 2, 1, 3, 2, 3, 4, 2, 4, 0, 0, 6, 1, 0, 5, 6]),
  };
  const split = splitLongEdges(wall, 0.3);
  expect(removeSlivers(split, 0.0004).indices.length).toBe(split.indices.length);
  // Of the strip's 75 cm² at most.
  expect(surfaceArea(split)).toBeGreaterThan(20 - 0.0075);
});
