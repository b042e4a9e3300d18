import { DirectorError } from '../errors.ts';
import type { LoadedCameraKernel } from './cameraKernel.ts';
import { normalize } from './cameraMath.ts';
import type { CameraView } from './cameraTypes.ts';

const DEFAULT_NEAR_METERS = 0.02;
/** The kernel's edge functions hold at most 8000 samples to a side, guard band included. */
const MAX_SIDE_PIXELS = 3840;

/** @throws INTERNAL for a view that the kernel cannot draw. */
export function checkView(view: CameraView): void {
  const { fx, fy, cx, cy, width, height, worldFromCamera } = view;
  const sound =
    Number.isInteger(width) &&
    Number.isInteger(height) &&
    width >= 1 &&
    height >= 1 &&
    Math.max(width, height) <= MAX_SIDE_PIXELS &&
    fx > 0 &&
    fy > 0 &&
    [fx, fy, cx, cy, ...worldFromCamera].every(Number.isFinite) &&
    worldFromCamera.length === 16;
  if (!sound)
    throw new DirectorError(
      'INTERNAL',
      'A camera view needs 1–3840 pixels a side, focal lengths above 0 and a finite pose.',
      {
        details: { fx, fy, cx, cy, width, height },
      },
    );
}

/** Fills the kernel's VIEW, PLANES and RAYS blocks and projection with a view whose samples are `scale` to a pixel and axis. */
export function writeView(view: CameraView, scale: number, kernel: LoadedCameraKernel): void {
  const { exports, memory } = kernel;
  const m = view.worldFromCamera;
  const eye = [m[12], m[13], m[14]];
  // Camera space of the kernel: x right, y down, z forward.
  const axes = [
    [m[0], m[1], m[2]],
    [-m[4], -m[5], -m[6]],
    [-m[8], -m[9], -m[10]],
  ];
  const columns = new Float32Array(memory.buffer, exports.VIEW.value as number, 16);
  for (let row = 0; row < 3; row++) {
    for (let k = 0; k < 3; k++) columns[k * 4 + row] = axes[row][k];
    columns[12 + row] = -(axes[row][0] * eye[0] + axes[row][1] * eye[1] + axes[row][2] * eye[2]);
  }

  const { fx, fy, cx, cy, width, height } = view;
  const near = view.nearMeters ?? DEFAULT_NEAR_METERS;
  const offset = (scale - 1) / 2;
  exports.setProjection(fx * scale, fy * scale, cx * scale + offset, cy * scale + offset, near);
  const planes = new Float32Array(memory.buffer, exports.PLANES.value as number, 20);
  [
    [0, 0, 1],
    [fx, 0, cx + 0.5],
    [-fx, 0, width - 0.5 - cx],
    [0, fy, cy + 0.5],
    [0, -fy, height - 0.5 - cy],
  ].forEach((inCamera, i) => {
    const normal = normalize(
      [0, 1, 2].map(k => axes[0][k] * inCamera[0] + axes[1][k] * inCamera[1] + axes[2][k] * inCamera[2]) as [
        number,
        number,
        number,
      ],
    );
    planes.set(normal, i * 4);
    planes[i * 4 + 3] =
      -(normal[0] * eye[0] + normal[1] * eye[1] + normal[2] * eye[2]) - (i === 0 ? near : 0);
  });

  const rays = new Float32Array(memory.buffer, exports.RAYS.value as number, 16);
  for (let k = 0; k < 3; k++) {
    const perX = axes[0][k] / (fx * scale);
    const perY = axes[1][k] / (fy * scale);
    rays[k] = eye[k];
    rays[4 + k] = perX;
    rays[8 + k] = perY;
    rays[12 + k] = axes[2][k] - perX * (cx * scale + offset) - perY * (cy * scale + offset);
  }
}
