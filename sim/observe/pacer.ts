import { setTimeout as sleep } from 'node:timers/promises';
import { STEP_SECONDS } from '../../engine/clock.ts';

/** A machine that is slower than the simulation by this much does not rush to catch up afterwards. */
const MOST_BEHIND_MILLISECONDS = 500;

/** Holds a simulation to the clock: a step takes as long as it stands for. */
export class Pacer {
  private startedAt = performance.now();

  /** Waits until a step is due; at once where it is late. Other work of the thread comes through either way. */
  async until(step: number): Promise<void> {
    const due = this.startedAt + step * STEP_SECONDS * 1000;
    const wait = due - performance.now();
    if (wait < -MOST_BEHIND_MILLISECONDS) this.startedAt -= wait;
    if (wait > 1) await sleep(wait);
    else await new Promise(resume => setImmediate(resume));
  }
}
