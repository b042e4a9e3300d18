import type { Random } from '../../engine/random.ts';
import { chain, multiply, rotationY, translation } from '../geometry/transforms.ts';
import type { PlannedMover } from '../grammar/plan.ts';
import type { PlaceLayout, Rect } from '../places/place.ts';
import { createFigure, type Figure } from './movers.ts';

/** A figure with its way through the place. */
export interface Mover {
  plan: PlannedMover;
  figure: Figure;
  /** What must stay free of things. */
  sweep: Rect;
  /** worldFromLimb for every limb of the figure. */
  at(timeSeconds: number): Float64Array[];
}

/** How far ahead of the camera's start a mover begins, metres: near enough to be seen, far enough to be small. */
const START_AHEAD = 4.2;

export function createMover(
  plan: PlannedMover,
  layout: PlaceLayout,
  seconds: number,
  index: number,
  random: Random,
): Mover {
  const figure = createFigure(plan, random);
  const { lane } = layout;
  const side = (index % 2 === 0 ? 1 : -1) * (random.chance(0.5) ? 1 : -1);
  // Off the middle, so that the camera sees past it, but clear of what stands beside the lane.
  const x = lane.x + side * Math.max(0, Math.min(0.5, lane.halfWidth - figure.radiusMeters - 0.04));
  const speed = figure.walkingSpeed * (plan.action === 'run' ? 2 : plan.action === 'stand' ? 0 : 1);
  const length = lane.startZ - lane.endZ;
  const r = figure.radiusMeters;
  // What stands still has to be further off than the camera walks.
  const startAhead =
    (plan.action === 'stand' ? 1.05 * Math.min(seconds, 6) + 2.4 : START_AHEAD) +
    1.3 * index +
    (plan.kind === 'car' ? 3 : 0);

  let start: [number, number];
  let heading: number;
  let reach: number;
  if (plan.direction === 'towards') {
    const from = Math.min(length - 0.5, 6 + Math.max(0, speed) * seconds * 0.8 + 1.3 * index);
    start = [x, lane.startZ - from];
    heading = Math.PI;
    // It stops before it meets the camera, which walks towards it.
    reach = Math.min(speed * seconds, Math.max(0, from - 1.05 * seconds - 2.2));
  } else if (plan.direction === 'across') {
    const half = lane.halfWidth - r;
    start = [lane.x - side * half, lane.startZ - Math.min(length - 1, Math.max(6, 1.05 * seconds + 2))];
    heading = (-side * Math.PI) / 2;
    reach = Math.min(speed * seconds, 2 * half);
  } else {
    start = [x, lane.startZ - Math.min(length - 1, startAhead)];
    heading = 0;
    reach = Math.min(speed * seconds, Math.max(0, length - startAhead - 0.4));
  }
  const standing = plan.action === 'stand';
  if (standing) heading = plan.direction === 'away' ? Math.PI + side * 0.5 : heading;
  // A mover that reaches its end early walks more slowly rather than stopping in the middle of a step.
  const pace = standing ? 0 : reach / seconds;
  const [dx, dz] = [-Math.sin(heading), -Math.cos(heading)];
  const end: [number, number] = [
    start[0] + dx * (standing ? 0 : reach),
    start[1] + dz * (standing ? 0 : reach),
  ];
  const slow = pace < 0.05;
  return {
    plan,
    figure,
    sweep: {
      minX: Math.min(start[0], end[0]) - r,
      maxX: Math.max(start[0], end[0]) + r,
      minZ: Math.min(start[1], end[1]) - Math.max(r, plan.kind === 'car' ? 2.2 : 0.5),
      maxZ: Math.max(start[1], end[1]) + Math.max(r, plan.kind === 'car' ? 2.2 : 0.5),
    },
    at(time) {
      const gone = pace * Math.min(time, seconds);
      const worldFromFigure = chain(
        translation(start[0] + dx * gone, 0, start[1] + dz * gone),
        rotationY(heading),
      );
      return figure
        .pose(gone, slow ? 'stand' : plan.action, time)
        .map(limb => multiply(worldFromFigure, limb));
    },
  };
}
