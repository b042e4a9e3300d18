import type { ViolationView } from '../../server/api/types.ts';
import type { AgentPose } from '../../sim/browser/trace.ts';
import type { FollowFrom, WorldViewer } from '../viewer/viewerTypes.ts';
import { AGENT_WORDS } from './agentWords.ts';
import { encodePermalink, type Permalink } from './permalink.ts';
import type { FeedDoors } from './runFeed.ts';
import { RunTimeline } from './runTimeline.ts';

/** What of the 3D view a session uses. */
export type SessionViewer = Pick<
  WorldViewer,
  'agents' | 'camera' | 'setPins' | 'selectPin' | 'goToViolation' | 'onPick' | 'on'
>;

export interface SessionOptions {
  /** Wall seconds, rising. */
  now(): number;
  /** What the address asked for. */
  link: Permalink;
  /** The view has changed so that its link is another; at most once in LINK_SECONDS. */
  onLink(hash: string): void;
  /** Something that is shown in words has changed; at most once a picture. */
  onChange(): void;
}

/** Browsers refuse to change the address more than about 100 times in 30 s. */
const LINK_SECONDS = 1;
/** Farther than this between two pictures, metres, and an agent was put elsewhere. A fall makes 0.9 m a picture. */
const LEAP_METERS = 2;

/**
 * One spectator: the run in time, who is followed and what is selected, and the 3D view that shows it. The page
 * calls `frame` before each picture and shows what changed in words.
 */
export class WatchSession {
  readonly timeline: RunTimeline;
  /** Agent that the camera is held by; null for a free camera. */
  followed: number | null = null;
  from: FollowFrom = 'behind';
  /** Who was followed last, for coming back from a free camera. */
  lastFollowed = 0;
  /** Id of a violation. */
  selection: string | null;

  readonly #options: SessionOptions;
  #viewer: SessionViewer | undefined;
  #detach: (() => void)[] = [];
  /** What the link asked of the camera, until there is one. */
  #link: Permalink | undefined;
  /** Opened without a wish for the camera: it starts with an agent as soon as there is one. */
  #choosesAgent: boolean;
  /** Opened with nothing but a violation: it is gone to as soon as it is known and held. */
  #goesToSelection: boolean;
  #shown = '';
  #labels = '';
  #pins: readonly ViolationView[] | undefined;
  #pictured = { seconds: -1, traceVersion: -1, frames: -1, followed: null as number | null };
  #places: number[] = [];
  /** Pictures until the camera is let go; 0 where it is not about to be. */
  #letsGoIn = 0;
  #linkedAt = -Infinity;
  #hash: string | undefined;

  constructor(runId: string, doors: FeedDoors, options: SessionOptions) {
    const { link } = options;
    this.#options = options;
    this.#link = link;
    this.#choosesAgent = link.agent === undefined && link.camera === undefined;
    this.selection = link.selection ?? null;
    this.#goesToSelection = link.selection !== undefined && link.seconds === undefined && this.#choosesAgent;
    this.timeline = new RunTimeline(runId, doors, { now: options.now, startSeconds: link.seconds });
  }

  close(): void {
    this.detach();
    this.timeline.close();
  }

  get selected(): ViolationView | undefined {
    return this.timeline.feed.violations.find(({ id }) => id === this.selection);
  }

  /** Agents of the run, once its trace has begun. */
  get agents(): number {
    return this.timeline.feed.trace.header?.agents ?? 0;
  }

  attach(viewer: SessionViewer): void {
    this.detach();
    this.#viewer = viewer;
    this.#pins = undefined;
    this.#labels = '';
    this.#pictured.frames = -1;
    this.#detach = [
      viewer.onPick(pick => {
        if (pick.kind === 'agent') this.follow(pick.agent, this.from);
        else if (pick.kind === 'violation') this.select(pick.id);
      }),
      viewer.on('mode', mode => {
        // Whoever begins to fly or walk has let go of the agent.
        if (mode !== 'follow') this.followed = null;
      }),
    ];
    const link = this.#link;
    this.#link = undefined;
    if (link?.agent !== undefined) this.follow(link.agent, link.from ?? 'behind');
    else if (link?.camera) viewer.camera.set(link.camera);
    else if (this.followed !== null) this.follow(this.followed, this.from);
  }

  detach(): void {
    for (const end of this.#detach.splice(0)) end();
    this.#viewer = undefined;
  }

  /** Goes where another link of the same run leads. */
  goToLink(link: Permalink): void {
    this.#goesToSelection = false;
    if (link.seconds !== undefined) {
      this.timeline.head.pause();
      this.timeline.head.seek(link.seconds);
    }
    this.selection = link.selection ?? null;
    this.#viewer?.selectPin(this.selection);
    if (link.agent !== undefined) this.follow(link.agent, link.from ?? 'behind');
    else {
      this.follow(null, this.from);
      if (link.camera) this.#viewer?.camera.set(link.camera);
    }
  }

  follow(agent: number | null, from: FollowFrom): void {
    this.#choosesAgent = false;
    if (agent === null && this.followed !== null && this.from === 'eyes' && this.#viewer) {
      // Let go inside a body, a camera would see nothing but it: it steps back first.
      this.#viewer.agents.follow(this.followed, 'behind');
      this.#letsGoIn = 2;
    } else {
      this.#letsGoIn = 0;
      this.#viewer?.agents.follow(agent, from);
    }
    this.followed = agent;
    this.lastFollowed = agent ?? this.lastFollowed;
    this.from = from;
    if (agent === null) this.#viewer?.agents.setTrail([]);
  }

  /** Shows a violation: its agent's way there where one met it, else the place; null for none. */
  select(id: string | null): void {
    this.selection = id;
    this.#viewer?.selectPin(id);
    const violation = this.selected;
    if (!violation) return;
    const shown = this.timeline.goTo(violation);
    if (shown && violation.agent !== undefined) this.follow(violation.agent, 'behind');
    else {
      this.follow(null, this.from);
      this.#viewer?.goToViolation(violation);
    }
  }

  /** The selected violation's neighbour in the order of time; the first or last where none is selected. */
  selectNext(direction: 1 | -1): void {
    const order = inOrder(this.timeline.feed.violations);
    if (order.length === 0) return;
    const at = order.findIndex(({ id }) => id === this.selection);
    const next = at < 0 ? (direction > 0 ? 0 : order.length - 1) : at + direction;
    this.select(order[(next + order.length) % order.length].id);
  }

  /** Once before each picture. */
  frame(): void {
    this.timeline.tick();
    if (this.#viewer) this.#begin();
    if (this.#letsGoIn > 0 && --this.#letsGoIn === 0) this.#viewer?.agents.follow(null, this.from);
    this.#draw();
    this.#tellLink();
    const shown = this.#words();
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#options.onChange();
  }

  /** Once there is something to see: what the address asked for, or the first agent. */
  #begin(): void {
    const { feed } = this.timeline;
    if (this.#goesToSelection && feed.trace.frameCount > 0 && (this.selected || feed.violationsFinal)) {
      this.#goesToSelection = false;
      if (this.selected) this.select(this.selection);
    }
    if (this.#choosesAgent && this.agents > 0) this.follow(0, 'behind');
  }

  /** The part of the address that leads to this view. */
  permalink(): string {
    const { head } = this.timeline;
    const camera = this.#viewer?.camera.get();
    return encodePermalink({
      ...(!head.following && head.last > 0 && { seconds: head.seconds }),
      ...(this.selection !== null && { selection: this.selection }),
      ...(this.followed !== null && { agent: this.followed, from: this.from }),
      ...(this.followed === null && camera && { camera }),
    });
  }

  #draw(): void {
    const viewer = this.#viewer;
    if (!viewer) return;
    const { feed, head } = this.timeline;
    if (feed.violations !== this.#pins) {
      this.#pins = feed.violations;
      viewer.setPins(feed.violations);
      viewer.selectPin(this.selection);
    }
    const { trace, traceVersion } = feed;
    const { seconds } = head;
    const pictured = this.#pictured;
    // At the edge of what is held a picture may change although the head stands.
    const frames = trace.frameCount === 0 ? 0 : 1;
    if (
      pictured.seconds === seconds &&
      pictured.traceVersion === traceVersion &&
      pictured.frames === frames &&
      pictured.followed === this.followed
    )
      return;
    const { header } = trace;
    if (pictured.frames !== frames && header) viewer.agents.setBody(bodyOf(header));
    this.#pictured = { seconds, traceVersion, frames, followed: this.followed };
    const poses = this.timeline.poses();
    this.#markLeaps(poses);
    viewer.agents.setAgents(poses);
    const labels = poses.map((pose, agent) => labelOf(pose, agent, this.followed));
    const joined = labels.join('\n');
    if (joined !== this.#labels) {
      this.#labels = joined;
      viewer.agents.setLabels(labels);
    }
    if (this.followed !== null) viewer.agents.setTrail(this.timeline.trail(this.followed));
  }

  /** A trace says it of one frame only, which a picture may miss; and the head itself leaps. */
  #markLeaps(poses: readonly AgentPose[]): void {
    for (const [agent, pose] of poses.entries()) {
      const [x, y, z] = this.#places.slice(3 * agent, 3 * agent + 3);
      if (x === undefined || Math.hypot(pose.x - x, pose.y - y, pose.z - z) > LEAP_METERS)
        pose.teleported = true;
      this.#places[3 * agent] = pose.x;
      this.#places[3 * agent + 1] = pose.y;
      this.#places[3 * agent + 2] = pose.z;
    }
  }

  #tellLink(): void {
    const now = this.#options.now();
    if (now - this.#linkedAt < LINK_SECONDS || !this.#viewer) return;
    this.#linkedAt = now;
    const hash = this.permalink();
    if (hash === this.#hash) return;
    this.#hash = hash;
    this.#options.onLink(hash);
  }

  /** Everything that the page shows in words, so that it is put together anew only when some of it changes. */
  #words(): string {
    const { feed, head } = this.timeline;
    const { failure, job, loading, trace } = feed;
    return [
      feed.state,
      failure?.code,
      job && [job.state, job.stage, Math.round(100 * job.fraction), job.message, job.queuePosition].join(),
      loading === null ? '' : Math.round(20 * loading),
      feed.repeatedStep === null ? '' : Math.floor(feed.repeatedStep / 60),
      feed.violations.map(({ id }) => id).join(),
      feed.violationsFinal,
      trace.header?.agents,
      trace.ranges.length,
      [head.playing, head.following, head.speed, head.starved, head.atEnd, head.live].join(),
      [this.followed, this.from, this.selection].join(),
      // What every agent does is told twice a second.
      Math.floor(2 * head.seconds),
    ].join('|');
  }
}

/** By time; what was found without one comes last. */
export function inOrder(violations: readonly ViolationView[]): ViolationView[] {
  return [...violations].sort(
    (a, b) => (a.time ?? Infinity) - (b.time ?? Infinity) || (a.id < b.id ? -1 : 1),
  );
}

function bodyOf(header: { bodyHeightMeters: number; bodyRadiusMeters: number }) {
  return { heightMeters: header.bodyHeightMeters, radiusMeters: header.bodyRadiusMeters };
}

/** Its number; of the one that is followed also what it does. Colours tell that of the others. */
function labelOf(pose: AgentPose, agent: number, followed: number | null): string {
  return agent === followed ? `${agent} · ${AGENT_WORDS[pose.state]}` : String(agent);
}
