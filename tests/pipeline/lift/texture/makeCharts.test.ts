import { describe, expect, test } from 'vitest';
import { vertexNormals } from '../../../../pipeline/lift/surface/meshTools.ts';
import { makeCharts } from '../../../../pipeline/lift/texture/makeCharts.ts';
import { meshGraph } from '../../../../pipeline/lift/texture/meshGraph.ts';
import { packCharts } from '../../../../pipeline/lift/texture/packCharts.ts';
import { texelOf } from '../../../../pipeline/lift/texture/paintAtlas.ts';
import { rasterTriangle } from '../../../../pipeline/lift/texture/rasterTriangle.ts';

/** A spiral ramp of two turns: its upper turn lies over the lower one, seen from above. */
function spiral() {
  const positions: number[] = [];
  const indices: number[] = [];
  const steps = 80;
  for (let i = 0; i <= steps; i++) {
    const turn = (4 * Math.PI * i) / steps;
    for (const radius of [0.5, 1]) positions.push(radius * Math.cos(turn), 0.02 * i, radius * Math.sin(turn));
  }
  for (let i = 0; i < steps; i++) {
    const a = 2 * i;
    indices.push(a, a + 2, a + 1, a + 2, a + 3, a + 1);
  }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

describe('charts', () => {
  test('hold every triangle once, and no texel has two owners', () => {
    const { positions, indices } = spiral();
    const count = indices.length / 3;
    const charts = makeCharts(
      positions,
      indices,
      meshGraph(positions.length / 3, indices),
      new Uint8Array(count).fill(1),
      vertexNormals({ positions, indices }),
      new Float32Array(positions.length / 3).fill(0.02),
      1,
    );
    const faces = charts.flatMap(chart => chart.faces);
    expect(faces.length).toBe(count);
    expect(new Set(faces).size).toBe(count);
    expect(charts.length).toBeGreaterThan(1);
    expect(charts.length).toBeLessThan(12);

    const packing = packCharts(charts);
    const owner = new Int32Array(packing.width * packing.height).fill(-1);
    for (const [i, chart] of charts.entries())
      for (const face of chart.faces) {
        const [a, b, c] = [0, 1, 2].map(k => texelOf(positions, indices[3 * face + k], chart, packing, i));
        rasterTriangle(a[0] - 0.5, a[1] - 0.5, b[0] - 0.5, b[1] - 0.5, c[0] - 0.5, c[1] - 0.5, (x, y) => {
          const at = y * packing.width + x;
          expect(owner[at]).toBe(-1);
          owner[at] = face;
          expect(x).toBeGreaterThanOrEqual(packing.x[i]);
          expect(x).toBeLessThan(packing.x[i] + chart.width);
          return true;
        });
      }
    expect(owner.filter(face => face >= 0).length).toBeGreaterThan(2000);
  });
});

describe('packCharts', () => {
  test('keeps rectangles apart by their margins', () => {
    const sizes = Array.from({ length: 60 }, (_, i) => ({
      width: 3 + ((i * 7) % 23),
      height: 2 + ((i * 13) % 17),
    }));
    const { width, height, x, y } = packCharts(sizes);
    const taken = new Uint8Array(width * height);
    for (const [i, size] of sizes.entries())
      for (let v = -2; v < size.height + 2; v++)
        for (let u = -2; u < size.width + 2; u++) {
          const at = (y[i] + v) * width + x[i] + u;
          expect(taken[at]).toBe(0);
          taken[at] = 1;
        }
    expect(taken.reduce((sum, t) => sum + t, 0)).toBeGreaterThan(0.7 * width * height);
  });
});

describe('rasterTriangle', () => {
  test('gives each point of a square to one of its two triangles, with weights that lead back to it', () => {
    const hits = new Map<string, number>();
    const visit = (corners: number[]) =>
      rasterTriangle(...(corners as [number, number, number, number, number, number]), (x, y, a, b, c) => {
        hits.set(`${x},${y}`, (hits.get(`${x},${y}`) ?? 0) + 1);
        expect(a * corners[0] + b * corners[2] + c * corners[4]).toBeCloseTo(x);
        expect(a * corners[1] + b * corners[3] + c * corners[5]).toBeCloseTo(y);
        return true;
      });
    visit([0, 0, 8, 0, 8, 8]);
    visit([0, 0, 8, 8, 0, 8]);
    expect([...hits.values()].every(count => count === 1)).toBe(true);
    expect(hits.size).toBe(64);
  });
});
