import type { WatchStart } from '../api/socketTypes.ts';
import type { Bus, BusEvents } from './bus.ts';
import { isBehind, isDrained, type LiveSocket } from './liveSocket.ts';
import { prepareFrames, sendFrames } from './preparedFrames.ts';
import { TraceHub } from './traceHub.ts';

interface Spectator {
  socket: LiveSocket;
  /** new: has no beginning yet. thinned: was too slow. Both take nothing until a keyframe. */
  state: 'following' | 'new' | 'thinned';
  /** Size of the trace so far that it was sent, until that has gone out. */
  catchingUpBytes: number;
  /** How many of the run's violations it has; −1 once it has the report's. */
  violationsTold: number;
}

/**
 * Hands the packets of running tests to who watches them. One that does not keep up is thinned: frames are left
 * out for it until its connection has drained, and then it goes on with a keyframe.
 */
export class Spectators {
  private readonly byRun = new Map<string, Map<LiveSocket, Spectator>>();
  private readonly hub: TraceHub;

  constructor(bus: Bus) {
    this.hub = new TraceHub(bus, {
      onPacket: packet => this.send(packet),
      onViolations: runId => {
        for (const spectator of this.of(runId)) this.tellViolations(runId, spectator);
      },
      onEnded: runId => {
        for (const { socket } of this.of(runId)) socket.emit('ended', { runId });
        this.byRun.delete(runId);
      },
    });
  }

  /** @param over the run has ended, as the database had it a moment ago. */
  join(socket: LiveSocket, runId: string, over: boolean): WatchStart {
    const soFar = this.hub.soFar(runId);
    if (over || this.hub.hasEnded(runId))
      return { live: false, nextSequence: 0, bytes: new ArrayBuffer(0), partial: false, violations: [] };
    const bytes = soFar?.bytes ?? new Uint8Array(0);
    const violations = soFar?.violations ?? [];
    const watching = this.byRun.get(runId) ?? new Map<LiveSocket, Spectator>();
    this.byRun.set(runId, watching);
    watching.set(socket, {
      socket,
      state: bytes.length === 0 ? 'new' : 'following',
      catchingUpBytes: bytes.length,
      violationsTold: soFar?.final ? -1 : violations.length,
    });
    return {
      live: true,
      nextSequence: soFar?.nextSequence ?? 0,
      // A view of what is held: it becomes an ArrayBuffer of its own on the other side.
      bytes: asAttachment(bytes),
      partial: soFar?.partial ?? false,
      violations: [...violations],
    };
  }

  leave(socket: LiveSocket, runId: string): void {
    const watching = this.byRun.get(runId);
    watching?.delete(socket);
    if (watching?.size === 0) this.byRun.delete(runId);
  }

  leaveAll(socket: LiveSocket): void {
    for (const runId of [...this.byRun.keys()]) this.leave(socket, runId);
  }

  watchedBy(socket: LiveSocket): number {
    let count = 0;
    for (const watching of this.byRun.values()) if (watching.has(socket)) count++;
    return count;
  }

  close(): void {
    this.hub.close();
    this.byRun.clear();
  }

  private of(runId: string): Iterable<Spectator> {
    return this.byRun.get(runId)?.values() ?? [];
  }

  private send(packet: BusEvents['trace']): void {
    const watching = this.byRun.get(packet.runId);
    if (!watching) return;
    const prepared = prepareFrames(packet);
    for (const spectator of watching.values()) {
      const { socket } = spectator;
      if (isDrained(socket)) {
        spectator.catchingUpBytes = 0;
        if (packet.keyframe) spectator.state = 'following';
      } else if (isBehind(socket, spectator.catchingUpBytes)) spectator.state = 'thinned';
      else if (packet.keyframe && spectator.state === 'new') spectator.state = 'following';
      if (spectator.state !== 'following') continue;
      sendFrames(socket, prepared);
      this.tellViolations(packet.runId, spectator);
    }
  }

  /** What it has not got yet, once it keeps up. */
  private tellViolations(runId: string, spectator: Spectator): void {
    const soFar = this.hub.soFar(runId);
    if (!soFar || spectator.violationsTold < 0 || isBehind(spectator.socket, spectator.catchingUpBytes))
      return;
    const { violations, final } = soFar;
    // Another worker started the run anew.
    if (spectator.violationsTold > violations.length) spectator.violationsTold = 0;
    if (!final && spectator.violationsTold >= violations.length) return;
    const told = final ? 0 : spectator.violationsTold;
    spectator.violationsTold = final ? -1 : violations.length;
    spectator.socket.emit('violations', { runId, final, violations: violations.slice(told) });
  }
}

/** socket.io takes any view where the protocol's type says what arrives. */
function asAttachment(bytes: Uint8Array): ArrayBuffer {
  const view: unknown = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view as ArrayBuffer;
}
