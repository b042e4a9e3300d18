import { toDirectorError } from '../../../engine/errors.ts';
import { prepareSolids } from '../../../engine/physics/solids.ts';
import { loadWorldFromBytes } from '../../../engine/world/loadWorldFromBytes.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import { ApiFailure, failureOf, networkFailure } from '../../api/apiFailure.ts';
import { decodeImageInBrowser } from './decodeImageInBrowser.ts';
import type { ReadWorld, WorkerMessage, WorldJob } from './workerMessages.ts';

/** Fetches and reads a world off the page's thread: its numbers are handed over, not copied. */
interface WorkerScope {
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<WorldJob>) => void) | null;
}
const scope = globalThis as unknown as WorkerScope;

/** Of the whole reading, about this share is the download on a fast line. */
const FETCH_SHARE = 0.5;

scope.onmessage = ({ data }) => {
  void read(data).then(
    world => scope.postMessage({ kind: 'result', world }, transfers(world)),
    (thrown: unknown) => {
      const { code, message, suggestion } = thrown instanceof ApiFailure ? thrown : toDirectorError(thrown);
      scope.postMessage({ kind: 'failed', error: { code, message, suggestion } });
    },
  );
};

async function read(job: WorldJob): Promise<ReadWorld> {
  let received = 0;
  const onBytes = (count: number) => {
    received += count;
    const fraction = FETCH_SHARE * Math.min(1, received / Math.max(1, job.totalBytes));
    progress('fetch', fraction, 'Fetching the world');
  };
  const [visual, collider, manifest] = await Promise.all([
    fetchBytes(job.visual, onBytes),
    job.collider === undefined ? undefined : fetchBytes(job.collider, onBytes),
    job.manifest === undefined ? undefined : fetchBytes(job.manifest, onBytes),
  ]);
  const world = await loadWorldFromBytes(
    { visual, collider, manifest },
    {
      decodeImage: decodeImageInBrowser,
      onProgress: event =>
        progress(event.stage, FETCH_SHARE + (1 - FETCH_SHARE) * event.fraction, event.message),
    },
  );
  const solids = job.solid ? prepareSolids(world.collider) : [];
  return { ...world, solids };
}

function progress(stage: string, fraction: number, message: string): void {
  scope.postMessage({ kind: 'progress', event: { stage, fraction, message } });
}

async function fetchBytes(url: string, onBytes: (count: number) => void): Promise<Uint8Array> {
  const response = await fetch(url).catch(() => {
    throw networkFailure();
  });
  if (!response.ok) throw failureOf(response.status, await response.text());
  const length = Number(response.headers.get('Content-Length'));
  const reader = response.body?.getReader();
  if (!reader) return new Uint8Array(await response.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read().catch(() => {
      throw networkFailure();
    });
    if (done) break;
    chunks.push(value);
    total += value.byteLength;
    onBytes(value.byteLength);
  }
  if (length > 0 && total < length && !response.headers.has('Content-Encoding')) throw networkFailure();
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Every buffer once; views that share one keep sharing it on the other side. */
function transfers(world: ReadWorld): Transferable[] {
  const buffers = new Set<ArrayBufferLike>();
  const add = (model: WorldModel) => {
    for (const node of model.nodes)
      for (const { positions, normals, uvs, colors, indices } of node.parts)
        for (const array of [positions, normals, uvs, colors, indices]) if (array) buffers.add(array.buffer);
    for (const image of model.images) buffers.add(image.pixels.buffer);
  };
  add(world.visual);
  add(world.collider);
  for (const { tiles } of world.solids)
    for (const { positions, indices } of tiles) {
      buffers.add(positions.buffer);
      buffers.add(indices.buffer);
    }
  return [...buffers].filter(buffer => buffer instanceof ArrayBuffer);
}
