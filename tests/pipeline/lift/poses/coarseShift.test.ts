import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { coarseShift } from '../../../../pipeline/lift/poses/coarseShift.ts';
import { trackVideo } from '../../../../pipeline/lift/poses/trackVideo.ts';
import type { VideoFrame } from '../../../../pipeline/video/decodeVideo.ts';

const WIDTH = 320;
const HEIGHT = 180;

/**
 * A wall of posts 40 px apart, weathered here and there: a tracker that begins a post beside its own is content with
 * the wrong one.
 */
function wall(width: number, height: number): Float32Array {
  const random = createRandom('wall');
  const cell = 20;
  const columns = Math.ceil(width / cell) + 1;
  const stains = Array.from({ length: columns * (Math.ceil(height / cell) + 1) }, () => 120 * random.next());
  const post = Array.from({ length: 40 * height }, () => 30 * random.next());
  return Float32Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    const at = (dx: number, dy: number) =>
      stains[(Math.floor(y / cell) + dy) * columns + Math.floor(x / cell) + dx];
    const [fx, fy] = [(x % cell) / cell, (y % cell) / cell];
    const stain =
      (1 - fy) * ((1 - fx) * at(0, 0) + fx * at(1, 0)) + fy * ((1 - fx) * at(0, 1) + fx * at(1, 1));
    return 60 + stain + post[(y >> 1) * 20 + ((x % 40) >> 1)];
  });
}

function view(of: Float32Array, stride: number, left: number, top: number, light = 1): Uint8Array {
  return Uint8Array.from({ length: WIDTH * HEIGHT }, (_, i) =>
    Math.min(255, light * of[(top + Math.floor(i / WIDTH)) * stride + left + (i % WIDTH)]),
  );
}

describe('coarseShift', () => {
  const stride = 1000;
  const picture = wall(stride, 240);

  it.each([
    [0, 0],
    [-32, 8],
    [96, -24],
    [-140, 40],
  ])('finds that the view went by %i, %i, in another light too', (dx, dy) => {
    const a = view(picture, stride, 300, 40);
    const b = view(picture, stride, 300 - dx, 40 - dy, 0.8);
    const [x, y] = coarseShift(a, b, WIDTH, HEIGHT);
    expect(Math.abs(x - dx)).toBeLessThanOrEqual(4);
    expect(Math.abs(y - dy)).toBeLessThanOrEqual(4);
  });

  it('lets the tracker follow a fast turn along posts that look alike', async () => {
    const step = 36;
    async function* frames(): AsyncGenerator<VideoFrame> {
      for (let i = 0; i < 6; i++)
        yield {
          index: i,
          timeSeconds: i / 24,
          width: WIDTH,
          height: HEIGHT,
          pixels: view(picture, stride, 100 + step * i, 30),
        };
    }
    const { keyframes } = await trackVideo(frames(), { featureLimit: 300, keyframeShift: 0.035 });
    expect(keyframes).toHaveLength(6);
    for (const { positions, inNext } of keyframes.slice(0, 5)) {
      const moves = Array.from(inNext, (value, i) => value - positions[i]).filter((_, i) => i % 2 === 0);
      const right = moves.filter(move => Math.abs(move + step) < 1).length;
      expect(right / moves.length).toBeGreaterThan(0.7);
    }
  });
});
