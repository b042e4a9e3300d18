import { EntityManager } from 'yuka';
import { STEP_SECONDS } from '../../engine/clock.ts';
import { Crowd } from '../../engine/locomotion/crowd.ts';
import { createWalker } from '../../engine/locomotion/walker.ts';
import type { PhysicsWorld } from '../../engine/physics/createPhysicsWorld.ts';
import type { LongOptions } from '../../engine/progress.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { createRandom } from '../../engine/random.ts';
import { createStateHasher } from '../../engine/stateHash.ts';
import type { Body } from '../body.ts';
import { type AgentPose, TRACE_FRAME_STEPS } from '../browser/trace.ts';
import { FALL_METERS, type Fall } from '../detectors/fallThrough.ts';
import type { Confinement } from '../detectors/stuck.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import { Pacer } from '../observe/pacer.ts';
import { PoseRecorder } from '../observe/poseRecorder.ts';
import type { Pace } from '../observe/runObserver.ts';
import { type Captive, judgeAttempt, watchProgress } from './escapeAttempts.ts';
import { Explorer } from './explorer.ts';
import type { Mission } from './mission.ts';
import { PERSONAS, PUSHER } from './personas.ts';
import { withSeededRandom } from './seededYuka.ts';

export interface SimulationOptions extends LongOptions {
  agents: number;
  seconds: number;
  seed: number;
  /** Feet, metres. */
  spawns: readonly (readonly [number, number, number])[];
  observe?: SimulationObserver | undefined;
}

/** Told while it runs; see RunObserver. */
export interface SimulationObserver {
  pace?: Pace | undefined;
  onFrame(step: number, poses: readonly AgentPose[]): void;
  /** After each step; the hash is of where every agent stands after it, to find the first step that differs. */
  onStep?: ((step: number, hash: string) => void) | undefined;
  onFall(fall: Fall): void;
  onConfinement(confinement: Confinement): void;
}

export interface SimulationResult {
  steps: number;
  agentSteps: number;
  falls: Fall[];
  confinements: Confinement[];
  /** Over every agent's place, twice a second. */
  pathHash: string;
  /** The same hash as it stood at each whole second, eight digits each; of the first CHECKPOINTS seconds. */
  checkpoints: string[];
}

const STEPS_PER_SECOND = Math.round(1 / STEP_SECONDS);
/** Standing is looked up this often; a sprinter gets 40 cm further in between. */
const LOOK_STEPS = 6;
/** A run ends early when nothing new was entered for this long and every border place was tried. */
const QUIET_SECONDS = 20;
/** Ten minutes of seconds: few runs are longer, and a report stays small. */
const CHECKPOINTS = 600;
/** Below the lowest triangle by this much nothing comes any more. */
const BELOW_WORLD_METERS = 4;
/** A body up to a step beside a polygon, or a step above or below it, still stands on it. */
const STAND_REACH_METERS = 0.5;

interface AgentState extends Captive {
  stood: [number, number, number];
  entry: [number, number, number] | undefined;
  /** Put elsewhere since the last frame that an observer was given. */
  teleported: boolean;
}

/**
 * Runs the agents in fixed steps until the time is up or nothing new is found. Each step: minds (Yuka), bodies
 * (the engine's walker), then what happened to whom. The same seed and world give the same steps.
 */
export async function simulate(
  mission: Mission,
  reachable: Set<number>,
  physics: PhysicsWorld,
  bvh: TriangleBvh,
  body: Body,
  options: SimulationOptions,
): Promise<SimulationResult> {
  const random = createRandom(`${options.seed}/agents`);
  const yukaRandom = random.fork('yuka');
  const spawnRandom = random.fork('spawns');
  const hasher = createStateHasher();
  const falls: Fall[] = [];
  const confinements: Confinement[] = [];
  const checkpoints: string[] = [];
  const entities = new EntityManager();

  const crowd = new Crowd();
  const walkerOptions = {
    stepHeightMeters: body.stepHeight,
    jumpHeightMeters: body.jumpHeight,
  };
  const states: AgentState[] = withSeededRandom(yukaRandom, () =>
    Array.from({ length: options.agents }, (_, index) => {
      const persona = PERSONAS[index % PERSONAS.length];
      const explorer = new Explorer(
        index,
        { ...persona, speed: persona.speed * body.scale },
        mission,
        random.fork(`agent-${index}`),
      );
      entities.add(explorer);
      const scale = persona.bodyScale;
      const spawn = [...options.spawns[index % options.spawns.length]] as [number, number, number];
      const state: AgentState = {
        explorer,
        walker: createWalker(
          physics,
          {
            ...walkerOptions,
            heightMeters: body.height * scale,
            radiusMeters: body.radius * scale,
          },
          spawn,
          crowd,
        ),
        spawn,
        stood: [...spawn],
        entry: undefined,
        anchor: spawn,
        wantedMeters: 0,
        offGroundSteps: 0,
        component: -1,
        attempt: undefined,
        teleported: false,
      };
      place(state, spawn, mission);
      return state;
    }),
  );

  const { observe } = options;
  const recorder = observe && new PoseRecorder(options.agents);
  const pacer = observe?.pace === 'live' ? new Pacer() : undefined;
  const updateMinds = () => entities.update(STEP_SECONDS);
  const totalSteps = Math.ceil(options.seconds * STEPS_PER_SECOND);
  /** What the agent at hand wants, m/s along world x and z. */
  const wish: [number, number] = [0, 0];
  let lastNewStep = 0;
  let step = 0;
  for (; step < totalSteps; step++) {
    if (step % STEPS_PER_SECOND === 0) {
      // Lets the signal and other work of this thread come through.
      await new Promise(resume => setImmediate(resume));
      throwIfCancelled(options.signal);
      if (step > 0 && checkpoints.length < CHECKPOINTS) checkpoints.push(hasher.digest().slice(0, 8));
      mission.refreshFrontier();
      options.onProgress?.({
        stage: 'explore',
        fraction: step / totalSteps,
        message: `${Math.round((100 * mission.coverage.enteredCount) / Math.max(1, mission.coverage.reachableCount))} % of the reachable area entered`,
      });
      const idle = mission.frontierSize === 0 || step - lastNewStep > QUIET_SECONDS * STEPS_PER_SECOND;
      if (idle && !mission.inspections.pending && !states.some(state => state.attempt)) break;
      for (const state of states) {
        if (state.attempt || mission.hasWork(state.explorer.component)) continue;
        const others = [...options.spawns, ...mission.arrivals].filter(spawn =>
          mission.hasWork(componentAt(spawn, mission)),
        );
        if (others.length > 0) respawn(state, others[spawnRandom.integer(others.length)], mission);
      }
    }
    if (pacer && step % TRACE_FRAME_STEPS === 0) {
      await pacer.until(step);
      throwIfCancelled(options.signal);
    }
    for (const state of states) state.explorer.step = step;
    withSeededRandom(yukaRandom, updateMinds);
    if (physics.bodies.length > 0) physics.step();
    for (const state of states) {
      const { explorer } = state;
      const wanted = explorer.wanted();
      wish[0] = wanted.x;
      wish[1] = wanted.z;
      // Whoever is held pushes: a chair that another pushed there holds nobody.
      const push = (state.attempt ? PUSHER : explorer.persona).pushNewtons * body.scale ** 3;
      state.walker.step(wish, explorer.wantsJump, push);
      readBody(state);
      // Who tries to get away from a trap makes way for nobody: it would forget what it tried.
      if (!state.attempt) explorer.meet(state.walker.metWalker);
      if (watchFall(state, step, bvh, falls)) {
        observe?.onFall(falls[falls.length - 1]);
        respawn(state, options.spawns[spawnRandom.integer(options.spawns.length)], mission);
        continue;
      }
      // Who waits for another is not stuck.
      if (!state.walker.metWalker)
        state.wantedMeters += Math.sqrt(wish[0] * wish[0] + wish[1] * wish[1]) * STEP_SECONDS;
      if ((step + explorer.index) % LOOK_STEPS === 0 && look(state, mission, reachable, body) > 0)
        lastNewStep = step;
      const confinement = watchProgress(state, states, step, mission, reachable);
      if (!confinement) continue;
      const { counts, out } = judgeAttempt(state, confinement, states);
      if (counts) {
        confinements.push(confinement);
        observe?.onConfinement(confinement);
      }
      for (const each of out)
        respawn(each, options.spawns[spawnRandom.integer(options.spawns.length)], mission);
    }
    if (step % (STEPS_PER_SECOND / 2) === 0)
      for (const { explorer } of states) for (const value of explorer.feet) hasher.add(value);
    if (observe?.onStep) {
      const places = createStateHasher();
      for (const { explorer } of states) for (const value of explorer.feet) places.add(value);
      observe.onStep(step, places.digest());
    }
    if (observe && recorder && step % TRACE_FRAME_STEPS === 0) {
      for (const state of states) {
        recorder.record(state.explorer, state.attempt !== undefined, state.teleported);
        state.teleported = false;
      }
      observe.onFrame(step, recorder.poses);
    }
  }
  for (const { walker } of states) walker.dispose();
  for (const { explorer } of states) for (const value of explorer.feet) hasher.add(value);
  return {
    steps: step,
    agentSteps: step * options.agents,
    falls,
    confinements,
    pathHash: hasher.digest(),
    checkpoints,
  };
}

function place(state: AgentState, feet: readonly [number, number, number], mission: Mission): void {
  state.walker.teleport(feet);
  const component = componentAt(feet, mission);
  if (component >= 0) state.explorer.component = component;
  state.spawn = [...feet];
  copyPlace(feet, state.stood);
  state.entry = undefined;
  state.anchor = [...feet];
  state.wantedMeters = 0;
  state.offGroundSteps = 0;
  state.attempt = undefined;
  readBody(state);
}

function componentAt(feet: readonly [number, number, number], { navmesh }: Mission): number {
  const polygon = navmesh.locate(...feet, STAND_REACH_METERS, STAND_REACH_METERS);
  return polygon < 0 ? -1 : navmesh.component[polygon];
}

function respawn(state: AgentState, spawn: readonly [number, number, number], mission: Mission): void {
  state.explorer.restart();
  place(state, spawn, mission);
  state.teleported = true;
}

function copyPlace(from: Readonly<[number, number, number]>, into: [number, number, number]): void {
  into[0] = from[0];
  into[1] = from[1];
  into[2] = from[2];
}

function readBody(state: AgentState): void {
  const { explorer, walker } = state;
  const { feetPosition } = walker;
  copyPlace(feetPosition, explorer.feet);
  explorer.grounded = walker.grounded;
  explorer.position.set(feetPosition[0], 0, feetPosition[2]);
}

/** Follows a body in the air; true once it is falling into nothing, which is then on the list. */
function watchFall(state: AgentState, step: number, bvh: TriangleBvh, falls: Fall[]): boolean {
  const { explorer } = state;
  // Each agent in each step: what it makes the collector has to take away.
  if (explorer.grounded) {
    copyPlace(explorer.feet, state.stood);
    state.entry = undefined;
    return false;
  }
  const [x, y, z] = explorer.feet;
  if (!state.entry && y < state.stood[1] - 0.5) state.entry = [x, state.stood[1], z];
  if (!state.entry || y > state.stood[1] - FALL_METERS) return false;
  const gone = y < bvh.triangles.min[1] - BELOW_WORLD_METERS;
  if (!gone && (step % LOOK_STEPS !== 0 || bvh.castRay(x, y + 0.2, z, 0, -1, 0, Infinity))) return false;
  falls.push({
    agent: explorer.index,
    step,
    spawn: state.spawn,
    stood: [...state.stood],
    entry: state.entry,
    exit: [x, y, z],
  });
  return true;
}

/** Finds where a body stands and marks what it entered; gives how many cells were new. */
function look(state: AgentState, mission: Mission, reachable: ReadonlySet<number>, body: Body): number {
  const { explorer } = state;
  if (!explorer.grounded) return 0;
  const x = explorer.feet[0];
  const y = explorer.feet[1];
  const z = explorer.feet[2];
  const polygon = mission.navmesh.locate(
    x,
    y,
    z,
    STAND_REACH_METERS,
    body.stepHeight + 0.3,
    explorer.polygon,
  );
  explorer.polygon = polygon;
  state.component = polygon < 0 ? -1 : mission.navmesh.component[polygon];
  if (!reachable.has(state.component)) {
    state.offGroundSteps += LOOK_STEPS;
    return 0;
  }
  state.offGroundSteps = 0;
  explorer.component = state.component;
  return mission.coverage.enter(x, y, z, body.radius * explorer.persona.bodyScale);
}
