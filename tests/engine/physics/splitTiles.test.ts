import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitTiles } from '../../../engine/physics/splitTiles.ts';

function triangles(positions: Float32Array, indices: Uint32Array): string[] {
  const out: string[] = [];
  for (let i = 0; i < indices.length; i += 3)
    out.push([...indices.subarray(i, i + 3)].map(v => positions.slice(v * 3, v * 3 + 3).join()).join(' '));
  return out.sort();
}

describe('splitTiles', () => {
  it('keeps every triangle exactly once, corners in order, within the limit', () => {
    const coordinate = fc.float({ min: -50, max: 50, noNaN: true });
    const positions = fc
      .array(coordinate, { minLength: 9, maxLength: 300 })
      .map(a => Float32Array.from(a.slice(0, a.length - (a.length % 3))));
    fc.assert(
      fc.property(
        positions,
        fc.array(fc.nat(), { minLength: 3, maxLength: 600 }),
        fc.integer({ min: 1, max: 20 }),
        (points, raw, limit) => {
          const indices = Uint32Array.from(
            raw.slice(0, raw.length - (raw.length % 3)),
            i => i % (points.length / 3),
          );
          const tiles = splitTiles({ positions: points, indices }, limit);
          for (const tile of tiles) expect(tile.indices.length / 3).toBeLessThanOrEqual(limit);
          expect(tiles.flatMap(tile => triangles(tile.positions, tile.indices)).sort()).toEqual(
            triangles(points, indices),
          );
        },
      ),
      { seed: 11 },
    );
  });

  it('parts triangles that all lie in one place', () => {
    const positions = new Float32Array(9);
    const indices = Uint32Array.from({ length: 300 }, (_, i) => i % 3);
    const tiles = splitTiles({ positions, indices }, 10);
    expect(tiles.every(tile => tile.indices.length <= 30)).toBe(true);
    expect(tiles.reduce((sum, tile) => sum + tile.indices.length, 0)).toBe(300);
  });

  it('makes tiles that lie apart', () => {
    const positions = new Float32Array(100 * 9);
    for (let i = 0; i < 100; i++) positions.set([i, 0, 0, i + 0.5, 0, 0, i, 0, 0.5], i * 9);
    const tiles = splitTiles({ positions, indices: Uint32Array.from({ length: 300 }, (_, i) => i) }, 25);
    const ranges = tiles
      .map(tile => tile.positions.filter((_, i) => i % 3 === 0))
      .map(xs => [Math.min(...xs), Math.max(...xs)] as const)
      .sort((a, b) => a[0] - b[0]);
    for (let i = 1; i < ranges.length; i++) expect(ranges[i]![0]).toBeGreaterThan(ranges[i - 1]![1]);
  });
});
