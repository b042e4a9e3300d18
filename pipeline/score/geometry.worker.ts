import { parentPort, workerData } from 'node:worker_threads';
import { DirectorError } from '../../engine/errors.ts';
import { createGeometryLane, type LaneOptions } from './geometryLane.ts';

/** What the thread is told: a frame, or that there are no more. */
export type GeometryOrder = { gray: Uint8Array; frame: number; timeSeconds: number } | 'finish';

const port = parentPort;
if (!port) throw new DirectorError('INTERNAL', 'This module runs only as a worker thread.');
const lane = await createGeometryLane(workerData as LaneOptions);
port.on('message', async (order: GeometryOrder) => {
  if (order === 'finish') {
    port.postMessage(await lane.finish());
    port.close();
    return;
  }
  await lane.next(order.gray, order.frame, order.timeSeconds);
  port.postMessage('next');
});
