import { BitWriter } from './bits.ts';
import { PoseTracks } from './poseTracks.ts';
import type { AgentPose, TraceEncoder, TraceHeader } from './trace.ts';
import {
  AGENT_STATES,
  FINE_PER_UNIT,
  framePacket,
  KEYFRAME_STEPS,
  MAX_TRACE_AGENTS,
  MAX_UNITS,
  PACKET_DIFFERENCE,
  PACKET_HEADER,
  PACKET_KEYFRAME,
  TOLERANCE_UNITS,
  TRACE_MAGIC,
  UNITS_PER_METER,
  varintBytes,
  writeVarint,
  YAW_UNITS,
} from './traceFormat.ts';

/**
 * Makes packets of poses.
 * @throws RangeError for a header of no or more than 256 agents, and from `frame` where poses are missing, lie
 * 1000 km and more away, or steps do not rise.
 */
export function createTraceEncoder(header: TraceHeader): TraceEncoder {
  const { agents } = header;
  if (!Number.isInteger(agents) || agents < 1 || agents > MAX_TRACE_AGENTS)
    throw new RangeError(`A trace holds 1 to ${MAX_TRACE_AGENTS} agents, not ${agents}.`);
  const tracks = new PoseTracks(agents);
  const bits = new BitWriter();
  let lastStep = -1;
  let keyframeStep = -1;
  return {
    header: () => framePacket(PACKET_HEADER, headerPayload(header)),
    frame(step, poses, keyframe = false) {
      if (poses.length !== agents)
        throw new RangeError(`A frame needs ${agents} poses, not ${poses.length}.`);
      if (!Number.isInteger(step) || step <= lastStep || step >= 2 ** 31)
        throw new RangeError(`Step ${step} does not follow step ${lastStep}.`);
      for (const pose of poses) checkPose(pose);
      const whole = keyframe || keyframeStep < 0 || step - keyframeStep >= KEYFRAME_STEPS;
      for (const [agent, pose] of poses.entries())
        if (whole) writeWhole(bits, tracks, agent, pose, lastStep < 0);
        else writeDifference(bits, tracks, agent, pose);
      const numbers = whole ? [step] : [step, step - lastStep];
      if (whole) keyframeStep = step;
      lastStep = step;
      const payload = withNumbers(numbers, bits.take());
      return { keyframe: whole, bytes: framePacket(whole ? PACKET_KEYFRAME : PACKET_DIFFERENCE, payload) };
    },
  };
}

function checkPose({ x, y, z, yaw }: AgentPose): void {
  const far = Math.max(Math.abs(x), Math.abs(y), Math.abs(z)) * UNITS_PER_METER;
  // Not finite is neither smaller nor larger.
  if (!(far < MAX_UNITS - 1)) throw new RangeError(`A pose at ${x}, ${y}, ${z} is out of the trace's range.`);
  if (!Number.isFinite(yaw)) throw new RangeError(`A yaw of ${yaw} is none.`);
}

function toYaw(radians: number): number {
  const units = Math.round((radians / (2 * Math.PI)) * YAW_UNITS) % YAW_UNITS;
  return units < 0 ? units + YAW_UNITS : units;
}

function writeWhole(
  bits: BitWriter,
  tracks: PoseTracks,
  agent: number,
  pose: AgentPose,
  first: boolean,
): void {
  const place = [pose.x, pose.y, pose.z];
  for (let axis = 0; axis < 3; axis++) {
    const i = 3 * agent + axis;
    const unit = Math.round(place[axis] * UNITS_PER_METER);
    const speed = first || pose.teleported ? 0 : Math.round(tracks.speed[i] / FINE_PER_UNIT);
    // Rooms are within ±16 m; a walk is within 40 units a frame.
    bits.writeSigned(unit, 10);
    bits.writeSigned(speed, 3);
    tracks.set(agent, axis, unit, speed);
  }
  tracks.yaw[agent] = toYaw(pose.yaw);
  tracks.state[agent] = AGENT_STATES.indexOf(pose.state);
  bits.write(tracks.yaw[agent], 8);
  bits.write(tracks.state[agent], 2);
  bits.write(pose.teleported ? 1 : 0, 1);
}

/** One bit for what was predicted; else a bit for each part that differs, and the part. */
function writeDifference(bits: BitWriter, tracks: PoseTracks, agent: number, pose: AgentPose): void {
  tracks.advance(agent);
  const residualX = Math.round(pose.x * UNITS_PER_METER) - tracks.unit(3 * agent);
  const residualY = Math.round(pose.y * UNITS_PER_METER) - tracks.unit(3 * agent + 1);
  const residualZ = Math.round(pose.z * UNITS_PER_METER) - tracks.unit(3 * agent + 2);
  const moved =
    pose.teleported ||
    Math.max(Math.abs(residualX), Math.abs(residualY), Math.abs(residualZ)) > TOLERANCE_UNITS;
  const yaw = toYaw(pose.yaw);
  // The shorter way round, −128 to 127.
  const turn = ((yaw - tracks.yaw[agent]) << 24) >> 24;
  const turned = Math.abs(turn) > TOLERANCE_UNITS;
  const state = AGENT_STATES.indexOf(pose.state);
  const other = pose.teleported || state !== tracks.state[agent];
  if (!moved && !turned && !other) {
    bits.write(0, 1);
    return;
  }
  bits.write(1, 1);
  bits.write(moved ? 1 : 0, 1);
  if (moved) {
    bits.writeSigned(residualX, 1);
    bits.writeSigned(residualY, 0);
    bits.writeSigned(residualZ, 1);
    tracks.correct(agent, residualX, residualY, residualZ);
  }
  bits.write(turned ? 1 : 0, 1);
  if (turned) {
    bits.writeSigned(turn, 2);
    tracks.yaw[agent] = yaw;
  }
  bits.write(other ? 1 : 0, 1);
  if (!other) return;
  bits.write(state, 2);
  bits.write(pose.teleported ? 1 : 0, 1);
  tracks.state[agent] = state;
  if (pose.teleported) for (let i = 3 * agent; i < 3 * agent + 3; i++) tracks.speed[i] = 0;
}

function headerPayload(header: TraceHeader): Uint8Array {
  const payload = new Uint8Array(TRACE_MAGIC.length + 2 + 24);
  payload.set(TRACE_MAGIC);
  const view = new DataView(payload.buffer);
  view.setUint16(5, header.agents, true);
  view.setFloat64(7, header.seed, true);
  view.setFloat64(15, header.bodyHeightMeters, true);
  view.setFloat64(23, header.bodyRadiusMeters, true);
  return payload;
}

function withNumbers(numbers: readonly number[], rest: Uint8Array): Uint8Array {
  const payload = new Uint8Array(numbers.reduce((sum, value) => sum + varintBytes(value), 0) + rest.length);
  let at = 0;
  for (const value of numbers) at = writeVarint(payload, at, value);
  payload.set(rest, at);
  return payload;
}
