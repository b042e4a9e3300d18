import { type MoveInput, noInput } from './moveInput.ts';
import { stickWish } from './stick.ts';

/** CSS pixels from a stick's middle to its end. */
const RADIUS = 52;
const DEAD_ZONE = 0.12;
/** Radians a second at full throw. */
const TURN_SPEED = 2.2;
/** Of full throw: pushed this far, the left thumb runs. */
const RUN_THROW = 0.97;

interface Stick {
  element: HTMLElement;
  throw: { x: number; y: number };
}

/** What two thumbs want. */
export function sticksInput(
  left: { x: number; y: number },
  right: { x: number; y: number },
  jump: boolean,
  elapsedSeconds: number,
): MoveInput {
  const move = stickWish(left.x, left.y, DEAD_ZONE);
  const look = stickWish(right.x, right.y, DEAD_ZONE);
  return {
    ...noInput(),
    right: move.x,
    ahead: -move.y,
    turnLeft: -look.x * TURN_SPEED * elapsedSeconds,
    turnUp: -look.y * TURN_SPEED * elapsedSeconds,
    run: Math.hypot(left.x, left.y) > RUN_THROW && left.y < -0.8,
    jump,
    up: jump ? 1 : 0,
  };
}

/**
 * Two sticks and a jump button over the canvas, once a finger has touched it; a mouse never sees them. They lie
 * beside the canvas in its parent, which has to be positioned.
 */
export function createTouchSticks(canvas: HTMLCanvasElement): {
  poll(elapsedSeconds: number): MoveInput;
  dispose(): void;
} {
  const abort = new AbortController();
  const { signal } = abort;
  const root = document.createElement('div');
  root.className = 'touch-sticks';
  root.hidden = !matchMedia('(pointer: coarse)').matches;
  const left = makeStick('Move', 'touch-stick touch-stick-left', signal);
  const right = makeStick('Look', 'touch-stick touch-stick-right', signal);
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'touch-jump';
  button.textContent = 'Jump';
  let jumping = false;
  button.addEventListener('pointerdown', () => (jumping = true), { signal });
  for (const end of ['pointerup', 'pointercancel', 'pointerleave'] as const)
    button.addEventListener(end, () => (jumping = false), { signal });
  root.append(left.element, right.element, button);
  canvas.after(root);
  canvas.addEventListener(
    'pointerdown',
    event => {
      if (event.pointerType === 'touch') root.hidden = false;
    },
    { signal },
  );
  return {
    poll: elapsedSeconds => sticksInput(left.throw, right.throw, jumping, elapsedSeconds),
    dispose() {
      abort.abort();
      root.remove();
    },
  };
}

function makeStick(name: string, className: string, signal: AbortSignal): Stick {
  const element = document.createElement('div');
  element.className = className;
  element.setAttribute('role', 'img');
  element.setAttribute('aria-label', `${name}: drag with a thumb`);
  const knob = document.createElement('span');
  element.append(knob);
  const stick: Stick = { element, throw: { x: 0, y: 0 } };
  let pointer: number | undefined;
  const move = (event: PointerEvent) => {
    const box = element.getBoundingClientRect();
    const x = (event.clientX - box.left - box.width / 2) / RADIUS;
    const y = (event.clientY - box.top - box.height / 2) / RADIUS;
    const scale = 1 / Math.max(1, Math.hypot(x, y));
    stick.throw = { x: x * scale, y: y * scale };
    knob.style.transform = `translate(${stick.throw.x * RADIUS}px, ${stick.throw.y * RADIUS}px)`;
  };
  const end = (event: PointerEvent) => {
    if (event.pointerId !== pointer) return;
    pointer = undefined;
    stick.throw = { x: 0, y: 0 };
    knob.style.transform = '';
  };
  element.addEventListener(
    'pointerdown',
    event => {
      if (pointer !== undefined) return;
      pointer = event.pointerId;
      element.setPointerCapture(pointer);
      event.preventDefault();
      move(event);
    },
    { signal },
  );
  element.addEventListener('pointermove', event => event.pointerId === pointer && move(event), { signal });
  element.addEventListener('pointerup', end, { signal });
  element.addEventListener('pointercancel', end, { signal });
  return stick;
}
