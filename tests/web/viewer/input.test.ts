import { describe, expect, it } from 'vitest';
import { anglesTo, direction, turn } from '../../../web/viewer/camera/angles.ts';
import { padInput } from '../../../web/viewer/input/gamepad.ts';
import { keyInput } from '../../../web/viewer/input/keyboard.ts';
import { combineInputs, isIdle, noInput } from '../../../web/viewer/input/moveInput.ts';
import { stickWish } from '../../../web/viewer/input/stick.ts';
import { sticksInput } from '../../../web/viewer/input/touchSticks.ts';

describe('stick', () => {
  it('does nothing within its dead zone and all at its end, whatever its direction', () => {
    expect(stickWish(0.1, 0.1, 0.15)).toEqual({ x: 0, y: 0 });
    expect(stickWish(0, -1, 0.15)).toEqual({ x: 0, y: -1 });
    const corner = stickWish(1, 1, 0.15);
    expect(Math.hypot(corner.x, corner.y)).toBeCloseTo(1, 9);
  });

  it('grows steadily from the dead zone on', () => {
    let before = 0;
    for (let thrown = 0.16; thrown <= 1; thrown += 0.02) {
      const { x } = stickWish(thrown, 0, 0.15);
      expect(x).toBeGreaterThan(before);
      before = x;
    }
    expect(stickWish(0.17, 0, 0.15).x).toBeLessThan(0.01);
  });
});

describe('gamepad', () => {
  const pad = (axes: number[], pressed: number[]) => ({
    mapping: 'standard',
    axes,
    buttons: Array.from({ length: 17 }, (_, i) => ({
      pressed: pressed.includes(i),
      value: pressed.includes(i) ? 1 : 0,
    })),
  });

  it('moves with the left stick and looks with the right one', () => {
    const input = padInput(pad([0, -1, 1, 0], []), 0.5);
    expect(input.ahead).toBe(1);
    expect(input.right).toBe(0);
    expect(input.turnLeft).toBeLessThan(-1);
    expect(input.turnUp).toBeCloseTo(0, 9);
  });

  it('jumps by A, runs by the right trigger, rises and sinks by the bumpers', () => {
    expect(padInput(pad([0, 0, 0, 0], [0, 7]), 0.1)).toMatchObject({ jump: true, run: true, up: 0 });
    expect(padInput(pad([0, 0, 0, 0], [5]), 0.1).up).toBe(1);
    expect(padInput(pad([0, 0, 0, 0], [4]), 0.1).up).toBe(-1);
  });

  it('is not read where its mapping is unknown', () => {
    expect(padInput({ ...pad([1, 1, 1, 1], [0]), mapping: '' }, 0.1)).toEqual(noInput());
  });
});

describe('keys and thumbs', () => {
  it('takes letters and arrows alike; opposite keys cancel', () => {
    expect(keyInput(new Set(['KeyW', 'KeyA']), 0.1)).toMatchObject({ ahead: 1, right: -1 });
    expect(keyInput(new Set(['ArrowUp', 'ArrowRight']), 0.1)).toMatchObject({ ahead: 1, right: 1 });
    expect(keyInput(new Set(['KeyW', 'KeyS']), 0.1).ahead).toBe(0);
    expect(keyInput(new Set(['ShiftLeft', 'Space']), 0.1)).toMatchObject({ run: true, jump: true, up: 1 });
    expect(keyInput(new Set(['KeyQ']), 0.1).turnLeft).toBeGreaterThan(0);
  });

  it('walks with the left thumb, looks with the right one, runs where it is pushed to the end', () => {
    const input = sticksInput({ x: 0, y: -1 }, { x: -1, y: 0 }, false, 0.1);
    expect(input).toMatchObject({ ahead: 1, run: true, jump: false });
    expect(input.turnLeft).toBeGreaterThan(0);
    expect(sticksInput({ x: 0, y: -0.8 }, { x: 0, y: 0 }, true, 0.1)).toMatchObject({
      run: false,
      jump: true,
    });
  });

  it('adds hands up without going faster than one', () => {
    const both = combineInputs([
      { ...noInput(), ahead: 1, zoom: 2, turnLeft: 0.1 },
      { ...noInput(), ahead: 1, right: 1, zoom: 2, turnLeft: 0.2, jump: true },
    ]);
    expect(Math.hypot(both.ahead, both.right)).toBeCloseTo(1, 9);
    expect(both.zoom).toBe(4);
    expect(both.turnLeft).toBeCloseTo(0.3, 9);
    expect(isIdle(both)).toBe(false);
    expect(isIdle(combineInputs([noInput(), noInput()]))).toBe(true);
  });
});

describe('angles', () => {
  it('looks down −Z at zero, to −X a quarter turn to the left, up with a positive pitch', () => {
    expect(direction(0, 0).map(value => value + 0)).toEqual([0, 0, -1]);
    expect(direction(Math.PI / 2, 0)[0]).toBeCloseTo(-1, 9);
    expect(direction(0, 0.5)[1]).toBeCloseTo(Math.sin(0.5), 9);
  });

  it('finds the angles that look at a place', () => {
    for (const [yaw, pitch] of [
      [0.3, 0.2],
      [-2.9, -1.1],
      [3, 0],
    ] as const) {
      const [x, y, z] = direction(yaw, pitch);
      const found = anglesTo([1, 2, 3], [1 + 5 * x, 2 + 5 * y, 3 + 5 * z]);
      expect(found.yaw).toBeCloseTo(yaw, 9);
      expect(found.pitch).toBeCloseTo(pitch, 9);
    }
    expect(anglesTo([0, 0, 0], [0, 0, 0], { yaw: 1, pitch: 2 })).toEqual({ yaw: 1, pitch: 2 });
  });

  it('turns the short way round', () => {
    expect(turn(3, -3)).toBeCloseTo(2 * Math.PI - 6, 9);
    expect(turn(-3, 3)).toBeCloseTo(6 - 2 * Math.PI, 9);
    expect(turn(0.5, 1)).toBeCloseTo(0.5, 9);
  });
});
