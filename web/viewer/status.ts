import type { CameraRig } from './camera/cameraRig.ts';

/** Seconds between two writings: what is said is for eyes and tests, not for control. */
const EVERY_SECONDS = 0.2;

/**
 * Says on the canvas itself how the viewer is: data-mode, data-feet and data-eye ("x,y,z", metres, the view's yaw
 * behind the eye), data-steps, data-draw-calls. And marks in the browser's timeline 'world-shown', the first frame
 * with the world, and 'world-walkable', the first after the walker's first step.
 */
export function createStatus(canvas: HTMLCanvasElement, rig: CameraRig) {
  let since = Infinity;
  let drawn = false;
  let shown = false;
  let walkable = false;
  return {
    /** At the end of each frame, drawn or not. */
    update(elapsedSeconds: number, drawCalls: number): void {
      // A frame counts once the next one is asked for: until then it may still be in the making.
      if (drawn && !shown) {
        shown = true;
        performance.mark('world-shown');
      }
      if (shown && !walkable && rig.stepCount > 0) {
        walkable = true;
        performance.mark('world-walkable');
        since = Infinity;
      }
      drawn ||= drawCalls > 0;
      since += elapsedSeconds;
      if (since < EVERY_SECONDS) return;
      since = 0;
      const { eye, yaw } = rig.pose;
      const values = {
        mode: rig.mode,
        feet: places(rig.walker.feetPosition),
        eye: places([...eye, yaw]),
        steps: String(rig.stepCount),
        drawCalls: String(drawCalls),
      };
      for (const [name, value] of Object.entries(values))
        if (canvas.dataset[name] !== value) canvas.dataset[name] = value;
    },
  };
}

function places(values: readonly number[]): string {
  return values.map(value => value.toFixed(3)).join(',');
}
