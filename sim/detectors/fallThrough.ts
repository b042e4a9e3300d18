import type { VoidRegion } from '../agents/voidRegions.ts';
import type { TriangleBvh } from '../geometry/triangleBvh.ts';
import type { Finding } from '../types.ts';

/**
 * Fall-through: a body falls out of the world from inside its floor, through a hole that ends on all sides
 * (VoidRegions), or through triangles that do not hold it. Walking off the world's rim is a leak instead.
 */

/** A body that fell this far below where it last stood, with nothing under it, will not land. */
export const FALL_METERS = 1.2;
/** How far below the rim to look for the sides of a built shaft: inside the thinnest floor slab. */
const LINING_PROBE_METERS = 0.03;
const LINED_SHARE = 0.6;
const DIRECTIONS = 24;
/** A gallery is higher than a jump and a step above the floor around the hole. */
const STOREY_METERS = 0.8;

export interface Fall {
  agent: number;
  step: number;
  spawn: [number, number, number];
  /** Where it last stood, feet. */
  stood: [number, number, number];
  /** Over where it went below the floor, at the floor's height. */
  entry: [number, number, number];
  /** Where nothing was below it any more. */
  exit: [number, number, number];
}

export interface Shaft {
  region: VoidRegion;
  falls: Fall[];
}

/** Who jumps into a hole from a gallery above it falls through the same hole: the lowest floor around it is its rim. */
export function joinShafts(shafts: readonly Shaft[]): Shaft[] {
  const joined: Shaft[] = [];
  for (const shaft of [...shafts].sort((a, b) => a.region.centre[1] - b.region.centre[1])) {
    const below = joined.find(({ region }) => isSameShaft(region, shaft.region));
    if (below) below.falls = [...below.falls, ...shaft.falls];
    else joined.push({ ...shaft });
  }
  return joined;
}

/**
 * The rim of the shaft that a hole belongs to: of all holes that are known, fallen into or not, the lowest that is the same
 * one. What stands around a shaft leaves pieces of it to be seen from a gallery.
 */
export function rimOf(region: VoidRegion, known: readonly VoidRegion[]): VoidRegion {
  let lowest = region;
  for (const other of known) {
    if (other.open || other.centre[1] >= lowest.centre[1]) continue;
    if (region.centre[1] - other.centre[1] > STOREY_METERS && isSameShaft(other, region)) lowest = other;
  }
  return lowest;
}

/** Seen from above, either's middle lies in the other; two holes in one floor may lie around each other. */
function isSameShaft(lower: VoidRegion, upper: VoidRegion): boolean {
  const [a, b] = [isOver(lower, upper), isOver(upper, lower)];
  return upper.centre[1] - lower.centre[1] > STOREY_METERS ? a || b : a && b;
}

function isOver({ centre }: VoidRegion, other: VoidRegion): boolean {
  return (
    Math.abs(centre[0] - other.centre[0]) <= other.sizeX / 2 &&
    Math.abs(centre[2] - other.centre[2]) <= other.sizeZ / 2
  );
}

export function judgeHole(
  region: VoidRegion,
  falls: readonly Fall[],
  bvh: TriangleBvh,
  enclosed: boolean,
): Finding {
  const [fall] = falls;
  const fromGallery = fall.stood[1] - region.centre[1] > STOREY_METERS;
  const rimHeight = fromGallery ? region.centre[1] : fall.stood[1];
  const lined = liningShare(region, rimHeight, bvh) >= LINED_SHARE;
  // An unfinished edge is a tear. A shaft with sides was built; in a world that hangs in the void anyway it may be meant.
  const meant = lined && !enclosed;
  return {
    type: 'fall-through',
    severity: meant ? 'warning' : 'error',
    confidence: meant ? 0.6 : lined ? 0.85 : 0.95,
    position: [region.centre[0], rimHeight, region.centre[2]],
    extent: [region.sizeX, 0, region.sizeZ],
    message: `A body falls out of the world through a hole of ${region.area.toFixed(1)} m² in the floor.`,
    evidence: {
      holeAreaSquareMeters: Math.round(region.area * 100) / 100,
      falls: falls.length,
      sides: lined ? 'built' : 'torn',
      lastStood: fall.stood,
    },
    witness: fall,
  };
}

/** Ground was under it in the triangles and still it fell: a slit, or a floor that physics does not hold. */
export function judgeTunnel(falls: readonly Fall[]): Finding {
  const [fall] = falls;
  return {
    type: 'fall-through',
    severity: 'warning',
    confidence: 0.5,
    position: fall.entry,
    message: 'A body falls through a floor that is there in the geometry.',
    evidence: { falls: falls.length, lastStood: fall.stood, entry: fall.entry },
    witness: fall,
  };
}

/** Share of directions from the hole's middle in which its own sides are met just below the rim. */
function liningShare(region: VoidRegion, y: number, bvh: TriangleBvh): number {
  const reach = Math.hypot(region.sizeX, region.sizeZ) / 2 + 0.2;
  let met = 0;
  for (let i = 0; i < DIRECTIONS; i++) {
    const angle = ((i + 0.5) * 2 * Math.PI) / DIRECTIONS;
    const hit = bvh.castRay(
      region.centre[0],
      y - LINING_PROBE_METERS,
      region.centre[2],
      Math.cos(angle),
      0,
      Math.sin(angle),
      reach,
    );
    if (hit) met++;
  }
  return met / DIRECTIONS;
}
