import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { createCornerDetector } from '../../../pipeline/score/detectCorners.ts';

/** The same, straight from the definition. */
function oracle(gray: Uint8Array, width: number, height: number, cell: number, occupied: Float32Array) {
  const [w, h] = [width >> 1, height >> 1];
  const at = (x: number, y: number) => {
    const p = 2 * y * width + 2 * x;
    return gray[p] + gray[p + 1] + gray[p + width] + gray[p + width + 1];
  };
  const columns = Math.ceil(width / cell);
  const taken = new Set<number>();
  for (let i = 0; i < occupied.length; i += 2)
    taken.add(Math.floor(occupied[i + 1] / cell) * columns + Math.floor(occupied[i] / cell));
  const best = new Map<number, { value: number; x: number; y: number }>();
  for (let y = 6; y < h - 6; y++)
    for (let x = 6; x < w - 6; x++) {
      let [a, b, d] = [0, 0, 0];
      for (let v = y - 2; v <= y + 2; v++)
        for (let u = x - 2; u <= x + 2; u++) {
          const [gx, gy] = [at(u + 1, v) - at(u - 1, v), at(u, v + 1) - at(u, v - 1)];
          a += gx * gx;
          b += gx * gy;
          d += gy * gy;
        }
      const value = (a + d - Math.sqrt((a - d) ** 2 + 4 * b * b)) / 2;
      const key = Math.floor((2 * y) / cell) * columns + Math.floor((2 * x) / cell);
      if (!taken.has(key) && value > (best.get(key)?.value ?? 4 * 64 * 25)) best.set(key, { value, x, y });
    }
  return [...best]
    .sort(([a], [b]) => a - b)
    .flatMap(([, corner]) => [2 * corner.x + 0.5, 2 * corner.y + 0.5]);
}

test.each([
  [160, 90],
  [163, 91],
])('agrees with the plain oracle on pictures of %i×%i', async (width, height) => {
  const random = createRandom(4);
  const detect = await createCornerDetector(width, height, 12.5);
  let occupied = new Float32Array();
  for (let frame = 0; frame < 4; frame++) {
    const flat = random.range(1, 40);
    const gray = Uint8Array.from({ length: width * height }, (_, i) =>
      i % width < 70 ? 100 + random.range(0, flat) : random.integer(256),
    );
    const found = detect(gray, occupied);
    expect([...found]).toEqual(oracle(gray, width, height, 12.5, occupied));
    occupied = found.subarray(0, 2 * Math.floor(found.length / 5)).slice();
  }
});

test('corners sit on corners, one in a cell, and not where a point is already', async () => {
  const [width, height] = [160, 90];
  const detect = await createCornerDetector(width, height, 16);
  const image = new Uint8Array(width * height).fill(60);
  for (let y = 30; y < 60; y++) image.fill(200, y * width + 60, y * width + 100);
  const all = detect(image, new Float32Array());
  expect(all.length / 2).toBeGreaterThanOrEqual(4);
  for (let i = 0; i < all.length; i += 2) {
    const distance = Math.min(
      ...[60, 100].flatMap(x => [30, 60].map(y => Math.hypot(all[i] - x, all[i + 1] - y))),
    );
    expect(distance).toBeLessThan(8);
  }
  expect(detect(image, all)).toHaveLength(0);
  expect(detect(new Uint8Array(width * height).fill(60), new Float32Array())).toHaveLength(0);
});
