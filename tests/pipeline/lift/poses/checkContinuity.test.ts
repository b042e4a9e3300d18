import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { worstContinuity } from '../../../../pipeline/lift/poses/checkContinuity.ts';
import {
  CONFIRMED,
  DENIED,
  judgeMatches,
  PointFollower,
  UNKNOWN,
} from '../../../../pipeline/lift/poses/followPoints.ts';
import type { KeyframeMap } from '../../../../pipeline/lift/poses/keyframeMap.ts';
import type { Keyframe, VideoTracks } from '../../../../pipeline/lift/poses/trackVideo.ts';

const WIDTH = 640;
const HEIGHT = 360;
const FOCAL = 400;
const KEYFRAMES = 6;
const STEP = 0.6;
const POINTS = 300;

/** A walk along z past random points that the tracker follows without error; a lost point is NaN from then on. */
function walkPast(): VideoTracks {
  const random = createRandom('walk past');
  const scene = Array.from({ length: POINTS }, () => [
    8 * random.next() - 4,
    4 * random.next() - 2,
    4 + 8 * random.next(),
  ]);
  const seenFrom = (k: number) =>
    Float32Array.from(
      scene.flatMap(([x, y, z]) => {
        const u = WIDTH / 2 - 0.5 + (FOCAL * x) / (z - STEP * k);
        const v = HEIGHT / 2 - 0.5 + (FOCAL * y) / (z - STEP * k);
        return u > 0 && v > 0 && u < WIDTH && v < HEIGHT ? [u, v] : [Number.NaN, Number.NaN];
      }),
    );
  const keyframes: Keyframe[] = Array.from({ length: KEYFRAMES }, (_, k) => ({
    frame: 4 * k,
    features: {
      count: 0,
      positions: new Float32Array(0),
      scales: new Float32Array(0),
      descriptors: new Int16Array(0),
    },
    positions: seenFrom(k),
    inNext: k + 1 < KEYFRAMES ? seenFrom(k + 1) : new Float32Array(0),
  }));
  const masks = { width: WIDTH, height: HEIGHT, overlays: [], movers: new Map() };
  return { width: WIDTH, height: HEIGHT, keyframes, frames: [], evidence: [], masks };
}

function mapWith(zOfKeyframe: (k: number) => number | undefined): KeyframeMap {
  return {
    observations: {
      trackStart: new Int32Array(1),
      keyframe: new Int32Array(0),
      pixels: new Float64Array(0),
      byKeyframe: [],
      trackOf: new Int32Array(0),
    },
    lens: { focal: FOCAL, radial: 0 },
    pointAngleDegrees: Number.POSITIVE_INFINITY,
    poses: Array.from({ length: KEYFRAMES }, (_, k) => {
      const z = zOfKeyframe(k);
      return z === undefined
        ? undefined
        : {
            rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
            translation: Float64Array.of(0, 0, -z),
          };
    }),
    points: new Float64Array(0),
    hasPoint: new Uint8Array(0),
    isActive: new Uint8Array(0),
  };
}

describe('worstContinuity', () => {
  it('finds the true path whole, at any scale', () => {
    for (const scale of [1, 0.2])
      expect(
        worstContinuity(
          walkPast(),
          mapWith(k => scale * STEP * k),
        )?.explained,
      ).toBeGreaterThan(0.98);
  });

  it('finds where a path jumps back by a period', () => {
    const worst = worstContinuity(
      walkPast(),
      mapWith(k => STEP * (k < 4 ? k : k - 3)),
    );
    expect(worst?.explained).toBeLessThan(0.3);
    expect(worst?.frames).toContain(16);
  });

  it('finds a stride of the wrong length', () => {
    const worst = worstContinuity(
      walkPast(),
      mapWith(k => STEP * (k < 4 ? k : k + 3)),
    );
    expect(worst?.explained).toBeLessThan(0.4);
  });

  it('judges nothing where keyframes are missing', () => {
    expect(
      worstContinuity(
        walkPast(),
        mapWith(k => (k % 2 === 0 ? STEP * k : undefined)),
      ),
    ).toBeUndefined();
  });
});

describe('judgeMatches', () => {
  it('confirms what the tracker followed, denies what went elsewhere and owns up to what it lost', () => {
    const tracks = walkPast();
    const follower = new PointFollower(tracks.keyframes);
    const last = tracks.keyframes[4].positions;
    const isSeen = (i: number) => !Number.isNaN(last[2 * i]);
    const indices = Array.from({ length: POINTS }, (_, i) => i);
    const seen = indices.filter(isSeen);
    const lost = indices.filter(i => !isSeen(i) && !Number.isNaN(tracks.keyframes[0].positions[2 * i]));
    const far = seen.find(
      i => Math.hypot(last[2 * i] - last[2 * seen[0]], last[2 * i + 1] - last[2 * seen[0] + 1]) > 60,
    );
    expect(lost.length).toBeGreaterThan(0);
    const verdicts = judgeMatches(
      follower,
      0,
      4,
      [seen[0], seen[0], seen[0], far ?? -1, lost[0], lost[0]],
      WIDTH,
    );
    expect([...(verdicts ?? [])]).toEqual([CONFIRMED, DENIED, UNKNOWN]);
  });

  it('bears no witness across a break', () => {
    const tracks = walkPast();
    tracks.keyframes[2].inNext.fill(Number.NaN);
    const follower = new PointFollower(tracks.keyframes);
    expect(judgeMatches(follower, 1, 3, [0, 0], WIDTH)).toBeUndefined();
    expect(judgeMatches(follower, 0, 2, [0, 0], WIDTH)).toBeDefined();
  });
});
