/** What a person wants of the view in one frame, whatever they hold in their hands. */
export interface MoveInput {
  /** −1 to 1 each: to the right, ahead, up. */
  right: number;
  ahead: number;
  up: number;
  /** Radians to turn by in this frame: to the left, up. */
  turnLeft: number;
  turnUp: number;
  /** Factor on the distance in orbit: below 1 comes closer. */
  zoom: number;
  run: boolean;
  jump: boolean;
}

export function noInput(): MoveInput {
  return { right: 0, ahead: 0, up: 0, turnLeft: 0, turnUp: 0, zoom: 1, run: false, jump: false };
}

/** All hands together; two that push the same way do not go faster than one. */
export function combineInputs(inputs: readonly MoveInput[]): MoveInput {
  const sum = noInput();
  for (const input of inputs) {
    sum.right += input.right;
    sum.ahead += input.ahead;
    sum.up += input.up;
    sum.turnLeft += input.turnLeft;
    sum.turnUp += input.turnUp;
    sum.zoom *= input.zoom;
    sum.run ||= input.run;
    sum.jump ||= input.jump;
  }
  const length = Math.hypot(sum.right, sum.ahead);
  if (length > 1) {
    sum.right /= length;
    sum.ahead /= length;
  }
  sum.up = Math.max(-1, Math.min(1, sum.up));
  return sum;
}

export function isIdle({ right, ahead, up, turnLeft, turnUp, zoom, jump }: MoveInput): boolean {
  return !jump && zoom === 1 && right === 0 && ahead === 0 && up === 0 && turnLeft === 0 && turnUp === 0;
}
