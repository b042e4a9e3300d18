import wasmUrl from 'three/examples/jsm/libs/basis/basis_transcoder.wasm?url';
import type { ImageRgba } from '../../../engine/world/worldModel.ts';
import { ApiFailure, networkFailure } from '../../api/apiFailure.ts';
import type { TextureAnswer, TextureJob, TranscoderStart } from './basisMessages.ts';

let started: Promise<Worker> | undefined;

/** With the first KTX2 texture of a world; ends with the worker that reads the world. */
async function start(): Promise<Worker> {
  const response = await fetch(wasmUrl).catch(() => undefined);
  if (!response?.ok) throw networkFailure();
  const wasmBinary = new Uint8Array(await response.arrayBuffer());
  const worker = new Worker(new URL('./basis.worker.ts', import.meta.url), { type: 'module' });
  worker.postMessage({ wasmBinary } satisfies TranscoderStart, [wasmBinary.buffer]);
  return worker;
}

/**
 * Decodes a KTX2 texture in a worker of its own, one after the other. Errors as of transcodeKtx2 (as ApiFailure, with
 * its codes), NETWORK, CLIENT where the worker does not start.
 */
export async function transcodeKtx2InBrowser(texture: Uint8Array, what: string): Promise<ImageRgba> {
  started ??= start();
  const worker = await started;
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data: { image, error } }: MessageEvent<TextureAnswer>) => {
      if (image) resolve(image);
      else reject(new ApiFailure({ ...error, status: 0 }));
    };
    worker.onerror = ({ message }) =>
      reject(
        new ApiFailure({
          code: 'CLIENT',
          message: `The reader of KTX2 textures broke: ${message || 'it did not start'}.`,
          suggestion: 'Reload the page; a texture this large may need more memory.',
          status: 0,
        }),
      );
    worker.postMessage({ texture, what } satisfies TextureJob);
  });
}
