import type { LongOptions } from '../../engine/progress.ts';
import { decodedSize, decodeVideo } from '../video/decodeVideo.ts';
import { probeVideo } from '../video/probeVideo.ts';
import { createBlockChange } from './blockChange.ts';
import { type FrameExposure, measureExposure } from './exposure.ts';
import { measureFlicker } from './flicker.ts';
import { type FrameMotion, measureMotion } from './motionSmoothness.ts';
import { createPointTracks, sharedPoints, type TrackSnapshot } from './pointTracks.ts';
import { createPopDetector, type Pop } from './popDetector.ts';
import { measureBlur } from './sharpness.ts';
import { median } from './statistics.ts';
import { correlate, makeThumbnail } from './thumbnail.ts';
import { measureViewPair, type ViewPair } from './viewPairs.ts';

/** What one pass over a video measured; the dimensions and the violations are read off it. */
export interface ShotMeasurements {
  video: string;
  framesPerSecond: number;
  /** One per frame, seconds. */
  times: number[];
  /** One per looked-at frame. */
  blurs: number[];
  exposures: FrameExposure[];
  /** One per frame but the first: mean |difference| from the frame before, gray levels. */
  differences: number[];
  /** One per frame but the first: share of the points that were found again. */
  survivals: number[];
  /** One per frame but the first: mean over the blocks of what motion does not explain, gray levels. */
  residuals: number[];
  /** One per frame but the first: likeness of the coarse picture to the frame before's, 1 the same. */
  likenesses: number[];
  /** One per frame between the first and the last, where enough points were followed. */
  flickers: (number | undefined)[];
  motions: (FrameMotion | undefined)[];
  pairs: ViewPair[];
  pops: Pop[];
}

/** Long side of the frames that are looked at; units in pixels are of this size. */
export const WORKING_LONG_SIDE_PIXELS = 640;
/** Frames a second whose sharpness and exposure are measured, and at which frame pairs end. */
const LOOKS_PER_SECOND = 4;
/** How often cells without a point get a new one. */
const REFILLS_PER_SECOND = 8;
/** Baselines of the frame pairs. */
const GAPS_SECONDS = [0.25, 0.5, 1, 2];

/**
 * Measures a video in one pass. Frames stream through; of the past only the followed points of two seconds are kept.
 * @throws what decodeVideo throws; CANCELLED
 */
export async function measureShot(video: string, options: LongOptions = {}): Promise<ShotMeasurements> {
  const info = await probeVideo(video);
  const { width, height } = decodedSize(info, WORKING_LONG_SIDE_PIXELS);
  const refillEvery = Math.max(1, Math.round(info.framesPerSecond / REFILLS_PER_SECOND));
  const tracks = await createPointTracks(width, height, refillEvery);
  const blocks = await createBlockChange(width, height);
  const pops = createPopDetector(blocks.columns, blocks.rows);
  const total = info.timesSeconds.length;
  const lookEvery = Math.max(1, Math.round(info.framesPerSecond / LOOKS_PER_SECOND));
  const gaps = GAPS_SECONDS.map(seconds => Math.max(1, Math.round(seconds * info.framesPerSecond)));
  const history: TrackSnapshot[] = [];
  let thumbnail: Float32Array | undefined;
  const shot: ShotMeasurements = {
    video,
    framesPerSecond: info.framesPerSecond,
    times: [],
    blurs: [],
    exposures: [],
    differences: [],
    survivals: [],
    residuals: [],
    likenesses: [],
    flickers: [],
    motions: [],
    pairs: [],
    pops: [],
  };

  for await (const frame of decodeVideo(video, {
    format: 'gray',
    maxLongSidePixels: WORKING_LONG_SIDE_PIXELS,
    signal: options.signal,
  })) {
    const { index, timeSeconds, pixels } = frame;
    const now = tracks.advance(pixels, index, timeSeconds);
    const before = history.at(-1);
    const oldest = history.at(-2);
    shot.times.push(timeSeconds);
    const change = blocks.next(pixels, ...medianMotion(before, now));
    const coarse = makeThumbnail(pixels, width, height);
    if (change && thumbnail) {
      shot.likenesses.push(correlate(thumbnail, coarse));
      shot.differences.push(change.meanDifference);
      shot.survivals.push(now.survival);
      shot.residuals.push(meanKnown(change.residuals));
      shot.pops.push(...pops.next(change.residuals, change.meanDifference, index, timeSeconds));
    }
    thumbnail = coarse;
    if (before && oldest) {
      shot.flickers.push(measureFlicker(oldest, before, now, width, height));
      shot.motions.push(measureMotion(oldest, before, now));
    }
    if (index % lookEvery === 0) {
      shot.blurs.push(measureBlur(pixels, width, height));
      shot.exposures.push(measureExposure(pixels));
    }
    if (index % lookEvery === 0 || index === total - 1)
      for (const gap of gaps) {
        const first = history.at(-gap);
        const pair = first && measureViewPair(first, now, width, height);
        if (pair) shot.pairs.push(pair);
      }
    history.push(now);
    if (history.length > Math.max(2, ...gaps)) history.shift();
    options.onProgress?.({
      stage: 'score',
      fraction: Math.min(1, (index + 1) / total),
      message: `frame ${index + 1} of ${total}`,
    });
  }
  return shot;
}

function medianMotion(before: TrackSnapshot | undefined, now: TrackSnapshot): [number, number] {
  if (!before) return [0, 0];
  const shared = sharedPoints(before, now);
  if (shared.count === 0) return [0, 0];
  const along = (axis: 0 | 1) =>
    median(
      Array.from(
        { length: shared.count },
        (_, i) => shared.second[2 * i + axis] - shared.first[2 * i + axis],
      ),
    );
  return [along(0), along(1)];
}

function meanKnown(residuals: Float32Array): number {
  let sum = 0;
  let known = 0;
  for (const residual of residuals) {
    if (residual < 0) continue;
    known++;
    sum += residual;
  }
  return known > 0 ? sum / known : 0;
}
