import { BitReader } from './bits.ts';
import { PoseTracks } from './poseTracks.ts';
import type { AgentPose } from './trace.ts';
import { AGENT_STATES, KEYFRAME_STEPS, MAX_UNITS, UNITS_PER_METER, YAW_UNITS } from './traceFormat.ts';

const TELEPORTED = 4;
const FIRST_CAPACITY = 40;

/** A keyframe and the differences that follow it: bytes always, poses while they are looked at. */
export class FrameGroup {
  readonly steps: number[] = [];
  private readonly agents: number;
  private readonly payloads: Uint8Array[] = [];
  private poses: DecodedPoses | undefined;

  /** @param keyframe the bits behind the step. */
  constructor(agents: number, step: number, keyframe: Uint8Array) {
    this.agents = agents;
    this.steps.push(step);
    this.payloads.push(keyframe);
  }

  get firstStep(): number {
    return this.steps[0];
  }

  get lastStep(): number {
    return this.steps[this.steps.length - 1];
  }

  get frameCount(): number {
    return this.steps.length;
  }

  /**
   * Adds a difference to a group that is decoded.
   * @throws RangeError where it does not decode; the group is then as it was.
   */
  add(step: number, difference: Uint8Array): void {
    if (step - this.firstStep >= KEYFRAME_STEPS)
      throw new RangeError('A frame of the trace is too far from its keyframe.');
    if (!this.poses) throw new TypeError('A group that is added to is decoded first.');
    this.poses.add(difference, false);
    this.steps.push(step);
    this.payloads.push(difference);
  }

  /** @throws RangeError where it does not decode. */
  decode(): void {
    if (this.poses) return;
    const poses = new DecodedPoses(this.agents);
    for (const [index, payload] of this.payloads.entries()) poses.add(payload, index === 0);
    this.poses = poses;
  }

  /** Drops the poses; decode brings them back. */
  forget(): void {
    this.poses = undefined;
  }

  read(frame: number, agent: number, result: AgentPose): void {
    if (!this.poses) throw new TypeError('A group that is read is decoded first.');
    this.poses.read(frame, agent, result);
  }
}

/** The poses of one group: units, frame by frame, agent by agent. */
class DecodedPoses {
  private readonly agents: number;
  private readonly tracks: PoseTracks;
  /** Counts up once a frame was read to its end; one that turns out to be rubbish halfway is written over. */
  private frames = 0;
  /** xyz per agent and frame, units. */
  private places: Int32Array;
  private yaws: Uint8Array;
  /** Index into AGENT_STATES, and TELEPORTED. */
  private flags: Uint8Array;

  constructor(agents: number) {
    this.agents = agents;
    this.tracks = new PoseTracks(agents);
    this.places = new Int32Array(3 * agents * FIRST_CAPACITY);
    this.yaws = new Uint8Array(agents * FIRST_CAPACITY);
    this.flags = new Uint8Array(agents * FIRST_CAPACITY);
  }

  add(payload: Uint8Array, keyframe: boolean): void {
    const { agents, tracks } = this;
    if ((this.frames + 1) * agents > this.yaws.length) this.grow();
    const bits = new BitReader(payload, 0);
    for (let agent = 0; agent < agents; agent++) {
      const teleported = keyframe ? readWhole(bits, tracks, agent) : readDifference(bits, tracks, agent);
      const entry = this.frames * agents + agent;
      for (let axis = 0; axis < 3; axis++) {
        const unit = tracks.unit(3 * agent + axis);
        if (Math.abs(unit) > MAX_UNITS) throw new RangeError('A pose of the trace is out of its range.');
        this.places[3 * entry + axis] = unit;
      }
      this.yaws[entry] = tracks.yaw[agent];
      this.flags[entry] = tracks.state[agent] | (teleported ? TELEPORTED : 0);
    }
    bits.finish();
    this.frames++;
  }

  read(frame: number, agent: number, result: AgentPose): void {
    const entry = frame * this.agents + agent;
    result.x = this.places[3 * entry] / UNITS_PER_METER;
    result.y = this.places[3 * entry + 1] / UNITS_PER_METER;
    result.z = this.places[3 * entry + 2] / UNITS_PER_METER;
    result.yaw = (this.yaws[entry] / YAW_UNITS) * 2 * Math.PI;
    result.state = AGENT_STATES[this.flags[entry] & (TELEPORTED - 1)];
    result.teleported = (this.flags[entry] & TELEPORTED) !== 0;
  }

  private grow(): void {
    const places = new Int32Array(2 * this.places.length);
    places.set(this.places);
    this.places = places;
    const yaws = new Uint8Array(2 * this.yaws.length);
    yaws.set(this.yaws);
    this.yaws = yaws;
    const flags = new Uint8Array(2 * this.flags.length);
    flags.set(this.flags);
    this.flags = flags;
  }
}

function readWhole(bits: BitReader, tracks: PoseTracks, agent: number): boolean {
  for (let axis = 0; axis < 3; axis++) {
    const unit = bits.readSigned(10);
    tracks.set(agent, axis, unit, bits.readSigned(3));
  }
  tracks.yaw[agent] = bits.read(8);
  tracks.state[agent] = bits.read(2);
  return bits.bit() === 1;
}

function readDifference(bits: BitReader, tracks: PoseTracks, agent: number): boolean {
  tracks.advance(agent);
  if (bits.bit() === 0) return false;
  if (bits.bit() === 1) {
    const residualX = bits.readSigned(1);
    const residualY = bits.readSigned(0);
    tracks.correct(agent, residualX, residualY, bits.readSigned(1));
  }
  if (bits.bit() === 1) tracks.yaw[agent] = (tracks.yaw[agent] + bits.readSigned(2)) & (YAW_UNITS - 1);
  if (bits.bit() === 0) return false;
  tracks.state[agent] = bits.read(2);
  const teleported = bits.bit() === 1;
  if (teleported) for (let i = 3 * agent; i < 3 * agent + 3; i++) tracks.speed[i] = 0;
  return teleported;
}
