import { describe, expect, it } from 'vitest';
import { aroundMovers } from '../../../../pipeline/lift/masks/aroundMovers.ts';
import { cellsOf, type PictureMasks } from '../../../../pipeline/lift/masks/pictureMasks.ts';

const [width, height] = [160, 120];
const { columns, rows } = cellsOf(width, height);

/** Cells of a box, given by its first and last column and row. */
function cells(left: number, top: number, right: number, bottom: number): Uint8Array {
  const mask = new Uint8Array(columns * rows);
  for (let y = top; y <= bottom; y++) mask.fill(1, y * columns + left, y * columns + right + 1);
  return mask;
}

function masks(movers: [number, Uint8Array][]): PictureMasks {
  return { width, height, overlays: [], movers: new Map(movers) };
}

/** Which cells of the result are in doubt, as `column,row`. */
function doubtful(result: Uint8Array | undefined): Set<string> {
  const found = new Set<string>();
  result?.forEach((value, i) => {
    if (value) found.add(`${Math.floor((i % width) / 8)},${Math.floor(Math.floor(i / width) / 8)}`);
  });
  return found;
}

describe('aroundMovers', () => {
  it('goes on below a trunk by its height, a cell wider to each side', () => {
    const result = doubtful(aroundMovers(masks([[7, cells(9, 3, 10, 5)]]), [7, 7], width, height));
    const expected = new Set<string>();
    for (let y = 3; y <= 8; y++) for (let x = 8; x <= 11; x++) expected.add(`${x},${y}`);
    expect(result).toEqual(expected);
  });

  it('takes in what the frames around mask, and nothing of those farther off', () => {
    const moving = masks([
      [4, cells(1, 1, 1, 1)],
      [6, cells(5, 1, 5, 1)],
      [9, cells(12, 1, 12, 1)],
    ]);
    const result = doubtful(aroundMovers(moving, [3, 7], width, height));
    expect(result).toContain('1,2');
    expect(result).toContain('5,2');
    expect(result).not.toContain('12,1');
    expect(aroundMovers(moving, [10, 20], width, height)).toBeUndefined();
    expect(aroundMovers(undefined, [0, 9], width, height)).toBeUndefined();
  });

  it('keeps two things apart, stays in the picture, and fits any size', () => {
    const two = cells(0, rows - 2, 1, rows - 1);
    two[2 * columns + columns - 1] = 1;
    const whole = aroundMovers(masks([[0, two]]), [0, 0], width, height);
    expect(doubtful(whole)).toEqual(
      new Set([
        ...[0, 1, 2].flatMap(x => [rows - 2, rows - 1].map(y => `${x},${y}`)),
        ...[columns - 2, columns - 1].flatMap(x => [2, 3].map(y => `${x},${y}`)),
      ]),
    );
    const half = aroundMovers(masks([[0, two]]), [0, 0], width / 2, height / 2);
    for (let y = 0; y < height / 2; y++)
      for (let x = 0; x < width / 2; x++)
        expect(half?.[(y * width) / 2 + x]).toBe(whole?.[2 * y * width + 2 * x]);
  });
});
