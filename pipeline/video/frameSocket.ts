import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A socket through which another process hands over frames. */
export interface FrameSocket {
  /** For the process that writes; it is closed here once that has its own. */
  writer: Socket;
  /** The frames, until the writer closes; what is left of one at the end is dropped. Leaving early closes it. */
  frames(): AsyncGenerator<Uint8Array>;
}

/**
 * Reads whole frames straight into their arrays. A child's pipe gives every 64 KiB in a buffer of its own, and to make and
 * collect those takes as long as all that is measured in a frame; only a socket that one has connected lets say where to.
 * @param reuseArray every frame comes in the same array, good until the next is asked for.
 * @returns undefined where no such socket can be had: on Windows, and without a folder to put its name in.
 */
export async function openFrameSocket(
  frameBytes: number,
  reuseArray: boolean,
): Promise<FrameSocket | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'sora-frames-')).catch(() => undefined);
  if (!folder) return undefined;
  const server = createServer({ pauseOnConnect: true });
  try {
    const path = join(folder, 's');
    await listen(server, path);
    return await connectTo(server, path, frameBytes, reuseArray);
  } catch {
    return undefined;
  } finally {
    server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

async function connectTo(
  server: Server,
  path: string,
  frameBytes: number,
  reuseArray: boolean,
): Promise<FrameSocket> {
  let array = new Uint8Array(frameBytes);
  let filled = 0;
  let full: Uint8Array | undefined;
  let over = false;
  let wake: (() => void) | undefined;
  const accepted = new Promise<Socket>(resolve => server.once('connection', resolve));
  const reader = connect({
    path,
    onread: {
      buffer: () => array.subarray(filled),
      callback(count) {
        filled += count;
        if (filled < frameBytes) return true;
        full = array;
        if (!reuseArray) array = new Uint8Array(frameBytes);
        filled = 0;
        wake?.();
        // Until the frame is taken: the next would be written over it.
        return false;
      },
    },
  });
  reader.once('close', () => {
    over = true;
    wake?.();
  });
  // It closes after an error, and the writer's own words say more.
  reader.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    reader.once('connect', resolve);
    reader.once('error', reject);
  });
  return {
    writer: await accepted,
    async *frames() {
      try {
        for (;;) {
          while (!full && !over)
            await new Promise<void>(resolve => {
              wake = resolve;
            });
          if (!full) return;
          yield full;
          full = undefined;
          reader.resume();
        }
      } finally {
        reader.destroy();
      }
    },
  };
}
