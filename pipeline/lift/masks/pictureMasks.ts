/**
 * What of each frame is not the place: overlays that are burnt in, and what moves by itself. Kept coarse, a byte per
 * cell of CELL_PIXELS, so that a thousand frames take a few megabytes.
 */
export interface PictureMasks {
  /** The working size of the poses, pixels. */
  width: number;
  height: number;
  /** Burnt in between two frames, first and last included; 1 per pixel of the working size. */
  overlays: readonly { firstFrame: number; lastFrame: number; mask: Uint8Array }[];
  /** By index in the video: 1 per cell, rows from the top. */
  movers: ReadonlyMap<number, Uint8Array>;
}

export const CELL_PIXELS = 8;

/** Cells of a picture, columns and rows. */
export function cellsOf(width: number, height: number): { columns: number; rows: number } {
  return { columns: Math.ceil(width / CELL_PIXELS), rows: Math.ceil(height / CELL_PIXELS) };
}

/**
 * What must not be used of a frame, at any size: 1 where hidden. The one question that features, depth and colour ask.
 * @param frame index in the video.
 * @returns undefined where all of the frame may be used.
 */
export function hiddenIn(
  masks: PictureMasks | undefined,
  frame: number,
  width: number,
  height: number,
): Uint8Array | undefined {
  if (!masks) return undefined;
  const overlays = masks.overlays.filter(
    ({ firstFrame, lastFrame }) => frame >= firstFrame && frame <= lastFrame,
  );
  const movers = masks.movers.get(frame);
  if (overlays.length === 0 && !movers) return undefined;
  const { columns } = cellsOf(masks.width, masks.height);
  const hidden = new Uint8Array(width * height);
  const column = Int32Array.from({ length: width }, (_, x) =>
    Math.min(masks.width - 1, Math.floor(((x + 0.5) * masks.width) / width)),
  );
  for (let y = 0; y < height; y++) {
    const row = Math.min(masks.height - 1, Math.floor(((y + 0.5) * masks.height) / height));
    const cellRow = Math.floor(row / CELL_PIXELS) * columns;
    for (let x = 0; x < width; x++) {
      if (
        movers?.[cellRow + Math.floor(column[x] / CELL_PIXELS)] ||
        overlays.some(({ mask }) => mask[row * masks.width + column[x]])
      )
        hidden[y * width + x] = 1;
    }
  }
  return hidden;
}
