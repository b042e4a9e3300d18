import type { JobView, ViolationView } from './types.ts';

/** What client and server say over socket.io (path /socket.io). Binary payloads are ArrayBuffers in the browser. */

export interface ServerToClient {
  /** Progress or change of a job of a subscribed production or run; at most 4 a second per job. */
  job(view: JobView): void;
  /** A subscribed production changed; fetch it where the version is higher than the one held. */
  production(change: { id: string; version: number }): void;
  /** The list of productions changed. */
  productions(): void;
  /**
   * Packets of a watched run's trace (sim/browser/trace.ts), in order. `sequence` counts packets from 0; after a
   * gap (a slow client is thinned) the next packet begins with a keyframe.
   */
  frames(packet: { runId: string; sequence: number; bytes: ArrayBuffer }): void;
  /** Violations of a watched run as they become known; those of the report replace them at the end. */
  violations(found: { runId: string; final: boolean; violations: ViolationView[] }): void;
  /** A watched run has ended; GET /api/runs/:id holds the result. */
  ended(run: { runId: string }): void;
}

export interface ClientToServer {
  /** Replaces what this socket is subscribed to. At most 50 ids. */
  subscribe(
    wish: { productions: string[]; runs: string[]; list: boolean },
    acknowledge?: Acknowledge<null>,
  ): void;
  /**
   * Joins a run's spectators. Answers with the trace so far as one packet (header and keyframe first); the frames
   * that follow continue it without a gap.
   */
  watch(wish: { runId: string }, acknowledge: Acknowledge<WatchStart>): void;
  unwatch(wish: { runId: string }): void;
}

export interface WatchStart {
  /** False once the run has ended: the trace is then a file of the run. */
  live: boolean;
  /** Sequence of the next packet. */
  nextSequence: number;
  /** The trace so far: whole while it is short, else its header and the last keyframe (`partial`). */
  bytes: ArrayBuffer;
  partial: boolean;
  violations: ViolationView[];
}

export type Acknowledge<Result> = (
  answer:
    | { ok: true; result: Result }
    | { ok: false; error: { code: string; message: string; suggestion: string } },
) => void;
