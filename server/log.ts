import { join } from 'node:path';
import pino, { type Logger } from 'pino';
import pinoRoll from 'pino-roll';

export type Log = Logger;

export interface ServerLog {
  log: Log;
  /** Writes what is still held back. */
  close(): Promise<void>;
}

/** A file of a day or of 20 MB, whichever ends first; twelve of them are kept beside the current one. */
const ROLL = { size: '20m', frequency: 'daily', limit: { count: 12 }, mkdir: true, extension: '.log' };

/**
 * Everything goes as JSON into DATA/logs/server.N.log; what a person at the terminal wants to know goes there as
 * short lines.
 * @param write takes the lines for people; undefined keeps the terminal quiet.
 */
export async function openLog(
  dataFolder: string,
  write: ((line: string) => void) | undefined,
): Promise<ServerLog> {
  const file = await pinoRoll({ file: join(dataFolder, 'logs', 'server'), ...ROLL });
  const streams: pino.StreamEntry[] = [{ level: 'info', stream: file }];
  if (write) streams.push({ level: 'info', stream: { write: text => writeForPeople(text, write) } });
  const log = pino({ base: { pid: process.pid } }, pino.multistream(streams));
  return {
    log,
    close: () =>
      new Promise(resolve => {
        file.once('close', resolve);
        file.end();
      }),
  };
}

interface Entry {
  level: number;
  msg?: string;
  /** Only the log file wants to know of each request. */
  quiet?: boolean;
  err?: { message?: string; stack?: string; code?: string };
  kind?: string;
  productionId?: string | null;
  runId?: string | null;
}

function writeForPeople(text: string, write: (line: string) => void): void {
  const { level, msg, quiet, err, kind, productionId, runId } = JSON.parse(text) as Entry;
  if (quiet && level < 50) return;
  const word = level >= 50 ? 'error: ' : level >= 40 ? 'warning: ' : '';
  const of = productionId ?? runId;
  const what = kind ? `: ${kind}${of ? ` of ${of}` : ''}` : '';
  const why = err?.message && err.message !== msg ? `: ${err.code ? `${err.code}: ` : ''}${err.message}` : '';
  write(`${word}${msg ?? ''}${what}${why}`);
  // A coded failure is told in its own words; anything else is a defect, and its place is wanted.
  if (level >= 50 && err?.stack && (!err.code || err.code === 'INTERNAL')) write(err.stack);
}
