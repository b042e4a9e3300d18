import { readFile, writeFile } from 'node:fs/promises';

/** Rows of the display matrix by clockwise turn, without its fixed-point columns (ISO/IEC 14496-12, 8.3.2). */
const TURNS = { 90: [0, 1, -1, 0], 180: [-1, 0, 0, -1], 270: [0, -1, 1, 0] } as const;
/** From a version-0 tkhd box's type to its matrix: version, times, id, duration, layer, volume. */
const MATRIX_OFFSET = 44;

/**
 * Rewrites an MP4 whose first track is its video so that players turn it clockwise, as phones do. Written here because
 * ffmpeg's way of asking for it differs between its versions, in name and in sign.
 */
export async function turnContainer(path: string, clockwiseDegrees: keyof typeof TURNS): Promise<void> {
  const bytes = await readFile(path);
  const at = bytes.indexOf('tkhd') + MATRIX_OFFSET;
  const [a, b, c, d] = TURNS[clockwiseDegrees];
  for (const [cell, value] of [
    [0, a],
    [1, b],
    [3, c],
    [4, d],
  ])
    bytes.writeInt32BE(value * 65536, at + 4 * cell);
  await writeFile(path, bytes);
}
