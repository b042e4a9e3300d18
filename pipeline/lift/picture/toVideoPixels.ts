import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import type { VideoPicture } from '../types.ts';

/** A camera of the working picture as a camera of the shown video: in its pixels, bars included. */
export function toVideoPixels(
  camera: WorldCamera,
  { videoWidth, videoHeight, crop }: VideoPicture,
): WorldCamera {
  const sx = crop.width / camera.width;
  const sy = crop.height / camera.height;
  return {
    ...camera,
    fx: camera.fx * sx,
    fy: camera.fy * sy,
    // Pixel (0, 0) is a pixel's centre.
    cx: (camera.cx + 0.5) * sx - 0.5 + crop.x,
    cy: (camera.cy + 0.5) * sy - 0.5 + crop.y,
    width: videoWidth,
    height: videoHeight,
  };
}
