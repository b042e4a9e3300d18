import type { SoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import { BLACK } from '../surface/findBlack.ts';
import { UNLIT, worldFromCamera } from '../surface/renderPreview.ts';
import { scaleIntrinsics } from '../surface/view.ts';
import { toWorldCamera } from '../surface/worldCameras.ts';
import type { TextureView } from '../texture/textureViews.ts';

/** Longer side of the drawings that tell where a view looks past all surface. */
const DRAWN_PIXELS = 480;

/** Where a view looks past all that was reconstructed. */
export interface OpenPixels {
  width: number;
  height: number;
  /** Pixels to the nearest one that shows surface, is masked or black or lies outside the picture; 0 there itself. */
  margin: Float32Array;
  /** Of the picture, 0–1. */
  share: number;
}

/** @param camera in the world whose surface is meant. */
export function openPixels(camera: SoftwareCamera, view: TextureView): OpenPixels {
  const { intrinsics, cameraFromWorld, depth, hidden, black } = view;
  const factor = Math.min(1, DRAWN_PIXELS / Math.max(intrinsics.width, intrinsics.height));
  const width = Math.round(intrinsics.width * factor);
  const height = Math.round(intrinsics.height * factor);
  const drawn = toWorldCamera(0, 0, cameraFromWorld, scaleIntrinsics(intrinsics, width, height));
  const { nodeId } = camera.render({ ...drawn, worldFromCamera: worldFromCamera(drawn) }, UNLIT);
  const margin = new Float32Array(width * height);
  let open = 0;
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * depth.height) / height) * depth.width;
    for (let x = 0; x < width; x++) {
      const at = y * width + x;
      const shown = row + Math.floor(((x + 0.5) * depth.width) / width);
      if (nodeId[at] !== 0 || hidden?.[shown] || black[shown] === BLACK) continue;
      margin[at] = Number.POSITIVE_INFINITY;
      open++;
    }
  }
  growMargins(margin, width, height);
  return { width, height, margin, share: open / (width * height) };
}

/** Chamfer distance in two sweeps (Borgefors, Distance transformations in digital images, 1986), steps of 1 and √2. */
function growMargins(margin: Float32Array, width: number, height: number): void {
  const at = (x: number, y: number) =>
    x < 0 || y < 0 || x >= width || y >= height ? 0 : margin[y * width + x];
  const sweep = (x: number, y: number, side: 1 | -1) => {
    const i = y * width + x;
    if (margin[i] === 0) return;
    margin[i] = Math.min(
      margin[i],
      at(x - side, y) + 1,
      at(x, y - side) + 1,
      at(x - side, y - side) + Math.SQRT2,
      at(x + side, y - side) + Math.SQRT2,
    );
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) sweep(x, y, 1);
  for (let y = height - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--) sweep(x, y, -1);
}
