import type { Acknowledge, WatchStart } from '../../../server/api/socketTypes.ts';
import type { RunView, ViolationView } from '../../../server/api/types.ts';
import { createTraceEncoder } from '../../../sim/browser/createTraceEncoder.ts';
import { createTraceReader } from '../../../sim/browser/createTraceReader.ts';
import { type AgentPose, TRACE_FRAME_STEPS, type TraceReader } from '../../../sim/browser/trace.ts';
import type { ApiFailure } from '../../../web/api/apiFailure.ts';
import { createLive, type Live } from '../../../web/api/live.ts';
import type { FeedDoors } from '../../../web/watch/runFeed.ts';

/** A run whose agents walk straight along +x at 1 m/s, agent by agent in lanes 2 m apart. */
export interface HandMadeRun {
  header: Uint8Array;
  /** One packet a frame; frame k is of step 3 k. */
  frames: { keyframe: boolean; bytes: Uint8Array }[];
  lastStep: number;
}

export interface HandMadeOptions {
  agents?: number;
  seconds: number;
  /** Agent 0 is put back to x = 0 by the frames of these steps. */
  teleportSteps?: readonly number[];
}

export function makeRun({ agents = 2, seconds, teleportSteps = [] }: HandMadeOptions): HandMadeRun {
  const encoder = createTraceEncoder({ agents, seed: 7, bodyHeightMeters: 1.7, bodyRadiusMeters: 0.35 });
  const frames: HandMadeRun['frames'] = [];
  const lastStep = Math.round((seconds * 60) / TRACE_FRAME_STEPS) * TRACE_FRAME_STEPS;
  for (let step = 0; step <= lastStep; step += TRACE_FRAME_STEPS)
    frames.push(
      encoder.frame(
        step,
        Array.from({ length: agents }, (_, agent) => pose(step, agent, teleportSteps)),
      ),
    );
  return { header: encoder.header(), frames, lastStep };
}

function pose(step: number, agent: number, teleportSteps: readonly number[]): AgentPose {
  const since = agent === 0 ? (teleportSteps.findLast(teleport => teleport <= step) ?? 0) : 0;
  return {
    x: (step - since) / 60,
    y: 0,
    z: 2 * agent,
    yaw: 0,
    state: 'walking',
    teleported: agent === 0 && teleportSteps.includes(step),
  };
}

/** Header and frames as one array: from the start, or as a late spectator gets it, from a keyframe on. */
export function packets(run: HandMadeRun, firstStep = 0, lastStep = run.lastStep): Uint8Array {
  const parts = run.frames.slice(firstStep / TRACE_FRAME_STEPS, lastStep / TRACE_FRAME_STEPS + 1);
  return Uint8Array.from([run.header, ...parts.map(part => part.bytes)].flatMap(bytes => [...bytes]));
}

export function readerOf(run: HandMadeRun): TraceReader {
  const reader = createTraceReader();
  reader.push(packets(run));
  return reader;
}

export function blankPose(): AgentPose {
  return { x: NaN, y: NaN, z: NaN, yaw: NaN, state: 'walking', teleported: false };
}

export function violation(parts: Partial<ViolationView>): ViolationView {
  return {
    id: 'stuck-00000001',
    type: 'stuck',
    severity: 'error',
    confidence: 0.9,
    position: [0, 0, 0],
    message: 'An agent is stuck.',
    evidence: {},
    replay: {},
    ...parts,
  };
}

/** A server that a test plays by hand: what a page says to it, and what it answers. */
export class HandPlayedServer {
  readonly live: Live;
  run: RunView;
  /** The run's trace.bin. */
  file = new Uint8Array();
  /** Requests for the run fail with this. */
  failure: ApiFailure | undefined;
  /** Answers to joining; by default the trace so far. */
  join: () => Parameters<Acknowledge<WatchStart>>[0];
  joins = 0;
  fetches = 0;
  readonly #listeners = new Map<string, ((...parameters: never[]) => void)[]>();
  readonly #waits: (() => void)[] = [];
  #connected = true;

  constructor(run: Partial<RunView>) {
    this.run = { ...RUN, ...run };
    this.join = () => {
      throw new Error('This test did not expect to be joined.');
    };
    const server = this;
    this.live = createLive({
      get connected() {
        return server.#connected;
      },
      on: (event, listener) => {
        this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
      },
      off: (event, listener) => {
        this.#listeners.set(
          event,
          (this.#listeners.get(event) ?? []).filter(held => held !== listener),
        );
      },
      emit: (event, ...parameters) => {
        if (event !== 'watch') return;
        this.joins++;
        (parameters[1] as Acknowledge<WatchStart>)(this.join());
      },
    });
  }

  get doors(): FeedDoors {
    return {
      live: this.live,
      getRun: async () => {
        if (this.failure) throw this.failure;
        return this.run;
      },
      fetchBytes: async (_link, { onProgress }) => {
        this.fetches++;
        onProgress?.(0.5);
        return this.file;
      },
      wait: (_seconds, signal) =>
        new Promise((resolve, reject) => {
          this.#waits.push(resolve);
          signal.addEventListener('abort', () => reject(signal.reason));
        }),
    };
  }

  /** Says something over the socket. */
  say(event: string, ...parameters: unknown[]): void {
    for (const listener of this.#listeners.get(event) ?? [])
      (listener as (...parameters: unknown[]) => void)(...parameters);
  }

  frames(sequence: number, bytes: Uint8Array): void {
    this.say('frames', { runId: this.run.id, sequence, bytes: Uint8Array.from(bytes).buffer });
  }

  loseConnection(): void {
    this.#connected = false;
    this.say('disconnect');
  }

  reconnect(): void {
    this.#connected = true;
    this.say('connect');
  }

  /** Lets every pause end that is waited for. */
  passTime(): void {
    for (const end of this.#waits.splice(0)) end();
  }
}

export function joined(start: Partial<WatchStart> & { bytes: ArrayBuffer }): {
  ok: true;
  result: WatchStart;
} {
  return { ok: true, result: { live: true, nextSequence: 0, partial: false, violations: [], ...start } };
}

/** Until everything that was set off has been done. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise(resume => setImmediate(resume));
}

export const RUN: RunView = {
  id: 'r_0000000000000001',
  worldId: 'w_0000000000000001',
  productionId: null,
  iteration: null,
  state: 'running',
  job: null,
  seed: 7,
  agents: 2,
  seconds: 120,
  pace: 'live',
  result: null,
  files: {},
  createdAt: '2026-11-22T20:00:00Z',
};

export function result(seconds: number, violations: ViolationView[] = []): RunView['result'] {
  return {
    simulatedSeconds: seconds,
    agentSteps: 2 * 60 * seconds,
    coverage: { reachableArea: 10, enteredArea: 5, ratio: 0.5 },
    violations,
    stateHash: '00',
  };
}

export const TRACE_FILE = {
  url: '/files/trace.bin',
  sha256: '00',
  bytes: 1,
  mediaType: 'application/octet-stream',
};
