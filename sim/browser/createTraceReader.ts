import { FrameGroup } from './frameGroup.ts';
import type { AgentPose, TraceHeader, TraceReader } from './trace.ts';
import {
  AGENT_STATES,
  MAX_TRACE_AGENTS,
  PACKET_HEADER,
  PACKET_KEYFRAME,
  readPackets,
  readVarint,
  TRACE_MAGIC,
} from './traceFormat.ts';

/** Groups kept decoded, the latest used first: two around the time shown, the last, and some for scrubbing. */
const DECODED_GROUPS = 6;
/** Over a gap, what went faster than any body runs or falls there was put elsewhere; m/s. */
const GLIDE_METERS_PER_SECOND = 25;
const STEPS_PER_SECOND = 60;

/** Holds packets as they came, and decodes the two seconds around the time that is looked at. */
export function createTraceReader(): TraceReader {
  return new Reader();
}

class Reader implements TraceReader {
  header: TraceHeader | undefined;
  private readonly groups: FrameGroup[] = [];
  private readonly decoded: FrameGroup[] = [];
  private frames = 0;
  /** A difference did not decode: what follows it cannot either, until a keyframe. */
  private spoiled = false;
  /** The place of the last look: all agents of one picture are at the same step. */
  private looked = { step: -1, frames: -1, group: 0, frame: 0 };

  get firstStep(): number {
    return this.groups.length > 0 ? this.groups[0].firstStep : 0;
  }

  get lastStep(): number {
    return this.groups.at(-1)?.lastStep ?? 0;
  }

  get frameCount(): number {
    return this.frames;
  }

  push(bytes: Uint8Array): void {
    for (const { kind, payload } of readPackets(bytes))
      if (kind === PACKET_HEADER) this.takeHeader(readHeader(payload));
      else {
        if (!this.header) throw new RangeError('The trace has frames before its header.');
        if (kind === PACKET_KEYFRAME) this.takeKeyframe(payload, this.header.agents);
        else this.takeDifference(payload);
      }
  }

  poseAt(step: number, agent: number, result: AgentPose): boolean {
    if (!this.header || this.frames === 0 || !(step >= this.firstStep)) return false;
    if (!(agent >= 0 && agent < this.header.agents)) return false;
    this.lookUp(step);
    const { group, frame } = this.looked;
    const from = this.decode(this.groups[group]);
    const last = frame + 1 === from.frameCount;
    const next = last ? this.groups[group + 1] : from;
    from.read(frame, agent, result);
    result.teleported = result.teleported && step === from.steps[frame];
    if (!next || step === from.steps[frame]) return true;
    this.decode(next);
    interpolate(result, from, frame, next, last ? 0 : frame + 1, agent, step);
    return true;
  }

  private takeHeader(header: TraceHeader): void {
    const held = this.header;
    if (
      held &&
      (held.agents !== header.agents ||
        held.seed !== header.seed ||
        held.bodyHeightMeters !== header.bodyHeightMeters ||
        held.bodyRadiusMeters !== header.bodyRadiusMeters)
    )
      throw new RangeError('These packets belong to another trace.');
    this.header ??= header;
  }

  private takeKeyframe(payload: Uint8Array, agents: number): void {
    const { value: step, next } = readVarint(payload, 0);
    if (this.frames > 0 && step <= this.lastStep) return;
    const group = new FrameGroup(agents, step, new Uint8Array(payload.subarray(next)));
    // Decodes, so that rubbish is refused here and not when it is looked at.
    group.decode();
    this.groups.push(group);
    this.keep(group);
    this.frames++;
    this.spoiled = false;
  }

  private takeDifference(payload: Uint8Array): void {
    const { value: step, next: middle } = readVarint(payload, 0);
    const { value: since, next } = readVarint(payload, middle);
    const group = this.groups.at(-1);
    if (!group || step <= group.lastStep) return;
    if (since === 0) throw new RangeError('A frame of the trace follows itself.');
    if (this.spoiled || step - since !== group.lastStep) return;
    this.decode(group);
    this.spoiled = true;
    group.add(step, new Uint8Array(payload.subarray(next)));
    this.spoiled = false;
    this.frames++;
  }

  /** Finds the last frame at or before a step that is not before the first. */
  private lookUp(step: number): void {
    if (this.looked.step === step && this.looked.frames === this.frames) return;
    let low = 0;
    let high = this.groups.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.groups[middle].firstStep <= step) low = middle;
      else high = middle - 1;
    }
    const { steps, frameCount } = this.groups[low];
    let frame = 0;
    while (frame + 1 < frameCount && steps[frame + 1] <= step) frame++;
    this.looked = { step, frames: this.frames, group: low, frame };
  }

  private decode(group: FrameGroup): FrameGroup {
    if (this.decoded[0] === group) return group;
    group.decode();
    this.keep(group);
    return group;
  }

  private keep(group: FrameGroup): void {
    const at = this.decoded.indexOf(group);
    if (at >= 0) this.decoded.splice(at, 1);
    this.decoded.unshift(group);
    if (this.decoded.length > DECODED_GROUPS) this.decoded.pop()?.forget();
  }
}

const ahead: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: AGENT_STATES[0], teleported: false };

function interpolate(
  result: AgentPose,
  from: FrameGroup,
  frame: number,
  next: FrameGroup,
  nextFrame: number,
  agent: number,
  step: number,
): void {
  next.read(nextFrame, agent, ahead);
  const steps = next.steps[nextFrame] - from.steps[frame];
  const way = Math.hypot(ahead.x - result.x, ahead.y - result.y, ahead.z - result.z);
  if (ahead.teleported || way > (GLIDE_METERS_PER_SECOND / STEPS_PER_SECOND) * steps) return;
  const share = (step - from.steps[frame]) / steps;
  result.x += share * (ahead.x - result.x);
  result.y += share * (ahead.y - result.y);
  result.z += share * (ahead.z - result.z);
  let turn = ahead.yaw - result.yaw;
  if (turn > Math.PI) turn -= 2 * Math.PI;
  if (turn < -Math.PI) turn += 2 * Math.PI;
  result.yaw += share * turn;
}

function readHeader(payload: Uint8Array): TraceHeader {
  const length = TRACE_MAGIC.length + 2 + 24;
  if (payload.length !== length || TRACE_MAGIC.some((byte, i) => payload[i] !== byte))
    throw new RangeError('This is no trace, or one of another version.');
  const view = new DataView(payload.buffer, payload.byteOffset);
  const header = {
    agents: view.getUint16(5, true),
    seed: view.getFloat64(7, true),
    bodyHeightMeters: view.getFloat64(15, true),
    bodyRadiusMeters: view.getFloat64(23, true),
  };
  if (header.agents < 1 || header.agents > MAX_TRACE_AGENTS)
    throw new RangeError(`A trace holds 1 to ${MAX_TRACE_AGENTS} agents, not ${header.agents}.`);
  if (![header.seed, header.bodyHeightMeters, header.bodyRadiusMeters].every(Number.isFinite))
    throw new RangeError('The header of the trace holds a number that is none.');
  return header;
}
