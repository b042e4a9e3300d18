import { DEFAULT_WALKER_BODY } from '../engine/locomotion/walker.ts';

/** The body that walks the world: an upright capsule. Metres and radians. */
export interface Body {
  radius: number;
  /** Whole height, caps included. */
  height: number;
  stepHeight: number;
  maxSlopeRadians: number;
  jumpHeight: number;
  /** 1 for a grown person; lengths and speeds are that person's times this. */
  scale: number;
}

/** The engine's walker at a scale, so that the navmesh promises what the walker can do. */
export function walkerBody(scale: number): Body {
  return {
    radius: DEFAULT_WALKER_BODY.radiusMeters * scale,
    height: DEFAULT_WALKER_BODY.heightMeters * scale,
    stepHeight: DEFAULT_WALKER_BODY.stepHeightMeters * scale,
    maxSlopeRadians: (DEFAULT_WALKER_BODY.maxSlopeDegrees * Math.PI) / 180,
    jumpHeight: DEFAULT_WALKER_BODY.jumpHeightMeters * scale,
    scale,
  };
}

/** Model landscapes and doll's houses are walked by smaller bodies, a half and a quarter of a person. */
export const SMALLER_SCALES: readonly number[] = [0.5, 0.25];
