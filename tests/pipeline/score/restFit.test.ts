import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { fitRest } from '../../../pipeline/score/restFit.ts';
import { createTwoViews } from '../../../pipeline/score/twoView.ts';

const twoViews = await createTwoViews();

/** Points of a scene before a camera that goes forward by `step`, of which the last twelve move by themselves. */
function views(step: number, own: readonly [number, number], count = 120) {
  const random = createRandom(7);
  const first = new Float32Array(2 * count);
  const second = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [random.range(-3, 3), random.range(-2, 2), random.range(3, 12)];
    first.set([320 + (576 * x) / z, 180 + (576 * y) / z], 2 * i);
    const moves = i >= count - 12 ? own : [0, 0];
    second.set([320 + (576 * x) / (z - step) + moves[0], 180 + (576 * y) / (z - step) + moves[1]], 2 * i);
  }
  const index = Int32Array.from({ length: count }, (_, i) => i);
  return { count, first, second, firstIndex: index, secondIndex: index };
}

describe('where things at rest can be', () => {
  it.each([
    ['moves', 0.3, false],
    ['stands', 0, true],
  ])('tells what moves by itself from what does not, where the camera %s', (_, step, stands) => {
    const rest = fitRest(twoViews, views(step, [9, 14]), 1)!;
    expect(rest.stands).toBe(stands);
    const errors = [...rest.errors];
    expect(Math.max(...errors.slice(0, -12))).toBeLessThan(0.5);
    expect(errors.slice(-12).filter(error => error > 2).length).toBeGreaterThanOrEqual(10);
  });

  it('says how a place would go, whatever moves beside it', () => {
    const { wayAround } = fitRest(twoViews, views(0, [30, 0]), 1)!;
    expect(Math.hypot(...wayAround(320, 180))).toBeLessThan(0.5);
  });

  it('is unknown with few points', () => {
    expect(fitRest(twoViews, views(0.3, [0, 0], 29), 1)).toBeUndefined();
  });
});
