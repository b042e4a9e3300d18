import type { ServerToClient } from '../../server/api/socketTypes.ts';
import type { FileLink, JobView, RunView, ViolationView } from '../../server/api/types.ts';
import { createTraceReader } from '../../sim/browser/createTraceReader.ts';
import { TRACE_FRAME_STEPS, type TraceReader } from '../../sim/browser/trace.ts';
import { ApiFailure, toApiFailure } from '../api/apiFailure.ts';
import type { Live } from '../api/live.ts';
import type { FetchBytesOptions } from './fetchBytes.ts';
import { HeldTrace } from './heldTrace.ts';
import { STEPS_PER_SECOND } from './playHead.ts';

/**
 * opening: nothing is known yet. waiting: for its turn. live: going, and frames come. ended: with a result.
 * stopped: failed or cancelled. unknown: there is no such run.
 */
export type FeedState = 'opening' | 'waiting' | 'live' | 'ended' | 'stopped' | 'unknown';

/** Where a feed gets everything from; the page gives the server's, a test its own. */
export interface FeedDoors {
  live: Live;
  getRun(id: string): Promise<RunView>;
  fetchBytes(link: FileLink, options: FetchBytesOptions): Promise<Uint8Array>;
  /** Resolves later, or rejects once the signal fires. */
  wait(seconds: number, signal: AbortSignal): Promise<void>;
}

type FramesPacket = Parameters<ServerToClient['frames']>[0];

/** Seconds until what failed is tried again; the socket's own reconnection is quicker and comes first. */
const RETRY_SECONDS = 2;
/** Seconds between looks at a run that waits: events say it sooner, but an event may be lost. */
const LOOK_AGAIN_SECONDS = 10;
/** Seconds from the end of the stream until the result is asked for again: the server is still writing it. */
const RESULT_SECONDS = 0.5;

/**
 * Brings a run to a spectator: waits with it in the queue, joins its stream, and has its file once it is over. What
 * came once is kept through lost connections and thinned packets; what is missing in between comes with the file.
 */
export class RunFeed {
  state: FeedState = 'opening';
  run: RunView | undefined;
  /** The newest that is known of its job. */
  job: JobView | null = null;
  readonly trace = new HeldTrace();
  violations: readonly ViolationView[] = [];
  /** The report's; until then they are what is known so far. */
  violationsFinal = false;
  /** Share of the run's file that has come, 0 to 1; null while none is being fetched. */
  loading: number | null = null;
  /** What went wrong last and was not mended since. */
  failure: ApiFailure | undefined;
  /** Step that a run which was begun anew has come to, while it repeats what is held already; else null. */
  repeatedStep: number | null = null;
  /** Rises when a whole trace replaced parts. */
  traceVersion = 0;

  readonly runId: string;
  readonly #doors: FeedDoors;
  readonly #onChange: () => void;
  readonly #closing = new AbortController();
  readonly #releases: (() => void)[];
  /** Counts attempts to join: the answer to an earlier one is not heard. */
  #joining = 0;
  /** Packets that came before the answer to joining. */
  #early: FramesPacket[] | undefined;
  #expected = 0;
  /** The stream by itself, until it brings what is not held yet. */
  #stream: TraceReader | undefined;
  #looking = false;
  #lookAgain = false;
  #lookTimer = new AbortController();

  constructor(runId: string, doors: FeedDoors, onChange: () => void) {
    this.runId = runId;
    this.#doors = doors;
    this.#onChange = onChange;
    const { live } = doors;
    this.#releases = [
      live.subscribe({ run: runId }),
      live.on('job', view => {
        if (view.runId !== runId) return;
        this.job = view;
        if (this.run?.state !== view.state) void this.#look();
        this.#onChange();
      }),
      live.on('frames', packet => {
        if (packet.runId === runId) this.#receive(packet);
      }),
      live.on('violations', found => {
        if (found.runId !== runId || this.violationsFinal) return;
        if (found.final) this.violations = found.violations;
        else this.#addViolations(found.violations);
        this.violationsFinal = found.final;
        this.#onChange();
      }),
      live.on('ended', ended => {
        if (ended.runId === runId) void this.#look();
      }),
      live.onReconnect(() => {
        this.#joining++;
        if (this.state === 'live') this.#join();
        void this.#look();
      }),
    ];
    void this.#look();
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.#lookTimer.abort();
    this.#joining++;
    for (const release of this.#releases) release();
    if (this.state === 'live') this.#doors.live.emit('unwatch', { runId: this.runId });
  }

  /** Asks how the run is, and does what follows from it. While asking, one more time is remembered. */
  async #look(): Promise<void> {
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    this.#looking = true;
    this.#lookTimer.abort();
    let pause: number | undefined;
    do {
      this.#lookAgain = false;
      try {
        const run = await this.#doors.getRun(this.runId);
        if (this.#closing.signal.aborted) return;
        if (this.failure?.code !== UNREADABLE) this.failure = undefined;
        pause = await this.#take(run);
      } catch (cause) {
        if (this.#closing.signal.aborted) return;
        this.failure = toApiFailure(cause);
        const { status } = this.failure;
        if (status >= 400 && status < 500 && status !== 429) {
          this.state = 'unknown';
          pause = undefined;
        } else pause = RETRY_SECONDS;
      }
      this.#onChange();
    } while (this.#lookAgain);
    this.#looking = false;
    if (pause !== undefined) this.#lookIn(pause);
  }

  #lookIn(seconds: number): void {
    this.#lookTimer.abort();
    this.#lookTimer = new AbortController();
    const { signal } = this.#lookTimer;
    this.#doors.wait(seconds, signal).then(
      () => this.#look(),
      () => undefined,
    );
  }

  /** Gives after how many seconds to look again, where no event is sure to say so. */
  async #take(run: RunView): Promise<number | undefined> {
    this.run = run;
    if (run.job) this.job = run.job;
    switch (run.state) {
      case 'queued':
      case 'paused':
        this.state = 'waiting';
        return LOOK_AGAIN_SECONDS;
      case 'running':
        if (this.state !== 'live') {
          this.state = 'live';
          this.#join();
        }
        return LOOK_AGAIN_SECONDS;
      default:
        await this.#end(run);
        return this.failure?.status === 0 && this.failure.code !== UNREADABLE ? RETRY_SECONDS : undefined;
    }
  }

  #join(): void {
    const attempt = ++this.#joining;
    this.#early = [];
    this.#doors.live.emit('watch', { runId: this.runId }, answer => {
      if (attempt !== this.#joining) return;
      const early = this.#early ?? [];
      this.#early = undefined;
      if (!answer.ok) {
        // It ended just now, or cannot be watched yet: asking for the run tells which, and joins again.
        this.state = 'waiting';
        this.#lookIn(RETRY_SECONDS);
        this.#onChange();
        return;
      }
      const { live, nextSequence, bytes, violations } = answer.result;
      this.#stream = createTraceReader();
      this.repeatedStep = null;
      if (bytes.byteLength > 0) this.#decode(bytes);
      if (!this.violationsFinal) this.#addViolations(violations);
      this.#expected = nextSequence;
      for (const packet of early) this.#receive(packet);
      if (!live) {
        this.state = 'waiting';
        this.#lookIn(RESULT_SECONDS);
      }
      this.#onChange();
    });
  }

  #receive(packet: FramesPacket): void {
    if (this.#early) {
      this.#early.push(packet);
      return;
    }
    const { sequence } = packet;
    if (sequence < this.#expected) {
      // Another worker took the run over and began anew.
      if (sequence === 0) this.#join();
      return;
    }
    this.#decode(packet.bytes);
    this.#expected = sequence + 1;
    this.#onChange();
  }

  /** Packets that cannot be read are told, and the stream is joined anew: the next answer is whole. */
  #decode(bytes: ArrayBuffer): void {
    try {
      const packets = new Uint8Array(bytes);
      this.trace.push(packets);
      this.#compare(packets);
      if (this.failure?.code === UNREADABLE) this.failure = undefined;
    } catch (cause) {
      this.failure = unreadable(cause);
      const attempt = ++this.#joining;
      this.#early = [];
      this.#doors.wait(RETRY_SECONDS, this.#closing.signal).then(
        () => {
          if (attempt === this.#joining && this.state === 'live') this.#join();
        },
        () => undefined,
      );
    }
  }

  /** After a server's or worker's end the run begins anew, and its steps are the same ones again. */
  #compare(packets: Uint8Array): void {
    if (!this.#stream) return;
    this.#stream.push(packets);
    const { frameCount, lastStep } = this.#stream;
    if (frameCount === 0) return;
    this.repeatedStep = lastStep < this.trace.lastStep ? lastStep : null;
    if (this.repeatedStep === null) this.#stream = undefined;
  }

  #addViolations(found: readonly ViolationView[]): void {
    const byId = new Map(this.violations.map(violation => [violation.id, violation]));
    for (const violation of found) byId.set(violation.id, violation);
    this.violations = [...byId.values()];
  }

  async #end(run: RunView): Promise<void> {
    this.#joining++;
    this.#early = undefined;
    this.#stream = undefined;
    this.repeatedStep = null;
    this.state = run.state === 'completed' ? 'ended' : 'stopped';
    if (run.result) {
      this.violations = run.result.violations;
      this.violationsFinal = true;
    }
    const file = run.files['trace.bin'];
    if (!file || this.#holdsAll(run)) return;
    this.loading = 0;
    this.#onChange();
    try {
      const bytes = await this.#doors.fetchBytes(file, {
        signal: this.#closing.signal,
        onProgress: fraction => {
          this.loading = fraction;
          this.#onChange();
        },
      });
      this.trace.replace(bytes);
      this.traceVersion++;
    } catch (cause) {
      if (this.#closing.signal.aborted) return;
      this.failure = cause instanceof RangeError ? unreadable(cause) : toApiFailure(cause);
    } finally {
      this.loading = null;
    }
  }

  /** Watched from the first frame to the last, nothing left out. */
  #holdsAll(run: RunView): boolean {
    const [range, ...others] = this.trace.ranges;
    if (!range || others.length > 0 || !run.result) return false;
    const steps = run.result.simulatedSeconds * STEPS_PER_SECOND;
    return range.first <= TRACE_FRAME_STEPS && range.last >= steps - 2 * TRACE_FRAME_STEPS;
  }
}

/** Code of packets that are no trace; the client's own, as NETWORK is. */
const UNREADABLE = 'TRACE_UNREADABLE';

function unreadable(cause: unknown): ApiFailure {
  return new ApiFailure({
    code: UNREADABLE,
    message: `The recording cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
    suggestion: 'Reload the page; if it happens again, run the test anew.',
    status: 0,
  });
}
