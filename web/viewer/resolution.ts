import type { Engine } from '@babylonjs/core/Engines/engine.js';

/** Milliseconds a frame above which a picture is made coarser, and below which it is made finer again. */
const SLOW = 45;
const QUICK = 13;
/** Frames that have to be slow, or quick, before anything changes. */
const SLOW_FRAMES = 8;
const QUICK_FRAMES = 90;
/** Pixels a CSS pixel: twice is as sharp as eyes see; below the last, things can no longer be told apart. */
const RATIOS = [2, 1.5, 1, 0.75, 0.6];

/** How fine the picture is: as fine as the screen, coarser while moving where that would be too slow. */
export interface Resolution {
  /** To be told each drawn frame's time while the view moves. @returns whether the picture's size changed. */
  moving(elapsedSeconds: number): boolean;
  /** The view stands: one frame as fine as the screen. @returns whether the picture's size changed. */
  resting(): boolean;
}

export function createResolution(
  engine: Pick<Engine, 'setHardwareScalingLevel'>,
  screenRatio: number,
): Resolution {
  const finest = Math.min(RATIOS[0], Math.max(1, screenRatio));
  let ratio = finest;
  let shown = 0;
  let slow = 0;
  let quick = 0;
  const show = (next: number): boolean => {
    if (next === shown) return false;
    shown = next;
    engine.setHardwareScalingLevel(1 / next);
    return true;
  };
  show(finest);
  return {
    moving(elapsedSeconds) {
      const milliseconds = elapsedSeconds * 1000;
      slow = milliseconds > SLOW ? slow + 1 : 0;
      quick = milliseconds < QUICK ? quick + 1 : 0;
      if (slow >= SLOW_FRAMES) {
        ratio = RATIOS.find(each => each < ratio) ?? ratio;
        slow = 0;
      } else if (quick >= QUICK_FRAMES) {
        ratio = Math.min(finest, RATIOS.findLast(each => each > ratio) ?? finest);
        quick = 0;
      }
      return show(ratio);
    },
    resting: () => show(finest),
  };
}
