import { type MoveInput, noInput } from './moveInput.ts';

/** Radians a second that Q, E, R and V turn with: looking around without a mouse. */
const TURN_SPEED = 1.8;

/** By KeyboardEvent.code: the place on the keyboard, so that WASD is where it should be on every layout. */
export function keyInput(held: ReadonlySet<string>, elapsedSeconds: number): MoveInput {
  const axis = (positive: readonly string[], negative: readonly string[]) =>
    (positive.some(code => held.has(code)) ? 1 : 0) - (negative.some(code => held.has(code)) ? 1 : 0);
  const input = noInput();
  input.ahead = axis(['KeyW', 'ArrowUp'], ['KeyS', 'ArrowDown']);
  input.right = axis(['KeyD', 'ArrowRight'], ['KeyA', 'ArrowLeft']);
  input.up = axis(['Space', 'PageUp'], ['KeyC', 'PageDown']);
  input.turnLeft = axis(['KeyQ'], ['KeyE']) * TURN_SPEED * elapsedSeconds;
  input.turnUp = axis(['KeyR'], ['KeyV']) * TURN_SPEED * elapsedSeconds;
  input.run = held.has('ShiftLeft') || held.has('ShiftRight');
  input.jump = held.has('Space');
  return input;
}

const MOVING = new Set([
  ...['KeyW', 'KeyA', 'KeyS', 'KeyD', 'KeyQ', 'KeyE', 'KeyR', 'KeyV', 'KeyC', 'Space'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'ShiftLeft', 'ShiftRight'],
]);

/** Keys held while the element has the focus. Keys with Ctrl, Alt or Meta are the browser's; others the page's. */
export function createKeyboardInput(element: HTMLElement): {
  poll(elapsedSeconds: number): MoveInput;
  dispose(): void;
} {
  const held = new Set<string>();
  /** Pressed since the last frame: a tap is shorter than a frame where drawing is slow, and counts all the same. */
  const struck = new Set<string>();
  const abort = new AbortController();
  const { signal } = abort;
  element.addEventListener(
    'keydown',
    event => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (!MOVING.has(event.code)) return;
      held.add(event.code);
      struck.add(event.code);
      event.preventDefault();
    },
    { signal },
  );
  // A key may come up after the focus has moved on.
  window.addEventListener('keyup', event => held.delete(event.code), { signal });
  const letGo = () => {
    held.clear();
    struck.clear();
  };
  element.addEventListener('blur', letGo, { signal });
  window.addEventListener('blur', letGo, { signal });
  return {
    poll(elapsedSeconds) {
      const input = keyInput(new Set([...held, ...struck]), elapsedSeconds);
      struck.clear();
      return input;
    },
    dispose: () => abort.abort(),
  };
}
