import { TRACE_FRAME_STEPS } from '../../sim/browser/trace.ts';

/** Steps of a simulated second. */
export const STEPS_PER_SECOND = 60;
/** Simulated seconds between two frames of a trace. */
export const FRAME_SECONDS = TRACE_FRAME_STEPS / STEPS_PER_SECOND;
/** What can be chosen; 1 is real time. */
export const SPEEDS = [0.25, 0.5, 1, 2, 4, 8] as const;

/**
 * Wall seconds that the head stays behind the live edge: three frames of the stream. Less, and an ordinary hiccup of
 * the network shows as a stop; more, and spectators react to what is long over.
 */
export const JITTER_SECONDS = 0.15;
/** How hard the head is pulled to its place behind the edge, per second: a frame's error of 50 ms is 10 % of speed. */
const PULL = 2;
/** Further off than this, wall seconds, the head jumps: it would take too long to catch up. */
const JUMP_SECONDS = 1;
/** Wall seconds of arrivals from which the stream's own speed is told. */
const RATE_WINDOW_SECONDS = 2;
/** A page that draws nothing for longer, wall seconds, was hidden: what is played does not go on behind its back. */
const HIDDEN_SECONDS = 1;
/** A stream that stands for longer than this, wall seconds, is shown as waiting. */
const STARVED_SECONDS = 1;

/**
 * Where a spectator is in a run, simulated seconds. Plays what is held at a chosen speed, or follows the edge of a
 * run that is still going: the run's own speed is measured from the arrivals and the head pulled along behind it, so
 * that it neither stutters with the network nor drifts. All wall times come from `now` (seconds), so that a test
 * needs no waiting.
 */
export class PlayHead {
  /** Simulated seconds from the start of the run. */
  seconds = 0;
  playing = false;
  speed = 1;
  /** Held to the live edge. */
  following = false;
  /** What is held of the run, simulated seconds. */
  first = 0;
  last = 0;
  /** The run is still going: `last` will grow. */
  live = false;

  readonly #now: () => number;
  #tickedAt: number;
  #arrivals: { wall: number; last: number }[] = [];

  constructor(now: () => number) {
    this.#now = now;
    this.#tickedAt = now();
  }

  /** The stream brought more, or a file replaced it. */
  setEdges(first: number, last: number, live: boolean): void {
    const wall = this.#now();
    if (live && last > this.last) {
      this.#arrivals.push({ wall, last });
      // One older than the window is kept: what came since is measured from it.
      while (this.#arrivals.length > 2 && wall - this.#arrivals[1].wall > RATE_WINDOW_SECONDS)
        this.#arrivals.shift();
    }
    this.first = first;
    this.last = last;
    this.live = live;
    if (!live && this.following) {
      // What is left of the buffer is played to its end.
      this.following = false;
      this.speed = Math.max(1, this.speed);
    }
    this.seconds = this.#within(this.seconds);
  }

  /** The stream broke off and begins anew: what its speed was says nothing any more. */
  forgetRate(): void {
    this.#arrivals = [];
  }

  /** Simulated seconds per wall second at which the run is going; 1 until it can be told. */
  get liveRate(): number {
    const oldest = this.#arrivals[0];
    const newest = this.#arrivals.at(-1);
    if (!oldest || !newest || newest.wall - oldest.wall < 0.25) return 1;
    return (newest.last - oldest.last) / (newest.wall - oldest.wall);
  }

  /** Simulated seconds behind the live edge; 0 where the run is over. */
  get behindLive(): number {
    return this.live ? Math.max(0, this.last - this.seconds) : 0;
  }

  /** Follows a run from which nothing has come for a while. */
  get starved(): boolean {
    const newest = this.#arrivals.at(-1);
    return (
      this.following && newest !== undefined && this.#now() - newest.wall > STARVED_SECONDS && !this.#behind()
    );
  }

  get atEnd(): boolean {
    return !this.live && this.seconds >= this.last - 1e-9;
  }

  /** Moves by the wall time since the last call. */
  tick(): void {
    const wall = this.#now();
    const elapsed = Math.max(0, wall - this.#tickedAt);
    this.#tickedAt = wall;
    if (!this.playing) return;
    if (this.following) this.#follow(elapsed);
    else {
      this.seconds = this.#within(this.seconds + Math.min(elapsed, HIDDEN_SECONDS) * this.speed);
      if (this.seconds < this.last) return;
      if (this.live) this.#startFollowing();
      else this.playing = false;
    }
  }

  /** From the beginning again where it had come to the end. */
  play(): void {
    if (this.atEnd) this.seconds = this.first;
    this.#tickedAt = this.#now();
    this.playing = true;
  }

  pause(): void {
    this.playing = false;
    this.following = false;
  }

  /** Slower than the run means to fall behind it; faster changes nothing while it is followed. */
  setSpeed(speed: number): void {
    this.speed = Math.min(SPEEDS[SPEEDS.length - 1], Math.max(SPEEDS[0], speed));
    if (this.speed < 1) this.following = false;
  }

  /** Goes to a time, kept within what is held; to the very end of a running one means to follow it. */
  seek(seconds: number): void {
    if (!Number.isFinite(seconds)) return;
    this.seconds = this.#within(seconds);
    this.following = false;
    if (this.live && this.playing && this.seconds >= this.last - JITTER_SECONDS) this.#startFollowing();
  }

  /** Stops, and goes to the frame that is `frames` away. */
  stepFrames(frames: number): void {
    this.pause();
    const position = this.seconds / FRAME_SECONDS;
    // Between two frames, one forward is the next frame and one back the one just shown.
    const from = frames > 0 ? Math.floor(position + 1e-6) : Math.ceil(position - 1e-6);
    this.seconds = this.#within((from + frames) * FRAME_SECONDS);
  }

  goLive(): void {
    if (!this.live) return;
    this.playing = true;
    this.speed = Math.max(1, this.speed);
    this.#tickedAt = this.#now();
    this.#startFollowing();
    this.seconds = this.#within(this.#target());
  }

  #startFollowing(): void {
    this.following = true;
    if (this.speed > 1) this.speed = 1;
  }

  #target(): number {
    return this.last - JITTER_SECONDS * Math.max(1, this.liveRate);
  }

  /** There is still something between the head and the edge. */
  #behind(): boolean {
    return this.seconds < this.last - FRAME_SECONDS / 2;
  }

  #follow(elapsed: number): void {
    const rate = this.liveRate;
    const error = this.#target() - this.seconds;
    if (Math.abs(error) > JUMP_SECONDS * Math.max(1, rate)) {
      this.seconds = this.#within(this.#target());
      return;
    }
    this.seconds = this.#within(this.seconds + elapsed * Math.max(0, rate + PULL * error));
  }

  #within(seconds: number): number {
    return Math.min(this.last, Math.max(this.first, seconds));
  }
}
