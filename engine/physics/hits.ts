import type { HP_CollectorId, HP_ShapeId, HP_WorldId } from '@babylonjs/havok';
import type { Havok } from './havok.ts';

export type Vector3 = [number, number, number];

/** An upright capsule; heightMeters includes both caps. */
export interface Capsule {
  readonly radiusMeters: number;
  readonly heightMeters: number;
}

/** Where a cast first touches. */
export interface CastHit {
  /** Share of the way from start to end, 0 to 1. */
  fraction: number;
  /** Touched point, world, metres. */
  position: Vector3;
  /** Unit, away from what is touched and against the query, whichever side of the surface it came from. */
  normal: Vector3;
  /** Index into the collider's nodes. */
  node: number;
}

/** The nearest surface within a distance. */
export interface ProximityHit {
  /** From the capsule's surface; negative by the depth of an overlap. */
  distanceMeters: number;
  /** Nearest point on the surface, world, metres. */
  position: Vector3;
  /** Unit, the way out. */
  normal: Vector3;
  node: number;
}

/** Queries give a new hit each time, or fill and give the one that is handed in: a walker makes three a step. */
export interface Queries {
  /** Sweeps an upright capsule's centre from → to: the first touch, or undefined. A sweep that starts in overlap may report nothing: see proximity. */
  castCapsule(
    capsule: Capsule,
    fromCenter: Readonly<Vector3>,
    toCenter: Readonly<Vector3>,
    into?: CastHit,
  ): CastHit | undefined;
  castRay(from: Readonly<Vector3>, to: Readonly<Vector3>, into?: CastHit): CastHit | undefined;
  /** The surface nearest to a standing capsule, overlaps included, or undefined beyond maxDistanceMeters. */
  proximity(
    capsule: Capsule,
    center: Readonly<Vector3>,
    maxDistanceMeters: number,
    into?: ProximityHit,
  ): ProximityHit | undefined;
  dispose(): void;
}

/** What both ways to Havok need; `nodeOfBody` is keyed by the body's handle as a number. */
export interface QueryContext {
  havok: Havok;
  world: HP_WorldId;
  /** Holds one hit, which makes Havok keep the closest; a larger one comes back unsorted. */
  collector: HP_CollectorId;
  nodeOfBody: ReadonlyMap<number, number>;
  shapeOf(capsule: Capsule): HP_ShapeId;
}

export function emptyCastHit(): CastHit {
  return { fraction: 0, position: [0, 0, 0], normal: [0, 0, 0], node: -1 };
}

export function emptyProximityHit(): ProximityHit {
  return { distanceMeters: 0, position: [0, 0, 0], normal: [0, 0, 0], node: -1 };
}

/** A query from or to nowhere would search the whole tree or trap. */
export function requireFinite(a: Readonly<Vector3>): void {
  if (!Number.isFinite(a[0] + a[1] + a[2]))
    throw new RangeError(`A query needs finite coordinates, not ${a.join(', ')}.`);
}
