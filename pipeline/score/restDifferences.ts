import type { BlockField, BlockFlow } from './blockFlow.ts';
import { type FrameStep, regionOfBlocks } from './frameSteps.ts';
import { median } from './statistics.ts';

export interface RestDifferences {
  /**
   * @param field from the frame before to this one. @param light its change of light, as describeStep tells it.
   * @returns per block how much it changed although it went where it was going: mean |difference| after light, gray
   *   levels; −1 at the border, where nobody knows.
   */
  next(field: BlockField, light: FrameStep['light']): Float32Array;
}

/** A block that goes on as before, and differs by no more than this, has not popped: there is no need to look closer. */
const STEADY_PIXELS = 2.5;
const STEADY_LEVELS = 8;
/** Blocks to each side whose motion says where one goes. */
const NEIGHBOURS = 2;

/**
 * What a block finds where the scene takes it, rather than the most similar place that there is: what appears on a floor
 * is like some of the floor, and only not the part that was there. A block goes as it went a frame ago, or as those around
 * it go, whichever fits better; the light of its twelfth of the picture is taken out.
 */
export function createRestDifferences({
  differencesAt,
  mediansAround,
}: Pick<BlockFlow, 'differencesAt' | 'mediansAround'>): RestDifferences {
  let before: BlockField | undefined;
  let ways = new Float32Array(0);
  return {
    next(field, light) {
      const { residuals, motions, changes } = field;
      const known = light.filter(level => level !== undefined);
      const elsewhere = known.length > 0 ? median(known) : 0;
      const lights = light.map(level => level ?? elsewhere);
      const regions = regionOfBlocks(field.columns, field.rows);
      const differences = new Float32Array(residuals.length).fill(-1);
      if (ways.length === 0) ways = new Float32Array(3 * residuals.length);
      ways.fill(Number.NaN);
      const asked: number[] = [];
      for (let block = 0; block < residuals.length; block++) {
        if (residuals[block] < 0) continue;
        const brighter = lights[regions[block]];
        const apart = Math.abs(changes[block] - brighter);
        differences[block] = residuals[block] + apart;
        const x = motions[2 * block];
        const y = motions[2 * block + 1];
        const u = before ? before.motions[2 * block] : x;
        const v = before ? before.motions[2 * block + 1] : y;
        const steady = Math.abs(x - u) <= STEADY_PIXELS && Math.abs(y - v) <= STEADY_PIXELS;
        if (steady && residuals[block] <= STEADY_LEVELS && apart <= STEADY_LEVELS) continue;
        asked.push(block);
        ways[3 * block] = u;
        ways[3 * block + 1] = v;
        ways[3 * block + 2] = brighter;
      }
      const asBefore = differencesAt(ways);
      const around = mediansAround(motions);
      ways.fill(Number.NaN);
      for (const block of asked) {
        differences[block] = asBefore[block];
        if (asBefore[block] >= 0 && asBefore[block] <= STEADY_LEVELS) continue;
        if (isAmidst(field, block)) {
          ways[3 * block] = around[block];
          ways[3 * block + 1] = around[residuals.length + block];
        } else [ways[3 * block], ways[3 * block + 1]] = motionAround(field, block);
        ways[3 * block + 2] = lights[regions[block]];
      }
      const asAround = differencesAt(ways);
      for (const block of asked)
        if (asAround[block] >= 0 && (asBefore[block] < 0 || asAround[block] < asBefore[block]))
          differences[block] = asAround[block];
      before = field;
      return differences;
    },
  };
}

/** All blocks around are judged: those that are form a rectangle, so that its corners tell. */
function isAmidst({ columns, rows, residuals }: BlockField, block: number): boolean {
  const column = block % columns;
  const row = (block - column) / columns;
  if (Math.min(column, row, columns - 1 - column, rows - 1 - row) < NEIGHBOURS) return false;
  const [up, down] = [block - NEIGHBOURS * columns, block + NEIGHBOURS * columns];
  return (
    Math.min(
      residuals[up - NEIGHBOURS],
      residuals[up + NEIGHBOURS],
      residuals[down - NEIGHBOURS],
      residuals[down + NEIGHBOURS],
    ) >= 0
  );
}

const aroundX = new Float32Array((2 * NEIGHBOURS + 1) ** 2);
const aroundY = new Float32Array(aroundX.length);

/** Of those around that are judged, where not all are. */
function motionAround({ columns, rows, motions, residuals }: BlockField, block: number): [number, number] {
  const column = block % columns;
  const row = (block - column) / columns;
  let count = 0;
  for (let v = Math.max(0, row - NEIGHBOURS); v <= Math.min(rows - 1, row + NEIGHBOURS); v++)
    for (let u = Math.max(0, column - NEIGHBOURS); u <= Math.min(columns - 1, column + NEIGHBOURS); u++) {
      const other = v * columns + u;
      if (residuals[other] < 0) continue;
      insert(aroundX, count, motions[2 * other]);
      insert(aroundY, count++, motions[2 * other + 1]);
    }
  return [aroundX[count >> 1], aroundY[count >> 1]];
}

/** Puts a number in its place among `count` ascending ones: for two dozen a tenth of the time of sorting them. */
function insert(ascending: Float32Array, count: number, value: number): void {
  let at = count;
  for (; at > 0 && ascending[at - 1] > value; at--) ascending[at] = ascending[at - 1];
  ascending[at] = value;
}
