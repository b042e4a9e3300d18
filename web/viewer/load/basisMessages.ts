import type { ImageRgba } from '../../../engine/world/worldModel.ts';

/** What world.worker.ts sends basis.worker.ts first, once: half a megabyte. */
export interface TranscoderStart {
  /** basis_transcoder.wasm, which that worker may not fetch. */
  wasmBinary: Uint8Array;
}

/** What it sends from then on; one answer to each, in turn. */
export interface TextureJob {
  wasmBinary?: undefined;
  texture: Uint8Array;
  /** The texture's name in messages. */
  what: string;
}

export type TextureAnswer =
  | { image: ImageRgba; error?: undefined }
  | { image?: undefined; error: { code: string; message: string; suggestion: string } };
