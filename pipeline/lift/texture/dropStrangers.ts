/** Colours are told apart in steps of this many levels of 255, … */
const STEP_LEVELS = 16;
const STEPS = 256 / STEP_LEVELS;
/** … and one that fewer than this share of a sheet's certain colours come within a step of is none of the sheet's. */
const LEAST_SHARE = 0.05;
/** A sheet that shows so few colours without doubt cannot be judged by. */
const LEAST_COLORS = 200;

/**
 * Drops views that show on a floor or wall something that walks there: where a view is in doubt (masks/aroundMovers.ts), its
 * colour counts only if the sheet has it where no view is in doubt. The legs of a walker ahead of the camera are before the
 * floor in most views, and who is in the minority there is the floor.
 * @param cost [vertex][view]; becomes infinite where a view is dropped.
 * @param color [vertex][view] ×3.
 * @param doubts [vertex][view], 1 where in doubt.
 * @param sheet per vertex, from 1; 0 is not judged.
 */
export function dropStrangers(
  cost: Float32Array,
  color: Uint8Array,
  doubts: Uint8Array,
  sheet: Uint16Array,
  views: number,
): void {
  if (!doubts.includes(1)) return;
  const certain = Array.from(
    { length: 1 + sheet.reduce((most, number) => Math.max(most, number), 0) },
    () => ({
      count: 0,
      bins: new Float64Array(STEPS ** 3),
    }),
  );
  for (let slot = 0; slot < cost.length; slot++) {
    if (doubts[slot] || cost[slot] === Number.POSITIVE_INFINITY) continue;
    const palette = certain[sheet[Math.floor(slot / views)]];
    palette.bins[binOf(color, slot)]++;
    palette.count++;
  }
  const near = certain.map(({ bins }) => withNeighbours(bins));
  for (let slot = 0; slot < cost.length; slot++) {
    const number = sheet[Math.floor(slot / views)];
    if (!doubts[slot] || number === 0) continue;
    const { count } = certain[number];
    if (count >= LEAST_COLORS && near[number][binOf(color, slot)] < LEAST_SHARE * count)
      cost[slot] = Number.POSITIVE_INFINITY;
  }
}

function binOf(color: Uint8Array, slot: number): number {
  const red = Math.floor(color[3 * slot] / STEP_LEVELS);
  const green = Math.floor(color[3 * slot + 1] / STEP_LEVELS);
  const blue = Math.floor(color[3 * slot + 2] / STEP_LEVELS);
  return (red * STEPS + green) * STEPS + blue;
}

/** Of every bin the sum over it and the 26 around it. */
function withNeighbours(seen: Float64Array): Float64Array {
  let from = seen;
  for (const stride of [1, STEPS, STEPS * STEPS]) {
    const sums = new Float64Array(from.length);
    for (let i = 0; i < from.length; i++) {
      const along = Math.floor(i / stride) % STEPS;
      sums[i] = from[i] + (along > 0 ? from[i - stride] : 0) + (along < STEPS - 1 ? from[i + stride] : 0);
    }
    from = sums;
  }
  return from;
}
