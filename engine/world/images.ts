import { DirectorError } from '../errors.ts';
import { nodeBasis } from './basisTranscoder.ts';
import { MAX_IMAGE_PIXELS } from './gltf/limits.ts';
import { imageMediaType } from './imageMediaType.ts';
import { transcodeKtx2 } from './transcodeKtx2.ts';
import type { ImageRgba } from './worldModel.ts';

/** Textures in Node only, through sharp, which meets only what begins like one of three formats; KTX2 by its transcoder. */

/**
 * Decodes PNG, JPEG, WebP or KTX2 to rgba. Throws WORLD_INVALID (broken), WORLD_UNSUPPORTED (another format) or
 * WORLD_TOO_LARGE.
 */
export async function decodeImage(bytes: Uint8Array, what: string): Promise<ImageRgba> {
  if (imageMediaType(bytes, what) === 'image/ktx2') return transcodeKtx2(nodeBasis, bytes, what);
  const { default: sharp } = await import('sharp');
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_IMAGE_PIXELS, failOn: 'error' })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      pixels: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
  } catch (cause) {
    throw new DirectorError(
      'WORLD_INVALID',
      `${what} does not decode: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        cause,
      },
    );
  }
}

/** PNG bytes of an image: lossless, the same bytes for the same pixels; opaque images carry no alpha. */
export async function encodePng(image: ImageRgba): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const opaque = isOpaque(image);
  const picture = sharp(image.pixels, { raw: { width: image.width, height: image.height, channels: 4 } });
  const encoded = await (opaque ? picture.removeAlpha() : picture)
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
  return new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
}

function isOpaque({ pixels }: ImageRgba): boolean {
  for (let i = 3; i < pixels.length; i += 4) if (pixels[i] !== 255) return false;
  return true;
}
