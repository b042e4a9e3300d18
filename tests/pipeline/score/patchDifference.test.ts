import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { patchDifference } from '../../../pipeline/score/patchDifference.ts';

const [W, H] = [64, 48];
const random = createRandom(4);
const a = Uint8Array.from({ length: W * H }, () => random.integer(200));
/** The same picture, three pixels to the right and one down, and brighter. */
const b = Uint8Array.from({ length: W * H }, (_, i) => (a[i - 3 - W] ?? 0) + 20);

describe('patches', () => {
  it('are alike where one went, in any light, and nowhere else', () => {
    expect(patchDifference(a, b, W, H, [20, 20], [23, 21])).toBeCloseTo(0);
    expect(patchDifference(a, b, W, H, [20.3, 19.8], [23.4, 20.6])).toBeCloseTo(0);
    expect(patchDifference(a, b, W, H, [20, 20], [20, 20])).toBeGreaterThan(40);
  });

  it('are not known at the border', () => {
    expect(patchDifference(a, b, W, H, [4, 20], [20, 20])).toBe(Number.POSITIVE_INFINITY);
    expect(patchDifference(a, b, W, H, [20, 20], [20, H - 5])).toBe(Number.POSITIVE_INFINITY);
  });
});
