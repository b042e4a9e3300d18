import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import { rotate } from '../camera/takeCamera.ts';
import type { TintGeometry } from './tintMaterial.ts';

/** Frusta drawn at most; a take's every frame would hide the world. */
export const MAX_FRUSTA = 48;
/** Metres from a camera's centre to its drawn picture. */
const DEPTH = 0.14;

type Rgba = readonly [number, number, number, number];

/** Which cameras are drawn: evenly spread, the first and last among them. */
export function drawnCameras(count: number): number[] {
  if (count <= MAX_FRUSTA) return Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: MAX_FRUSTA }, (_, i) => Math.round((i * (count - 1)) / (MAX_FRUSTA - 1)));
}

/** The cameras of a take as lines: each a pyramid to its picture's corners, and the path through their centres. */
export function frustaLines(cameras: readonly WorldCamera[], frame: Rgba, path: Rgba): TintGeometry {
  const drawn = drawnCameras(cameras.length).map(index => cameras[index]);
  const positions = new Float32Array(drawn.length * 5 * 3);
  const colors = new Float32Array(drawn.length * 5 * 4);
  const lines: number[] = [];
  drawn.forEach((camera, i) => {
    const { fx, fy, cx, cy, width, height } = camera;
    const corners = [
      [0, 0, 0],
      ...[
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ].map(([x, y]) => [((x - cx) / fx) * DEPTH, ((cy - y) / fy) * DEPTH, -DEPTH]),
    ];
    corners.forEach((corner, k) => {
      const turned = rotate(camera.rotation, corner);
      positions.set(
        turned.map((value, axis) => value + camera.position[axis]),
        (i * 5 + k) * 3,
      );
      colors.set(k === 0 ? path : frame, (i * 5 + k) * 4);
    });
    const at = i * 5;
    for (let k = 1; k <= 4; k++) lines.push(at, at + k, at + k, at + (k % 4) + 1);
    if (i > 0) lines.push(at - 5, at);
  });
  return { positions, indices: Uint32Array.from(lines), colors };
}

/** The edges of an axis-aligned box, 12 lines. */
export function boxLines(center: readonly number[], size: readonly number[], color: Rgba): TintGeometry {
  const positions = new Float32Array(24);
  const colors = new Float32Array(32);
  const lines: number[] = [];
  for (let corner = 0; corner < 8; corner++) {
    for (let axis = 0; axis < 3; axis++) {
      positions[corner * 3 + axis] = center[axis] + (corner & (1 << axis) ? 0.5 : -0.5) * size[axis];
      if (!(corner & (1 << axis))) lines.push(corner, corner | (1 << axis));
    }
    colors.set(color, corner * 4);
  }
  return { positions, indices: Uint32Array.from(lines), colors };
}

/** A line through points. */
export function pathLines(points: readonly (readonly number[])[], color: Rgba, lift: number): TintGeometry {
  const positions = new Float32Array(points.length * 3);
  const colors = new Float32Array(points.length * 4);
  const lines: number[] = [];
  points.forEach(([x, y, z], i) => {
    positions.set([x, y + lift, z], i * 3);
    // Older is fainter.
    colors.set([color[0], color[1], color[2], color[3] * (0.25 + (0.75 * (i + 1)) / points.length)], i * 4);
    if (i > 0) lines.push(i - 1, i);
  });
  return { positions, indices: Uint32Array.from(lines), colors };
}
