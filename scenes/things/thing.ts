import type { Random } from '../../engine/random.ts';
import type { Finish, Sketch } from '../geometry/sketch.ts';

export interface ThingStyle {
  random: Random;
  /** The finish of the thing's body: what the prompt asks for, else `otherwise`. */
  main(otherwise: Finish): Finish;
}

/** How one kind of thing is built. Its frame: on the floor at y = 0, centred, its front facing +Z. */
export interface ThingRecipe {
  massKilograms: number;
  /** Absent: the thing can be moved. Fixed things are part of the place. */
  fixed?: boolean;
  /** Stands along the lane rather than at an angle to it. */
  alongLane?: boolean;
  /** Where it stands when the prompt does not say; default 'free'. */
  where?: 'wall' | 'free';
  draw(sketch: Sketch, style: ThingStyle): void;
}
