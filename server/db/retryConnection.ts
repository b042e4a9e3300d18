import { setTimeout as sleep } from 'node:timers/promises';
import { DirectorError } from '../../engine/errors.ts';

/** A restart of PostgreSQL takes less; a person who waits longer is told. */
export const RETRY_SECONDS = 10;
const FIRST_PAUSE_MILLISECONDS = 50;
const LONGEST_PAUSE_MILLISECONDS = 2000;

/** Classes 08 and 57P: connection lost, server shutting down or starting. 40P01, 40001: broken deadlock, lost race. */
const PASSING =
  /^(?:08\w{3}|57P0[1-3]|53300|40P01|40001|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;
/** node-postgres throws these without a code. */
const LOST =
  /Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect/;

/**
 * Does it again while the database is away, with growing pauses.
 * @throws DATABASE_UNREACHABLE after RETRY_SECONDS; at once what is no matter of connections
 */
export async function retryConnection<Result>(work: () => Promise<Result>): Promise<Result> {
  const until = performance.now() + 1000 * RETRY_SECONDS;
  for (let pause = FIRST_PAUSE_MILLISECONDS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLISECONDS)) {
    try {
      return await work();
    } catch (thrown) {
      if (!isPassing(thrown)) throw thrown;
      if (performance.now() + pause > until)
        throw new DirectorError(
          'DATABASE_UNREACHABLE',
          `The database has been away for ${RETRY_SECONDS} s: ${(thrown as Error).message}`,
          { cause: thrown },
        );
      await sleep(pause);
    }
  }
}

/** Drizzle wraps what the driver throws; the cause at the bottom decides. */
function isPassing(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    const { code } = error as Error & { code?: unknown };
    if ((typeof code === 'string' && PASSING.test(code)) || LOST.test(error.message)) return true;
    if (error instanceof AggregateError && error.errors.some(isPassing)) return true;
  }
  return false;
}
