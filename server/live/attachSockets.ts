import type { Server as HttpServer } from 'node:http';
import { Server } from 'socket.io';
import { z } from 'zod';
import { DirectorError, toDirectorError } from '../../engine/errors.ts';
import { productionId, runId } from '../api/schemas.ts';
import { checkOrigin } from '../http/originCheck.ts';
import type { Log } from '../log.ts';
import type { Studio } from '../studio/studio.ts';
import type { Bus } from './bus.ts';
import { backlogOf, isBehind, type LiveServer, type LiveSocket } from './liveSocket.ts';
import { MessageLimit } from './messageLimit.ts';
import { NewsRelay, type Topic } from './newsRelay.ts';
import { Spectators } from './spectators.ts';

/** A subscription of 50 ids is 2 kB. */
const MOST_MESSAGE_BYTES = 16 * 1024;
const MOST_IDS = 50;
/** A page watches one run; a second one while it changes over. */
const MOST_WATCHED = 4;
/** Answers that a client asked for and does not read; frames and news are held back long before. */
const MOST_UNREAD_PACKETS = 100;
/** Of one process; each holds some 20 kB. */
const MOST_CONNECTIONS = 5000;

const OVER = new Set(['completed', 'failed', 'cancelled']);

const subscribeSchema = z
  .strictObject({ productions: z.array(productionId), runs: z.array(runId), list: z.boolean() })
  .refine(wish => wish.productions.length + wish.runs.length <= MOST_IDS, `at most ${MOST_IDS} ids`);
const watchSchema = z.strictObject({ runId });

export interface SocketsOptions {
  studio: Pick<Studio, 'getJob' | 'getProduction' | 'getRun'>;
  bus: Bus;
  log: Log;
  /** Beside the server's own, as checkOrigin takes them. */
  origins: readonly string[];
}

export interface Sockets {
  countSockets(): number;
  /** Disconnects all; clients try again by themselves. Leaves the HTTP server to its owner. */
  close(): Promise<void>;
}

/**
 * Puts socket.io on an HTTP server: what server/api/socketTypes.ts says. What a client sends is checked before
 * anything is done; what is wrong is answered with a code, and who sends too much or no protocol is disconnected.
 */
export function attachSockets(httpServer: HttpServer, options: SocketsOptions): Sockets {
  const { studio, bus, log, origins } = options;
  const io: LiveServer = new Server(httpServer, {
    serveClient: false,
    maxHttpBufferSize: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    httpCompression: false,
    allowRequest(request, decide) {
      try {
        checkOrigin(request, origins);
        if (io.engine.clientsCount >= MOST_CONNECTIONS)
          throw new DirectorError('TOO_MANY_REQUESTS', `There are ${MOST_CONNECTIONS} connections already.`);
        decide(null, true);
      } catch (thrown) {
        decide(toDirectorError(thrown).code, false);
      }
    },
  });
  const spectators = new Spectators(bus);
  const news = new NewsRelay(bus, studio, log);

  io.on('connection', socket => {
    const limit = new MessageLimit();
    /** Of the latest subscription: one that is still being looked up is overtaken. */
    let subscription = 0;

    socket.use((event, next) => {
      // What came in one piece with the message that ended the connection.
      if (!socket.connected) return;
      const cost = event[0] === 'subscribe' ? 1 + countIds(event[1]) / 10 : 1;
      const unread = backlogOf(socket).packets > MOST_UNREAD_PACKETS;
      if (!unread && limit.take(cost)) return next();
      log.warn({ socket: socket.id, quiet: true }, 'a connection that asked too much was closed');
      // Closing in order would wait until all is read.
      if (unread) socket.conn.close(true);
      else {
        answerError(
          event.at(-1),
          new DirectorError('TOO_MANY_REQUESTS', 'This connection asks more than it should.'),
        );
        socket.disconnect(true);
      }
    });
    // Without a listener, an 'error' that a client sends would throw.
    socket.on('error' as 'disconnect', () => {});
    socket.on('disconnect', () => {
      subscription++;
      news.leave(socket);
      spectators.leaveAll(socket);
    });

    socket.on('subscribe', (wish: unknown, acknowledge: unknown) => {
      const mine = ++subscription;
      answer(log, acknowledge, async reply => {
        const { productions, runs, list } = check(subscribeSchema, wish);
        const topics: Topic[] = list ? ['list'] : [];
        const unknown: string[] = [];
        const add = async (topic: Topic, id: string, find: () => Promise<unknown>) => {
          try {
            await find();
            topics.push(topic);
          } catch (thrown) {
            if (!(thrown instanceof DirectorError) || thrown.code !== 'UNKNOWN_ID') throw thrown;
            unknown.push(id);
          }
        };
        for (const id of new Set(productions))
          await add(`production:${id}`, id, () => studio.getProduction(id));
        for (const id of new Set(runs)) await add(`run:${id}`, id, () => studio.getRun(id));
        if (mine === subscription) news.subscribe(socket, topics);
        if (unknown.length > 0)
          throw new DirectorError(
            'UNKNOWN_ID',
            `There is no ${unknown.join(', ')}; the others are subscribed.`,
          );
        reply(null);
      });
    });

    socket.on('watch', (wish: unknown, acknowledge: unknown) => {
      answer(log, acknowledge, async reply => {
        const { runId: id } = check(watchSchema, wish);
        const run = await studio.getRun(id);
        if (!socket.connected) throw new DirectorError('CANCELLED', 'The connection has ended.');
        if (isBehind(socket))
          throw new DirectorError('TOO_MANY_REQUESTS', 'This connection has not read what it was sent.');
        if (spectators.watchedBy(socket) >= MOST_WATCHED)
          throw new DirectorError('REQUEST_INVALID', `One connection watches ${MOST_WATCHED} runs at most.`, {
            suggestion: 'Unwatch another run first.',
          });
        // In one go, so that no packet comes between the trace so far and what continues it.
        reply(spectators.join(socket, id, OVER.has(run.state)));
      });
    });

    socket.on('unwatch', (wish: unknown) => {
      const { success, data } = watchSchema.safeParse(wish);
      if (success) spectators.leave(socket, data.runId);
    });
  });

  return {
    countSockets: () => io.engine.clientsCount,
    async close() {
      news.close();
      spectators.close();
      for (const socket of (await io.fetchSockets()) as unknown as LiveSocket[]) socket.disconnect(true);
      io.engine.close();
    },
  };
}

type Reply = (result: unknown) => void;

function countIds(wish: unknown): number {
  const { productions, runs } = (wish ?? {}) as { productions?: unknown; runs?: unknown };
  return [productions, runs].reduce<number>((sum, ids) => sum + (Array.isArray(ids) ? ids.length : 0), 0);
}

/** @throws REQUEST_INVALID that names the field. */
function check<Wish>(schema: z.ZodType<Wish>, wish: unknown): Wish {
  const { success, data, error } = schema.safeParse(wish);
  if (success) return data;
  const [{ path, message }] = error.issues;
  throw new DirectorError(
    'REQUEST_INVALID',
    `The message${path.length > 0 ? `'s ${path.join('.')}` : ''} is not understood: ${message}`,
    { suggestion: 'Send what server/api/socketTypes.ts describes.' },
  );
}

/** Runs what was asked and answers what it throws; `reply` answers where the client wants an answer, at once. */
function answer(log: Log, acknowledge: unknown, work: (reply: Reply) => Promise<void>): void {
  const reply: Reply = result => {
    if (typeof acknowledge === 'function') acknowledge({ ok: true, result });
  };
  work(reply).catch((thrown: unknown) => {
    const error = toDirectorError(thrown);
    if (error.code === 'INTERNAL') log.error({ err: error.cause ?? error }, 'answering a socket');
    answerError(acknowledge, error);
  });
}

function answerError(acknowledge: unknown, { code, message, suggestion }: DirectorError): void {
  if (typeof acknowledge !== 'function') return;
  // What broke inside is for the log.
  const shown = code === 'INTERNAL' ? 'The server broke on this message.' : message;
  acknowledge({ ok: false, error: { code, message: shown, suggestion } });
}
