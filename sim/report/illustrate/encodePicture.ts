import type { RenderedFrame } from '../../../engine/camera/cameraTypes.ts';

/** Good enough to judge a place by; a picture of 480 × 270 takes 5 to 25 kB. */
const QUALITY = 74;

/** A frame as a WebP data URI, which every browser of the last years opens from any file. */
export async function encodePicture({ color, width, height }: RenderedFrame): Promise<string> {
  const { default: sharp } = await import('sharp');
  const bytes = await sharp(color, { raw: { width, height, channels: 4 } })
    .removeAlpha()
    .webp({ quality: QUALITY })
    .toBuffer();
  return `data:image/webp;base64,${bytes.toString('base64')}`;
}
