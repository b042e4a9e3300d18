import { Worker } from 'node:worker_threads';
import { DirectorError } from '../../engine/errors.ts';
import type { GeometryOrder } from './geometry.worker.ts';
import type { Geometry, GeometryLane, LaneOptions } from './geometryLane.ts';

/** Frames that may wait for the thread; more would only take memory. */
const MOST_WAITING = 8;

/**
 * A thread that has done its video and waits for the next, which saves starting one and compiling its code: a tenth of the
 * time of a short video. One at most is kept, and the process does not wait for it.
 */
let spare: Worker | undefined;

function takeWorker(): Worker {
  const worker = spare ?? new Worker(new URL('./geometry.worker.ts', import.meta.url));
  spare = undefined;
  worker.ref();
  return worker;
}

/**
 * The geometry lane on a thread of its own: the same frames in the same order, so the same result. A frame given
 * to it is gone from here. `end` gives the thread back, or stops it where the video is not finished.
 */
export function createGeometryThread(options: LaneOptions): GeometryLane & { end(): Promise<void> } {
  const worker = takeWorker();
  let waiting = 0;
  let wake: (() => void) | undefined;
  let failure: DirectorError | undefined;
  let finished = false;
  let deliver: ((geometry: Geometry) => void) | undefined;
  let refuse: ((cause: DirectorError) => void) | undefined;
  const fail = (cause: DirectorError) => {
    failure ??= cause;
    wake?.();
    refuse?.(failure);
  };
  worker.on('message', (message: Geometry | 'next') => {
    if (message === 'next') {
      waiting--;
      wake?.();
    } else {
      finished = true;
      deliver?.(message);
    }
  });
  worker.once('error', (cause: Error) =>
    fail(new DirectorError('INTERNAL', `The geometry's thread broke: ${cause.message}`, { cause })),
  );
  worker.once('exit', status =>
    fail(new DirectorError('INTERNAL', `The geometry's thread ended with status ${status}.`)),
  );
  const send = (order: GeometryOrder) =>
    worker.postMessage(
      order,
      order !== 'finish' && 'gray' in order ? [order.gray.buffer as ArrayBuffer] : [],
    );
  send({ options });
  return {
    async next(gray, frame, timeSeconds) {
      while (waiting >= MOST_WAITING && !failure)
        await new Promise<void>(resolve => {
          wake = resolve;
        });
      if (failure) throw failure;
      waiting++;
      send({ gray, frame, timeSeconds });
    },
    finish: () =>
      new Promise<Geometry>((resolve, reject) => {
        if (failure) return reject(failure);
        deliver = resolve;
        refuse = reject;
        send('finish');
      }),
    async end() {
      // By name: the thread's own listeners keep its port going.
      for (const name of ['message', 'error', 'exit']) worker.removeAllListeners(name);
      if (!finished || failure || spare) {
        await worker.terminate();
        return;
      }
      spare = worker;
      worker.once('exit', () => {
        if (spare === worker) spare = undefined;
      });
      // One that breaks while nobody waits for it is missed by nobody.
      worker.once('error', () => undefined);
      worker.unref();
    },
  };
}
