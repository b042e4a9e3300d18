import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { createPointTracker } from '../../../pipeline/lift/poses/trackPoints.ts';
import { createPointFollower } from '../../../pipeline/score/followPoints.ts';
import { quantile } from '../../../pipeline/score/statistics.ts';

const [W, H] = [203, 151];
const random = createRandom(3);
const waves = Array.from({ length: 60 }, () => ({
  u: random.range(-0.5, 0.5),
  v: random.range(-0.5, 0.5),
  phase: random.range(0, 2 * Math.PI),
  height: random.range(2, 8),
}));

/** A sum of waves, moved by (x, y) and made brighter. */
function picture(x: number, y: number, light = 0): Uint8Array {
  return Uint8Array.from({ length: W * H }, (_, i) => {
    const [px, py] = [(i % W) - x, Math.floor(i / W) - y];
    const sum = waves.reduce((level, w) => level + w.height * Math.sin(w.u * px + w.v * py + w.phase), 128);
    return Math.round(Math.max(0, Math.min(255, sum + light)));
  });
}

function places(): Float32Array {
  const points: number[] = [];
  for (let y = 30; y < H - 30; y += 9)
    for (let x = 30; x < W - 30; x += 9) points.push(x + random.next(), y + random.next());
  return Float32Array.from(points);
}

describe('points are followed', () => {
  it.each([
    [0.37, -0.21, 0],
    [2.5, 1.25, 12],
    [-7.31, 4.77, 0],
  ])(
    'to where they are, moved by %f, %f under %i levels more of light, as the lift does in full numbers',
    async (x, y, light) => {
      const points = places();
      const limit = points.length / 2;
      const follower = await createPointFollower(W, H, limit);
      follower.load(picture(0, 0));
      follower.load(picture(x, y, light));
      const found = follower.follow(points, points, 0.7);
      const tracker = await createPointTracker(W, H, limit);
      const [a, b] = [tracker.createSlot(), tracker.createSlot()];
      tracker.load(a, picture(0, 0));
      tracker.load(b, picture(x, y, light));
      const oracle = tracker.track(a, b, points, points, 0.7);
      const [misses, apart]: [number[], number[]] = [[], []];
      for (let i = 0; i < points.length; i += 2) {
        if (!(found[i] >= 0 && oracle[i] >= 0)) continue;
        misses.push(Math.hypot(found[i] - points[i] - x, found[i + 1] - points[i + 1] - y));
        apart.push(Math.hypot(found[i] - oracle[i], found[i + 1] - oracle[i + 1]));
      }
      expect(misses.length).toBeGreaterThan(0.85 * limit);
      expect(quantile(misses, 0.95)).toBeLessThan(0.1);
      expect(quantile(apart, 0.95)).toBeLessThan(0.01);
    },
  );

  it('and are lost where the picture is another, flat, or past its border', async () => {
    const follower = await createPointFollower(W, H, 200);
    follower.load(picture(0, 0));
    follower.load(picture(60, 45).map(level => 255 - level));
    const points = places().subarray(0, 200);
    const kept = [...follower.follow(points, points, 0.7)].filter(coordinate => coordinate >= 0);
    expect(kept.length).toBeLessThan(0.1 * points.length);
    follower.load(new Uint8Array(W * H).fill(9));
    expect(follower.follow(points, points, 0.7).every(Number.isNaN)).toBe(true);
    const outside = Float32Array.of(-4, 50, W + 3, 50, 2, 2);
    expect(follower.follow(outside, outside, 0.7).every(Number.isNaN)).toBe(true);
  });
});
