import instantiate from 'three/examples/jsm/libs/basis/basis_transcoder.js';
import { toDirectorError } from '../../../engine/errors.ts';
import { type BasisSource, basisSource, transcodeKtx2 } from '../../../engine/world/transcodeKtx2.ts';
import type { TextureAnswer, TextureJob, TranscoderStart } from './basisMessages.ts';

/**
 * Decodes KTX2 textures. The transcoder's glue writes functions while it starts, which the studio's policy forbids: it
 * has a worker of its own that may do so and that may load nothing at all (TRANSCODER_POLICY of the server).
 */
interface WorkerScope {
  postMessage(message: TextureAnswer, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<TranscoderStart | TextureJob>) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;

let source: BasisSource | undefined;

scope.onmessage = ({ data }) => {
  if (data.wasmBinary) {
    const { wasmBinary } = data;
    source = basisSource(() => instantiate({ wasmBinary }));
    return;
  }
  if (!source) throw new TypeError('The transcoder comes before the first texture.');
  transcodeKtx2(source, data.texture, data.what).then(
    image => scope.postMessage({ image }, [image.pixels.buffer as ArrayBuffer]),
    (thrown: unknown) => {
      const { code, message, suggestion } = toDirectorError(thrown);
      scope.postMessage({ error: { code, message, suggestion } });
    },
  );
};
