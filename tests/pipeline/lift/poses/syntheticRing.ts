import { createRandom } from '../../../../engine/random.ts';
import { rotationFromVector, transform3 } from '../../../../pipeline/lift/poses/smallMatrices.ts';
import type { Keyframe, VideoTracks } from '../../../../pipeline/lift/poses/trackVideo.ts';
import type { CameraFromWorld } from '../../../../pipeline/lift/types.ts';

const WIDTH = 640;
const HEIGHT = 360;
export const RING_FOCAL = 457;
const POINTS = 700;

/**
 * A walk around a ring inside a round room, looking outwards, that ends where it began: what the tracker would hand
 * over, with noise. Every point has a descriptor of its own, seen again a little changed.
 */
export function walkRing(
  keyframeCount: number,
  noisePixels: number,
): { tracks: VideoTracks; truth: Map<number, CameraFromWorld> } {
  const random = createRandom('ring');
  const points = Array.from({ length: POINTS }, () => {
    const angle = random.range(0, 2 * Math.PI);
    const radius = random.range(3.5, 6);
    return [radius * Math.sin(angle), random.range(-1.6, 1.6), radius * Math.cos(angle)];
  });
  const descriptors = points.map(() => unit(Float64Array.from({ length: 128 }, () => random.next())));
  const poses = Array.from({ length: keyframeCount }, (_, k) => {
    const angle = (2 * Math.PI * k) / (keyframeCount - 1);
    const rotation = rotationFromVector(0, -angle, 0);
    const centre = [1.4 * Math.sin(angle), 0.05 * Math.sin(5 * angle), 1.4 * Math.cos(angle)];
    return { rotation, translation: Float64Array.from(transform3(rotation, centre), value => -value) };
  });
  const seen = poses.map(({ rotation, translation }) =>
    points.flatMap((point, id) => {
      const [x, y, z] = transform3(rotation, point).map((value, i) => value + translation[i]);
      const u = WIDTH / 2 - 0.5 + (RING_FOCAL * x) / z + noisePixels * random.normal();
      const v = HEIGHT / 2 - 0.5 + (RING_FOCAL * y) / z + noisePixels * random.normal();
      return z > 0.1 && u > 2 && v > 2 && u < WIDTH - 3 && v < HEIGHT - 3 ? [{ id, u, v }] : [];
    }),
  );
  const keyframes: Keyframe[] = seen.map((list, k) => {
    const positions = Float32Array.from(list.flatMap(({ u, v }) => [u, v]));
    const next = new Map((seen[k + 1] ?? []).map(entry => [entry.id, entry]));
    const quantized = new Int16Array(list.length * 128);
    list.forEach(({ id }, i) => {
      const changed = descriptors[id].map(value => Math.max(0, value + 0.02 * random.normal()));
      quantized.set(
        unit(changed).map(value => Math.round(512 * value)),
        128 * i,
      );
    });
    return {
      frame: k,
      features: {
        count: list.length,
        positions,
        scales: new Float32Array(list.length).fill(2),
        descriptors: quantized,
      },
      positions,
      inNext: seen[k + 1]
        ? Float32Array.from(
            list.flatMap(({ id }) => [next.get(id)?.u ?? Number.NaN, next.get(id)?.v ?? Number.NaN]),
          )
        : new Float32Array(0),
    };
  });
  const frames = keyframes.map(({ frame }) => ({
    frame,
    timeSeconds: frame / 24,
    keyframe: frame,
    positions: new Float32Array(0),
  }));
  return {
    tracks: {
      width: WIDTH,
      height: HEIGHT,
      keyframes,
      frames,
      evidence: frames.map(({ frame, timeSeconds }) => ({
        frame,
        timeSeconds,
        meanLuma: 128,
        survival: 1,
        medianShiftPixels: 10,
        histogramDistance: 0,
      })),
      masks: { width: WIDTH, height: HEIGHT, overlays: [], movers: new Map() },
    },
    truth: new Map(poses.map((pose, k) => [k, pose])),
  };
}

function unit(values: Float64Array): Float64Array {
  const length = Math.hypot(...values);
  return values.map(value => value / length);
}
