import { DirectorError } from '../errors.ts';
import { MAX_IMAGE_PIXELS } from './gltf/limits.ts';
import type { ImageRgba } from './worldModel.ts';

/** The part of Binomial's transcoder (basis_transcoder.js of the package three) that is called. */
export interface BasisTranscoder {
  KTX2File: new (bytes: Uint8Array) => Ktx2File;
  initializeBasis(): void;
}

interface Ktx2File {
  isUASTC(): boolean;
  isETC1S(): boolean;
  getWidth(): number;
  getHeight(): number;
  startTranscoding(): number;
  getImageTranscodedSizeInBytes(level: number, layer: number, face: number, format: number): number;
  transcodeImage(
    into: Uint8Array,
    level: number,
    layer: number,
    face: number,
    format: number,
    alphaForOpaque: number,
    channel0: number,
    channel1: number,
  ): number;
  close(): void;
  delete(): void;
}

/** What the glue of the package, built by Emscripten, is called with: the WebAssembly file's bytes. */
export type InstantiateBasis = (options: { wasmBinary: Uint8Array }) => Promise<BasisTranscoder>;

/** cTFRGBA32 of basisu_transcoder.h: four bytes a pixel, rows from the top, cropped to the picture. */
const RGBA32 = 13;
/** Little-endian words of the KTX 2.0 header, in bytes from the file's start. */
const VK_FORMAT_AT = 12;
const WIDTH_AT = 20;
const HEIGHT_AT = 24;
const DEPTH_AT = 28;
const LAYERS_AT = 32;
const FACES_AT = 36;
const HEADER_BYTES = 80;

/** One for all pictures, until one traps it. */
export interface BasisSource {
  load(): Promise<BasisTranscoder>;
  /** After a refusal or a trap its heap may hold a torn file: the next load gives a fresh one. */
  drop(): void;
}

/** @param instantiate fetches, compiles and starts a transcoder; a failure is tried again at the next load. */
export function basisSource(instantiate: () => Promise<BasisTranscoder>): BasisSource {
  let loading: Promise<BasisTranscoder> | undefined;
  return {
    async load() {
      loading ??= instantiate().then(basis => {
        basis.initializeBasis();
        return basis;
      });
      try {
        return await loading;
      } catch (thrown) {
        loading = undefined;
        throw thrown;
      }
    },
    drop() {
      loading = undefined;
    },
  };
}

/**
 * Decodes the largest level of a KTX 2.0 texture as KHR_texture_basisu has them: Basis Universal ETC1S or UASTC, with
 * or without Zstandard around it. Colours stay as they are stored (sRGB for a base colour), alpha straight.
 * Errors: WORLD_UNSUPPORTED for GPU formats without Basis and for what is no flat picture, WORLD_TOO_LARGE,
 * WORLD_INVALID for what is cut off or broken.
 */
export async function transcodeKtx2(
  source: BasisSource,
  bytes: Uint8Array,
  what: string,
): Promise<ImageRgba> {
  const { width, height } = checkHeader(bytes, what);
  const basis = await source.load();
  let file: Ktx2File | undefined;
  try {
    file = new basis.KTX2File(bytes);
    const pixels = largestLevel(file, width, height, what);
    file.close();
    file.delete();
    return { width, height, pixels };
  } catch (thrown) {
    source.drop();
    if (thrown instanceof DirectorError) throw thrown;
    throw invalid(what, 'the transcoder breaks down over it', thrown);
  }
}

function largestLevel(file: Ktx2File, width: number, height: number, what: string): Uint8Array {
  if (!file.isETC1S() && !file.isUASTC()) throw notBasis(what);
  if (file.getWidth() !== width || file.getHeight() !== height || !file.startTranscoding())
    throw invalid(what, 'its data is cut off or broken');
  const size = file.getImageTranscodedSizeInBytes(0, 0, 0, RGBA32);
  if (size !== 4 * width * height)
    throw invalid(what, `its level of ${width}×${height} pixels would be ${size} bytes`);
  const pixels = new Uint8Array(size);
  if (!file.transcodeImage(pixels, 0, 0, 0, RGBA32, 0, -1, -1))
    throw invalid(what, 'its data is cut off or broken');
  return pixels;
}

function invalid(what: string, why: string, cause?: unknown): DirectorError {
  return new DirectorError('WORLD_INVALID', `${what} does not decode: ${why}.`, { cause });
}

function notBasis(what: string): DirectorError {
  return new DirectorError('WORLD_UNSUPPORTED', `${what} is a KTX2 texture without Basis Universal.`, {
    suggestion: 'Export the textures as ETC1S or UASTC, or as PNG or JPEG.',
  });
}

function checkHeader(bytes: Uint8Array, what: string): { width: number; height: number } {
  if (bytes.byteLength < HEADER_BYTES) throw invalid(what, `a KTX2 header has ${HEADER_BYTES} bytes`);
  const header = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
  const word = (at: number) => header.getUint32(at, true);
  // Basis Universal stands for whatever a GPU has: its files name no format.
  if (word(VK_FORMAT_AT) !== 0) throw notBasis(what);
  const width = word(WIDTH_AT);
  const height = word(HEIGHT_AT);
  const isFlat =
    width > 0 && height > 0 && word(DEPTH_AT) === 0 && word(LAYERS_AT) <= 1 && word(FACES_AT) === 1;
  if (!isFlat)
    throw new DirectorError('WORLD_UNSUPPORTED', `${what} is a KTX2 texture that is no flat picture.`, {
      suggestion: 'Textures of a world have a width and a height, one layer and one face.',
    });
  if (width * height > MAX_IMAGE_PIXELS)
    throw new DirectorError('WORLD_TOO_LARGE', `${what} has ${width}×${height} pixels.`);
  return { width, height };
}
