import { DEFAULT_WALKER_BODY } from '../engine/locomotion/walker.ts';

/** The body that walks the world: an upright capsule. Metres and radians. */
export interface Body {
  radius: number;
  /** Whole height, caps included. */
  height: number;
  stepHeight: number;
  maxSlopeRadians: number;
}

/** The engine's walker, so that the navmesh promises what the walker can do. */
export const WALKER_BODY: Readonly<Body> = {
  radius: DEFAULT_WALKER_BODY.radiusMeters,
  height: DEFAULT_WALKER_BODY.heightMeters,
  stepHeight: DEFAULT_WALKER_BODY.stepHeightMeters,
  maxSlopeRadians: (DEFAULT_WALKER_BODY.maxSlopeDegrees * Math.PI) / 180,
};
