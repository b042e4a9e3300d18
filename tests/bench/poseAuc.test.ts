import { describe, expect, it } from 'vitest';
import { areaUnderRecall, poseAuc } from '../../bench/metrics/poseAuc.ts';
import {
  multiply3,
  rotationFromVector,
  transform3,
  transpose3,
} from '../../pipeline/lift/poses/smallMatrices.ts';
import type { CameraFromWorld } from '../../pipeline/lift/types.ts';

const truth = new Map<number, CameraFromWorld>(
  Array.from({ length: 8 }, (_, i) => [
    i,
    {
      rotation: rotationFromVector(0.02 * i, -0.05 * i, 0.01 * i),
      translation: Float64Array.of(0.3 * i, 0.02 * i * i, -0.1 * i),
    },
  ]),
);

describe('poseAuc', () => {
  it('is 100 for the same poses seen in another frame and scale', () => {
    const turn = rotationFromVector(0.4, 1.1, -0.3);
    const moved = new Map(
      [...truth].map(([frame, { rotation, translation }]) => {
        const turned = multiply3(rotation, transpose3(turn));
        const shift = transform3(turned, [5, -2, 1]);
        return [
          frame,
          {
            rotation: turned,
            translation: Float64Array.from([0, 1, 2].map(k => 3.7 * translation[k] - shift[k])),
          },
        ];
      }),
    );
    const result = poseAuc(moved, truth);
    expect(result.auc5).toBeCloseTo(100, 4);
    expect(result.registeredShare).toBe(1);
  });

  it('counts pairs with a missing frame as failures', () => {
    const partial = new Map([...truth].filter(([frame]) => frame !== 3));
    // 7 of 28 pairs contain frame 3.
    expect(poseAuc(partial, truth).auc30).toBeCloseTo(75, 4);
  });

  it('takes the area under the recall curve', () => {
    expect(areaUnderRecall([0, 2.5, 5, 40], 5)).toBeCloseTo(37.5);
    expect(areaUnderRecall([0, 2.5, 5, 40], 10)).toBeCloseTo(56.25);
  });

  it('loses what a rotation error costs', () => {
    const bent = new Map(truth);
    const pose = truth.get(0)!;
    bent.set(0, {
      ...pose,
      rotation: multiply3(rotationFromVector(0, (2 * Math.PI) / 180, 0), pose.rotation),
    });
    const result = poseAuc(bent, truth);
    // Each of the 7 pairs with frame 0 is off by 2° at least; the translation's error may be larger.
    expect(result.auc5).toBeLessThanOrEqual(100 - (7 / 28) * 40 + 1e-6);
    expect(result.auc5).toBeGreaterThan(60);
  });
});
