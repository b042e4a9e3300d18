import instantiate from 'three/examples/jsm/libs/basis/basis_transcoder.js';
import { toDirectorError } from '../../../engine/errors.ts';
import { type BasisSource, basisSource, transcodeKtx2 } from '../../../engine/world/transcodeKtx2.ts';
import type { TextureAnswer, TextureJob } from './basisMessages.ts';

/**
 * Decodes KTX2 textures. The transcoder's glue writes functions while it starts, which the studio's policy forbids: it
 * has a worker of its own that may do so and that may load nothing at all (TRANSCODER_POLICY of the server).
 */
interface WorkerScope {
  postMessage(message: TextureAnswer, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<TextureJob>) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;

let source: BasisSource | undefined;

scope.onmessage = ({ data: { wasmBinary, texture, what } }) => {
  source ??= basisSource(() => instantiate({ wasmBinary }));
  transcodeKtx2(source, texture, what).then(
    image => scope.postMessage({ image }, [image.pixels.buffer as ArrayBuffer]),
    (thrown: unknown) => {
      const { code, message, suggestion } = toDirectorError(thrown);
      scope.postMessage({ error: { code, message, suggestion } });
    },
  );
};
