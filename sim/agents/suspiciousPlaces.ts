import type { Body } from '../body.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import type { Navmesh } from '../navmesh/navmesh.ts';
import type { VoidRegion, VoidRegions } from './voidRegions.ts';

/** A place on the border of the walkable surface, and what lies beyond it. */
export interface BorderPlace {
  /** On the border, feet, metres. */
  position: [number, number, number];
  outwardX: number;
  outwardZ: number;
  polygon: number;
  component: number;
  /** 'void': nothing below; 'drop': ground more than a step below; 'blocked': a wall, a step up or a slope. */
  beyond: 'void' | 'drop' | 'blocked';
  /** For 'void': which. */
  region?: VoidRegion;
  /** For 'drop': where a body would land, metres: in the middle of what lies low. */
  landing?: [number, number, number];
  /** Over the middle of a hole or of what lies low, or out in the open: there a body falls, whichever way it came. */
  aim?: [x: number, z: number];
}

/** Dense enough to meet every doorway and gap that a body fits through. */
const SAMPLE_SPACING_METERS = 0.5;
/** Four kilometres of border at that spacing, more than agents see of a world; longer borders are sampled less densely. */
const MOST_PLACES = 8000;
/** As wide as a door: what lies on both sides of a place makes it a middle. */
const LIKE_METERS = 0.9;
const PROBE_STEP_METERS = 0.1;
/** Metres down in PROBE_STEP_METERS on 45 degrees, and what rounding takes. */
const STEEPEST_DESCENT = 1.05 * PROBE_STEP_METERS;
/** A jamb further off to the side than this is in nobody's way, metres. */
const MOST_JAMB_METERS = 1;
/** A pit is followed this far to its other side, metres; where it goes on it is another floor. */
const MOST_PIT_METERS = 3;

/**
 * Looks beyond every border edge of the given components with rays: this is where a body could leave the
 * walkable surface, so agents go there first and try.
 */
export function findBorderPlaces(
  navmesh: Navmesh,
  components: ReadonlySet<number>,
  bvh: TriangleBvh,
  voids: VoidRegions,
  body: Body,
): BorderPlace[] {
  const places: BorderPlace[] = [];
  const borders = navmesh.borders.filter(({ polygon }) => components.has(navmesh.component[polygon]));
  const length = borders.reduce((sum, { lengthMeters }) => sum + lengthMeters, 0);
  const spacing = Math.max(SAMPLE_SPACING_METERS, length / MOST_PLACES);
  for (const edge of borders) {
    const component = navmesh.component[edge.polygon];
    const count = Math.max(1, Math.round(edge.lengthMeters / spacing));
    for (let i = 0; i < count; i++) {
      const t = (i + 0.5) / count;
      const x = edge.a[0] + t * (edge.b[0] - edge.a[0]);
      const z = edge.a[2] + t * (edge.b[2] - edge.a[2]);
      const y = navmesh.heightAt(edge.polygon, x, z);
      places.push({
        polygon: edge.polygon,
        component,
        outwardX: edge.outwardX,
        outwardZ: edge.outwardZ,
        ...probe(x, y, z, edge, bvh, voids, body),
      });
    }
  }
  return middleFirst(places);
}

/**
 * Places with the same beyond on both sides come before those at the end of a gap, where a body walks into the jamb:
 * whoever looks at one place for each gap looks at its middle.
 */
function middleFirst(places: readonly BorderPlace[]): BorderPlace[] {
  const isLike = (a: BorderPlace, b: BorderPlace) =>
    a.beyond === b.beyond &&
    Math.abs(a.position[0] - b.position[0]) <= LIKE_METERS &&
    Math.hypot(...a.position.map((value, axis) => value - b.position[axis])) <= LIKE_METERS;
  const leading = places.filter(place => place.beyond !== 'blocked');
  const company = new Map(
    leading.map(place => [place, leading.filter(other => isLike(place, other)).length]),
  );
  const companyOf = (place: BorderPlace) => company.get(place) ?? 0;
  return [...places].sort((a, b) => companyOf(b) - companyOf(a));
}

function probe(
  x: number,
  y: number,
  z: number,
  { outwardX, outwardZ }: { outwardX: number; outwardZ: number },
  bvh: TriangleBvh,
  voids: VoidRegions,
  body: Body,
): Pick<BorderPlace, 'position' | 'beyond' | 'region' | 'landing' | 'aim'> {
  const under = bvh.castRay(x, y + body.stepHeight + 0.1, z, 0, -1, 0, 2 * body.stepHeight + 0.2);
  let floor = under ? y + body.stepHeight + 0.1 - under.distance : y;
  const position: [number, number, number] = [x, floor, z];
  const reach = 2 * body.radius + 0.5;
  let before = floor;
  let free = reach;
  for (const height of [body.stepHeight + 0.05, body.height / 2, body.height * 0.9]) {
    const wall = bvh.castRay(x, floor + height, z, outwardX, 0, outwardZ, reach);
    if (wall && wall.distance < free) free = wall.distance;
  }
  for (let distance = PROBE_STEP_METERS; distance < free; distance += PROBE_STEP_METERS) {
    const px = x + outwardX * distance;
    const pz = z + outwardZ * distance;
    const from = floor + body.stepHeight + 0.05;
    const ground = bvh.castRay(px, from, pz, 0, -1, 0, Infinity);
    if (!ground) {
      const region = voids.regionAt(px, floor, pz);
      if (!region) continue;
      return {
        position,
        beyond: 'void',
        region,
        aim: region.open
          ? throughOpening(
              [x, floor, z],
              shortestWayOut([x, floor, z], outwardX, outwardZ, distance, bvh, body),
              bvh,
              body,
            )
          : [region.centre[0], region.centre[2]],
      };
    }
    const height = from - ground.distance;
    if (floor - height > body.stepHeight + 0.05) {
      const deepest = bottomAhead(px, from, pz, outwardX, outwardZ, body.stepHeight, bvh);
      const low = Math.min(floor - body.stepHeight, (floor + deepest) / 2);
      const brink = brinkMeters(px, from, pz, outwardX, outwardZ, low, bvh);
      const [bx, bz] = [px + outwardX * brink, pz + outwardZ * brink];
      const middle = lowSpan(bx, from, bz, outwardX, outwardZ, low, bvh) / 2;
      let aim: [number, number] = [bx + outwardX * middle, bz + outwardZ * middle];
      // The middle of one chord may lie in a corner where no body fits: across, then along again.
      aim = centred(aim, from, -outwardZ, outwardX, low, bvh);
      aim = centred(aim, from, outwardX, outwardZ, low, bvh);
      const bottom = bvh.castRay(aim[0], from, aim[1], 0, -1, 0, Infinity);
      return { position, beyond: 'drop', landing: [aim[0], from - (bottom?.distance ?? 0), aim[1]], aim };
    }
    // What goes down steeper than a body walks is no ground to stand on: the fall is from above it.
    if (before - height <= STEEPEST_DESCENT) floor = height;
    before = height;
  }
  return { position, beyond: 'blocked' };
}

interface WayOut {
  outwardX: number;
  outwardZ: number;
  /** From the place to where nothing is below, metres. */
  rimMeters: number;
}

/**
 * The navmesh cuts corners: the border beside an opening may run aslant to it, and straight out from there is the jamb.
 * Of the directions that are free, the one in which the ground ends first leads through the opening.
 */
function shortestWayOut(
  [x, y, z]: readonly [number, number, number],
  outwardX: number,
  outwardZ: number,
  rimMeters: number,
  bvh: TriangleBvh,
  body: Body,
): WayOut {
  let best: WayOut = { outwardX, outwardZ, rimMeters };
  for (const degrees of [-30, 30, -60, 60]) {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    const [dx, dz] = [outwardX * cos - outwardZ * sin, outwardX * sin + outwardZ * cos];
    if (bvh.castRay(x, y + body.height / 2, z, dx, 0, dz, best.rimMeters)) continue;
    let rim = PROBE_STEP_METERS;
    const hasGround = () =>
      bvh.castRay(x + dx * rim, y + body.stepHeight, z + dz * rim, 0, -1, 0, Infinity) !== undefined;
    while (rim < best.rimMeters && hasGround()) rim += PROBE_STEP_METERS;
    if (rim < best.rimMeters - PROBE_STEP_METERS / 2) best = { outwardX: dx, outwardZ: dz, rimMeters: rim };
  }
  return best;
}

/**
 * Out in the open, as far from both jambs of an opening on the way as it lets: a body that goes straight out from
 * beside a jamb is held by it.
 */
function throughOpening(
  [x, y, z]: readonly [number, number, number],
  { outwardX, outwardZ, rimMeters }: WayOut,
  bvh: TriangleBvh,
  body: Body,
): [number, number] {
  const beyond = rimMeters + 2 * body.radius;
  // Walls are shells: across an opening a ray may meet nothing where the wall beside it would stop a body.
  const free = (sideX: number, sideZ: number) => {
    let span = 0;
    for (; span < MOST_JAMB_METERS; span += PROBE_STEP_METERS) {
      const [fromX, fromZ] = [x + sideX * span, z + sideZ * span];
      if (bvh.castRay(fromX, y + body.height / 2, fromZ, outwardX, 0, outwardZ, beyond)) break;
    }
    return span;
  };
  const shift = (free(-outwardZ, outwardX) - free(outwardZ, -outwardX)) / 2;
  return [x + outwardX * beyond - outwardZ * shift, z + outwardZ * beyond + outwardX * shift];
}

/**
 * The lowest ground of a pit from its rim on, metres. Half as low is in the pit and not beside it: on a ramp the ground
 * beside it soon lies more than a step lower too.
 */
function bottomAhead(
  x: number,
  from: number,
  z: number,
  outwardX: number,
  outwardZ: number,
  stepHeight: number,
  bvh: TriangleBvh,
): number {
  let lowest = Infinity;
  let before = Infinity;
  for (let span = 0; span < MOST_PIT_METERS; span += PROBE_STEP_METERS) {
    const ground = bvh.castRay(x + outwardX * span, from, z + outwardZ * span, 0, -1, 0, Infinity);
    const height = ground ? from - ground.distance : -Infinity;
    if (!ground || height > before + stepHeight) break;
    lowest = Math.min(lowest, height);
    before = height;
  }
  return lowest;
}

/** How far on from a place the ground first lies below a height, metres: the sides of a pit may lean in from its rim. */
function brinkMeters(
  x: number,
  from: number,
  z: number,
  outwardX: number,
  outwardZ: number,
  height: number,
  bvh: TriangleBvh,
): number {
  for (let span = 0; span < MOST_PIT_METERS; span += PROBE_STEP_METERS)
    if (isLow(x + outwardX * span, from, z + outwardZ * span, height, bvh)) return span;
  return 0;
}

/** The middle of the low ground before and behind a place. */
function centred(
  [x, z]: readonly [number, number],
  from: number,
  dx: number,
  dz: number,
  height: number,
  bvh: TriangleBvh,
): [number, number] {
  const shift = (lowSpan(x, from, z, dx, dz, height, bvh) - lowSpan(x, from, z, -dx, -dz, height, bvh)) / 2;
  return [x + dx * shift, z + dz * shift];
}

/** How far on from a place the ground stays below a height, metres; at most MOST_PIT_METERS. */
function lowSpan(
  x: number,
  from: number,
  z: number,
  outwardX: number,
  outwardZ: number,
  height: number,
  bvh: TriangleBvh,
): number {
  let span = 0;
  while (span < MOST_PIT_METERS && isLow(x + outwardX * span, from, z + outwardZ * span, height, bvh))
    span += PROBE_STEP_METERS;
  return span;
}

/** Whether there is ground below a place that is no higher than a height, metres. */
function isLow(x: number, from: number, z: number, height: number, bvh: TriangleBvh): boolean {
  const ground = bvh.castRay(x, from, z, 0, -1, 0, Infinity);
  return ground !== undefined && from - ground.distance <= height;
}
