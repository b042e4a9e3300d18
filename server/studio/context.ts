import { DirectorError } from '../../engine/errors.ts';
import type { Database } from '../db/database.ts';
import type { Queue } from '../jobs/queue.ts';
import type { Bus } from '../live/bus.ts';

/** What the studio's operations work with. */
export interface StudioContext {
  database: Database;
  queue: Queue;
  bus: Bus;
}

const WORDS = { p: 'production', j: 'job', w: 'world', r: 'run', u: 'upload' };

export function unknownId(id: string): DirectorError {
  const word = WORDS[id.charAt(0) as keyof typeof WORDS] ?? 'thing';
  return new DirectorError('UNKNOWN_ID', `There is no ${word} ${id}.`, { details: { id } });
}

/** @param suggestion what would help. */
export function conflict(message: string, state: string, suggestion: string): DirectorError {
  return new DirectorError('STATE_CONFLICT', message, { suggestion, details: { state } });
}
