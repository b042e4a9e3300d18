import type { SplatCloud } from '../../engine/world/splats/splatCloud.ts';
import { SH_C0 } from '../../engine/world/splats/splatCloud.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';

export interface SplatPicture {
  /** sRGB, 3 bytes a pixel, over black. */
  rgb: Uint8Array;
  /** 0–1 per pixel: how much of it the Gaussians cover. */
  coverage: Float32Array;
}

/** Variance in pixels² that the reference renderer adds, so that no Gaussian is smaller than a pixel. */
const LOW_PASS = 0.3;
const NEAREST_METERS = 0.2;
const LEAST_ALPHA = 1 / 255;

/**
 * Draws Gaussians as the reference does (Kerbl et al. 2023, 4; Zwicker et al. 2001): projected to the picture by the
 * Jacobian at their centre, nearest first, blended in sRGB. Constant harmonic only. For judging, not for showing.
 */
export function renderSplats(cloud: SplatCloud, camera: WorldCamera): SplatPicture {
  const { width, height, fx, fy, cx, cy, position } = camera;
  const view = cameraFromWorld(camera.rotation);
  const order: [number, number][] = [];
  const at = new Float64Array(3 * cloud.count);
  for (let i = 0; i < cloud.count; i++) {
    const d = [0, 1, 2].map(k => cloud.positions[3 * i + k] - position[k]);
    for (let row = 0; row < 3; row++)
      at[3 * i + row] = view[3 * row] * d[0] + view[3 * row + 1] * d[1] + view[3 * row + 2] * d[2];
    if (at[3 * i + 2] > NEAREST_METERS) order.push([at[3 * i + 2], i]);
  }
  order.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const color = new Float32Array(3 * width * height);
  const clear = new Float32Array(width * height).fill(1);
  for (const [, i] of order) {
    const [x, y, z] = at.subarray(3 * i, 3 * i + 3);
    const [u, v] = [(fx * x) / z + cx, (fy * y) / z + cy];
    if (u < -width || v < -height || u > 2 * width || v > 2 * height) continue;
    const [a, b, c] = projectedCovariance(cloud, i, view, [x / z, y / z], [fx / z, fy / z]);
    const determinant = a * c - b * b;
    const reach = 3 * Math.sqrt((a + c) / 2 + Math.hypot((a - c) / 2, b));
    for (let py = Math.max(0, Math.ceil(v - reach)); py <= Math.min(height - 1, v + reach); py++)
      for (let px = Math.max(0, Math.ceil(u - reach)); px <= Math.min(width - 1, u + reach); px++) {
        const pixel = py * width + px;
        if (clear[pixel] < 0.001) continue;
        const [dx, dy] = [px - u, py - v];
        const distance = (c * dx * dx - 2 * b * dx * dy + a * dy * dy) / determinant;
        const alpha = Math.min(0.99, cloud.opacities[i] * Math.exp(-distance / 2));
        if (alpha < LEAST_ALPHA) continue;
        for (let k = 0; k < 3; k++)
          color[3 * pixel + k] += clear[pixel] * alpha * Math.max(0, 0.5 + SH_C0 * cloud.colors[3 * i + k]);
        clear[pixel] *= 1 - alpha;
      }
  }
  return {
    rgb: Uint8Array.from(color, value => Math.min(255, Math.round(255 * value))),
    coverage: clear.map(value => 1 - value),
  };
}

/** Rows of the rotation into OpenCV axes: x right, y down, z ahead. */
function cameraFromWorld([x, y, z, w]: WorldCamera['rotation']): number[] {
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y + z * w),
    2 * (x * z - y * w),
    -2 * (x * y - z * w),
    -(1 - 2 * (x * x + z * z)),
    -2 * (y * z + x * w),
    -2 * (x * z + y * w),
    -2 * (y * z - x * w),
    -(1 - 2 * (x * x + y * y)),
  ];
}

/** xx, xy, yy in pixels². */
function projectedCovariance(
  cloud: SplatCloud,
  i: number,
  view: readonly number[],
  [x, y]: readonly [number, number],
  [fx, fy]: readonly [number, number],
): [number, number, number] {
  const [qx, qy, qz, qw] = cloud.rotations.subarray(4 * i, 4 * i + 4);
  const axes = [
    [1 - 2 * (qy * qy + qz * qz), 2 * (qx * qy + qz * qw), 2 * (qx * qz - qy * qw)],
    [2 * (qx * qy - qz * qw), 1 - 2 * (qx * qx + qz * qz), 2 * (qy * qz + qx * qw)],
    [2 * (qx * qz + qy * qw), 2 * (qy * qz - qx * qw), 1 - 2 * (qx * qx + qy * qy)],
  ];
  let [xx, xy, yy] = [LOW_PASS, 0, LOW_PASS];
  for (const [k, axis] of axes.entries()) {
    const scale = Math.exp(cloud.logScales[3 * i + k]);
    const [ax, ay, az] = [0, 1, 2].map(
      row => scale * (view[3 * row] * axis[0] + view[3 * row + 1] * axis[1] + view[3 * row + 2] * axis[2]),
    );
    const [u, v] = [fx * (ax - x * az), fy * (ay - y * az)];
    xx += u * u;
    xy += u * v;
    yy += v * v;
  }
  return [xx, xy, yy];
}
