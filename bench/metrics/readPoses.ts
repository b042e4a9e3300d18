import type { CameraFromWorld } from '../../pipeline/lift/types.ts';

/** Inverse of a camera-to-world pose: rotation's columns are the camera's axes. */
function invert(columns: number[][], position: number[]): CameraFromWorld {
  const rotation = Float64Array.from(columns.flat());
  const translation = [0, 1, 2].map(
    r => -(columns[r][0] * position[0] + columns[r][1] * position[1] + columns[r][2] * position[2]),
  );
  return { rotation, translation: Float64Array.from(translation) };
}

/** Poses of a fixture's gt_poses.json: OpenCV camera-to-world, 4×4 row-major. */
export function readOpenCvPoses(file: {
  frames: { index: number; c2w: number[] }[];
}): Map<number, CameraFromWorld> {
  return new Map(
    file.frames.map(({ index, c2w }) => [
      index,
      invert(
        [0, 1, 2].map(c => [c2w[c], c2w[4 + c], c2w[8 + c]]),
        [c2w[3], c2w[7], c2w[11]],
      ),
    ]),
  );
}

/** Row-major rotation matrix of a unit quaternion. */
export function rotationFromQuaternion(x: number, y: number, z: number, w: number): Float64Array {
  return Float64Array.of(
    1 - 2 * (y * y + z * z),
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z - x * w),
    2 * (x * z - y * w),
    2 * (y * z + x * w),
    1 - 2 * (x * x + y * y),
  );
}

/** Poses of world.json's cameras (glTF axes: looking down −Z, +Y up), as OpenCV cameras. */
export function readWorldCameras(
  cameras: { frame: number; position: number[]; rotation: number[] }[],
): Map<number, CameraFromWorld> {
  return new Map(
    cameras.map(({ frame, position, rotation: [x, y, z, w] }) => {
      const r = rotationFromQuaternion(x, y, z, w);
      return [
        frame,
        invert(
          [
            [r[0], r[3], r[6]],
            [-r[1], -r[4], -r[7]],
            [-r[2], -r[5], -r[8]],
          ],
          position,
        ),
      ];
    }),
  );
}
