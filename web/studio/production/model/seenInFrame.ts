/** A registered video frame, as world.json has it. */
export interface FrameCamera {
  /** 0-based. */
  frame: number;
  /** Seconds. */
  time: number;
  /** World frame, metres. */
  position: readonly [number, number, number];
  /** Quaternion xyzw, camera to world; the camera looks down −Z. */
  rotation: readonly [number, number, number, number];
  /** Pixels. */
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
}

export interface SeenPlace {
  time: number;
  frame: number;
  /** Where in the picture, 0 to 1 from the left and the top. */
  x: number;
  y: number;
}

/**
 * The frame that shows a place best: inside its middle, and from as near as half a metre. What stands between is not
 * looked at. Undefined where no frame looks there.
 */
export function seenInFrame(
  place: readonly [number, number, number],
  cameras: readonly FrameCamera[],
): SeenPlace | undefined {
  let best: SeenPlace | undefined;
  let lowest = Infinity;
  for (const camera of cameras) {
    const [right, up, back] = toCamera(place, camera);
    const depth = -back;
    if (depth < 0.1) continue;
    const x = (camera.cx + (camera.fx * right) / depth) / camera.width;
    const y = (camera.cy - (camera.fy * up) / depth) / camera.height;
    if (x < 0 || x > 1 || y < 0 || y > 1) continue;
    // Metres away, and as if farther towards the rim, where a place is hardly seen.
    const cost = Math.max(depth, 0.5) * (1 + 2 * Math.hypot(x - 0.5, y - 0.5));
    if (cost < lowest) {
      lowest = cost;
      best = { time: camera.time, frame: camera.frame, x, y };
    }
  }
  return best;
}

/** In the camera's frame: right, up, back. */
function toCamera(place: readonly [number, number, number], camera: FrameCamera): [number, number, number] {
  const [qx, qy, qz, qw] = camera.rotation;
  const x = place[0] - camera.position[0];
  const y = place[1] - camera.position[1];
  const z = place[2] - camera.position[2];
  // v + 2 q × (q × v + w v), with the conjugate: world to camera.
  const tx = 2 * (z * -qy - y * -qz);
  const ty = 2 * (x * -qz - z * -qx);
  const tz = 2 * (y * -qx - x * -qy);
  return [
    x + qw * tx + (tz * -qy - ty * -qz),
    y + qw * ty + (tx * -qz - tz * -qx),
    z + qw * tz + (ty * -qx - tx * -qy),
  ];
}
