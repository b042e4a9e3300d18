import { DirectorError } from '../../../engine/errors.ts';
import { decodedSize, type PictureRectangle, type VideoFrame } from '../../video/decodeVideo.ts';
import type { VideoInfo } from '../../video/probeVideo.ts';
import { findOverlays } from '../masks/findOverlays.ts';
import type { PictureMasks } from '../masks/pictureMasks.ts';
import type { RepeatedFrame } from '../types.ts';
import { findBars } from './findBars.ts';

/** What is known of a video's picture before any geometry. */
export interface VideoSurvey {
  /** Size of the shown video, pixels. */
  videoWidth: number;
  videoHeight: number;
  frames: number;
  /** The picture within its bars, in pixels of the shown video; all of it where it has none. */
  crop: PictureRectangle;
  isBarred: boolean;
  /** Ascending by frame. */
  repeated: RepeatedFrame[];
  /** Burnt-in graphics, as PictureMasks has them, in the decoded size of the crop. */
  overlays: PictureMasks['overlays'];
}

/** A stretch over which overlays are sought: long enough for the scene to move, short enough for a subtitle. */
const WINDOW_SECONDS = 1.6;
const LEAST_WINDOW_FRAMES = 24;
/** A repeated frame differs by codec noise only: on average less than this, levels of 255 … */
const REPEAT_MEAN_LEVELS = 0.25;
/** … and less than this share of the picture's own spread, for in the dark all differences are small … */
const REPEAT_SPREAD_SHARE = 0.02;
/** … and nowhere by much: this share of the pixels by more than REPEAT_LEVELS is a change. */
const REPEAT_SHARE = 0.0003;
const REPEAT_LEVELS = 8;

/** A survey of a video whose frames, decoded whole, come one by one. It holds two of them. */
export interface Survey {
  /** @returns whether the frame shows anything else than the last one of which that was said. */
  add(frame: VideoFrame): boolean;
  /** Bars of what has come so far, in pixels of the frames; most vanish with the first light beside the picture. */
  bars(): PictureRectangle | undefined;
  /** @throws VIDEO_TOO_SHORT where no frame came */
  finish(): VideoSurvey;
}

/** @param longSidePixels of the frames to come and of the masks. */
export function beginSurvey(info: VideoInfo, longSidePixels: number): Survey {
  const windowFrames = Math.max(
    LEAST_WINDOW_FRAMES,
    Math.round(WINDOW_SECONDS * (info.framesPerSecond || LEAST_WINDOW_FRAMES)),
  );
  const repeated: RepeatedFrame[] = [];
  const overlays: Overlay[] = [];
  /** The windows that are closed, together. */
  let past: Stretch | undefined;
  let window: Stretch | undefined;
  let size = { width: 0, height: 0 };
  let kept: { index: number; pixels: Uint8Array } | undefined;
  const closeWindow = () => {
    // A stump at the end is too short for the scene to have moved: the whole video still covers it.
    if (window && window.lastFrame - window.firstFrame + 1 >= LEAST_WINDOW_FRAMES)
      addOverlay(overlays, window, size);
  };
  const soFar = () => (past && window ? joined(past, window) : window);
  return {
    add({ index, timeSeconds, width, height, pixels }) {
      size = { width, height };
      window ??= openStretch(index, pixels);
      if (index >= window.firstFrame + windowFrames) {
        closeWindow();
        past = soFar();
        window = openStretch(index, pixels);
      }
      widen(window, index, pixels);
      // Compared with the last one kept: a slow drift repeats nothing for ever.
      if (kept && isRepeat(kept.pixels, pixels)) {
        repeated.push({ frame: index, timeSeconds, of: kept.index });
        return false;
      }
      kept = { index, pixels };
      return true;
    },
    bars() {
      const shown = soFar();
      return shown && findBars(shown.high, size.width, size.height);
    },
    finish() {
      const whole = soFar();
      if (!whole) throw new DirectorError('VIDEO_TOO_SHORT', 'The video holds no frame.');
      closeWindow();
      addOverlay(overlays, whole, size);
      const bars = findBars(whole.high, size.width, size.height);
      const crop = toVideo(bars, size, info);
      const cropSize = decodedSize(crop, longSidePixels);
      return {
        videoWidth: info.width,
        videoHeight: info.height,
        frames: whole.lastFrame + 1,
        crop,
        isBarred: bars !== undefined,
        repeated,
        overlays: overlays.map(overlay => ({
          ...overlay,
          mask: bars ? cutOut(overlay.mask, size.width, bars, cropSize) : overlay.mask,
        })),
      };
    },
  };
}

type Overlay = PictureMasks['overlays'][number];
interface Size {
  width: number;
  height: number;
}

/** Some frames in a row: the darkest and brightest luma of each pixel over them. */
interface Stretch {
  firstFrame: number;
  lastFrame: number;
  low: Uint8Array;
  high: Uint8Array;
}

function openStretch(frame: number, gray: Uint8Array): Stretch {
  return { firstFrame: frame, lastFrame: frame, low: gray.slice(), high: gray.slice() };
}

function widen(stretch: Stretch, frame: number, gray: Uint8Array): void {
  const { low, high } = stretch;
  stretch.lastFrame = frame;
  for (let i = 0; i < gray.length; i++) {
    const value = gray[i];
    if (value < low[i]) low[i] = value;
    else if (value > high[i]) high[i] = value;
  }
}

/** Two stretches, one after the other, as one. */
function joined(a: Stretch, b: Stretch): Stretch {
  return {
    firstFrame: a.firstFrame,
    lastFrame: b.lastFrame,
    low: a.low.map((value, i) => Math.min(value, b.low[i])),
    high: a.high.map((value, i) => Math.max(value, b.high[i])),
  };
}

function isRepeat(before: Uint8Array, now: Uint8Array): boolean {
  const most = REPEAT_SHARE * now.length;
  let sum = 0;
  let changed = 0;
  let levels = 0;
  let squares = 0;
  for (let i = 0; i < now.length; i++) {
    const difference = Math.abs(now[i] - before[i]);
    sum += difference;
    if (difference > REPEAT_LEVELS && ++changed > most) return false;
    levels += now[i];
    squares += now[i] * now[i];
  }
  const spread = Math.sqrt(Math.max(0, squares / now.length - (levels / now.length) ** 2));
  const limit = Math.min(REPEAT_MEAN_LEVELS, REPEAT_SPREAD_SHARE * spread);
  return sum < limit * now.length;
}

/** Adds what is burnt in over the stretch; a mask that goes on from the stretch before is one with it. */
function addOverlay(overlays: Overlay[], { firstFrame, lastFrame, low, high }: Stretch, size: Size): void {
  const mask = findOverlays(low, high, size.width, size.height);
  if (!mask) return;
  const last = overlays.at(-1);
  if (last && last.lastFrame + 1 === firstFrame && isAlike(last.mask, mask))
    overlays[overlays.length - 1] = {
      ...last,
      lastFrame,
      mask: mask.map((value, i) => value | last.mask[i]),
    };
  else overlays.push({ firstFrame, lastFrame, mask });
}

function isAlike(a: Uint8Array, b: Uint8Array): boolean {
  let both = 0;
  let either = 0;
  for (let i = 0; i < a.length; i++) {
    both += a[i] & b[i];
    either += a[i] | b[i];
  }
  return both >= 0.8 * either;
}

/** The bars' inside in pixels of the video, drawn in by a working pixel where it is blurred with the bar. */
function toVideo(bars: PictureRectangle | undefined, size: Size, video: Size): PictureRectangle {
  if (!bars) return { x: 0, y: 0, width: video.width, height: video.height };
  const along = (start: number, length: number, full: number, videoFull: number): [number, number] => {
    const inset = videoFull > full ? 1 : 0;
    const low = start > 0 ? start + inset : start;
    const high = start + length < full ? start + length - inset : full;
    // Even, because codecs keep colour for pixels by twos and croppers round to that.
    const even = (value: number) => 2 * Math.round((value * videoFull) / full / 2);
    const first = even(low);
    return [first, (high === full ? videoFull : even(high)) - first];
  };
  const [x, width] = along(bars.x, bars.width, size.width, video.width);
  const [y, height] = along(bars.y, bars.height, size.height, video.height);
  return { x, y, width, height };
}

/** The part of a mask within the rectangle, at another size. */
function cutOut(
  mask: Uint8Array,
  stride: number,
  part: PictureRectangle,
  { width, height }: Size,
): Uint8Array {
  const cut = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = part.y + Math.min(part.height - 1, Math.floor(((y + 0.5) * part.height) / height));
    for (let x = 0; x < width; x++)
      cut[y * width + x] =
        mask[row * stride + part.x + Math.min(part.width - 1, Math.floor(((x + 0.5) * part.width) / width))];
  }
  return cut;
}
