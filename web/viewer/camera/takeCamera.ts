import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import type { Point } from '../viewerTypes.ts';
import { direction, type Vector3 } from './angles.ts';

/** A vector turned by a quaternion xyzw. */
export function rotate([qx, qy, qz, qw]: readonly number[], [x, y, z]: readonly number[]): Vector3 {
  const tx = 2 * (qy * z - qz * y);
  const ty = 2 * (qz * x - qx * z);
  const tz = 2 * (qx * y - qy * x);
  return [x + qw * tx + qy * tz - qz * ty, y + qw * ty + qz * tx - qx * tz, z + qw * tz + qx * ty - qy * tx];
}

/** What a camera of the take looks at, some metres away. */
export function cameraTarget(camera: WorldCamera, distance: number): Point {
  const [x, y, z] = rotate(camera.rotation, direction(0, 0));
  return [
    camera.position[0] + x * distance,
    camera.position[1] + y * distance,
    camera.position[2] + z * distance,
  ];
}
