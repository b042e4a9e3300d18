import { type MoveInput, noInput } from './moveInput.ts';

/** Radians a pixel: a turn of 90° takes about a third of a common screen. */
const LOOK_SPEED = 0.0028;
/** Movement of a press, pixels, up to which it is a click; fingers tremble more than mice. */
const CLICK_PIXELS = 6;
/** Distance in orbit changes by this share a wheel notch of 100. */
const WHEEL_SPEED = 0.0012;

export interface PointerListener {
  /** A click or tap; CSS pixels in the element. */
  onClick(x: number, y: number, byTouch: boolean): void;
  onLock(locked: boolean): void;
}

/**
 * Looking by mouse and finger: a drag turns the view, held or locked; two fingers pinch; the wheel zooms.
 * Touches that begin on a stick never reach the element.
 */
export function createPointerInput(
  element: HTMLElement,
  listener: PointerListener,
): { poll(): MoveInput; lock(): void; unlock(): void; readonly locked: boolean; dispose(): void } {
  const abort = new AbortController();
  const { signal } = abort;
  const pressed = new Map<number, { x: number; y: number; travelled: number }>();
  let pending = noInput();
  let pinch = 0;
  const isLocked = () => document.pointerLockElement === element;
  const look = (dx: number, dy: number) => {
    pending.turnLeft -= dx * LOOK_SPEED;
    pending.turnUp -= dy * LOOK_SPEED;
  };
  const place = (event: PointerEvent) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  element.addEventListener(
    'pointerdown',
    event => {
      element.focus({ preventScroll: true });
      if (event.button !== 0 && event.pointerType === 'mouse') return;
      if (!isLocked()) element.setPointerCapture(event.pointerId);
      pressed.set(event.pointerId, { ...place(event), travelled: 0 });
      pinch = 0;
    },
    { signal },
  );
  element.addEventListener(
    'pointermove',
    event => {
      if (isLocked()) return look(event.movementX, event.movementY);
      const press = pressed.get(event.pointerId);
      if (!press) return;
      const { x, y } = place(event);
      const dx = x - press.x;
      const dy = y - press.y;
      press.travelled += Math.abs(dx) + Math.abs(dy);
      Object.assign(press, { x, y });
      const [first, second] = [...pressed.values()];
      if (first && second) {
        const span = Math.hypot(first.x - second.x, first.y - second.y);
        if (pinch > 0 && span > 0) pending.zoom *= pinch / span;
        pinch = span;
      } else if (press.travelled > CLICK_PIXELS) look(dx, dy);
    },
    { signal },
  );
  const release = (event: PointerEvent, click: boolean) => {
    const press = pressed.get(event.pointerId);
    pressed.delete(event.pointerId);
    pinch = 0;
    if (!click || !press || press.travelled > CLICK_PIXELS) return;
    const { clientWidth, clientHeight } = element;
    if (isLocked()) listener.onClick(clientWidth / 2, clientHeight / 2, false);
    else listener.onClick(press.x, press.y, event.pointerType === 'touch');
  };
  element.addEventListener('pointerup', event => release(event, true), { signal });
  element.addEventListener('pointercancel', event => release(event, false), { signal });
  element.addEventListener(
    'wheel',
    event => {
      event.preventDefault();
      const pixels = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? event.deltaY * 33 : event.deltaY;
      pending.zoom *= Math.exp(Math.max(-300, Math.min(300, pixels)) * WHEEL_SPEED);
    },
    { signal, passive: false },
  );
  document.addEventListener('pointerlockchange', () => listener.onLock(isLocked()), { signal });

  return {
    poll() {
      const input = pending;
      pending = noInput();
      return input;
    },
    lock() {
      // Refused without a click, in some frames and on phones: dragging looks around as well.
      Promise.resolve(element.requestPointerLock?.()).catch(() => undefined);
    },
    unlock() {
      if (isLocked()) document.exitPointerLock();
    },
    get locked() {
      return isLocked();
    },
    dispose() {
      this.unlock();
      abort.abort();
    },
  };
}
