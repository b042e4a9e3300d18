import type { CameraFromWorld } from '../../pipeline/lift/types.ts';

export interface PoseAuc {
  /** Share of ground-truth frames that have a pose. */
  registeredShare: number;
  /** Area under the recall curve up to 5°, 10° and 30°, as a percentage. */
  auc5: number;
  auc10: number;
  auc30: number;
  medianErrorDegrees: number;
}

/** A baseline under this share of the trajectory's extent gives no usable direction: only rotation counts. */
const NEGLIGIBLE_BASELINE = 0.002;

const DEGREES = 180 / Math.PI;

function relative(a: CameraFromWorld, b: CameraFromWorld): { rotation: number[]; translation: number[] } {
  const rotation: number[] = [];
  for (let r = 0; r < 3; r++)
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let k = 0; k < 3; k++) sum += b.rotation[3 * r + k] * a.rotation[3 * c + k];
      rotation.push(sum);
    }
  const translation = [0, 1, 2].map(
    r =>
      b.translation[r] -
      rotation[3 * r] * a.translation[0] -
      rotation[3 * r + 1] * a.translation[1] -
      rotation[3 * r + 2] * a.translation[2],
  );
  return { rotation, translation };
}

function rotationAngle(p: number[], q: number[]): number {
  // |P − Q|_F = 2√2·sin(angle/2): exact for small angles, where acos of the trace is not.
  let squares = 0;
  for (let k = 0; k < 9; k++) squares += (p[k] - q[k]) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(squares / 8)));
}

function directionAngle(p: number[], q: number[]): number {
  const cross = Math.hypot(p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0]);
  return Math.atan2(cross, p[0] * q[0] + p[1] * q[1] + p[2] * q[2]);
}

/** Area under recall(error) up to the threshold, normalised (the sum of SuperGlue's and ETH3D's relative-pose protocols). */
export function areaUnderRecall(errorsDegrees: number[], thresholdDegrees: number): number {
  let area = 0;
  for (const error of errorsDegrees) area += Math.max(0, 1 - error / thresholdDegrees);
  return (100 * area) / errorsDegrees.length;
}

/**
 * Relative-pose AUC over all pairs of ground-truth frames; a pair's error is the larger of its rotation angle and the
 * angle between translation directions. A pair with an unregistered frame counts as a failure. Invariant to similarity.
 */
export function poseAuc(
  estimated: ReadonlyMap<number, CameraFromWorld>,
  truth: ReadonlyMap<number, CameraFromWorld>,
): PoseAuc {
  const frames = [...truth.keys()].sort((a, b) => a - b);
  const pairs: { error: number }[] = [];
  const truths = frames.map(frame => truth.get(frame)).filter(pose => pose !== undefined);
  const estimates = frames.map(frame => estimated.get(frame));
  let extent = 0;
  for (let i = 0; i < truths.length; i++)
    for (let j = i + 1; j < truths.length; j++)
      extent = Math.max(extent, Math.hypot(...relative(truths[i], truths[j]).translation));
  for (let i = 0; i < truths.length; i++)
    for (let j = i + 1; j < truths.length; j++) {
      const a = estimates[i];
      const b = estimates[j];
      if (!a || !b) {
        pairs.push({ error: 180 });
        continue;
      }
      const wanted = relative(truths[i], truths[j]);
      const got = relative(a, b);
      const rotation = rotationAngle(wanted.rotation, got.rotation) * DEGREES;
      const negligible = Math.hypot(...wanted.translation) < NEGLIGIBLE_BASELINE * extent;
      const direction = negligible ? 0 : directionAngle(wanted.translation, got.translation) * DEGREES;
      pairs.push({ error: Math.max(rotation, direction) });
    }
  const errors = pairs.map(pair => pair.error).sort((a, b) => a - b);
  return {
    registeredShare: estimates.filter(pose => pose !== undefined).length / frames.length,
    auc5: areaUnderRecall(errors, 5),
    auc10: areaUnderRecall(errors, 10),
    auc30: areaUnderRecall(errors, 30),
    medianErrorDegrees: errors[errors.length >> 1] ?? 180,
  };
}
