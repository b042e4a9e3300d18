import type { Vector3 } from '../../../engine/camera/cameraMath.ts';
import type { Lighting } from '../../../engine/camera/cameraTypes.ts';

/** Light for looking at defects: nothing lies in shadow, faces differ by where they point, and a lamp at the eye. */
export function inspectionLight(eye?: Vector3, reachMeters = 0): Lighting {
  return {
    sunDirection: [0.35, 0.8, 0.5],
    sunColor: [0.34, 0.33, 0.31],
    skyAmbient: [0.5, 0.51, 0.53],
    groundAmbient: [0.36, 0.35, 0.34],
    // Unlike most floors: a hole is seen as one.
    background: { zenith: [0.03, 0.035, 0.05], horizon: [0.07, 0.08, 0.1] },
    fogColor: [0, 0, 0],
    fogDensityPerMeter: 0,
    shadows: false,
    exposure: 1,
    ...(eye && { pointLights: [{ position: eye, color: [0.3, 0.3, 0.3], radiusMeters: 3 * reachMeters }] }),
  };
}
