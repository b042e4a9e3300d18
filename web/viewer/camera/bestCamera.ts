import type { PhysicsWorld } from '../../../engine/physics/createPhysicsWorld.ts';
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

/** Pixel of a place in a camera of the take and its distance along the view; undefined behind the camera. */
export function project(
  camera: WorldCamera,
  place: Point,
): { x: number; y: number; depth: number } | undefined {
  const [qx, qy, qz, qw] = camera.rotation;
  const offset = place.map((value, k) => value - camera.position[k]);
  const [x, y, z] = rotate([-qx, -qy, -qz, qw], offset);
  const depth = -z;
  if (depth <= 0.05) return undefined;
  return { x: camera.cx + (camera.fx * x) / depth, y: camera.cy - (camera.fy * y) / depth, depth };
}

/**
 * The camera of the take that sees a place best: in its picture, not hidden, near and near the middle. Where none
 * has it in its picture, the nearest camera. @returns its index, undefined without cameras.
 */
export function bestCamera(
  cameras: readonly WorldCamera[],
  place: Point,
  physics?: Pick<PhysicsWorld, 'castRay'>,
): number | undefined {
  let best: number | undefined;
  let bestCost = Infinity;
  cameras.forEach((camera, index) => {
    const pixel = project(camera, place);
    const away = Math.hypot(...place.map((value, k) => value - camera.position[k]));
    let cost = away + 1000;
    if (pixel && pixel.x >= 0 && pixel.y >= 0 && pixel.x < camera.width && pixel.y < camera.height) {
      const off = Math.hypot(pixel.x / camera.width - 0.5, pixel.y / camera.height - 0.5);
      cost = away * (1 + 2 * off) + (physics && isHidden(physics, camera.position, place, away) ? 100 : 0);
    }
    if (cost >= bestCost) return;
    bestCost = cost;
    best = index;
  });
  return best;
}

function isHidden(
  { castRay }: Pick<PhysicsWorld, 'castRay'>,
  from: Point,
  place: Point,
  away: number,
): boolean {
  const hit = castRay([...from], [...place]);
  return hit !== undefined && hit.fraction * away < away - 0.3;
}

/** Where a camera of the take looks, as angles of the view; a roll is lost. */
export function cameraTarget(camera: WorldCamera, distance: number): Point {
  const [x, y, z] = rotate(camera.rotation, direction(0, 0));
  return [
    camera.position[0] + x * distance,
    camera.position[1] + y * distance,
    camera.position[2] + z * distance,
  ];
}
