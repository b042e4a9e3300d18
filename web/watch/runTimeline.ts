import type { ViolationView } from '../../server/api/types.ts';
import type { AgentPose } from '../../sim/browser/trace.ts';
import { ExploredCurve } from './exploredCurve.ts';
import { PlayHead, STEPS_PER_SECOND } from './playHead.ts';
import { type FeedDoors, RunFeed } from './runFeed.ts';

export interface TimelineOptions {
  /** Wall seconds, rising. */
  now(): number;
  /** Where to start, simulated seconds, instead of the live edge or the beginning; it stands there. */
  startSeconds?: number | undefined;
  /** Something that is shown apart from the moving head has changed. */
  onChange?(): void;
}

const SPANS_SECONDS = [15, 30, 60, 120, 300, 600, 1200, 2400, 3600];
/** How long before a violation its replay begins, simulated seconds: enough to see how its agent came there. */
export const LEAD_SECONDS = 4;
/** Length of the trail behind a followed agent, simulated seconds, and the time between its points. */
const TRAIL_SECONDS = 4;
const TRAIL_STEP_SECONDS = 0.1;

/**
 * A run in time, as a spectator has it: the feed that brings it, and the head that moves in it. Knows nothing of
 * pages and pictures; whoever shows it calls `tick` before each picture and asks for the poses.
 */
export class RunTimeline {
  readonly feed: RunFeed;
  readonly head: PlayHead;
  readonly explored = new ExploredCurve();
  readonly #onChange: (() => void) | undefined;
  readonly #startSeconds: number | undefined;
  #started = false;
  #traceVersion = 0;
  #poses: AgentPose[] = [];

  constructor(runId: string, doors: FeedDoors, options: TimelineOptions) {
    this.head = new PlayHead(options.now);
    this.#startSeconds = options.startSeconds;
    this.#onChange = options.onChange;
    this.feed = new RunFeed(runId, doors, () => this.#take());
  }

  close(): void {
    this.feed.close();
  }

  /** The run is still going and its frames come. */
  get live(): boolean {
    return this.feed.state === 'live';
  }

  /** Steps of 1/60 s, whole: what two spectators compare. */
  get step(): number {
    return Math.floor(this.head.seconds * STEPS_PER_SECOND + 1e-6);
  }

  /**
   * Simulated seconds that a timeline shows. While the run goes on it has room to grow, so that marks stay where they
   * are, but no more than the run may take.
   */
  get spanSeconds(): number {
    const { run } = this.feed;
    const held = this.head.last;
    if (held === 0) return Math.min(run?.seconds ?? SPANS_SECONDS[0], SPANS_SECONDS[2]);
    if (!this.live) return Math.max(held, run?.result?.simulatedSeconds ?? 0);
    const roomy = SPANS_SECONDS.find(span => span >= held * 1.05) ?? held;
    return Math.max(held, Math.min(roomy, run?.seconds ?? roomy));
  }

  tick(): void {
    this.explored.extend(this.feed.trace);
    this.head.tick();
  }

  /** Every agent where the head is; the same array each time. Empty before the first frame. */
  poses(): readonly AgentPose[] {
    const { trace } = this.feed;
    const agents = trace.frameCount > 0 ? (trace.header?.agents ?? 0) : 0;
    while (this.#poses.length < agents)
      this.#poses.push({ x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false });
    this.#poses.length = agents;
    const step = Math.max(trace.firstStep, this.head.seconds * STEPS_PER_SECOND);
    for (let agent = 0; agent < agents; agent++) trace.poseAt(step, agent, this.#poses[agent]);
    return this.#poses;
  }

  /** Where an agent's feet were in the last seconds, oldest first, from where it last was put elsewhere. */
  trail(agent: number): (readonly [number, number, number])[] {
    const { trace } = this.feed;
    const points: [number, number, number][] = [];
    const pose: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false };
    for (let ago = 0; ago <= TRAIL_SECONDS; ago += TRAIL_STEP_SECONDS) {
      const seconds = ago === 0 ? this.head.seconds : onGrid(this.head.seconds) - ago;
      if (!trace.poseAt(seconds * STEPS_PER_SECOND, agent, pose)) break;
      const newer = points.at(-1);
      // A body is never so fast between two points: it was put elsewhere.
      if (newer && Math.hypot(pose.x - newer[0], pose.z - newer[2]) > TELEPORT_METERS) break;
      points.push([pose.x, pose.y, pose.z]);
    }
    return points.reverse();
  }

  /** A little before a violation, playing; false where its moment is unknown or not held. */
  goTo(violation: ViolationView): boolean {
    if (violation.time === undefined || violation.time > this.head.last) return false;
    this.head.seek(Math.max(0, violation.time - LEAD_SECONDS));
    this.head.speed = 1;
    this.head.play();
    return true;
  }

  #take(): void {
    const { feed, head } = this;
    const { trace } = feed;
    if (feed.traceVersion !== this.#traceVersion) {
      this.#traceVersion = feed.traceVersion;
      this.explored.restart();
    }
    if (trace.frameCount > 0) {
      head.setEdges(trace.firstStep / STEPS_PER_SECOND, trace.lastStep / STEPS_PER_SECOND, this.live);
      this.#start();
    }
    this.#onChange?.();
  }

  /** With the first frames: to the time that was asked for, the live edge, or the beginning. */
  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const { head } = this;
    const wish = this.#startSeconds;
    // What has yet to happen, or is not held before the run's file comes, cannot be shown.
    if (wish !== undefined && wish >= head.first && wish <= head.last) head.seek(wish);
    else if (this.live) head.goLive();
    else {
      head.seek(head.first);
      head.play();
    }
  }
}

/** 6 m/s for the time between two points, and half a metre of slack. */
const TELEPORT_METERS = 1.1;

/** Points of a trail stay where they are while it moves on: each at a whole multiple of the time between two. */
function onGrid(seconds: number): number {
  return Math.ceil(seconds / TRAIL_STEP_SECONDS) * TRAIL_STEP_SECONDS;
}
