import sharp from 'sharp';
import { DirectorError } from '../../../engine/errors.ts';
import type { Backdrop } from '../../../engine/world/backdrop.ts';

/** Bytes of backdrop.webp. */
export async function writeBackdrop({ width, height, rgb }: Backdrop): Promise<Uint8Array> {
  const image = sharp(rgb, { raw: { width, height, channels: 3 } });
  return new Uint8Array(await image.webp({ quality: 85 }).toBuffer());
}

/** @throws WORLD_INVALID where the bytes are no picture of all directions. */
export async function readBackdrop(bytes: Uint8Array): Promise<Backdrop> {
  try {
    const { data, info } = await sharp(bytes)
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.width !== 2 * info.height) throw new Error(`it has ${info.width} × ${info.height} pixels`);
    return { width: info.width, height: info.height, rgb: new Uint8Array(data) };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new DirectorError('WORLD_INVALID', `backdrop.webp is no picture of all directions: ${why}.`, {
      cause,
    });
  }
}
