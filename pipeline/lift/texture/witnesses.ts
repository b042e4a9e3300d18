import type { ViewScores } from './scoreViews.ts';

/**
 * Other views of a triangle, asked whether a texel of it is what they see there: a pole, a twig or a cord is thinner
 * than depth maps show, hides other parts of what is behind it in each view, and would be painted onto it.
 */

/** As many views are asked. Of them all but one have to agree. */
const WITNESSES = 4;
const LEAST_WITNESSES = 3;
/** Coarser views than this (natural logarithm of the pixels per area) are no judges. */
const COARSEST = 2.5;
/** Exposure may differ by so much (of 255) at the corners; more is another thing there. */
const MOST_SHIFT = 40;
/** A texel is outvoted where it differs this much (largest channel, of 255) from most, … */
const DIFFERING = 40;
/** … and they from each other at most this much. */
const AGREEING = 24;

/** Views that show all three corners, spread over those that there are, without the chosen one. */
export function findWitnesses(
  corners: readonly [number, number, number],
  chosen: number,
  { views, cost }: ViewScores,
): number[] {
  const able: number[] = [];
  const [a, b, c] = corners.map(v => v * views);
  const limit = (cost[a + chosen] + cost[b + chosen] + cost[c + chosen]) / 3 + COARSEST;
  for (let view = 0; view < views; view++)
    if (view !== chosen && (cost[a + view] + cost[b + view] + cost[c + view]) / 3 < limit) able.push(view);
  if (able.length <= WITNESSES) return able.length < LEAST_WITNESSES ? [] : able;
  return Array.from({ length: WITNESSES }, (_, i) => able[Math.floor(((i + 0.5) * able.length) / WITNESSES)]);
}

/** What the chosen view is brighter than another at the corners, per channel; undefined where it is another thing. */
export function exposureShift(
  corners: readonly [number, number, number],
  chosen: number,
  view: number,
  { views, color }: ViewScores,
): [number, number, number] | undefined {
  const shift: [number, number, number] = [0, 0, 0];
  for (const v of corners)
    for (let k = 0; k < 3; k++)
      shift[k] += (color[3 * (v * views + chosen) + k] - color[3 * (v * views + view) + k]) / 3;
  return shift.some(s => Math.abs(s) > MOST_SHIFT) ? undefined : shift;
}

/**
 * Puts the witnesses' median in a texel's place where they outvote it.
 * @param told red, green, blue of each witness, exposure evened.
 * @param count how many they are.
 */
export function outvote(told: Float32Array, count: number, pixels: Uint8Array, at: number): void {
  if (count < LEAST_WITNESSES) return;
  let differing = 0;
  for (let i = 0; i < count; i++)
    if (difference(told, i, pixels[at], pixels[at + 1], pixels[at + 2]) > DIFFERING) differing++;
  if (differing < count - 1 || differing < LEAST_WITNESSES) return;
  const [red, green, blue] = [median(told, count, 0), median(told, count, 1), median(told, count, 2)];
  let agreeing = 0;
  for (let i = 0; i < count; i++) if (difference(told, i, red, green, blue) < AGREEING) agreeing++;
  if (agreeing < count - 1 || agreeing < LEAST_WITNESSES) return;
  pixels[at] = Math.min(255, Math.max(0, red));
  pixels[at + 1] = Math.min(255, Math.max(0, green));
  pixels[at + 2] = Math.min(255, Math.max(0, blue));
}

function difference(told: Float32Array, i: number, red: number, green: number, blue: number): number {
  return Math.max(
    Math.abs(told[3 * i] - red),
    Math.abs(told[3 * i + 1] - green),
    Math.abs(told[3 * i + 2] - blue),
  );
}

function median(told: Float32Array, count: number, channel: number): number {
  const values: number[] = [];
  for (let i = 0; i < count; i++) values.push(told[3 * i + channel]);
  values.sort((a, b) => a - b);
  return (values[(count - 1) >> 1] + values[count >> 1]) / 2;
}
