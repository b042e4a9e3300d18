import { createGamepadInput } from './gamepad.ts';
import { createKeyboardInput } from './keyboard.ts';
import type { MoveInput } from './moveInput.ts';
import { createPointerInput, type PointerListener } from './pointer.ts';
import { createTouchSticks } from './touchSticks.ts';

export interface ViewerInputListener extends PointerListener {
  onToggleFly(): void;
}

/** Keyboard, mouse, fingers and pads on one canvas. */
export function createViewerInputs(
  canvas: HTMLCanvasElement,
  listener: ViewerInputListener,
): { poll(elapsedSeconds: number): MoveInput[]; lock(): void; unlock(): void; dispose(): void } {
  const keyboard = createKeyboardInput(canvas);
  const pointer = createPointerInput(canvas, listener);
  const gamepad = createGamepadInput(listener.onToggleFly);
  const sticks = createTouchSticks(canvas);
  return {
    poll: elapsedSeconds => [
      keyboard.poll(elapsedSeconds),
      pointer.poll(),
      ...gamepad.poll(elapsedSeconds),
      sticks.poll(elapsedSeconds),
    ],
    lock: () => pointer.lock(),
    unlock: () => pointer.unlock(),
    dispose() {
      keyboard.dispose();
      pointer.dispose();
      sticks.dispose();
    },
  };
}
