import { createRandom } from '../../../../engine/random.ts';
import { distort, lensOf } from '../../../../pipeline/lift/cameras/cameraModels.ts';
import type { ColmapModel } from '../../../../pipeline/lift/cameras/colmapTypes.ts';

/** Cameras that walk past points, whose features are exact projections through the lens. */
export function colmapScene(
  camera: { model: string; params: number[] },
  name: (frame: number) => string,
  frames: readonly number[],
): ColmapModel {
  const random = createRandom(3);
  const size = { width: 1280, height: 720 };
  const lens = lensOf({ ...camera, ...size });
  const model: ColmapModel = {
    cameras: new Map([[1, { ...camera, ...size }]]),
    images: new Map(),
    points: [],
  };
  const positions = Array.from({ length: 60 }, (): [number, number, number] => [
    random.range(-2, 2),
    random.range(-1, 1),
    random.range(4, 8),
  ]);
  const tracks: number[][] = positions.map(() => []);
  for (const [i, frame] of frames.entries()) {
    const half = 0.01 * frame;
    const rotation = [Math.cos(half), 0, Math.sin(half), 0];
    const translation = [0.05 * frame, -0.01 * frame, 0].map(value => 0 - value);
    const features: number[] = [];
    for (const [p, [x, y, z]] of positions.entries()) {
      const [c, s] = [Math.cos(2 * half), Math.sin(2 * half)];
      const depth = c * z - s * x + translation[2];
      const u = (c * x + s * z + translation[0]) / depth;
      const v = (y + translation[1]) / depth;
      const [a, b] = distort(lens, u, v);
      tracks[p].push(i + 10, features.length / 2);
      features.push(lens.fx * a + lens.cx, lens.fy * b + lens.cy);
    }
    model.images.set(i + 10, {
      name: name(frame),
      cameraId: 1,
      rotation,
      translation,
      features: Float64Array.from(features),
    });
  }
  model.points = positions.map((position, p) => ({ position, track: tracks[p] }));
  return model;
}
