import { DirectorError } from '../../../engine/errors.ts';
import { MAX_IMAGE_PIXELS } from '../../../engine/world/gltf/limits.ts';
import { imageMediaType } from '../../../engine/world/imageMediaType.ts';
import type { ImageRgba } from '../../../engine/world/worldModel.ts';
import { transcodeKtx2InBrowser } from './transcodeKtx2InBrowser.ts';

/** Decodes PNG, JPEG or WebP by the browser and KTX2 by its transcoder, in a worker. Throws WORLD_INVALID (broken), WORLD_UNSUPPORTED (another format) or WORLD_TOO_LARGE. */
export async function decodeImageInBrowser(bytes: Uint8Array, what: string): Promise<ImageRgba> {
  const type = imageMediaType(bytes, what);
  if (type === 'image/ktx2') return transcodeKtx2InBrowser(bytes, what);
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }), {
      colorSpaceConversion: 'none',
      premultiplyAlpha: 'none',
    });
  } catch (cause) {
    throw new DirectorError('WORLD_INVALID', `${what} does not decode.`, { cause });
  }
  try {
    const { width, height } = bitmap;
    if (width * height > MAX_IMAGE_PIXELS)
      throw new DirectorError('WORLD_TOO_LARGE', `${what} has ${width}×${height} pixels.`);
    const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    if (!context) throw new DirectorError('WORLD_UNSUPPORTED', `${what} finds no canvas to be decoded on.`);
    context.drawImage(bitmap, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { width, height, pixels: new Uint8Array(data.buffer) };
  } finally {
    bitmap.close();
  }
}
