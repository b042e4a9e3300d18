import { DirectorError } from '../errors.ts';

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const JPEG = [0xff, 0xd8, 0xff];
const KTX2 = [0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a];

export type ImageMediaType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/ktx2';

function startsWith(bytes: Uint8Array, signature: readonly number[], at = 0): boolean {
  return signature.every((byte, i) => bytes[at + i] === byte);
}

/** What an image is by its first bytes, before any decoder meets it. Throws WORLD_UNSUPPORTED for what is not a glTF world's texture. */
export function imageMediaType(bytes: Uint8Array, what: string): ImageMediaType {
  if (startsWith(bytes, PNG)) return 'image/png';
  if (startsWith(bytes, JPEG)) return 'image/jpeg';
  if (startsWith(bytes, [0x52, 0x49, 0x46, 0x46]) && startsWith(bytes, [0x57, 0x45, 0x42, 0x50], 8))
    return 'image/webp';
  if (startsWith(bytes, KTX2)) return 'image/ktx2';
  throw new DirectorError(
    'WORLD_UNSUPPORTED',
    `${what} is no PNG, JPEG, WebP or KTX2; it cannot be decoded.`,
    { suggestion: 'Export the textures as PNG or JPEG.' },
  );
}
