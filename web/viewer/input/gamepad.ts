import { type MoveInput, noInput } from './moveInput.ts';
import { stickWish } from './stick.ts';

/** Radians a second at full throw: a half turn in a second and a bit. */
const TURN_SPEED = 2.6;
/** Worn sticks rest up to this far from their middle. */
const DEAD_ZONE = 0.15;

/** What is read of a Gamepad. */
export interface PadState {
  mapping: string;
  axes: readonly number[];
  buttons: readonly { pressed: boolean; value: number }[];
}

const BUTTON = { a: 0, y: 3, leftBumper: 4, rightBumper: 5, rightTrigger: 7, leftStick: 10 } as const;

/** A pad of the standard mapping as a wish: left stick moves, right stick looks, A jumps, right trigger runs, bumpers sink and rise. */
export function padInput(pad: PadState, elapsedSeconds: number): MoveInput {
  const input = noInput();
  if (pad.mapping !== 'standard') return input;
  const move = stickWish(pad.axes[0] ?? 0, pad.axes[1] ?? 0, DEAD_ZONE);
  const look = stickWish(pad.axes[2] ?? 0, pad.axes[3] ?? 0, DEAD_ZONE);
  const pressed = (button: number) => pad.buttons[button]?.pressed === true;
  input.right = move.x;
  input.ahead = -move.y;
  input.turnLeft = -look.x * TURN_SPEED * elapsedSeconds;
  input.turnUp = -look.y * TURN_SPEED * elapsedSeconds;
  input.up = (pressed(BUTTON.rightBumper) ? 1 : 0) - (pressed(BUTTON.leftBumper) ? 1 : 0);
  input.jump = pressed(BUTTON.a);
  input.run = (pad.buttons[BUTTON.rightTrigger]?.value ?? 0) > 0.5 || pressed(BUTTON.leftStick);
  return input;
}

/** Reads the connected pads each frame. `onToggleFly` fires once a press of Y. */
export function createGamepadInput(onToggleFly: () => void): { poll(elapsedSeconds: number): MoveInput[] } {
  let toggleHeld = false;
  return {
    poll(elapsedSeconds) {
      const pads = navigator.getGamepads?.().filter(pad => pad !== null) ?? [];
      const toggle = pads.some(pad => pad.mapping === 'standard' && pad.buttons[BUTTON.y]?.pressed);
      if (toggle && !toggleHeld) onToggleFly();
      toggleHeld = toggle;
      return pads.map(pad => padInput(pad, elapsedSeconds));
    },
  };
}
