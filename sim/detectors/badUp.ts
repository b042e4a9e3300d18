import type { Finding } from '../types.ts';
import { middleOf, sizeOf, type WorldContext } from './worldContext.ts';

/**
 * Bad up: the world lies on its side or on its head, most often a Z-up export. Another axis gives far more
 * walkable floor than +Y does, or things rest on one another along it and not along Y.
 */
export type UpAxis = '+Y' | '+Z' | '-Z' | '+X' | '-X' | '-Y';

export interface UpCandidate {
  axis: UpAxis;
  /** Area of the largest walkable component if this axis were up, m². */
  largestArea: number;
  /** Area of all of them, m². */
  totalArea: number;
}

/** Rows of the rotation that turns a world whose up is the axis into a +Y-up one. */
export const TURN_UPRIGHT: Record<
  UpAxis,
  readonly [readonly number[], readonly number[], readonly number[]]
> = {
  '+Y': [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  '+Z': [
    [1, 0, 0],
    [0, 0, 1],
    [0, -1, 0],
  ],
  '-Z': [
    [1, 0, 0],
    [0, 0, -1],
    [0, 1, 0],
  ],
  '+X': [
    [0, -1, 0],
    [1, 0, 0],
    [0, 0, 1],
  ],
  '-X': [
    [0, 1, 0],
    [-1, 0, 0],
    [0, 0, 1],
  ],
  '-Y': [
    [1, 0, 0],
    [0, -1, 0],
    [0, 0, -1],
  ],
};

/** A façade counts as floor when a tower is laid down; a floor four times as large, and twice as much in all, is no façade. */
const CLEAR_RATIO = 4;
const CLEAR_RATIO_OF_ALL = 2;
/** Where the world gives less floor than this its own way up, any is more, m². */
const LEAST_FLOOR_SQUARE_METERS = 0.25;
/** One thing that leans on a wall says nothing; most things rest on something, and few of them touch what is beside them. */
const MIN_RESTING = 3;
const MIN_RESTING_SHARE = 0.6;
const MOST_RESTING_SHARE = 0.2;
const MIN_AREA_SQUARE_METERS = 4;
/** Corridors in rock take up this share of the ground that a world covers; ledges do not. */
const MIN_FOOTPRINT_SHARE = 0.1;
/** What spans more of the world's longest side is a part of the place: floor, walls, facades that lie on each other. */
const MOST_THING_SHARE = 0.5;
/** Floors seen from above and below differ by the furniture; things resting on them tell which it is. */
const SIMILAR_SHARE = 0.6;
const TOUCH_METERS = 0.01;
/** More of them say no more. */
const MOST_THINGS = 199;

/** Steeper than what Recast takes for walkable, so that no floor is left out. */
const WALKABLE_NORMAL = 0.7;
/** Two navmeshes of one floor differ by less than this factor. */
const AREA_DOUBT = 0.5;

/**
 * Whether another up is possible at all, by what rests on what and by how much surface faces along Z: the navmeshes of
 * the turned world, five times the work of the one that is walked, are built only then.
 * @param walkableArea of the largest component that was found with +Y up, m².
 */
export function mayHaveAnotherUp(context: WorldContext, walkableArea: number): boolean {
  const restingOwn = restingShare(context, '+Y');
  if (restingOwn !== undefined && restingOwn.share <= MOST_RESTING_SHARE) return true;
  const least = CLEAR_RATIO * Math.max(AREA_DOUBT * walkableArea, LEAST_FLOOR_SQUARE_METERS);
  const axes = ['+Z', '-Z'] as const;
  return (
    axes.some(axis => facingArea(context, axis) >= least) &&
    axes.some(axis => (restingShare(context, axis)?.resting ?? 0) >= (restingOwn?.resting ?? 0))
  );
}

/** All that could be floor if the axis were up, m². */
function facingArea({ colliderBvh }: WorldContext, axis: UpAxis): number {
  const { areas, normals } = colliderBvh.triangles;
  const up = TURN_UPRIGHT[axis][1];
  let sum = 0;
  for (let triangle = 0; triangle < areas.length; triangle++) {
    const n = 3 * triangle;
    const facing = normals[n] * up[0] + normals[n + 1] * up[1] + normals[n + 2] * up[2];
    if (facing > WALKABLE_NORMAL) sum += areas[triangle] * facing;
  }
  return sum;
}

export function detectBadUp(context: WorldContext, candidates: readonly UpCandidate[]): Finding[] {
  const own = candidates.find(candidate => candidate.axis === '+Y');
  if (!own) return [];
  const others = candidates.filter(candidate => candidate.axis !== '+Y');
  const largest = Math.max(...others.map(candidate => candidate.largestArea));
  if (largest < MIN_AREA_SQUARE_METERS) return [];
  const ranked = others
    .filter(candidate => candidate.largestArea >= MIN_AREA_SQUARE_METERS)
    .map(candidate => ({ ...candidate, rest: restingShare(context, candidate.axis) }))
    .sort((a, b) => (b.rest?.resting ?? 0) - (a.rest?.resting ?? 0));
  const restingOwn = restingShare(context, '+Y');
  // What things rest on is down, however much of it is floor.
  const supported =
    restingOwn !== undefined &&
    restingOwn.share <= MOST_RESTING_SHARE &&
    (ranked[0].rest?.resting ?? 0) >= MIN_RESTING &&
    (ranked[0].rest?.share ?? 0) >= MIN_RESTING_SHARE;
  const best = supported
    ? ranked[0]
    : (ranked.find(candidate => candidate.largestArea >= SIMILAR_SHARE * largest) ?? ranked[0]);
  const restingBest = best.rest;
  // A floor and the roof over it lie along one axis: either is far more than what lies across.
  const largestAlong = Math.max(
    ...others.filter(({ axis }) => axis.endsWith(best.axis.slice(1))).map(each => each.largestArea),
  );
  // Only Z-up is common enough to be believed without things that rest.
  const clear =
    largestAlong >= CLEAR_RATIO * Math.max(own.largestArea, LEAST_FLOOR_SQUARE_METERS) &&
    best.totalArea >= CLEAR_RATIO_OF_ALL * own.totalArea &&
    best.axis.endsWith('Z') &&
    best.totalArea >= MIN_FOOTPRINT_SHARE * footprintOf(context, best.axis) &&
    (restingBest?.resting ?? 0) >= (restingOwn?.resting ?? 0);
  if (!clear && !supported) return [];
  const world = context.bvh.triangles;
  return [
    {
      type: 'bad-up',
      severity: 'error',
      confidence: clear && (restingBest?.resting ?? 0) > 0 ? 0.95 : 0.8,
      position: middleOf(world),
      extent: sizeOf(world),
      message: `The world's up is ${best.axis}, not +Y: that way ${best.largestArea.toFixed(0)} m² can be walked, this way ${own.totalArea.toFixed(0)} m². Export it with +Y up.`,
      evidence: {
        likelyUp: best.axis,
        walkableAreaSquareMeters: Object.fromEntries(
          candidates.map(c => [c.axis, Math.round(c.largestArea * 10) / 10]),
        ),
        restingAlongOwnUp: restingOwn?.resting ?? 0,
        restingAlongLikelyUp: restingBest?.resting ?? 0,
      },
    },
  ];
}

/** Area of the world's bounding box seen along an axis, m². */
function footprintOf(context: WorldContext, axis: UpAxis): number {
  const sizes = sizeOf(context.bvh.triangles);
  const up = TURN_UPRIGHT[axis][1].findIndex(value => value !== 0);
  return sizes.reduce((product, size, k) => (k === up ? product : product * size), 1);
}

/** How many of the things rest on another thing if the axis were up; undefined where there are no things. */
function restingShare(
  { bvh, objects, ownerOf }: WorldContext,
  axis: UpAxis,
): { resting: number; share: number } | undefined {
  const soup = bvh.triangles;
  const up = TURN_UPRIGHT[axis][1];
  const longest = MOST_THING_SHARE * Math.max(...sizeOf(soup));
  // The largest thing is what the others rest on.
  const things = [...objects]
    .sort((a, b) => b.area - a.area || a.index - b.index)
    .slice(1)
    .filter(thing => Math.max(...sizeOf(thing)) <= longest)
    .slice(0, MOST_THINGS);
  if (things.length === 0) return undefined;
  let resting = 0;
  for (const object of things) {
    const rests = object.triangles.some(triangle => {
      const n = 3 * triangle;
      if (soup.normals[n] * up[0] + soup.normals[n + 1] * up[1] + soup.normals[n + 2] * up[2] > -0.5)
        return false;
      const point = [0, 1, 2].map(i => {
        const at = (corner: number) => soup.positions[3 * soup.indices[3 * triangle + corner] + i];
        return (at(0) + at(1) + at(2)) / 3 + up[i] * TOUCH_METERS;
      });
      const isOther = (other: number) => ownerOf[other] !== object.index;
      return (
        bvh.castRay(point[0], point[1], point[2], -up[0], -up[1], -up[2], 2 * TOUCH_METERS, isOther) !==
        undefined
      );
    });
    if (rests) resting++;
  }
  return { resting, share: resting / things.length };
}
