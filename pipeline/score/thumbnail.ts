export const THUMBNAIL_COLUMNS = 16;
export const THUMBNAIL_ROWS = 9;

/** Mean levels of a 16×9 grid over a gray frame, from every fourth pixel each way: what is left when all detail is gone. */
export function makeThumbnail(gray: Uint8Array, width: number, height: number): Float32Array {
  const sums = new Float32Array(THUMBNAIL_COLUMNS * THUMBNAIL_ROWS);
  const counts = new Float32Array(sums.length);
  const columns = Uint8Array.from({ length: width }, (_, x) => Math.floor((x * THUMBNAIL_COLUMNS) / width));
  for (let y = 0; y < height; y += 4) {
    const row = Math.floor((y * THUMBNAIL_ROWS) / height) * THUMBNAIL_COLUMNS;
    for (let x = 0; x < width; x += 4) {
      const cell = row + columns[x];
      sums[cell] += gray[y * width + x];
      counts[cell]++;
    }
  }
  for (let i = 0; i < sums.length; i++) sums[i] /= Math.max(1, counts[i]);
  return sums;
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
