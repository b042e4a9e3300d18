import type { ImageRgba } from '../../../engine/world/worldModel.ts';

/** What world.worker.ts and basis.worker.ts say to each other; one answer to each job, in turn. */
export interface TextureJob {
  /** basis_transcoder.wasm, which that worker may not fetch. */
  wasmBinary: Uint8Array;
  texture: Uint8Array;
  /** The texture's name in messages. */
  what: string;
}

export type TextureAnswer =
  | { image: ImageRgba; error?: undefined }
  | { image?: undefined; error: { code: string; message: string; suggestion: string } };
