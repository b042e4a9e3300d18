import { Worker } from 'node:worker_threads';
import { DirectorError } from '../../engine/errors.ts';
import type { GeometryOrder } from './geometry.worker.ts';
import type { Geometry, GeometryLane, LaneOptions } from './geometryLane.ts';

/** Frames that may wait for the thread; more would only take memory. */
const MOST_WAITING = 8;

/**
 * The geometry lane on a thread of its own: the same frames in the same order, so the same result. A frame given
 * to it is gone from here. `end` stops it early.
 */
export function createGeometryThread(options: LaneOptions): GeometryLane & { end(): Promise<void> } {
  const worker = new Worker(new URL('./geometry.worker.ts', import.meta.url), { workerData: options });
  let waiting = 0;
  let wake: (() => void) | undefined;
  let failure: DirectorError | undefined;
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
    } else deliver?.(message);
  });
  worker.once('error', (cause: Error) =>
    fail(new DirectorError('INTERNAL', `The geometry's thread broke: ${cause.message}`, { cause })),
  );
  worker.once('exit', status =>
    fail(new DirectorError('INTERNAL', `The geometry's thread ended with status ${status}.`)),
  );
  const send = (order: GeometryOrder) =>
    worker.postMessage(order, order === 'finish' ? [] : [order.gray.buffer as ArrayBuffer]);
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
      await worker.terminate();
    },
  };
}
