import { createRandom } from '../../../../engine/random.ts';
import type { KeyframeMap } from '../../../../pipeline/lift/poses/keyframeMap.ts';
import type { VideoTracks } from '../../../../pipeline/lift/poses/trackVideo.ts';

export const WIDTH = 640;
export const HEIGHT = 360;
const FOCAL = 400;
const KEYFRAMES = 9;
const STEP = 0.15;

type Point = [number, number, number];

/** A walk along z past points that the tracker follows without error, and the map with its true path. */
export function walkPast(at: (point: Point, keyframe: number) => Point): {
  tracks: VideoTracks;
  map: KeyframeMap;
} {
  const random = createRandom('walk past');
  const scene = Array.from(
    { length: 900 },
    (): Point => [random.range(-4, 4), random.range(-2, 2), random.range(4, 9)],
  );
  const seenFrom = (k: number) =>
    Float32Array.from(
      scene.flatMap(point => {
        const [x, y, z] = at(point, k);
        const u = WIDTH / 2 - 0.5 + (FOCAL * x) / (z - STEP * k);
        const v = HEIGHT / 2 - 0.5 + (FOCAL * y) / (z - STEP * k);
        return u > 0 && v > 0 && u < WIDTH && v < HEIGHT ? [u, v] : [Number.NaN, Number.NaN];
      }),
    );
  const keyframes = Array.from({ length: KEYFRAMES }, (_, k) => ({
    frame: 2 * k,
    features: {
      count: 0,
      positions: new Float32Array(0),
      scales: new Float32Array(0),
      descriptors: new Int16Array(0),
    },
    positions: seenFrom(k),
    inNext: k + 1 < KEYFRAMES ? seenFrom(k + 1) : new Float32Array(0),
  }));
  const frames = keyframes.map(({ frame }, keyframe) => ({
    frame,
    timeSeconds: frame / 10,
    keyframe,
    positions: new Float32Array(0),
  }));
  const map: KeyframeMap = {
    observations: {
      trackStart: new Int32Array(1),
      keyframe: new Int32Array(0),
      pixels: new Float64Array(0),
      byKeyframe: [],
      trackOf: new Int32Array(0),
    },
    lens: { focal: FOCAL, radial: 0 },
    pointAngleDegrees: 1.5,
    poses: keyframes.map((_, k) => ({
      rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      translation: Float64Array.of(0, 0, -STEP * k),
    })),
    points: new Float64Array(0),
    hasPoint: new Uint8Array(0),
    isActive: new Uint8Array(0),
  };
  const masks = { width: WIDTH, height: HEIGHT, overlays: [], movers: new Map() };
  return { tracks: { width: WIDTH, height: HEIGHT, keyframes, frames, evidence: [], masks }, map };
}
