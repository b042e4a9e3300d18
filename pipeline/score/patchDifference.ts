/** Half the side of a patch, px. */
const RADIUS = 5;

/**
 * How unlike two patches of 11×11 pixels are: mean |difference| after their means, gray levels. Places are rounded to whole
 * pixels; Infinity where a patch leads out of its picture.
 */
export function patchDifference(
  a: Uint8Array,
  b: Uint8Array,
  width: number,
  height: number,
  from: readonly [number, number],
  to: readonly [number, number],
): number {
  const [x, y, u, v] = [...from, ...to].map(Math.round) as [number, number, number, number];
  for (const [px, py] of [
    [x, y],
    [u, v],
  ])
    if (px < RADIUS || py < RADIUS || px >= width - RADIUS || py >= height - RADIUS)
      return Number.POSITIVE_INFINITY;
  const count = (2 * RADIUS + 1) ** 2;
  let mean = 0;
  for (let dy = -RADIUS; dy <= RADIUS; dy++)
    for (let dx = -RADIUS; dx <= RADIUS; dx++)
      mean += (b[(v + dy) * width + u + dx] - a[(y + dy) * width + x + dx]) / count;
  let sum = 0;
  for (let dy = -RADIUS; dy <= RADIUS; dy++)
    for (let dx = -RADIUS; dx <= RADIUS; dx++)
      sum += Math.abs(b[(v + dy) * width + u + dx] - a[(y + dy) * width + x + dx] - mean);
  return sum / count;
}
