/** Seconds of one simulation step: 1/60 s, what Havok's solver is tuned to. Agents, physics and reports share it. */
export const STEP_SECONDS = 1 / 60;

/** Steps made up for at most after a stall: 1/4 s. More would take longer than the stall and never catch up. */
const MAX_STEPS_PER_FRAME = 15;

export interface FixedStepClock {
  /** Steps taken since the start. */
  readonly stepCount: number;
  /** Simulated seconds since the start. */
  readonly seconds: number;
  /** Share of a step that has gone by since the last one, 0 to 1: where between two states to draw. */
  readonly stepShare: number;
  /** Adds the wall time of a drawn frame and takes the steps that are due; gives how many. Time beyond a stall's limit is dropped. */
  advance(elapsedSeconds: number): number;
}

/** Turns uneven frames into steps of exactly STEP_SECONDS (Fiedler, 'Fix Your Timestep!'). */
export function createFixedStepClock(step: () => void): FixedStepClock {
  let stepCount = 0;
  let owedSeconds = 0;
  return {
    get stepCount() {
      return stepCount;
    },
    get seconds() {
      return stepCount * STEP_SECONDS;
    },
    get stepShare() {
      return owedSeconds / STEP_SECONDS;
    },
    advance(elapsedSeconds) {
      owedSeconds = Math.min(owedSeconds + Math.max(0, elapsedSeconds), MAX_STEPS_PER_FRAME * STEP_SECONDS);
      let steps = 0;
      // A 60 Hz display delivers 1/60 s give or take rounding: the tolerance keeps it from stuttering.
      while (owedSeconds >= STEP_SECONDS - 1e-9) {
        step();
        stepCount++;
        steps++;
        owedSeconds = Math.max(0, owedSeconds - STEP_SECONDS);
      }
      return steps;
    },
  };
}
