import sharp from 'sharp';
import { drawBackdrop } from '../../../engine/camera/drawBackdrop.ts';
import type { Lighting, SoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import type { Backdrop } from '../../../engine/world/backdrop.ts';
import type { WorldCamera } from '../../../engine/world/worldSchema.ts';

/** The colours come from photographs and hold their light already: draw them as they are. */
export const UNLIT: Lighting = {
  sunDirection: [0, 1, 0],
  sunColor: [0, 0, 0],
  skyAmbient: [1, 1, 1],
  groundAmbient: [1, 1, 1],
  background: { zenith: [0.2, 0.25, 0.3], horizon: [0.5, 0.5, 0.5] },
  fogColor: [0.5, 0.5, 0.5],
  fogDensityPerMeter: 0,
  shadows: false,
  exposure: 1,
};

/** 4×4 column-major worldFromCamera of a world.json camera. */
export function worldFromCamera({ position, rotation: [x, y, z, w] }: WorldCamera): Float64Array {
  return Float64Array.from([
    1 - 2 * (y * y + z * z),
    2 * (x * y + z * w),
    2 * (x * z - y * w),
    0,
    2 * (x * y - z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z + x * w),
    0,
    2 * (x * z + y * w),
    2 * (y * z - x * w),
    1 - 2 * (x * x + y * y),
    0,
    ...position,
    1,
  ]);
}

/**
 * WebP of the world as one of its cameras sees it, drawn from the reconstructed mesh.
 * @param backdrop what is shown where the mesh leaves the picture open.
 */
export async function renderPreview(
  software: SoftwareCamera,
  camera: WorldCamera,
  backdrop: Backdrop | undefined,
): Promise<Uint8Array> {
  const view = { ...camera, worldFromCamera: worldFromCamera(camera) };
  const frame = software.render(view, UNLIT);
  if (backdrop) drawBackdrop(frame, view, backdrop);
  const raw = { width: camera.width, height: camera.height, channels: 4 as const };
  return new Uint8Array(await sharp(frame.color, { raw }).removeAlpha().webp({ quality: 80 }).toBuffer());
}
