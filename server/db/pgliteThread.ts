import { Worker } from 'node:worker_threads';
import type { Results } from '@electric-sql/pglite';
import { DirectorError } from '../../engine/errors.ts';

export type PgliteRequest =
  | {
      id: number;
      kind: 'query';
      text: string;
      values: unknown[];
      rowMode: 'array' | 'object';
      textTimes: boolean;
    }
  | { id: number; kind: 'exec'; text: string }
  | { id: number; kind: 'close' };

export type PgliteAnswer = {
  /** Of the request; 0 tells how the start went. */
  id: number;
} & (
  | { results: Results<unknown>[] }
  | {
      failed: {
        message: string;
        code?: string | undefined;
        detail?: string | undefined;
        constraint?: string | undefined;
        table?: string | undefined;
      };
    }
);

type RequestBody = PgliteRequest extends infer Each
  ? Each extends unknown
    ? Omit<Each, 'id'>
    : never
  : never;

interface QueryOptions {
  rowMode?: 'array' | 'object';
  parsers?: unknown;
}

/** What can be asked inside a transaction. */
export interface PgliteQueries {
  query(text: string, values?: unknown[], options?: QueryOptions): Promise<Results<unknown>>;
  exec(text: string): Promise<Results<unknown>[]>;
}

/**
 * A PGlite that runs in a worker thread, with the part of PGlite's interface that drizzle and pg-boss use. There is
 * one session: a transaction keeps everybody else waiting until it ends.
 */
export interface PgliteThread extends PgliteQueries {
  transaction<Result>(work: (transaction: PgliteQueries) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

/** @throws INTERNAL where the folder cannot be opened as a database. */
export async function startPgliteThread(folder: string): Promise<PgliteThread> {
  const thread = new Worker(new URL('./pglite.worker.ts', import.meta.url), { workerData: { folder } });
  const waiting = new Map<
    number,
    { resolve(results: Results<unknown>[]): void; reject(error: Error): void }
  >();
  let lastId = 0;
  let broken: Error | undefined;

  const breakDown = (error: Error) => {
    broken ??= error;
    for (const { reject } of waiting.values()) reject(broken);
    waiting.clear();
  };
  thread.on('error', cause =>
    breakDown(new DirectorError('INTERNAL', `The database's thread broke: ${cause.message}`, { cause })),
  );
  thread.on('exit', () => breakDown(new DirectorError('INTERNAL', "The database's thread has ended.")));
  thread.on('message', (answer: PgliteAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if ('results' in answer) asked?.resolve(answer.results);
    else asked?.reject(Object.assign(new Error(answer.failed.message), answer.failed));
  });

  const started = new Promise<unknown>((resolve, reject) => waiting.set(0, { resolve, reject }));
  await started.catch((cause: Error) => {
    throw new DirectorError('INTERNAL', `${folder} cannot be opened as a database: ${cause.message}`, {
      cause,
      suggestion: 'Give another --data folder, or restore this one from a copy.',
    });
  });

  const ask = (body: RequestBody) =>
    new Promise<Results<unknown>[]>((resolve, reject) => {
      if (broken) return reject(broken);
      const id = ++lastId;
      waiting.set(id, { resolve, reject });
      thread.postMessage({ ...body, id });
    });
  const session: PgliteQueries = {
    async query(text, values = [], options = {}) {
      const rowMode = options.rowMode ?? 'object';
      const textTimes = options.parsers !== undefined;
      const [result] = await ask({ kind: 'query', text, values: values.map(plain), rowMode, textTimes });
      if (!result) throw new DirectorError('INTERNAL', 'The database gave no result.');
      return result;
    },
    exec: text => ask({ kind: 'exec', text }),
  };

  let turn: Promise<unknown> = Promise.resolve();
  const alone = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };
  return {
    query: (...query) => alone(() => session.query(...query)),
    exec: text =>
      alone(() =>
        session.exec(text).catch(async (thrown: Error) => {
          // A script that fails behind its own BEGIN would leave the one session in an aborted transaction.
          await session.exec('ROLLBACK').catch(() => undefined);
          throw thrown;
        }),
      ),
    transaction: work =>
      alone(async () => {
        await session.exec('BEGIN');
        try {
          const result = await work(session);
          await session.exec('COMMIT');
          return result;
        } catch (thrown) {
          await session.exec('ROLLBACK').catch(() => undefined);
          throw thrown;
        }
      }),
    async close() {
      await alone(() => ask({ kind: 'close' })).catch(() => undefined);
      await thread.terminate();
    },
  };
}

/** What a message cannot carry as PGlite's serializers expect it. */
function plain(value: unknown): unknown {
  return Buffer.isBuffer(value) ? new Uint8Array(value) : value;
}
