import type { BlockField, BlockFlow } from './blockFlow.ts';
import type { RestFit } from './restFit.ts';
import { median } from './statistics.ts';

/** Where the blocks of a frame go until the next. */
export interface BlockStep extends Pick<BlockFlow, 'differencesAt'> {
  there: BlockField;
  back: BlockField;
}

/** A block that moves by itself, too fast to be followed as points. */
export interface FastBlock {
  /** Its middle, and its way within the step, px. */
  x: number;
  y: number;
  way: readonly [number, number];
  /** Distance from where it could be if it were at rest, px at a 640 px long side. */
  pixels: number;
}

export const BLOCK_PIXELS = 16;
/** Within one step; what moves by less is followed as points. */
const LEAST_PIXELS = 5;
/** Blocks whose way back misses by more, or that are not alike, have not been found. */
const ROUND_TRIP_PIXELS = 3;
const LEAST_TEXTURE = 3;
const FOUND_SHARE = 0.5;
const FOUND_LEVELS = 3;
/** An edge may be found anywhere along itself: by so much must the way of rest fit worse than the one found. */
const WORSE_AT_REST = 2;
const WORSE_AT_REST_LEVELS = 3;

/** Blocks of a thing, and by what share of their ways neighbours may differ. */
const FEWEST_TOGETHER = 3;
const TOGETHER_SHARE = 0.4;
/** Blocks that must part from one three blocks away before anything is taken to be fast: a depth's edge has fewer. */
const FEWEST_PARTING = 6;
const PARTING_BLOCKS = 3;

/**
 * Whether anything in a step can be fast: something goes another way than what is beside it. Takes little, and spares most
 * steps the geometry.
 */
export function isAnythingFast({ there, back }: BlockStep, scale: number): boolean {
  const { columns, rows } = there;
  const least = LEAST_PIXELS / scale;
  let parting = 0;
  for (let row = 0; row < rows; row++)
    for (let column = PARTING_BLOCKS; column < columns; column++) {
      const block = row * columns + column;
      const other = block - PARTING_BLOCKS;
      const apart =
        Math.abs(there.motions[2 * block] - there.motions[2 * other]) > least ||
        Math.abs(there.motions[2 * block + 1] - there.motions[2 * other + 1]) > least;
      if (!apart || !wayOfBlock(there, back, block) || !wayOfBlock(there, back, other)) continue;
      if (++parting >= FEWEST_PARTING) return true;
    }
  return false;
}

/** Blocks of one step that are where nothing at rest could be, and that did not go as the points at rest around them. */
export function fastBlocks(
  rest: RestFit | undefined,
  { there, back, differencesAt }: BlockStep,
  scale: number,
): FastBlock[] {
  if (!rest) return [];
  const found: (FastBlock & { block: number })[] = [];
  const ways = new Float32Array(3 * there.residuals.length).fill(Number.NaN);
  for (let block = 0; block < there.residuals.length; block++) {
    const way = wayOfBlock(there, back, block);
    if (!way) continue;
    const x = ((block % there.columns) + 0.5) * BLOCK_PIXELS;
    const y = (Math.floor(block / there.columns) + 0.5) * BLOCK_PIXELS;
    const pixels = rest.errorOf(x, y, x + way[0], y + way[1]) * scale;
    if (pixels <= LEAST_PIXELS) continue;
    found.push({ block, x, y, way, pixels });
  }
  if (found.length === 0) return [];
  const light = median(there.changes.filter((_, i) => there.residuals[i] >= 0));
  for (const { block, x, y } of found) ways.set([...rest.wayAround(x, y), light], 3 * block);
  const atRest = differencesAt(ways);
  const moving = found.filter(
    ({ block }) =>
      atRest[block] < 0 || atRest[block] > WORSE_AT_REST * there.residuals[block] + WORSE_AT_REST_LEVELS,
  );
  return groupsThatGoTogether(moving).flat();
}

/** Blocks that touch and go the same way, several in both directions: stripes that are mistaken for their neighbours lie in a row. */
function groupsThatGoTogether(blocks: readonly FastBlock[]): FastBlock[][] {
  const left = new Set(blocks);
  const groups: FastBlock[][] = [];
  for (const seed of blocks) {
    if (!left.delete(seed)) continue;
    const group = [seed];
    for (const member of group)
      for (const other of left)
        if (goTogether(member, other)) {
          left.delete(other);
          group.push(other);
        }
    const isBroad = (of: (block: FastBlock) => number) => new Set(group.map(of)).size > 1;
    if (group.length >= FEWEST_TOGETHER && isBroad(({ x }) => x) && isBroad(({ y }) => y)) groups.push(group);
  }
  return groups;
}

function goTogether(a: FastBlock, b: FastBlock): boolean {
  if (Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y)) > 1.5 * BLOCK_PIXELS) return false;
  const apart = Math.hypot(a.way[0] - b.way[0], a.way[1] - b.way[1]);
  return apart <= TOGETHER_SHARE * Math.max(Math.hypot(...a.way), Math.hypot(...b.way));
}

/** Pixels that a block goes within a step; undefined where it is not found again, or has another way back. */
function wayOfBlock(there: BlockField, back: BlockField, block: number): [number, number] | undefined {
  const { columns, rows } = there;
  const left = there.residuals[block];
  const texture = there.textures[block];
  if (left < 0 || texture < LEAST_TEXTURE || left > Math.max(FOUND_LEVELS, FOUND_SHARE * texture))
    return undefined;
  const [x, y] = [there.motions[2 * block], there.motions[2 * block + 1]];
  const column = (block % columns) + Math.round(x / BLOCK_PIXELS);
  const row = Math.floor(block / columns) + Math.round(y / BLOCK_PIXELS);
  if (column < 0 || row < 0 || column >= columns || row >= rows) return undefined;
  const other = row * columns + column;
  if (back.residuals[other] < 0) return undefined;
  const miss = Math.hypot(x + back.motions[2 * other], y + back.motions[2 * other + 1]);
  return miss <= ROUND_TRIP_PIXELS ? [x, y] : undefined;
}
