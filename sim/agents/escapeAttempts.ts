import { STEP_SECONDS } from '../../engine/clock.ts';
import type { Walker } from '../../engine/locomotion/walker.ts';
import {
  type Confinement,
  MAX_TRAP_SQUARE_METERS,
  MOVE_METERS,
  OFF_GROUND_SECONDS,
  SAME_TRAP_METERS,
  STALL_SECONDS,
} from '../detectors/stuck.ts';
import type { Explorer } from './explorer.ts';
import type { Mission } from './mission.ts';

/** What a run knows of an agent that may be held somewhere. */
export interface Captive {
  explorer: Explorer;
  walker: Walker;
  spawn: [number, number, number];
  anchor: [number, number, number];
  /** Metres it wanted to go since it was at the anchor. */
  wantedMeters: number;
  offGroundSteps: number;
  /** Component it stands on, −1 for none. */
  component: number;
  attempt: Attempt | undefined;
}

interface Attempt {
  origin: [number, number, number];
  /** Furthest from the origin, metres. */
  reach: number;
  /** Box around all places it was at. */
  min: number[];
  max: number[];
  /** Steps in which another was in its way. */
  metSteps: number;
}

const STEPS_PER_SECOND = Math.round(1 / STEP_SECONDS);
/** Steps of an attempt to get away, of 480, in which another agent may be in the way. */
const MOST_MET_STEPS = 30;
/** Two bodies that touch, and a step of each. */
const BESIDE_METERS = 0.9;

function startAttempt(state: Captive): void {
  const { explorer } = state;
  const [x, y, z] = explorer.feet;
  explorer.needsEscape = true;
  explorer.escapeFailed = false;
  state.attempt = { origin: [x, y, z], reach: 0, min: [x, y, z], max: [x, y, z], metSteps: 0 };
}

/**
 * Whether a failed attempt says something of the place, and who is to be taken out of it. Where a larger body than the
 * world is tested for gets stuck, nothing is wrong. Where several are in one trap and in each other's way, what one
 * tries says nothing either: one stays, no large one, all others are taken out, and it begins again.
 */
export function judgeAttempt<T extends Captive>(
  state: T,
  { metSteps }: Confinement,
  states: readonly T[],
): { counts: boolean; out: T[] } {
  const isLarge = ({ explorer }: Captive) => explorer.persona.bodyScale > 1;
  const { feet } = state.explorer;
  const companions = states.filter(
    other =>
      other !== state &&
      (other.attempt || other.offGroundSteps > 0) &&
      Math.hypot(...other.explorer.feet.map((value, axis) => value - feet[axis])) < SAME_TRAP_METERS,
  );
  const counts = !isLarge(state) && metSteps <= MOST_MET_STEPS;
  const stays = counts ? undefined : [...companions, state].find(other => !isLarge(other));
  if (stays === undefined || companions.length === 0) {
    for (const other of companions) startAttempt(other);
    return { counts, out: [state] };
  }
  startAttempt(stays);
  return { counts, out: [state, ...companions].filter(other => other !== stays) };
}

/** Whether another is by its side on the same ground. Who stands on the rim of a pit keeps nobody in it. */
function hasCompany(state: Captive, { min }: Attempt, states: readonly Captive[]): boolean {
  const { walker, explorer } = state;
  const { stepHeightMeters, jumpHeightMeters } = walker.body;
  const [x, , z] = explorer.feet;
  return states.some(({ explorer: { feet } }, index) => {
    if (states[index] === state || feet[1] - min[1] > stepHeightMeters + jumpHeightMeters) return false;
    return Math.hypot(feet[0] - x, feet[2] - z) < BESIDE_METERS;
  });
}

/** Starts and follows attempts to get away; gives those that failed. */
export function watchProgress(
  state: Captive,
  states: readonly Captive[],
  step: number,
  mission: Mission,
  reachable: Set<number>,
): Confinement | undefined {
  const { explorer } = state;
  const { feet } = explorer;
  // Each agent in each step: Math.hypot would take ten times as long, and destructuring makes an iterator.
  const x = feet[0];
  const y = feet[1];
  const z = feet[2];
  const awayX = x - state.anchor[0];
  const awayZ = z - state.anchor[2];
  if (awayX * awayX + awayZ * awayZ > MOVE_METERS * MOVE_METERS || Math.abs(y - state.anchor[1]) > 1) {
    state.anchor = [x, y, z];
    state.wantedMeters = 0;
  }
  const onKnownGround = reachable.has(state.component);
  if (!state.attempt) {
    const stalled = state.wantedMeters > STALL_SECONDS * explorer.persona.speed;
    const off = explorer.grounded && state.offGroundSteps > OFF_GROUND_SECONDS * STEPS_PER_SECOND;
    if (!stalled && !off) return undefined;
    startAttempt(state);
    return undefined;
  }
  const { attempt } = state;
  if (state.walker.metWalker && hasCompany(state, attempt, states)) attempt.metSteps++;
  attempt.reach = Math.max(attempt.reach, Math.hypot(x - attempt.origin[0], z - attempt.origin[2]));
  for (let axis = 0; axis < 3; axis++) {
    attempt.min[axis] = Math.min(attempt.min[axis], explorer.feet[axis]);
    attempt.max[axis] = Math.max(attempt.max[axis], explorer.feet[axis]);
  }
  const free = onKnownGround && state.offGroundSteps === 0 && attempt.reach > 3 * MOVE_METERS;
  if (free || explorer.escapeFailed) {
    state.attempt = undefined;
    state.wantedMeters = 0;
    state.offGroundSteps = 0;
    state.anchor = [x, y, z];
    if (free) {
      explorer.restart();
      return undefined;
    }
    explorer.escapeFailed = false;
    const component = state.component >= 0 ? mission.navmesh.components[state.component] : undefined;
    if (component && !onKnownGround && component.area > MAX_TRAP_SQUARE_METERS) {
      reachable.add(component.index);
      mission.discover(component.index, attempt.origin);
      return undefined;
    }
    return {
      agent: explorer.index,
      step,
      spawn: state.spawn,
      origin: attempt.origin,
      reachMeters: attempt.reach,
      middle: [0, 1, 2].map(axis => (attempt.min[axis] + attempt.max[axis]) / 2) as [number, number, number],
      size: [0, 1, 2].map(axis => attempt.max[axis] - attempt.min[axis]) as [number, number, number],
      areaSquareMeters: component?.area,
      onKnownGround,
      metSteps: attempt.metSteps,
    };
  }
  return undefined;
}
