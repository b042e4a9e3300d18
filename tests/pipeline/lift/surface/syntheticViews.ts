import type { View } from '../../../../pipeline/lift/surface/view.ts';

/**
 * A room to be looked at: the floor y = 0, the back wall z = −5 and a side wall x = −2, textured by smooth noise.
 * glTF-like world (Y up); views with OpenCV axes, level, looking down −Z from a height of 1.5.
 */
export const ROOM = { wallZ: -5, sideX: -2, cameraHeight: 1.5 };

function hash(x: number, y: number, z: number): number {
  let h = Math.imul(x, 374761393) ^ Math.imul(y, 668265263) ^ Math.imul(z, 1274126177);
  h = Math.imul(h ^ (h >>> 13), 1103515245);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

function noise(x: number, y: number, z: number): number {
  const [ix, iy, iz] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const [fx, fy, fz] = [x - ix, y - iy, z - iz];
  let sum = 0;
  for (let k = 0; k < 8; k++) {
    const [dx, dy, dz] = [k & 1, (k >> 1) & 1, k >> 2];
    sum += hash(ix + dx, iy + dy, iz + dz) * (dx ? fx : 1 - fx) * (dy ? fy : 1 - fy) * (dz ? fz : 1 - fz);
  }
  return sum;
}

/** What the room looks like at a point of its surface, 0–255. */
export function lumaAt(x: number, y: number, z: number): number {
  return Math.round(30 + 190 * (0.6 * noise(x * 7, y * 7, z * 7) + 0.4 * noise(x * 19, y * 19, z * 19)));
}

/** Distance along the optical axis to the room's surface, per pixel. */
export function trueDepth(view: View): Float32Array {
  const { fx, fy, cx, cy, width, height } = view.intrinsics;
  const { rotation: r, translation: t } = view.cameraFromWorld;
  const center = [0, 1, 2].map(i => -(r[i] * t[0] + r[3 + i] * t[1] + r[6 + i] * t[2]));
  const depth = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const c = [(x - cx) / fx, (y - cy) / fy, 1];
      const d = [0, 1, 2].map(i => r[i] * c[0] + r[3 + i] * c[1] + r[6 + i] * c[2]);
      const hits = [
        (ROOM.wallZ - center[2]) / d[2],
        (ROOM.sideX - center[0]) / d[0],
        (0 - center[1]) / d[1],
      ].filter(s => s > 0);
      depth[y * width + x] = Math.min(...hits);
    }
  return depth;
}

/** A view from (x, 1.5, z), turned by yaw radians to the left. */
export function roomView(
  frame: number,
  x: number,
  z: number,
  yaw: number,
  width: number,
  height: number,
): View {
  const [s, c] = [Math.sin(yaw), Math.cos(yaw)];
  // Rows: camera right, down, forward in the world.
  const rotation = Float64Array.from([c, 0, -s, 0, -1, 0, -s, 0, -c]);
  const center = [x, ROOM.cameraHeight, z];
  const translation = Float64Array.from(
    [0, 1, 2].map(
      i => -(rotation[3 * i] * center[0] + rotation[3 * i + 1] * center[1] + rotation[3 * i + 2] * center[2]),
    ),
  );
  const intrinsics = {
    fx: 0.7 * width,
    fy: 0.7 * width,
    cx: (width - 1) / 2,
    cy: (height - 1) / 2,
    width,
    height,
  };
  const view: View = {
    frame,
    timeSeconds: frame / 24,
    intrinsics,
    cameraFromWorld: { rotation, translation },
    gray: new Uint8Array(new SharedArrayBuffer(width * height)),
    rgb: new Uint8Array(3 * width * height),
  };
  const depth = trueDepth(view);
  for (let v = 0; v < height; v++)
    for (let u = 0; u < width; u++) {
      const i = v * width + u;
      const p = [(u - intrinsics.cx) / intrinsics.fx, (v - intrinsics.cy) / intrinsics.fy, 1].map(
        k => k * depth[i],
      );
      const w = [0, 1, 2].map(
        k => center[k] + rotation[k] * p[0] + rotation[3 + k] * p[1] + rotation[6 + k] * p[2],
      );
      view.gray[i] = lumaAt(w[0], w[1], w[2]);
      view.rgb.fill(view.gray[i], 3 * i, 3 * i + 3);
    }
  return view;
}

/** Five views along a sideways step, 15 cm apart. */
export function roomViews(width: number, height: number): View[] {
  return [-2, -1, 0, 1, 2].map((k, i) => roomView(i, 0.2 * k, 0.05 * k, 0.04 * k, width, height));
}
