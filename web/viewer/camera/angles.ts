/** Yaw is radians about +Y, 0 looks down −Z, positive to the left; pitch is radians, up is positive. */
export type Vector3 = [number, number, number];

/** As steep as one may look: straight up or down the picture's roll would be undefined. */
export const MAX_PITCH = (89 * Math.PI) / 180;

export function clampPitch(pitch: number): number {
  return Math.min(MAX_PITCH, Math.max(-MAX_PITCH, pitch));
}

/** Unit vector of the view. */
export function direction(yaw: number, pitch: number): Vector3 {
  const level = Math.cos(pitch);
  return [-Math.sin(yaw) * level, Math.sin(pitch), -Math.cos(yaw) * level];
}

/** The angles that look from one place at another; those given where the places are the same. */
export function anglesTo(
  from: readonly number[],
  to: readonly number[],
  otherwise: { yaw: number; pitch: number } = { yaw: 0, pitch: 0 },
): { yaw: number; pitch: number } {
  const x = to[0] - from[0];
  const y = to[1] - from[1];
  const z = to[2] - from[2];
  const level = Math.hypot(x, z);
  if (level + Math.abs(y) < 1e-9) return otherwise;
  return {
    yaw: level < 1e-9 ? otherwise.yaw : Math.atan2(-x, -z),
    pitch: clampPitch(Math.atan2(y, level)),
  };
}

/** The turn from one yaw to another the short way round, −π to π. */
export function turn(from: number, to: number): number {
  const difference = (to - from) % (2 * Math.PI);
  if (difference > Math.PI) return difference - 2 * Math.PI;
  return difference < -Math.PI ? difference + 2 * Math.PI : difference;
}
