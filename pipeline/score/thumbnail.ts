export const THUMBNAIL_COLUMNS = 16;
export const THUMBNAIL_ROWS = 9;

/** Mean levels of a 16×9 grid over a gray frame, from every fourth pixel each way: what is left when all detail is gone. */
export function makeThumbnail(gray: Uint8Array, width: number, height: number): Float32Array {
  const sums = new Float32Array(THUMBNAIL_COLUMNS * THUMBNAIL_ROWS);
  for (let row = 0; row < THUMBNAIL_ROWS; row++)
    for (let column = 0; column < THUMBNAIL_COLUMNS; column++) {
      const right = firstOf(column + 1, THUMBNAIL_COLUMNS, width);
      const bottom = firstOf(row + 1, THUMBNAIL_ROWS, height);
      let sum = 0;
      let count = 0;
      for (let y = firstOf(row, THUMBNAIL_ROWS, height); y < bottom; y += EVERY)
        for (let x = firstOf(column, THUMBNAIL_COLUMNS, width); x < right; x += EVERY) {
          sum += gray[y * width + x];
          count++;
        }
      sums[row * THUMBNAIL_COLUMNS + column] = sum / Math.max(1, count);
    }
  return sums;
}

const EVERY = 4;

/** The first of the pixels looked at that lies in a cell of so many, along a side. */
function firstOf(cell: number, cells: number, side: number): number {
  return Math.ceil((cell * side) / cells / EVERY) * EVERY;
}

/** Pearson correlation of two thumbnails: 1 for the same view in any light or focus; 1 where either is flat. */
export function correlate(a: Float32Array, b: Float32Array): number {
  let [sa, sb] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    sa += a[i] / a.length;
    sb += b[i] / b.length;
  }
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - sa) * (b[i] - sb);
    aa += (a[i] - sa) ** 2;
    bb += (b[i] - sb) ** 2;
  }
  return aa > 1 && bb > 1 ? ab / Math.sqrt(aa * bb) : 1;
}
