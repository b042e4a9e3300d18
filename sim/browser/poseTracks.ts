import { FINE_PER_UNIT } from './traceFormat.ts';

/** A residual up to this is a speed that was a little off; a larger one is a turn, a stop or a stair. */
const SMALL_RESIDUAL_UNITS = 3;
/** 16 m in a frame is a jump, not a speed. */
const JUMP_UNITS = 4096;
const MAX_AGE = 255;

/**
 * What encoder and reader both know of each agent, and so need not say: where it was, and where it goes if it
 * goes on as before. Each axis is predicted by its speed; a correction moves the place and mends the speed.
 */
export class PoseTracks {
  /** xyz per agent, fine units. Floats that hold whole numbers: the range is beyond 32 bits. */
  readonly place: Float64Array;
  /** xyz per agent, fine units a frame. */
  readonly speed: Float64Array;
  /** Yaw units. */
  readonly yaw: Uint8Array;
  /** Index into AGENT_STATES. */
  readonly state: Uint8Array;
  /** Frames since the last correction. */
  private readonly age: Uint8Array;

  constructor(agents: number) {
    this.place = new Float64Array(3 * agents);
    this.speed = new Float64Array(3 * agents);
    this.yaw = new Uint8Array(agents);
    this.state = new Uint8Array(agents);
    this.age = new Uint8Array(agents);
  }

  /** Moves an agent on by a frame, as predicted. */
  advance(agent: number): void {
    for (let i = 3 * agent; i < 3 * agent + 3; i++) this.place[i] += this.speed[i];
    if (this.age[agent] < MAX_AGE) this.age[agent]++;
  }

  /** Units, of entry 3 · agent + axis. */
  unit(i: number): number {
    return Math.round(this.place[i] / FINE_PER_UNIT);
  }

  /** Puts an agent where it is: residuals against the prediction, in units. */
  correct(agent: number, residualX: number, residualY: number, residualZ: number): void {
    this.correctAxis(agent, 0, residualX);
    this.correctAxis(agent, 1, residualY);
    this.correctAxis(agent, 2, residualZ);
    this.age[agent] = 0;
  }

  private correctAxis(agent: number, axis: number, residual: number): void {
    if (residual === 0) return;
    const i = 3 * agent + axis;
    this.place[i] = (this.unit(i) + residual) * FINE_PER_UNIT;
    if (Math.abs(residual) > JUMP_UNITS) {
      this.speed[i] = 0;
      return;
    }
    const over = Math.abs(residual) > SMALL_RESIDUAL_UNITS ? 1 : Math.max(1, this.age[agent]);
    this.speed[i] += Math.round((FINE_PER_UNIT * residual) / over);
  }

  /** Puts an agent anywhere, in units, with a speed in units a frame. */
  set(agent: number, axis: number, unit: number, speed: number): void {
    this.place[3 * agent + axis] = unit * FINE_PER_UNIT;
    this.speed[3 * agent + axis] = speed * FINE_PER_UNIT;
    this.age[agent] = 0;
  }
}
