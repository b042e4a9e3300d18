import { type Backdrop, backdropColor } from '../world/backdrop.ts';
import type { CameraView, RenderedFrame } from './cameraTypes.ts';

/** Puts a backdrop into a drawn picture wherever the world leaves it open; of `frame` the colour is changed. */
export function drawBackdrop(
  { width, height, color, nodeId }: RenderedFrame,
  { worldFromCamera: m, fx, fy, cx, cy }: CameraView,
  backdrop: Backdrop,
): void {
  for (let y = 0; y < height; y++) {
    const up = (cy - y) / fy;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      if (nodeId[at] !== 0) continue;
      const right = (x - cx) / fx;
      // The camera looks down its −Z.
      const direction = [0, 1, 2].map(k => m[k] * right + m[4 + k] * up - m[8 + k]);
      color.set(backdropColor(backdrop, direction[0], direction[1], direction[2]), 4 * at);
    }
  }
}
