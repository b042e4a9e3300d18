import type { ViolationView } from '../api/types.ts';
import type { Bus, BusEvents } from './bus.ts';
import { HeldTrace } from './heldTrace.ts';

/** A run that has said nothing for so long has died with its worker; its next packet is a beginning again. */
const SILENCE_MILLISECONDS = 5 * 60_000;

export interface TraceHubEvents {
  onPacket(packet: BusEvents['trace']): void;
  /** Something was added to a run's violations, or they were replaced. */
  onViolations(runId: string): void;
  onEnded(runId: string): void;
}

export interface RunSoFar {
  bytes: Uint8Array;
  nextSequence: number;
  partial: boolean;
  violations: readonly ViolationView[];
  /** The violations are those of the report. */
  final: boolean;
}

interface HeldRun {
  trace: HeldTrace;
  violations: ViolationView[];
  final: boolean;
  heardAt: number;
}

/**
 * Follows every running test on the bus and holds what a late spectator needs. Packets that cannot be read
 * because one before them was lost are not passed on: what comes after a gap begins with a keyframe.
 */
export class TraceHub {
  private readonly runs = new Map<string, HeldRun>();
  /** When they did; for who asked the database just before. */
  private readonly ended = new Map<string, number>();
  private readonly events: TraceHubEvents;
  private readonly subscriptions: (() => void)[];
  private readonly sweeper: NodeJS.Timeout;

  constructor(bus: Bus, events: TraceHubEvents) {
    this.events = events;
    this.subscriptions = [
      bus.subscribe('trace', packet => this.take(packet)),
      bus.subscribe('violations', found => this.takeViolations(found)),
      bus.subscribe('runEnded', ({ runId }) => {
        this.runs.delete(runId);
        this.ended.set(runId, performance.now());
        events.onEnded(runId);
      }),
    ];
    this.sweeper = setInterval(() => this.sweep(), SILENCE_MILLISECONDS / 5).unref();
  }

  /** Undefined where nothing has been heard of the run. */
  soFar(runId: string): RunSoFar | undefined {
    const run = this.runs.get(runId);
    if (!run) return undefined;
    const { bytes, nextSequence, partial } = run.trace;
    return { bytes, nextSequence, partial, violations: run.violations, final: run.final };
  }

  /** The run has ended in the last minutes, and not begun again. */
  hasEnded(runId: string): boolean {
    return this.ended.has(runId);
  }

  close(): void {
    clearInterval(this.sweeper);
    for (const end of this.subscriptions) end();
    this.runs.clear();
  }

  private take(packet: BusEvents['trace']): void {
    const { runId, sequence, keyframe, bytes } = packet;
    const run = this.hold(runId);
    if (sequence < run.trace.nextSequence) {
      // Another worker has taken the run over and starts it anew: the same steps again.
      if (!keyframe) return;
      run.trace = new HeldTrace();
      run.violations = [];
      run.final = false;
    } else if (sequence > run.trace.nextSequence && !keyframe) return;
    run.trace.append(sequence, keyframe, bytes);
    this.events.onPacket(packet);
  }

  private takeViolations({ runId, final, violations }: BusEvents['violations']): void {
    const run = this.hold(runId);
    // The worker has made them as the API shows them.
    const found = violations as ViolationView[];
    run.violations = final ? found : [...run.violations, ...found];
    run.final = final;
    this.events.onViolations(runId);
  }

  private hold(runId: string): HeldRun {
    const held = this.runs.get(runId) ?? { trace: new HeldTrace(), violations: [], final: false, heardAt: 0 };
    held.heardAt = performance.now();
    this.ended.delete(runId);
    this.runs.set(runId, held);
    return held;
  }

  private sweep(): void {
    for (const [runId, { heardAt }] of this.runs)
      if (performance.now() - heardAt > SILENCE_MILLISECONDS) this.runs.delete(runId);
    for (const [runId, at] of this.ended)
      if (performance.now() - at > SILENCE_MILLISECONDS) this.ended.delete(runId);
  }
}
