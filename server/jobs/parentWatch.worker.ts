import { workerData } from 'node:worker_threads';
import { killGroup } from './processGroup.ts';

/** Often enough that the cores are free soon after, seldom enough to cost nothing. */
const PERIOD_MILLISECONDS = 500;

/**
 * Watches for the death of the process that started this one, from a thread of its own: the main thread, deep in
 * arithmetic, would not hear of it. An orphan gets another parent.
 */
const parent: unknown = workerData;
setInterval(() => {
  if (process.ppid !== parent) killGroup(process.pid);
}, PERIOD_MILLISECONDS);
