import { type BlockField, createBlockFlow } from './blockFlow.ts';
import { createPointTracks, type TrackSnapshot } from './pointTracks.ts';
import { createStrayLooks, type StrayLook } from './strayLooks.ts';
import { createTwoViews } from './twoView.ts';
import { measureViewPair, type ViewPair } from './viewPairs.ts';

/** From one followed frame to the next, about a tenth of a second. */
export interface FollowStep {
  fromFrame: number;
  toFrame: number;
  fromSeconds: number;
  toSeconds: number;
  /** Share of the points that are found again. */
  survival: number;
  /** Share of the points that ought to be in view and are found again. */
  permanence: number;
  /** Mean over the textured blocks of how far the motion there and back misses where it began, px at a 640 px long side; 8 at most. */
  roundTripPixels: number;
}

export interface Geometry {
  follows: FollowStep[];
  pairs: ViewPair[];
  looks: StrayLook[];
}

export interface LaneOptions {
  width: number;
  height: number;
  /** Pixels of a 640 px long side per pixel of the frames given. */
  scale: number;
  /** Of the frames given. */
  framesPerSecond: number;
}

export interface GeometryLane {
  next(gray: Uint8Array, frame: number, timeSeconds: number): void | Promise<void>;
  finish(): Geometry | Promise<Geometry>;
}

/** Frames a second at which cells without a point get a new one. */
const REFILLS_PER_SECOND = 3;
/** Frames a second at which pairs end. */
const PAIRS_PER_SECOND = 3;
const GAPS_SECONDS = [0.25, 0.5, 1];
/** A long baseline shows little depth best, and is dear to hold: one a second. */
const LONG_GAP_SECONDS = 2;
const LEAST_TEXTURE = 3;
const MOST_ROUND_TRIP_PIXELS = 8;
const BLOCK_PIXELS = 16;

/** Follows points through the frames given and fits the geometry of pairs of them. Of the past it holds the points of two seconds. */
export async function createGeometryLane(options: LaneOptions): Promise<GeometryLane> {
  const { width, height, scale, framesPerSecond } = options;
  const frames = (seconds: number) => Math.max(1, Math.round(seconds * framesPerSecond));
  const tracks = await createPointTracks(width, height, frames(1 / REFILLS_PER_SECOND));
  const flow = await createBlockFlow(width, height);
  const twoViews = await createTwoViews();
  const pairEvery = frames(1 / PAIRS_PER_SECOND);
  const longEvery = frames(1);
  const strays = createStrayLooks(twoViews, width, height, scale, pairEvery);
  const gaps = [...new Set(GAPS_SECONDS.map(frames))];
  const longGap = frames(LONG_GAP_SECONDS);
  const history: TrackSnapshot[] = [];
  const geometry: Omit<Geometry, 'looks'> = { follows: [], pairs: [] };
  let count = 0;

  return {
    next(gray, frame, timeSeconds) {
      const field = flow.next(gray);
      const now = tracks.advance(gray, frame, timeSeconds);
      const before = history.at(-1);
      const back = field && flow.backward();
      strays.next(
        gray,
        now,
        before,
        field && back && { there: field, back, differencesAt: flow.differencesAt },
      );
      if (field && back && before)
        geometry.follows.push({
          fromFrame: before.frame,
          toFrame: frame,
          fromSeconds: before.timeSeconds,
          toSeconds: timeSeconds,
          survival: now.survival,
          permanence: now.permanence,
          roundTripPixels: roundTrip(field, back) * scale,
        });
      const due = [
        ...(count % pairEvery === 0 ? gaps : []),
        ...(count % longEvery === 0 && !gaps.includes(longGap) ? [longGap] : []),
      ];
      for (const gap of due) {
        const first = history.at(-gap);
        const pair = first && measureViewPair(twoViews, first, now, width, height, scale);
        if (pair) geometry.pairs.push(pair);
      }
      history.push(now);
      if (history.length > longGap) history.shift();
      count++;
    },
    finish: () => ({ ...geometry, looks: strays.finish() }),
  };
}

function roundTrip(there: BlockField, back: BlockField): number {
  const { columns, rows } = there;
  const misses: number[] = [];
  for (let i = 0; i < there.residuals.length; i++) {
    if (there.residuals[i] < 0 || there.textures[i] < LEAST_TEXTURE) continue;
    const [x, y] = [there.motions[2 * i], there.motions[2 * i + 1]];
    const column = (i % columns) + Math.round(x / BLOCK_PIXELS);
    const row = Math.floor(i / columns) + Math.round(y / BLOCK_PIXELS);
    if (column < 0 || row < 0 || column >= columns || row >= rows) continue;
    const k = row * columns + column;
    if (back.residuals[k] < 0) continue;
    misses.push(
      Math.min(MOST_ROUND_TRIP_PIXELS, Math.hypot(x + back.motions[2 * k], y + back.motions[2 * k + 1])),
    );
  }
  // The mean of the better nine tenths: what is uncovered between two frames cannot come back.
  misses.sort((a, b) => a - b);
  const kept = misses.slice(0, Math.ceil(misses.length * 0.9));
  return kept.length > 0 ? kept.reduce((sum, each) => sum + each, 0) / kept.length : 0;
}
