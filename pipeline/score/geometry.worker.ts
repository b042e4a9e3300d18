import { parentPort } from 'node:worker_threads';
import { DirectorError } from '../../engine/errors.ts';
import { createGeometryLane, type GeometryLane, type LaneOptions } from './geometryLane.ts';

/** What the thread is told: that a video begins, a frame of it, or that there are no more. */
export type GeometryOrder =
  | { options: LaneOptions }
  | { gray: Uint8Array; frame: number; timeSeconds: number }
  | 'finish';

const port = parentPort;
if (!port) throw new DirectorError('INTERNAL', 'This module runs only as a worker thread.');
let lane: Promise<GeometryLane> | undefined;
/** Orders that came while the one before was carried out. */
let queue: Promise<void> = Promise.resolve();

async function carryOut(order: GeometryOrder): Promise<void> {
  if (order !== 'finish' && 'options' in order) {
    lane = createGeometryLane(order.options);
    return;
  }
  const current = await lane;
  if (!current) throw new DirectorError('INTERNAL', 'A frame came before its video.');
  if (order === 'finish') {
    port?.postMessage(await current.finish());
    lane = undefined;
    return;
  }
  await current.next(order.gray, order.frame, order.timeSeconds);
  port?.postMessage('next');
}

port.on('message', (order: GeometryOrder) => {
  queue = queue.then(() => carryOut(order));
});
