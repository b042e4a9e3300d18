import type { CameraView } from './cameraTypes.ts';

export type Vector3 = readonly [number, number, number];

function subtract(a: Vector3, b: Vector3): Vector3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function cross(a: Vector3, b: Vector3): Vector3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** The vector at length 1; a zero vector stays zero. */
export function normalize(v: Vector3): Vector3 {
  const length = Math.hypot(v[0], v[1], v[2]);
  return length > 0 ? [v[0] / length, v[1] / length, v[2] / length] : [0, 0, 0];
}

/**
 * Pose of a camera at `eye` that looks at `target`.
 * @param up shows upwards in the picture; where it is parallel to the view, another axis takes its place.
 * @returns worldFromCamera, 4×4 column-major, glTF axes (looks down −Z, +Y up).
 */
export function lookAt(eye: Vector3, target: Vector3, up: Vector3 = [0, 1, 0]): Float64Array {
  let back = normalize(subtract(eye, target));
  if (back[0] === 0 && back[1] === 0 && back[2] === 0) back = [0, 0, 1];
  let right = cross(up, back);
  if (Math.hypot(...right) < 1e-9) right = cross(Math.abs(back[2]) < 0.9 ? [0, 0, -1] : [0, 1, 0], back);
  right = normalize(right);
  const cameraUp = cross(back, right);
  return new Float64Array([...right, 0, ...cameraUp, 0, ...back, 0, ...eye, 1]);
}

export type Intrinsics = Pick<CameraView, 'fx' | 'fy' | 'cx' | 'cy' | 'width' | 'height'>;

/** Square pixels with the principal point in the middle, from the horizontal field of view (over the whole pixel row). */
export function intrinsicsFromHorizontalFov(fovRadians: number, width: number, height: number): Intrinsics {
  const focal = width / 2 / Math.tan(fovRadians / 2);
  return { fx: focal, fy: focal, cx: (width - 1) / 2, cy: (height - 1) / 2, width, height };
}

/** As intrinsicsFromHorizontalFov, from the vertical field of view (over the whole pixel column). */
export function intrinsicsFromVerticalFov(fovRadians: number, width: number, height: number): Intrinsics {
  const focal = height / 2 / Math.tan(fovRadians / 2);
  return { fx: focal, fy: focal, cx: (width - 1) / 2, cy: (height - 1) / 2, width, height };
}
