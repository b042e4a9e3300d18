import { DirectorError } from '../../../engine/errors.ts';
import type { LongOptions } from '../../../engine/progress.ts';
import type { VideoFrame } from '../../video/decodeVideo.ts';
import type { PictureMasks } from '../masks/pictureMasks.ts';
import { coarseShift } from './coarseShift.ts';
import { createFeatureDetector, type Features } from './detectFeatures.ts';
import { createPointTracker, type PyramidSlot } from './trackPoints.ts';

/**
 * A keyframe's points: its detected features first, then points carried over from the keyframe before.
 * Only detected features have descriptors.
 */
export interface Keyframe {
  /** 0-based index in the video. */
  frame: number;
  features: Features;
  /** x, y per point; features.positions followed by carried points. */
  positions: Float32Array;
  /** Per point: where the tracker sees it in the next keyframe; NaN where lost. Empty for the last keyframe. */
  inNext: Float32Array;
}

/** A frame between keyframes, tied to the keyframe before it. */
export interface TrackedFrame {
  frame: number;
  timeSeconds: number;
  /** Index into keyframes of the one this frame's points were tracked from; its own where it is one. */
  keyframe: number;
  /** x, y per point of that keyframe, NaN where lost; empty for a keyframe itself. */
  positions: Float32Array;
}

export interface FrameEvidence {
  frame: number;
  timeSeconds: number;
  /** Mean luma, 0–255. */
  meanLuma: number;
  /** Share of the last keyframe's points that the tracker still holds. */
  survival: number;
  /** Median shift of those points since the last keyframe, pixels. */
  medianShiftPixels: number;
  /** Distance of luma histograms from the frame before, 0 to 1. */
  histogramDistance: number;
}

export interface VideoTracks {
  width: number;
  height: number;
  keyframes: Keyframe[];
  frames: TrackedFrame[];
  evidence: FrameEvidence[];
  /** What of each frame is not the place; the tracker itself knows of nothing. */
  masks: PictureMasks;
}

export interface TrackVideoOptions extends Pick<LongOptions, 'onProgress'> {
  featureLimit: number;
  /** A new keyframe starts once the median shift passes this share of the frame's width. */
  keyframeShift: number;
  /** Sooner where the pace so far would give the whole video fewer keyframes than this. */
  leastKeyframes?: number;
  /** Frames expected: for progress, for the pace, and to space the keyframes of a long take out. */
  framesExpected?: number;
}

/** However slow the pace, no keyframe for a shift that may be noise, as a share of the width. */
const LEAST_KEYFRAME_SHIFT = 0.01;
/** Below this share of points still tracked, the frame before becomes a keyframe. */
const SURVIVAL_LIMIT = 0.45;
/**
 * Below this share the step may be too long for the pyramid, or as long as a pattern's period: then it is tried again
 * from where the picture as a whole has gone …
 */
const DOUBTFUL_SURVIVAL = 0.7;
/** … and believed where that holds this share more: in a scene that melts any start may hold a few points more. */
const LEAST_GAIN = 0.1;
/** Keyframes of a long take whose camera moves fast: about so many, as long as its points survive from one to the next. */
const KEYFRAMES_OF_LONG_TAKE = 250;
/** Carried points are followed beside the detected ones up to this many in all. */
const POINT_LIMIT_FACTOR = 1.4;
const BACKWARD_TOLERANCE_PIXELS = 0.7;
function histogramOf(gray: Uint8Array): Float64Array {
  const histogram = new Float64Array(32);
  for (let i = 0; i < gray.length; i += 3) histogram[gray[i] >> 3]++;
  const total = Math.ceil(gray.length / 3);
  return histogram.map(value => value / total);
}

export function median(values: number[]): number {
  if (values.length === 0) return 0;
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}

/**
 * One pass over the video: keyframes by shift and track survival, features in each, and every frame between tied to
 * its keyframe by tracked points. Holds no more than three frames' pixels at a time.
 * @param video gray frames, all of one size.
 */
export async function trackVideo(
  video: AsyncIterable<VideoFrame>,
  options: TrackVideoOptions,
): Promise<VideoTracks> {
  const keyframes: Keyframe[] = [];
  const frames: TrackedFrame[] = [];
  const evidence: FrameEvidence[] = [];
  let state: Awaited<ReturnType<typeof prepare>> | undefined;
  let previousHistogram: Float64Array | undefined;
  // Positions of the current keyframe's points in the frame last seen.
  let current: Float32Array = new Float32Array(0);
  let previous: { gray: Uint8Array; positions: Float32Array; entry: TrackedFrame } | undefined;

  async function prepare(frame: VideoFrame) {
    const pointLimit = Math.ceil(options.featureLimit * POINT_LIMIT_FACTOR) + 16;
    const tracker = await createPointTracker(frame.width, frame.height, pointLimit);
    const detector = await createFeatureDetector(frame.width, frame.height, options.featureLimit);
    return {
      width: frame.width,
      height: frame.height,
      pointLimit,
      tracker,
      detector,
      keySlot: tracker.createSlot() as PyramidSlot,
      frameSlot: tracker.createSlot() as PyramidSlot,
    };
  }

  /** Makes `gray` the newest keyframe; its pyramid must lie in frameSlot. */
  const startKeyframe = (gray: Uint8Array, frame: number, tracked: Float32Array) => {
    if (!state) return;
    const features = state.detector.detect(gray);
    const carried: number[] = [];
    const last = keyframes[keyframes.length - 1];
    if (last) {
      last.inNext = tracked;
      const cell = 4;
      const columns = Math.ceil(state.width / cell);
      const occupied = new Uint8Array(columns * Math.ceil(state.height / cell));
      for (let i = 0; i < tracked.length >> 1; i++) {
        const x = tracked[2 * i];
        const y = tracked[2 * i + 1];
        if (Number.isNaN(x) || features.count + carried.length / 2 >= state.pointLimit) continue;
        const at = Math.floor(y / cell) * columns + Math.floor(x / cell);
        if (occupied[at]) continue;
        occupied[at] = 1;
        carried.push(x, y);
      }
    }
    const positions = new Float32Array(features.count * 2 + carried.length);
    positions.set(features.positions.subarray(0, features.count * 2));
    positions.set(carried, features.count * 2);
    keyframes.push({ frame, features, positions, inNext: new Float32Array(0) });
    [state.keySlot, state.frameSlot] = [state.frameSlot, state.keySlot];
    current = positions.slice();
  };

  const followFrom = (shiftX: number, shiftY: number) => {
    if (!state) return { tracked: new Float32Array(0), survival: 0, shift: 0 };
    const from = keyframes[keyframes.length - 1].positions;
    const guesses = current.slice();
    for (let i = 0; i < guesses.length; i++) {
      if (Number.isNaN(guesses[i])) guesses[i] = from[i];
      guesses[i] += i % 2 === 0 ? shiftX : shiftY;
    }
    const tracked = state.tracker.track(
      state.keySlot,
      state.frameSlot,
      from,
      guesses,
      BACKWARD_TOLERANCE_PIXELS,
    );
    const shifts: number[] = [];
    for (let i = 0; i < tracked.length; i += 2)
      if (!Number.isNaN(tracked[i]))
        shifts.push(Math.sqrt((tracked[i] - from[i]) ** 2 + (tracked[i + 1] - from[i + 1]) ** 2));
    return { tracked, survival: shifts.length / Math.max(1, from.length >> 1), shift: median(shifts) };
  };

  /** Into the frame whose pyramid lies in frameSlot, from the frame seen before it. */
  const follow = (gray: Uint8Array) => {
    const near = followFrom(0, 0);
    if (!state || !previous || near.survival >= DOUBTFUL_SURVIVAL) return near;
    const [shiftX, shiftY] = coarseShift(previous.gray, gray, state.width, state.height);
    if (shiftX === 0 && shiftY === 0) return near;
    const far = followFrom(shiftX, shiftY);
    return far.survival > near.survival + LEAST_GAIN ? far : near;
  };

  // Of the view from keyframe to keyframe, pixels.
  let travelled = 0;
  const dueShift = (shift: number, width: number): number => {
    const most = options.keyframeShift * width;
    if (!options.leastKeyframes || !options.framesExpected) return most;
    const expected = ((travelled + shift) / frames.length) * options.framesExpected;
    // As many and two more, because the pace changes.
    const even = expected / (options.leastKeyframes + 2);
    return Math.min(most, Math.max(LEAST_KEYFRAME_SHIFT * width, even));
  };
  const leastSpacing = Math.floor((options.framesExpected ?? 0) / KEYFRAMES_OF_LONG_TAKE);
  for await (const frame of video) {
    const gray = frame.pixels;
    state ??= await prepare(frame);
    const histogram = histogramOf(gray);
    let histogramDistance = 0;
    if (previousHistogram)
      for (let b = 0; b < 32; b++) histogramDistance += Math.abs(histogram[b] - previousHistogram[b]) / 2;
    previousHistogram = histogram;
    const meanLuma = histogram.reduce((sum, share, b) => sum + share * (8 * b + 4), 0);

    state.tracker.load(state.frameSlot, gray);
    const entry: TrackedFrame = {
      frame: frame.index,
      timeSeconds: frame.timeSeconds,
      keyframe: 0,
      positions: new Float32Array(0),
    };
    let survival = 1;
    let shift = 0;
    if (keyframes.length === 0) startKeyframe(gray, frame.index, new Float32Array(0));
    else {
      let result = follow(gray);
      if (result.survival < SURVIVAL_LIMIT && previous && previous.positions.length > 0) {
        // The step from the keyframe is too long but the frame before was within reach: start anew there.
        state.tracker.load(state.frameSlot, previous.gray);
        startKeyframe(previous.gray, previous.entry.frame, previous.positions);
        travelled += evidence[evidence.length - 1].medianShiftPixels;
        previous.entry.keyframe = keyframes.length - 1;
        previous.entry.positions = new Float32Array(0);
        state.tracker.load(state.frameSlot, gray);
        result = follow(gray);
      }
      ({ survival, shift } = result);
      entry.keyframe = keyframes.length - 1;
      const isDue =
        shift > dueShift(shift, state.width) &&
        frame.index - keyframes[keyframes.length - 1].frame >= leastSpacing;
      if (isDue || survival < SURVIVAL_LIMIT) {
        startKeyframe(gray, frame.index, result.tracked);
        travelled += shift;
        entry.keyframe = keyframes.length - 1;
      } else {
        entry.positions = result.tracked;
        current = result.tracked;
      }
    }
    frames.push(entry);
    evidence.push({
      frame: frame.index,
      timeSeconds: frame.timeSeconds,
      meanLuma,
      survival,
      medianShiftPixels: shift,
      histogramDistance,
    });
    previous = { gray, positions: entry.positions, entry };
    const fraction = options.framesExpected ? Math.min(1, frames.length / options.framesExpected) : 0;
    options.onProgress?.({
      stage: 'track',
      fraction,
      message: `frame ${frames.length}, ${keyframes.length} keyframes`,
    });
  }
  if (!state || !previous) throw new DirectorError('VIDEO_TOO_SHORT', 'The video holds no frame.');
  if (previous.positions.length > 0) {
    // The last frame is always a keyframe, so that no frame lies beyond the map.
    state.tracker.load(state.frameSlot, previous.gray);
    startKeyframe(previous.gray, previous.entry.frame, previous.positions);
    previous.entry.keyframe = keyframes.length - 1;
    previous.entry.positions = new Float32Array(0);
  }
  const { width, height } = state;
  const masks: PictureMasks = { width, height, overlays: [], movers: new Map() };
  return { width, height, keyframes, frames, evidence, masks };
}
