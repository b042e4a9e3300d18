import { CELL_PIXELS, cellsOf, type PictureMasks } from './pictureMasks.ts';

/**
 * Where a frame may show something that moves though its mask says nothing of it: what the masks of the frames around
 * hide, and as much below each thing as it is high. A walker's trunk is found by its own points; of its legs the windows
 * that vote hold more floor than leg, and what moves stands on something. Too wide for depth; for colour there are other
 * views.
 * @param frames first and last of the frames whose masks count, by index in the video.
 * @returns 1 where in doubt, width × height, rows from the top; undefined where nothing moves in any of them.
 */
export function aroundMovers(
  masks: PictureMasks | undefined,
  [first, last]: readonly [number, number],
  width: number,
  height: number,
): Uint8Array | undefined {
  if (!masks) return undefined;
  const { columns, rows } = cellsOf(masks.width, masks.height);
  const cells = new Uint8Array(columns * rows);
  let any = false;
  for (const [frame, movers] of masks.movers) {
    if (frame < first || frame > last) continue;
    any = true;
    for (let i = 0; i < cells.length; i++) cells[i] |= movers[i];
  }
  if (!any) return undefined;
  const grown = withWhatIsBelow(cells, columns, rows);
  const result = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = Math.floor(((y + 0.5) * masks.height) / height / CELL_PIXELS) * columns;
    for (let x = 0; x < width; x++)
      result[y * width + x] = grown[row + Math.floor(((x + 0.5) * masks.width) / width / CELL_PIXELS)];
  }
  return result;
}

/** Each connected group of cells, its box continued down by its height, one cell wider to each side. */
function withWhatIsBelow(cells: Uint8Array, columns: number, rows: number): Uint8Array {
  const grown = cells.slice();
  const visited = new Uint8Array(cells.length);
  for (let start = 0; start < cells.length; start++) {
    if (!cells[start] || visited[start]) continue;
    let [left, right, top, bottom] = [columns, 0, rows, 0];
    const stack = [start];
    visited[start] = 1;
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      const [x, y] = [i % columns, Math.floor(i / columns)];
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [nx, ny] = [x + dx, y + dy];
          const j = ny * columns + nx;
          if (nx < 0 || ny < 0 || nx >= columns || ny >= rows || !cells[j] || visited[j]) continue;
          visited[j] = 1;
          stack.push(j);
        }
    }
    const end = Math.min(rows - 1, bottom + (bottom - top + 1));
    for (let y = top; y <= end; y++)
      grown.fill(1, y * columns + Math.max(0, left - 1), y * columns + Math.min(columns, right + 2));
  }
  return grown;
}
