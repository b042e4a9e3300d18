import { describe, expect, test } from 'vitest';
import type { ImageRgba } from '../../../../engine/world/worldModel.ts';
import type { PosedDepth } from '../../../../pipeline/lift/surface/checkConsistency.ts';
import type { SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { type TexturedSheet, textureSurface } from '../../../../pipeline/lift/texture/textureSurface.ts';
import { textureViews } from '../../../../pipeline/lift/texture/textureViews.ts';
import { roomMaps } from '../surface/roomMaps.ts';
import { lumaAt, ROOM } from '../surface/syntheticViews.ts';

/** A piece of the back wall, facing the cameras. */
function wall(fromX: number, toX: number, step = 0.1): SurfaceMesh {
  const positions: number[] = [];
  const indices: number[] = [];
  const [columns, rows] = [Math.round((toX - fromX) / step), 12];
  for (let k = 0; k <= rows; k++)
    for (let i = 0; i <= columns; i++) positions.push(fromX + i * step, 0.6 + k * step, ROOM.wallZ);
  for (let k = 0; k < rows; k++)
    for (let i = 0; i < columns; i++) {
      const a = k * (columns + 1) + i;
      indices.push(a, a + 1, a + columns + 2, a, a + columns + 2, a + columns + 1);
    }
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
}

/** Of the middle of each textured triangle: where it is and the red that the atlas has there. */
function samples({ width, pixels }: ImageRgba, { textured }: TexturedSheet) {
  const { positions, uvs, indices } = textured;
  const height = pixels.length / 4 / width;
  return Array.from({ length: indices.length / 3 }, (_, face) => {
    const corners = indices.subarray(3 * face, 3 * face + 3);
    const mean = (values: Float32Array, stride: number, k: number) =>
      corners.reduce((sum, v) => sum + values[stride * v + k] / 3, 0);
    const [x, y] = [Math.floor(mean(uvs, 2, 0) * width), Math.floor(mean(uvs, 2, 1) * height)];
    return {
      point: [0, 1, 2].map(k => mean(positions, 3, k)) as [number, number, number],
      red: pixels[4 * (y * width + x)],
    };
  });
}

const texture = (maps: PosedDepth[], ...meshes: SurfaceMesh[]) =>
  textureSurface(
    meshes.map(mesh => ({ mesh, isStrict: false })),
    textureViews(maps, new Map()),
    0.1,
  );

/** Mean difference between the atlas and what the room looks like there. */
function error(atlas: ImageRgba, sheet: TexturedSheet): number {
  const all = samples(atlas, sheet);
  return all.reduce((sum, { point, red }) => sum + Math.abs(red - lumaAt(...point)), 0) / all.length;
}

describe('textureSurface', () => {
  test('shows on each triangle what the room looks like there', () => {
    const { atlas, sheets } = texture(roomMaps(), wall(-1.5, 1.5));
    expect(sheets[0].textured.indices.length / 3).toBeGreaterThan(600);
    expect(error(atlas, sheets[0])).toBeLessThan(14);
  });

  test('leaves to vertex colours what no view shows, and spreads the colour beside it', () => {
    const far = wall(-1.5, 9);
    const { sheets } = texture(roomMaps(), far);
    const [{ textured, plain, colored }] = sheets;
    expect(textured.indices.length + plain.indices.length).toBe(far.indices.length);
    expect(plain.indices.length).toBeGreaterThan(300);
    expect(colored.seen.every(seen => seen === 1)).toBe(true);
    const last = colored.colors.length - 4;
    expect(colored.colors[last]).toBeGreaterThan(0.02);
  });

  test('does not take the colour of what stands before the wall', () => {
    // A pillar near the cameras hides other parts of the wall in each view.
    const isPillar = ([x, , z]: readonly number[], depth: number) =>
      z === ROOM.wallZ && Math.abs(x / depth) < 0.03;
    const maps = roomMaps((end, depth) => (isPillar(end, depth) ? { depth: 1.5, luma: 255 } : {}));
    const { atlas, sheets } = texture(maps, wall(-1.5, 1.5));
    const white = samples(atlas, sheets[0]).filter(({ red }) => red > 235);
    expect(white.length).toBeLessThan(4);
  });

  test('does not paint a pole onto the wall that is too thin for depth maps', () => {
    const maps = roomMaps();
    for (const [i, { view }] of maps.entries())
      for (let y = 0; y < view.intrinsics.height; y++) {
        const at = 3 * (y * view.intrinsics.width + 40 + 14 * i);
        view.rgb.fill(255, at, at + 6);
      }
    // Triangles so large that hardly a vertex meets a pole.
    const { atlas } = texture(maps, wall(-1.5, 1.5, 0.3));
    let white = 0;
    for (let i = 0; i < atlas.pixels.length; i += 4) if (atlas.pixels[i] > 235) white++;
    expect(white).toBeLessThan(4);
  });

  test('levels views of different exposure', () => {
    const dark = roomMaps();
    for (const [i, { view }] of dark.entries())
      if (i % 2 === 1) for (let k = 0; k < view.rgb.length; k++) view.rgb[k] = Math.max(0, view.rgb[k] - 36);
    const { atlas, sheets } = texture(dark, wall(-1.5, 1.5));
    const all = samples(atlas, sheets[0]).map(({ point, red }) => red - lumaAt(...point));
    const mean = all.reduce((sum, d) => sum + d, 0) / all.length;
    const spread = Math.sqrt(all.reduce((sum, d) => sum + (d - mean) ** 2, 0) / all.length);
    // Unlevelled, half the wall is 36 darker: a spread of 18 beside what sampling adds.
    expect(spread).toBeLessThan(17);
  });

  test('gives the same bytes again', () => {
    const [a, b] = [0, 1].map(() => texture(roomMaps(), wall(-1.5, 0), wall(0, 1.5)));
    expect(Buffer.compare(a.atlas.pixels, b.atlas.pixels)).toBe(0);
    expect(a.sheets).toEqual(b.sheets);
  });
});
