import type { Finding } from '../types.ts';

/**
 * Stuck: a body cannot get away although it wants to. It was wedged in place, or fell where it cannot come
 * back from; then it walked and jumped in eight directions for a second each, and is still there.
 */

/** Wanting to move this long without getting MOVE_METERS away starts the attempts to escape. */
export const STALL_SECONDS = 3;
export const MOVE_METERS = 0.3;
/** A body off all known ground for this long starts them too. */
export const OFF_GROUND_SECONDS = 1;
/** Attempts that never got further than this from where they began: held fast. */
const HELD_METERS = 1.2;
/** A pit up to this size is a trap; a larger cut-off place is a place of its own, which agents then explore. */
export const MAX_TRAP_SQUARE_METERS = 25;
/** Reports nearer than this are one trap. */
export const SAME_TRAP_METERS = 1.5;

export interface Confinement {
  agent: number;
  step: number;
  spawn: [number, number, number];
  /** Where the attempts began, feet. */
  origin: [number, number, number];
  /** Furthest that they got from there, metres. */
  reachMeters: number;
  /** Middle and full size of the box around all places it was at during the attempts. */
  middle: [number, number, number];
  size: [number, number, number];
  /** Walkable area it is confined to, m²; undefined where no navmesh polygon is. */
  areaSquareMeters: number | undefined;
  /** Steps of the attempts in which another agent was in the way. */
  metSteps: number;
  /** Whether it stands on ground that others come and go on. */
  onKnownGround: boolean;
}

/** Undefined where the body could have gone on: it only chose a bad way. */
export function judgeConfinement(confinement: Confinement): Finding | undefined {
  const { reachMeters, areaSquareMeters, onKnownGround } = confinement;
  const held = reachMeters < HELD_METERS;
  const trapped =
    !onKnownGround && areaSquareMeters !== undefined && areaSquareMeters <= MAX_TRAP_SQUARE_METERS;
  if (!held && !trapped) return undefined;
  return {
    type: 'stuck',
    severity: held ? 'error' : 'warning',
    confidence: held ? 0.9 : 0.7,
    position: confinement.middle,
    extent: confinement.size,
    message: held
      ? 'A body is held here: walking and jumping in eight directions does not free it.'
      : `A body that gets here cannot leave: ${areaSquareMeters?.toFixed(1)} m² without a way back.`,
    evidence: {
      reachMeters: Math.round(reachMeters * 100) / 100,
      areaSquareMeters: areaSquareMeters === undefined ? undefined : Math.round(areaSquareMeters * 100) / 100,
      origin: confinement.origin,
      onKnownGround,
    },
    witness: confinement,
  };
}
