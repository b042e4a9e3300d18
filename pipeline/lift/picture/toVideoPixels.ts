import type { WorldCamera } from '../../../engine/world/worldSchema.ts';
import type { VideoPicture } from '../types.ts';

/**
 * A place in the working picture as a place in the shown video, pixels; (0, 0) is a pixel's centre.
 * @param size of the working picture.
 */
export function toVideoPixel(
  [x, y]: readonly [number, number],
  size: { width: number; height: number },
  { crop }: VideoPicture,
): [number, number] {
  return [
    ((x + 0.5) * crop.width) / size.width - 0.5 + crop.x,
    ((y + 0.5) * crop.height) / size.height - 0.5 + crop.y,
  ];
}

/** A camera of the working picture as a camera of the shown video: in its pixels, bars included. */
export function toVideoPixels(camera: WorldCamera, picture: VideoPicture): WorldCamera {
  const { videoWidth, videoHeight, crop } = picture;
  const [cx, cy] = toVideoPixel([camera.cx, camera.cy], camera, picture);
  return {
    ...camera,
    fx: (camera.fx * crop.width) / camera.width,
    fy: (camera.fy * crop.height) / camera.height,
    cx,
    cy,
    width: videoWidth,
    height: videoHeight,
  };
}
