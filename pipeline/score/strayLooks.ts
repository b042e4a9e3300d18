import { BLOCK_PIXELS, type BlockStep, type FastBlock, fastBlocks, isAnythingFast } from './fastBlocks.ts';
import { patchDifference } from './patchDifference.ts';
import { CELLS_PER_LONG_SIDE, sharedPoints, type TrackSnapshot } from './pointTracks.ts';
import { fitRest, type RestFit } from './restFit.ts';
import type { TwoViews } from './twoView.ts';

/** A place of the picture that goes where the camera does not take it. Pixels are of a 640 px long side. */
export interface Stray {
  /** Where it is at the beginning and at the end of the look. */
  start: readonly [number, number];
  end: readonly [number, number];
  /** Distance from where it could be if it were at rest. */
  pixels: number;
  /** What it stands for, share of the picture. */
  area: number;
}

/** What strays over a third of a second. */
export interface StrayLook {
  fromFrame: number;
  toFrame: number;
  fromSeconds: number;
  toSeconds: number;
  /** Followed points, and those of them that stray. */
  points: number;
  strayPoints: number;
  strays: Stray[];
}

type Place = readonly [x: number, y: number];

/** A step from followed frame to followed frame. */
interface FastStep {
  toSeconds: number;
  seconds: number;
  fast: FastBlock[];
}

export interface StrayLooks {
  /**
   * Takes one followed frame; on one that is due, looks back to the last that was.
   * @param before the followed frame before it. @param blocks where its blocks went since then.
   */
  next(
    gray: Uint8Array,
    now: TrackSnapshot,
    before: TrackSnapshot | undefined,
    blocks: BlockStep | undefined,
  ): void;
  finish(): StrayLook[];
}

/** A followed point is good to a third of a pixel, the geometry to as much. */
const STRAY_PIXELS = 1.5;
/** What lies along an edge may be followed anywhere along it: by so much must the way of rest fit worse than the one found. */
const WORSE_AT_REST = 1.3;
const WORSE_AT_REST_LEVELS = 1;
/** How well the way of rest is known, px to each side; what ends less far from it is not asked. */
const REST_PIXELS = 2;
const FAR_PIXELS = 6;

/**
 * Looks for what moves by itself, a third of a second at a time: followed points that are where nothing at rest could be;
 * and, as what is fast is lost as points, blocks that do so in its steps.
 * @param scale pixels of a 640 px long side per pixel of the frames. @param every followed frames between looks.
 */
export function createStrayLooks(
  twoViews: TwoViews,
  width: number,
  height: number,
  scale: number,
  every: number,
): StrayLooks {
  const pointArea = (Math.max(width, height) / CELLS_PER_LONG_SIDE) ** 2 / (width * height);
  const blockArea = BLOCK_PIXELS ** 2 / (width * height);
  let last: { gray: Uint8Array; at: TrackSnapshot } | undefined;
  let steps: FastStep[] = [];
  let count = 0;
  const looks: StrayLook[] = [];

  /** Whether a point may as well be where the way of rest takes it. */
  const slides = (from: Uint8Array, gray: Uint8Array, start: Place, end: Place, way: Place): boolean => {
    const [x, y] = [start[0] + way[0], start[1] + way[1]];
    if (Math.hypot(end[0] - x, end[1] - y) < FAR_PIXELS) return false;
    let atRest = Number.POSITIVE_INFINITY;
    for (let dy = -REST_PIXELS; dy <= REST_PIXELS; dy++)
      for (let dx = -REST_PIXELS; dx <= REST_PIXELS; dx++)
        atRest = Math.min(atRest, patchDifference(from, gray, width, height, start, [x + dx, y + dy]));
    const found = patchDifference(from, gray, width, height, start, end);
    return atRest <= WORSE_AT_REST * found + WORSE_AT_REST_LEVELS;
  };

  const strayPoints = (
    from: Uint8Array,
    gray: Uint8Array,
    { shared, errors, stands, wayAround }: RestFit,
  ): Stray[] => {
    const strays: Stray[] = [];
    for (let i = 0; i < shared.count; i++) {
      const pixels = errors[i] * scale;
      if (pixels <= STRAY_PIXELS) continue;
      const start = [shared.first[2 * i], shared.first[2 * i + 1]] as const;
      const end = [shared.second[2 * i], shared.second[2 * i + 1]] as const;
      if (stands && slides(from, gray, start, end, wayAround(...start))) continue;
      strays.push({ start: scaled(start, scale), end: scaled(end, scale), pixels, area: pointArea });
    }
    return strays;
  };

  /** A block goes on as it does in its step; each step that shows any has its share in the look. */
  const strayBlocks = ({ toSeconds, seconds, fast }: FastStep, from: number, to: number): Stray[] =>
    fast.map(({ x, y, way, pixels }) => {
      const at = (time: number): Place => {
        const passed = 1 + (time - toSeconds) / seconds;
        return scaled([x + way[0] * passed, y + way[1] * passed], scale);
      };
      return {
        start: at(from),
        end: at(to),
        pixels,
        area: blockArea / steps.filter(step => step.fast.length > 0).length,
      };
    });

  return {
    next(gray, now, before, blocks) {
      if (before && blocks) {
        const fast = isAnythingFast(blocks, scale)
          ? fastBlocks(fitRest(twoViews, sharedPoints(before, now), scale), blocks, scale)
          : [];
        steps.push({ toSeconds: now.timeSeconds, seconds: now.timeSeconds - before.timeSeconds, fast });
      }
      if (count++ % every !== 0) return;
      const from = last;
      last = { gray: gray.slice(), at: now };
      const rest = from && fitRest(twoViews, sharedPoints(from.at, now), scale);
      if (from && rest) {
        const strays = strayPoints(from.gray, gray, rest);
        looks.push({
          fromFrame: from.at.frame,
          toFrame: now.frame,
          fromSeconds: from.at.timeSeconds,
          toSeconds: now.timeSeconds,
          points: rest.shared.count,
          strayPoints: strays.length,
          strays: [
            ...strays,
            ...steps.flatMap(step => strayBlocks(step, from.at.timeSeconds, now.timeSeconds)),
          ],
        });
      }
      steps = [];
    },
    finish: () => looks,
  };
}

function scaled([x, y]: readonly [number, number], scale: number): [number, number] {
  return [x * scale, y * scale];
}
