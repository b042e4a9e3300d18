import type { ViolationView } from '../../server/api/types.ts';
import { type AgentPose, TRACE_FRAME_STEPS } from '../../sim/browser/trace.ts';
import type { PoseSource } from './heldTrace.ts';
import { FRAME_SECONDS, STEPS_PER_SECOND } from './playHead.ts';

/** Simulated seconds shown before the violation: the way there, and what the agent tried. */
export const REPLAY_SECONDS = 6;
/** And after it, to see how it ends. */
const AFTER_SECONDS = 0.75;
/** Wall seconds for which the last picture stands before the loop begins again. */
const HOLD_SECONDS = 0.8;

/** An agent's last seconds before a violation, as a loop. */
export interface Replay {
  readonly agent: number;
  /** Simulated seconds of the run: the part that is shown, and the moment of the violation in it. */
  readonly from: number;
  readonly to: number;
  readonly moment: number;
  /** Where the loop is. */
  readonly seconds: number;
  readonly playing: boolean;
  /** Moves by wall time where it plays. */
  advance(elapsedSeconds: number): void;
  play(): void;
  pause(): void;
  /** Stops, and goes to another frame. */
  stepFrames(frames: number): void;
  seek(seconds: number): void;
  /** Where the agent is; the same object each time. */
  pose(): AgentPose;
  /** The way of its feet through the whole part, oldest first. */
  path(): (readonly [number, number, number])[];
}

/**
 * The replay of what a violation's witness met; undefined where none did (it was found in the geometry), or where
 * the trace does not hold that moment. The part never reaches over a moment where the agent was put elsewhere.
 */
export function createReplay(source: PoseSource, violation: ViolationView): Replay | undefined {
  const { agent, time } = violation;
  if (agent === undefined || time === undefined) return undefined;
  const part = replayPart(source, agent, Math.round(time * STEPS_PER_SECOND));
  return part && new LoopedReplay(source, agent, part);
}

interface Part {
  fromStep: number;
  momentStep: number;
  toStep: number;
}

const pose: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false };

/** Which steps to show: frames are looked at one by one from the violation, back and on, up to a teleport. */
export function replayPart(source: PoseSource, agent: number, momentStep: number): Part | undefined {
  const known = (step: number) => source.poseAt(step, agent, pose);
  if (momentStep < source.firstStep || momentStep > source.lastStep + AFTER_SECONDS * STEPS_PER_SECOND)
    return undefined;
  const moment = Math.min(momentStep, source.lastStep);
  let frame = moment - (moment % TRACE_FRAME_STEPS);
  // What befell it may have put it elsewhere in the very step that found it.
  if (known(frame) && pose.teleported && known(frame - TRACE_FRAME_STEPS)) frame -= TRACE_FRAME_STEPS;
  const earliest = Math.max(source.firstStep, frame - REPLAY_SECONDS * STEPS_PER_SECOND);
  let from = frame;
  while (known(from) && !pose.teleported && from - TRACE_FRAME_STEPS >= earliest) from -= TRACE_FRAME_STEPS;
  if (!known(from)) return undefined;
  let to = frame;
  const latest = Math.min(source.lastStep, moment + AFTER_SECONDS * STEPS_PER_SECOND);
  for (let next = to + TRACE_FRAME_STEPS; next <= latest; next += TRACE_FRAME_STEPS) {
    if (!known(next) || pose.teleported) break;
    to = next;
  }
  return to > from ? { fromStep: from, momentStep: Math.min(moment, to), toStep: to } : undefined;
}

class LoopedReplay implements Replay {
  readonly agent: number;
  readonly from: number;
  readonly to: number;
  readonly moment: number;
  seconds: number;
  playing = true;
  readonly #source: PoseSource;
  readonly #pose: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false };
  /** Wall seconds that the last picture has stood. */
  #held = 0;

  constructor(source: PoseSource, agent: number, part: Part) {
    this.#source = source;
    this.agent = agent;
    this.from = part.fromStep / STEPS_PER_SECOND;
    this.to = part.toStep / STEPS_PER_SECOND;
    this.moment = part.momentStep / STEPS_PER_SECOND;
    this.seconds = this.from;
  }

  advance(elapsedSeconds: number): void {
    if (!this.playing) return;
    if (this.seconds < this.to) {
      this.seconds = Math.min(this.to, this.seconds + Math.max(0, elapsedSeconds));
      this.#held = 0;
    } else {
      this.#held += elapsedSeconds;
      if (this.#held >= HOLD_SECONDS) this.seconds = this.from;
    }
  }

  play(): void {
    this.playing = true;
    this.#held = HOLD_SECONDS;
  }

  pause(): void {
    this.playing = false;
  }

  stepFrames(frames: number): void {
    this.pause();
    const position = (this.seconds - this.from) / FRAME_SECONDS;
    const from = frames > 0 ? Math.floor(position + 1e-6) : Math.ceil(position - 1e-6);
    this.seek(this.from + (from + frames) * FRAME_SECONDS);
  }

  seek(seconds: number): void {
    this.seconds = Math.min(this.to, Math.max(this.from, seconds));
    this.#held = 0;
  }

  pose(): AgentPose {
    this.#source.poseAt(this.seconds * STEPS_PER_SECOND, this.agent, this.#pose);
    // The loop's own jump back is one: nothing is to glide over it.
    this.#pose.teleported = this.seconds === this.from;
    return this.#pose;
  }

  path(): (readonly [number, number, number])[] {
    const points: [number, number, number][] = [];
    for (let seconds = this.from; seconds <= this.to + 1e-9; seconds += FRAME_SECONDS)
      if (this.#source.poseAt(seconds * STEPS_PER_SECOND, this.agent, pose))
        points.push([pose.x, pose.y, pose.z]);
    return points;
  }
}
