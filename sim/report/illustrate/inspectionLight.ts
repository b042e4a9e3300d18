import type { Vector3 } from '../../../engine/camera/cameraMath.ts';
import type { Lighting } from '../../../engine/camera/cameraTypes.ts';

/** Light for looking at defects: nothing lies in shadow, faces differ by where they point, and a lamp at the eye. */
export function inspectionLight(eye?: Vector3, reachMeters = 0): Lighting {
  return {
    sunDirection: [0.35, 0.8, 0.5],
    sunColor: [0.28, 0.27, 0.25],
    skyAmbient: [0.45, 0.46, 0.48],
    groundAmbient: [0.32, 0.31, 0.3],
    // Unlike most floors: a hole is seen as one.
    background: { zenith: [0.03, 0.035, 0.05], horizon: [0.07, 0.08, 0.1] },
    fogColor: [0, 0, 0],
    fogDensityPerMeter: 0,
    shadows: false,
    exposure: 1,
    ...(eye && { pointLights: [{ position: eye, color: [0.2, 0.2, 0.2], radiusMeters: 3 * reachMeters }] }),
  };
}
