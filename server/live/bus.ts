/**
 * Carries small events between the processes of one installation: from workers, which do the work, to web
 * processes, which show it. In one process it is memory, across several PostgreSQL's LISTEN/NOTIFY. Nothing is kept:
 * who subscribes late has missed what was; the database and the trace hold the state.
 */
export interface Bus {
  publish<Name extends keyof BusEvents>(name: Name, event: BusEvents[Name]): void;
  /** @returns what ends the subscription. */
  subscribe<Name extends keyof BusEvents>(name: Name, listener: (event: BusEvents[Name]) => void): () => void;
  close(): Promise<void>;
}

export interface BusEvents {
  /** A job's progress or state changed; throttled by the publisher to 4 a second per job. */
  job: { jobId: string; productionId: string | null; runId: string | null };
  /** A production changed. */
  production: { id: string; version: number };
  /** The list of productions changed. */
  productions: Record<string, never>;
  /** Packets of a running test's trace, as the codec of sim/browser/trace.ts makes them. */
  trace: { runId: string; sequence: number; keyframe: boolean; bytes: Uint8Array };
  /** Violations of a running test as they become known (JSON of ViolationView[]). */
  violations: { runId: string; final: boolean; violations: unknown[] };
  runEnded: { runId: string };
  /** A person wants a job stopped; the worker that holds it obeys. */
  stop: { jobId: string; why: 'cancel' | 'pause' };
}
