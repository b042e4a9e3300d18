import { describe, expect, it } from 'vitest';
import { findOwnMotion } from '../../../pipeline/score/ownMotion.ts';
import type { StrayLook } from '../../../pipeline/score/strayLooks.ts';

const ASPECT = { width: 1, height: 0.5625 };
const SECONDS = 1 / 3;

/** Looks in which a patch of points, 4×4 that are 20 px apart where not said, is at `at` of each look's beginning and end. */
function looks(
  count: number,
  at: (time: number) => readonly [number, number] | undefined,
  { columns = 4, rows = 4, points = 200, apart = 20, pixels = 6 } = {},
): StrayLook[] {
  return Array.from({ length: count }, (_, k) => {
    const [start, end] = [at(k * SECONDS), at((k + 1) * SECONDS)];
    const strays =
      start && end
        ? Array.from({ length: columns * rows }, (_, i) => {
            const [dx, dy] = [apart * (i % columns), apart * Math.floor(i / columns)];
            return {
              start: [start[0] + dx, start[1] + dy] as const,
              end: [end[0] + dx, end[1] + dy] as const,
              pixels,
              area: 0.002,
            };
          })
        : [];
    return {
      fromFrame: 8 * k,
      toFrame: 8 * (k + 1),
      fromSeconds: k * SECONDS,
      toSeconds: (k + 1) * SECONDS,
      points,
      strayPoints: strays.length,
      strays,
    };
  });
}

describe('own motion', () => {
  it('is one thing for as long as it is followed, however far it goes', () => {
    const found = findOwnMotion(
      looks(6, time => [50 + 240 * time, 100]),
      ASPECT,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ fromFrame: 0, toFrame: 48, looks: 6 });
    expect(found[0].area).toBeCloseTo(0.032);
    expect(found[0].sum).toBeCloseTo(6 * 0.032);
    expect(found[0].box.left).toBeCloseTo(130 / 640);
    expect(found[0].box.right).toBeCloseTo((50 + 480 + 60) / 640);
    expect(found[0].speed).toBeCloseTo(240 / 640, 2);
  });

  it('is not what shows once, lies on a line, or is at another place the next time', () => {
    expect(
      findOwnMotion(
        looks(1, () => [300, 100]),
        ASPECT,
      ),
    ).toEqual([]);
    expect(
      findOwnMotion(
        looks(6, () => [300, 20], { columns: 1, rows: 12 }),
        ASPECT,
      ),
    ).toEqual([]);
    const jumps = looks(6, () => [300, 100]).map((look, k) => ({
      ...look,
      strays: look.strays.map(stray => ({
        ...stray,
        start: [stray.start[0] + 150 * (k % 3) - 150, stray.start[1]] as const,
        end: [stray.end[0] + 150 * (k % 3) - 150, stray.end[1]] as const,
      })),
    }));
    for (const motion of findOwnMotion(jumps, ASPECT)) expect(motion.looks).toBeLessThan(3);
  });

  it('has few points far apart, where these are well off and go the same way', () => {
    const wide = (pixels: number) =>
      findOwnMotion(
        looks(6, time => [50 + 150 * time, 40], { columns: 2, rows: 4, apart: 70, pixels }),
        ASPECT,
      );
    expect(wide(8)).toMatchObject([{ looks: 6 }]);
    expect(wide(4)).toEqual([]);
  });

  it('is nothing where too much strays for a geometry to stray from', () => {
    expect(
      findOwnMotion(
        looks(6, () => [300, 100], { points: 50 }),
        ASPECT,
      ),
    ).toEqual([]);
  });

  it('is still one after a while in which it was not seen', () => {
    const hidden = looks(8, time => [200 + 30 * time, 100]).map((look, k) =>
      k === 3 || k === 4 ? { ...look, strays: [], strayPoints: 0 } : look,
    );
    expect(findOwnMotion(hidden, ASPECT)).toMatchObject([{ looks: 6 }]);
  });
});
