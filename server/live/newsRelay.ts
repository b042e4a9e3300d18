import { DirectorError } from '../../engine/errors.ts';
import type { Log } from '../log.ts';
import type { Studio } from '../studio/studio.ts';
import type { Bus, BusEvents } from './bus.ts';
import { isBehind, type LiveSocket } from './liveSocket.ts';

/** A job's view is fetched and told at most so often, and slow clients are looked at again. */
const TICK_MILLISECONDS = 250;
/** News that wait for one slow client; the oldest is given up, as the client fetches anew when it comes back. */
const MOST_WAITING = 200;

/** What a socket can be told about. */
export type Topic = `production:${string}` | `run:${string}` | 'list';

type News = (socket: LiveSocket) => void;

interface Listener {
  topics: readonly Topic[];
  /** The latest by what it is about, for a client that does not keep up. */
  waiting: Map<string, News>;
}

/** Tells sockets what they are subscribed to: jobs' progress, productions' versions, the list's changes. */
export class NewsRelay {
  private readonly listeners = new Map<LiveSocket, Listener>();
  private readonly byTopic = new Map<Topic, Set<LiveSocket>>();
  private readonly jobs = new Map<string, BusEvents['job']>();
  /** When each job was last told, until it may be told again. */
  private readonly told = new Map<string, number>();
  private readonly studio: Pick<Studio, 'getJob'>;
  private readonly log: Log;
  private readonly subscriptions: (() => void)[];
  private readonly ticker: NodeJS.Timeout;

  constructor(bus: Bus, studio: Pick<Studio, 'getJob'>, log: Log) {
    this.studio = studio;
    this.log = log;
    this.subscriptions = [
      bus.subscribe('job', event => {
        this.jobs.set(event.jobId, event);
        if (!this.told.has(event.jobId)) this.tellJob(event.jobId);
      }),
      bus.subscribe('production', ({ id, version }) =>
        this.tell([`production:${id}`], `production:${id}`, socket =>
          socket.emit('production', { id, version }),
        ),
      ),
      bus.subscribe('productions', () => this.tell(['list'], 'list', socket => socket.emit('productions'))),
    ];
    this.ticker = setInterval(() => this.tick(), TICK_MILLISECONDS).unref();
  }

  /** Replaces what a socket is subscribed to. */
  subscribe(socket: LiveSocket, topics: readonly Topic[]): void {
    this.leave(socket);
    this.listeners.set(socket, { topics, waiting: new Map() });
    for (const topic of topics) {
      const sockets = this.byTopic.get(topic) ?? new Set();
      this.byTopic.set(topic, sockets.add(socket));
    }
  }

  leave(socket: LiveSocket): void {
    for (const topic of this.listeners.get(socket)?.topics ?? []) {
      const sockets = this.byTopic.get(topic);
      sockets?.delete(socket);
      if (sockets?.size === 0) this.byTopic.delete(topic);
    }
    this.listeners.delete(socket);
  }

  close(): void {
    clearInterval(this.ticker);
    for (const end of this.subscriptions) end();
    this.listeners.clear();
    this.byTopic.clear();
  }

  private tick(): void {
    const now = performance.now();
    for (const [jobId, at] of this.told) {
      if (now - at < TICK_MILLISECONDS) continue;
      this.told.delete(jobId);
      if (this.jobs.has(jobId)) this.tellJob(jobId);
    }
    for (const [socket, { waiting }] of this.listeners) {
      if (waiting.size === 0 || isBehind(socket)) continue;
      const news = [...waiting.values()];
      waiting.clear();
      for (const send of news) send(socket);
    }
  }

  private tellJob(jobId: string): void {
    const event = this.jobs.get(jobId);
    this.jobs.delete(jobId);
    if (!event) return;
    const topics: Topic[] = [];
    if (event.productionId) topics.push(`production:${event.productionId}`);
    if (event.runId) topics.push(`run:${event.runId}`);
    if (!topics.some(topic => this.byTopic.has(topic))) return;
    this.told.set(jobId, performance.now());
    this.studio.getJob(jobId).then(
      view => this.tell(topics, `job:${jobId}`, socket => socket.emit('job', view)),
      (thrown: unknown) => {
        // Deleted since.
        if (thrown instanceof DirectorError && thrown.code === 'UNKNOWN_ID') return;
        this.log.error({ err: thrown }, `telling of job ${jobId}`);
      },
    );
  }

  private tell(topics: readonly Topic[], about: string, send: News): void {
    const sockets = new Set<LiveSocket>();
    for (const topic of topics) for (const socket of this.byTopic.get(topic) ?? []) sockets.add(socket);
    for (const socket of sockets) {
      const waiting = this.listeners.get(socket)?.waiting;
      if (!waiting) continue;
      if (waiting.size === 0 && !isBehind(socket)) {
        send(socket);
        continue;
      }
      // The latest stands last, so that what is given up is the oldest.
      waiting.delete(about);
      waiting.set(about, send);
      if (waiting.size > MOST_WAITING) {
        const [oldest] = waiting.keys();
        waiting.delete(oldest);
      }
    }
  }
}
