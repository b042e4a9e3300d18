import { DirectorError } from '../errors.ts';
import type { LoadedCameraKernel } from './cameraKernel.ts';
import { normalize } from './cameraMath.ts';
import type { Lighting } from './cameraTypes.ts';

const MAX_POINT_LIGHTS = 8;

/**
 * Fills the kernel's LIGHT and POINTS blocks.
 * @returns how many point lights there are.
 * @throws INTERNAL for more point lights than the kernel has room for.
 */
export function writeLighting(lighting: Lighting, kernel: LoadedCameraKernel): number {
  const { exports, memory } = kernel;
  const light = new Float32Array(memory.buffer, exports.LIGHT.value as number, 32);
  light.set(normalize(lighting.sunDirection), 0);
  light.set(lighting.sunColor, 4);
  light.set(lighting.skyAmbient, 8);
  light.set(lighting.groundAmbient, 12);
  light.set(lighting.background.zenith, 16);
  light.set(lighting.background.horizon, 20);
  light.set(lighting.fogColor, 24);
  light[28] = lighting.fogDensityPerMeter;
  light[29] = lighting.exposure;
  const points = lighting.pointLights ?? [];
  if (points.length > MAX_POINT_LIGHTS)
    throw new DirectorError(
      'INTERNAL',
      `A view takes at most ${MAX_POINT_LIGHTS} point lights, not ${points.length}.`,
    );
  points.forEach((point, i) => {
    const out = new Float32Array(memory.buffer, (exports.POINTS.value as number) + i * 32, 8);
    out.set(point.position, 0);
    out[3] = 1 / point.radiusMeters ** 2;
    out.set(point.color, 4);
  });
  return points.length;
}
