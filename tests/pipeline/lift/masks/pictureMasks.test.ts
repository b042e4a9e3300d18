import { describe, expect, it } from 'vitest';
import { cellsOf, hiddenIn, type PictureMasks } from '../../../../pipeline/lift/masks/pictureMasks.ts';

const [width, height] = [64, 48];
const mask = new Uint8Array(width * height);
mask[5 * width + 7] = 1;
const { columns, rows } = cellsOf(width, height);
const cells = new Uint8Array(columns * rows);
cells[2 * columns + 3] = 1;
const masks: PictureMasks = {
  width,
  height,
  overlays: [{ firstFrame: 2, lastFrame: 4, mask }],
  movers: new Map([[4, cells]]),
};

describe('hiddenIn', () => {
  it('hides nothing of a frame without masks', () => {
    expect(hiddenIn(undefined, 0, width, height)).toBeUndefined();
    expect(hiddenIn(masks, 1, width, height)).toBeUndefined();
    expect(hiddenIn(masks, 5, width, height)).toBeUndefined();
  });

  it('hides overlays while they are shown and movers in their frame, at any size', () => {
    expect(hiddenIn(masks, 3, width, height)?.reduce((a, b) => a + b)).toBe(1);
    const both = hiddenIn(masks, 4, width, height);
    expect(both?.[5 * width + 7]).toBe(1);
    expect(both?.[20 * width + 28]).toBe(1);
    expect(both?.reduce((a, b) => a + b)).toBe(1 + 64);
    const half = hiddenIn(masks, 4, width / 2, height / 2);
    expect(half?.[10 * (width / 2) + 14]).toBe(1);
    expect(half?.reduce((a, b) => a + b)).toBeLessThanOrEqual(17);
  });
});
