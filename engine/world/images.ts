import { DirectorError } from '../errors.ts';
import { MAX_IMAGE_PIXELS } from './gltf/limits.ts';
import type { ImageRgba } from './worldModel.ts';

/** Textures through sharp, in Node only. Headers are read here first, so that sharp meets only the three formats of glTF. */

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];

function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, i) => bytes[at + i] === byte);
}

function formatOf(bytes: Uint8Array): 'png' | 'jpeg' | 'webp' | 'ktx2' | undefined {
  if (startsWith(bytes, PNG)) return 'png';
  if (startsWith(bytes, JPEG)) return 'jpeg';
  if (startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes, [0x57, 0x45, 0x42, 0x50], 8))
    return 'webp';
  if (startsWith(bytes, [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb])) return 'ktx2';
  return undefined;
}

/** Decodes PNG, JPEG or WebP to rgba. Throws WORLD_INVALID (broken) or WORLD_UNSUPPORTED (another format). */
export async function decodeImage(bytes: Uint8Array, what: string): Promise<ImageRgba> {
  const format = formatOf(bytes);
  if (format === undefined || format === 'ktx2')
    throw new DirectorError(
      'WORLD_UNSUPPORTED',
      `${what} is ${format ?? 'no PNG, JPEG or WebP'}; it cannot be decoded.`,
      {
        suggestion: 'Export the textures as PNG or JPEG.',
      },
    );
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
