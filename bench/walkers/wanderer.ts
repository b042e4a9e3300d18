import { STEP_SECONDS } from '../../engine/clock.ts';
import { createRandom } from '../../engine/random.ts';

/** m/s. */
export const WANDER_SPEED = 2;

/** Wanders: keeps a heading, takes another after a while or when it does not get on. The same for both walkers. */
export class Wanderer {
  private readonly random;
  private heading: number;
  private steps = 0;
  private stuckSteps = 0;
  private lastX = 0;
  private lastZ = 0;
  readonly wish: [number, number] = [0, 0];

  constructor(index: number) {
    this.random = createRandom(`wanderer-${index}`);
    this.heading = this.random.range(0, 2 * Math.PI);
  }

  next(x: number, z: number): readonly [number, number] {
    const moved = Math.hypot(x - this.lastX, z - this.lastZ);
    this.lastX = x;
    this.lastZ = z;
    this.stuckSteps = moved < 0.3 * WANDER_SPEED * STEP_SECONDS ? this.stuckSteps + 1 : 0;
    if (this.stuckSteps > 8 || ++this.steps > 240) {
      this.heading += this.random.range(1, 5.2);
      this.steps = 0;
      this.stuckSteps = 0;
    }
    this.wish[0] = Math.cos(this.heading) * WANDER_SPEED;
    this.wish[1] = Math.sin(this.heading) * WANDER_SPEED;
    return this.wish;
  }
}
