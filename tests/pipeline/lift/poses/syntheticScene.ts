import { createRandom, type Random } from '../../../../engine/random.ts';
import { rotationFromVector, transform3 } from '../../../../pipeline/lift/poses/smallMatrices.ts';
import type { CameraFromWorld } from '../../../../pipeline/lift/types.ts';

export interface SyntheticScene {
  focal: number;
  cameras: CameraFromWorld[];
  /** xyz per point. */
  points: Float64Array;
  random: Random;
  /** Pixel of a point relative to the principal point, with noise. */
  project(camera: number, point: number, noisePixels: number): [number, number];
}

/** Points in front of a camera that walks sideways and forwards while turning a little. */
export function createSyntheticScene(seed: number, cameraCount = 6, pointCount = 300): SyntheticScene {
  const random = createRandom(seed);
  const focal = 420;
  const points = new Float64Array(pointCount * 3);
  for (let i = 0; i < pointCount; i++) {
    const z = random.range(3, 9);
    points.set([random.range(-0.5, 0.5) * z, random.range(-0.35, 0.35) * z, z], 3 * i);
  }
  const cameras = Array.from({ length: cameraCount }, (_, i) => ({
    rotation: rotationFromVector(0.01 * i, -0.03 * i, 0.006 * i),
    translation: Float64Array.of(-0.25 * i, 0.03 * i, -0.12 * i),
  }));
  return {
    focal,
    cameras,
    points,
    random,
    project(camera, point, noisePixels) {
      const { rotation, translation } = cameras[camera];
      const r = transform3(rotation, points.subarray(3 * point, 3 * point + 3));
      const z = r[2] + translation[2];
      return [
        (focal * (r[0] + translation[0])) / z + noisePixels * random.normal(),
        (focal * (r[1] + translation[1])) / z + noisePixels * random.normal(),
      ];
    },
  };
}
