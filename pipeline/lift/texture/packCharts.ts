/** Where charts lie in the atlas. */
export interface Packing {
  width: number;
  height: number;
  /** Corner of each chart's own texels, in the order of the charts. */
  x: Int32Array;
  y: Int32Array;
}

/** Texels around each chart that repeat its rim: bilinear filters and the first mip levels stay within it. */
export const MARGIN = 2;

/** Packs rectangles into shelves, the highest first, about as wide as high. */
export function packCharts(charts: readonly { width: number; height: number }[]): Packing {
  const full = charts.map(({ width, height }) => [width + 2 * MARGIN, height + 2 * MARGIN] as const);
  const area = full.reduce((sum, [w, h]) => sum + w * h, 0);
  const widest = Math.max(1, ...full.map(([w]) => w));
  const width = 4 * Math.ceil(Math.max(widest, Math.sqrt(1.05 * area)) / 4);
  const order = full
    .map((_, i) => i)
    .sort((a, b) => full[b][1] - full[a][1] || full[b][0] - full[a][0] || a - b);
  const x = new Int32Array(charts.length);
  const y = new Int32Array(charts.length);
  let [left, top, shelf] = [0, 0, 0];
  for (const i of order) {
    const [w, h] = full[i];
    if (left + w > width) {
      left = 0;
      top += shelf;
      shelf = 0;
    }
    x[i] = left + MARGIN;
    y[i] = top + MARGIN;
    left += w;
    shelf = Math.max(shelf, h);
  }
  return { width, height: 4 * Math.ceil(Math.max(1, top + shelf) / 4), x, y };
}
