import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { confirmOverlays } from '../../../../pipeline/lift/masks/confirmOverlays.ts';
import type { VideoTracks } from '../../../../pipeline/lift/poses/trackVideo.ts';

const [width, height] = [480, 360];

/** Tracked points all over the picture that move as told, around a static patch in the middle. */
function tracksOf(move: (x: number, y: number) => [number, number]): VideoTracks {
  const random = createRandom('overlay');
  const positions = Float32Array.from({ length: 6000 }, (_, i) =>
    random.range(2, (i % 2 === 0 ? width : height) - 3),
  );
  const inNext = positions.slice();
  for (let p = 0; p < positions.length; p += 2) {
    const [dx, dy] = move(positions[p], positions[p + 1]);
    inNext[p] += dx;
    inNext[p + 1] += dy;
  }
  const features = {
    count: 0,
    positions: new Float32Array(0),
    scales: new Float32Array(0),
    descriptors: new Int16Array(0),
  };
  const mask = Uint8Array.from({ length: width * height }, (_, i) =>
    Math.abs((i % width) - 240) < 8 && Math.abs(Math.floor(i / width) - 180) < 6 ? 1 : 0,
  );
  return {
    width,
    height,
    keyframes: [{ frame: 3, features, positions, inNext }],
    frames: [],
    evidence: [],
    masks: { width, height, overlays: [{ firstFrame: 0, lastFrame: 9, mask }], movers: new Map() },
  };
}

describe('confirmOverlays', () => {
  it('keeps a patch that the scene passes by', () => {
    expect(confirmOverlays(tracksOf(() => [6, 1]))).toHaveLength(1);
  });

  it('drops one that the camera moves towards', () => {
    expect(confirmOverlays(tracksOf((x, y) => [(x - 240) / 12, (y - 180) / 12]))).toEqual([]);
  });

  it('keeps one with nothing to track beside it', () => {
    const tracks = tracksOf(() => [6, 1]);
    const { positions } = tracks.keyframes[0];
    for (let p = 0; p < positions.length; p += 2)
      if (Math.hypot(positions[p] - 240, positions[p + 1] - 180) < 60) positions[p] = Number.NaN;
    expect(confirmOverlays(tracks)).toHaveLength(1);
  });
});
