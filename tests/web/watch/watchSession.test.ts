import { afterEach, describe, expect, it } from 'vitest';
import type { RunView } from '../../../server/api/types.ts';
import type { AgentPose } from '../../../sim/browser/trace.ts';
import type { CameraMode, CameraView, Pick, Point } from '../../../web/viewer/viewerTypes.ts';
import { parsePermalink } from '../../../web/watch/permalink.ts';
import { type SessionViewer, WatchSession } from '../../../web/watch/watchSession.ts';
import {
  HandPlayedServer,
  joined,
  makeRun,
  packets,
  RUN,
  result,
  settled,
  TRACE_FILE,
  violation,
} from './handMadeRun.ts';

const made = makeRun({ agents: 3, seconds: 20, teleportSteps: [600] });
const FALL = violation({ id: 'fall-through-00000001', agent: 2, time: 12, position: [1, 0, 2] });
const HOLE = violation({ id: 'bad-geometry-00000001', position: [5, 0, 5], severity: 'warning' });
const ENDED: Partial<RunView> = {
  state: 'completed',
  agents: 3,
  result: result(20, [HOLE, FALL]),
  files: { 'trace.bin': TRACE_FILE },
};

/** What a 3D view was told, without one. */
class ToldViewer {
  poses: AgentPose[] = [];
  labels: readonly string[] | undefined;
  trail: readonly Point[] = [];
  followed: { agent: number; from: string } | null = null;
  pins: string[] = [];
  pin: string | null = null;
  wentTo: string[] = [];
  view: CameraView = { position: [0, 1.6, 0], target: [0, 1.6, -1], mode: 'walk' };
  draws = 0;
  #pick: ((pick: Pick) => void) | undefined;
  #mode: ((mode: CameraMode) => void) | undefined;

  readonly viewer: SessionViewer = {
    agents: {
      setBody: () => undefined,
      setAgents: poses => {
        this.poses = poses.map(pose => ({ ...pose }));
        this.draws++;
      },
      setLabels: labels => {
        this.labels = labels;
      },
      follow: (agent, from) => {
        this.followed = agent === null ? null : { agent, from };
        this.setMode(agent === null ? 'fly' : 'follow');
      },
      setTrail: points => {
        this.trail = points;
      },
    },
    camera: {
      get: () => this.view,
      set: view => {
        this.view = { ...this.view, ...view };
      },
    },
    setPins: violations => {
      this.pins = violations.map(({ id }) => id);
    },
    selectPin: id => {
      this.pin = id;
    },
    goToViolation: ({ id }) => this.wentTo.push(id),
    onPick: listener => {
      this.#pick = listener;
      return () => undefined;
    },
    on: (name, listener) => {
      if (name === 'mode') this.#mode = listener as (mode: CameraMode) => void;
      return () => undefined;
    },
  };

  pick(pick: Pick): void {
    this.#pick?.(pick);
  }

  /** As when somebody takes the camera by hand. */
  setMode(mode: CameraMode): void {
    this.view = { ...this.view, mode };
    this.#mode?.(mode);
  }
}

const open: WatchSession[] = [];
afterEach(() => {
  for (const session of open.splice(0)) session.close();
});

async function watch(run: Partial<RunView>, hash = '') {
  const server = new HandPlayedServer(run);
  server.file = Uint8Array.from(packets(made));
  server.join = () => joined({ bytes: Uint8Array.from(packets(made, 0, 300)).buffer, nextSequence: 101 });
  const clock = { seconds: 10 };
  const links: string[] = [];
  let changes = 0;
  const session = new WatchSession(RUN.id, server.doors, {
    now: () => clock.seconds,
    link: parsePermalink(hash),
    onLink: link => links.push(link),
    onChange: () => changes++,
  });
  open.push(session);
  await settled();
  const told = new ToldViewer();
  session.attach(told.viewer);
  const pass = (seconds: number) => {
    for (let passed = 0; passed < seconds - 1e-9; passed += 0.05) {
      clock.seconds += 0.05;
      session.frame();
    }
  };
  pass(0.05);
  return { session, told, server, pass, links, changes: () => changes };
}

describe('a spectator', () => {
  it('begins behind the first agent, and sees all of them move', async () => {
    const { told, pass } = await watch(ENDED);
    expect(told.followed).toEqual({ agent: 0, from: 'behind' });
    expect(told.poses).toHaveLength(3);
    pass(2);
    expect(told.poses[1].x).toBeCloseTo(2, 0);
    expect(told.labels).toEqual(['0 · walks', '1', '2']);
    expect(told.trail.length).toBeGreaterThan(10);
    expect(told.pins).toEqual([HOLE.id, FALL.id]);
  });

  it('draws nothing anew while it stands', async () => {
    const { session, told, pass } = await watch(ENDED);
    session.timeline.head.pause();
    pass(0.1);
    const { draws } = told;
    pass(2);
    expect(told.draws).toBe(draws);
  });

  it('marks an agent that leaps between two pictures, so that nothing glides', async () => {
    const { session, told, pass } = await watch(ENDED);
    session.timeline.head.seek(9.85);
    pass(0.05);
    const leaps: number[] = [];
    for (let i = 0; i < 10; i++) {
      pass(0.05);
      told.poses.forEach((pose, agent) => {
        if (pose.teleported) leaps.push(agent);
      });
    }
    expect(leaps).toEqual([0]);
  });

  it('goes to a few seconds before a violation, behind its agent', async () => {
    const { session, told } = await watch(ENDED);
    session.select(FALL.id);
    expect(session.timeline.head.seconds).toBe(8);
    expect(told.followed).toEqual({ agent: 2, from: 'behind' });
    expect(told.pin).toBe(FALL.id);
    expect(told.wentTo).toEqual([]);
  });

  it('goes to the place of a violation that no agent met', async () => {
    const { session, told } = await watch(ENDED);
    const { seconds } = session.timeline.head;
    session.select(HOLE.id);
    expect(session.timeline.head.seconds).toBe(seconds);
    expect(told.followed).toBeNull();
    expect(told.wentTo).toEqual([HOLE.id]);
  });

  it('goes through violations in the order of time, round and round', async () => {
    const { session } = await watch(ENDED);
    session.selectNext(1);
    expect(session.selection).toBe(FALL.id);
    session.selectNext(1);
    expect(session.selection).toBe(HOLE.id);
    session.selectNext(1);
    expect(session.selection).toBe(FALL.id);
    session.selectNext(-1);
    expect(session.selection).toBe(HOLE.id);
  });

  it('follows what is picked in the view, and lets go when the camera is taken', async () => {
    const { session, told } = await watch(ENDED);
    told.pick({ kind: 'agent', agent: 1 });
    expect(session.followed).toBe(1);
    told.setMode('fly');
    expect(session.followed).toBeNull();
    told.pick({ kind: 'violation', id: FALL.id });
    expect(session.followed).toBe(2);
    told.pick({ kind: 'nothing' });
    expect(session.followed).toBe(2);
  });

  it('steps back out of an agent before it lets go of it', async () => {
    const { session, told, pass } = await watch(ENDED);
    session.follow(1, 'eyes');
    expect(told.followed).toEqual({ agent: 1, from: 'eyes' });
    session.follow(null, 'eyes');
    expect(session.followed).toBeNull();
    expect(told.followed).toEqual({ agent: 1, from: 'behind' });
    pass(0.2);
    expect(told.followed).toBeNull();
    expect(session.followed).toBeNull();
  });

  it('tells its link at most once a second, and only where it changed', async () => {
    const { session, pass, links } = await watch(ENDED);
    pass(5);
    expect(links.length).toBeGreaterThanOrEqual(4);
    expect(links.length).toBeLessThanOrEqual(6);
    session.timeline.head.pause();
    pass(1.5);
    const { length } = links;
    pass(5);
    expect(links).toHaveLength(length);
  });

  it('is restored by its link: time, selection, agent and camera', async () => {
    const first = await watch(ENDED);
    first.session.select(FALL.id);
    first.pass(1.5);
    first.session.timeline.head.pause();
    const followed = await watch(ENDED, `#${first.session.permalink()}`);
    expect(followed.session.timeline.head.seconds).toBeCloseTo(first.session.timeline.head.seconds, 2);
    expect(followed.session.timeline.head.playing).toBe(false);
    expect(followed.session.selection).toBe(FALL.id);
    expect(followed.told.pin).toBe(FALL.id);
    expect(followed.told.followed).toEqual({ agent: 2, from: 'behind' });

    first.session.follow(null, 'behind');
    first.told.view = { position: [3, 2, 1], target: [0, 1, 0], mode: 'fly' };
    const free = await watch(ENDED, first.session.permalink());
    expect(free.told.view).toEqual(first.told.view);
    expect(free.session.followed).toBeNull();
  });

  it('goes to the violation that a link names alone', async () => {
    const { session, told } = await watch(ENDED, `#v=${FALL.id}`);
    expect(session.timeline.head.seconds).toBeCloseTo(8, 1);
    expect(told.followed).toEqual({ agent: 2, from: 'behind' });
  });

  it('leaves the time out of the link while it is live', async () => {
    const { session } = await watch({ agents: 3 });
    expect(session.timeline.head.following).toBe(true);
    expect(parsePermalink(session.permalink())).toEqual({ agent: 0, from: 'behind' });
  });

  it('says when words have changed, not at every picture', async () => {
    const { changes, pass } = await watch(ENDED);
    const before = changes();
    pass(5);
    // Twice a second for what the agents do.
    expect(changes() - before).toBeLessThanOrEqual(12);
    expect(changes() - before).toBeGreaterThan(5);
  });
});
