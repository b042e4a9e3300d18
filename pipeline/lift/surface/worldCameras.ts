import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import type { CameraFromWorld, Intrinsics } from '../types.ts';
import { cameraCenter } from './view.ts';

/** Quaternion xyzw of a rotation matrix given by its columns; w ≥ 0 (Shepperd 1978). */
function quaternion(m: readonly number[]): [number, number, number, number] {
  const [m00, m10, m20, m01, m11, m21, m02, m12, m22] = m;
  const trace = m00 + m11 + m22;
  let q: [number, number, number, number];
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1);
    q = [(m21 - m12) / s, (m02 - m20) / s, (m10 - m01) / s, s / 4];
  } else if (m00 > m11 && m00 > m22) {
    const s = 2 * Math.sqrt(1 + m00 - m11 - m22);
    q = [s / 4, (m01 + m10) / s, (m02 + m20) / s, (m21 - m12) / s];
  } else if (m11 > m22) {
    const s = 2 * Math.sqrt(1 + m11 - m00 - m22);
    q = [(m01 + m10) / s, s / 4, (m12 + m21) / s, (m02 - m20) / s];
  } else {
    const s = 2 * Math.sqrt(1 + m22 - m00 - m11);
    q = [(m02 + m20) / s, (m12 + m21) / s, s / 4, (m10 - m01) / s];
  }
  const length = Math.hypot(...q) * (q[3] < 0 ? -1 : 1);
  return q.map(v => v / length) as [number, number, number, number];
}

/** A camera with OpenCV axes in the metric frame as world.json wants it: glTF axes, camera-to-world. */
export function toWorldCamera(
  frame: number,
  timeSeconds: number,
  cameraFromWorld: CameraFromWorld,
  intrinsics: Intrinsics,
): WorldCamera {
  const { rotation: r } = cameraFromWorld;
  const { fx, fy, cx, cy, width, height } = intrinsics;
  return {
    frame,
    time: timeSeconds,
    position: cameraCenter(cameraFromWorld),
    // Columns of worldFromCamera: x as it is, y and z turned round.
    rotation: quaternion([r[0], r[1], r[2], -r[3], -r[4], -r[5], -r[6], -r[7], -r[8]]),
    fx,
    fy,
    cx,
    cy,
    width,
    height,
  };
}
