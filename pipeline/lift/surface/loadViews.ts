import { throwIfCancelled } from '../../../engine/progress.ts';
import { type DecodeOptions, decodeVideo } from '../../video/decodeVideo.ts';
import { hiddenIn } from '../masks/pictureMasks.ts';
import type { Picture } from '../texture/textureViews.ts';
import type { Intrinsics, RegisteredFrame, SparseReconstruction } from '../types.ts';
import { straightenImage } from './straightenImage.ts';
import { scaleIntrinsics, type View } from './view.ts';

/**
 * Shrinks an interleaved 8-bit image by area averaging. Never enlarges: target sides ≤ source sides.
 * @returns width × height × channels; the source itself where it has that size.
 */
export function shrinkImage(
  pixels: Uint8Array,
  sourceWidth: number,
  sourceHeight: number,
  channels: number,
  width: number,
  height: number,
): Uint8Array {
  if (width === sourceWidth && height === sourceHeight) return pixels;
  const weights = (from: number, to: number) =>
    Array.from({ length: to }, (_, i) => {
      const start = (i * from) / to;
      const end = ((i + 1) * from) / to;
      const first = Math.floor(start);
      const shares: number[] = [];
      for (let s = first; s < end - 1e-9; s++) shares.push(Math.min(end, s + 1) - Math.max(start, s));
      return { first, shares };
    });
  const columns = weights(sourceWidth, width);
  const lines = weights(sourceHeight, height);
  const area = (sourceWidth / width) * (sourceHeight / height);
  const row = new Float32Array(width * channels);
  const result = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    for (const [k, share] of lines[y].shares.entries()) {
      const line = (lines[y].first + k) * sourceWidth * channels;
      for (let x = 0; x < width; x++) {
        const { first, shares } = columns[x];
        for (let s = 0; s < shares.length; s++) {
          const at = line + (first + s) * channels;
          const weight = share * shares[s];
          for (let c = 0; c < channels; c++) row[x * channels + c] += weight * pixels[at + c];
        }
      }
    }
    for (let i = 0; i < row.length; i++) result[y * width * channels + i] = Math.round(row[i] / area);
  }
  return result;
}

/** Size of the dense stages' pictures: long side at most `longSidePixels`, width a multiple of 32, height even. */
export function workingSize(
  width: number,
  height: number,
  longSidePixels: number,
): { width: number; height: number } {
  const factor = Math.min(1, longSidePixels / Math.max(width, height));
  const target = Math.max(32, Math.floor((width * factor) / 32 + 1e-9) * 32);
  return { width: target, height: Math.max(32, Math.round((height * target) / width / 2) * 2) };
}

export interface LoadViewsOptions extends Pick<DecodeOptions, 'info' | 'signal'> {
  /** Frames that get a view, as indices into reconstruction.frames. */
  wanted: ReadonlySet<number>;
  /** Those of them whose picture is kept as fine as `picturePixels` allows. */
  pictured: ReadonlySet<number>;
  /** Of the views. */
  size: { width: number; height: number };
  /** Longer side of the pictures; absent: none are kept. */
  picturePixels?: number | undefined;
}

export interface LoadedViews {
  /** By index into reconstruction.frames. */
  views: Map<number, View>;
  /** By index in the video: the same part of the picture as the view, and as straight. */
  pictures: Map<number, Picture>;
}

/**
 * Decodes the registered frames of the video, in one pass, at the working size of the dense stages and as finer
 * pictures for the texture.
 * @throws what decodeVideo throws
 */
export async function loadViews(
  videoPath: string,
  reconstruction: SparseReconstruction,
  { wanted, pictured, size, picturePixels, info, signal }: LoadViewsOptions,
): Promise<LoadedViews> {
  const byFrame = new Map<number, [number, RegisteredFrame]>();
  for (const index of wanted) {
    const frame = reconstruction.frames[index];
    byFrame.set(frame.frame, [index, frame]);
  }
  const { width, height } = size;
  const intrinsics = scaleIntrinsics(reconstruction.intrinsics, width, height);
  const views = new Map<number, View>();
  const pictures = new Map<number, Picture>();
  for await (const decoded of decodeVideo(videoPath, {
    format: 'rgb',
    crop: reconstruction.picture?.crop,
    ...(picturePixels === undefined ? { size } : { maxLongSidePixels: picturePixels }),
    info,
    signal,
  })) {
    throwIfCancelled(signal);
    const entry = byFrame.get(decoded.index);
    if (!entry) continue;
    const [index, frame] = entry;
    const pictureAt = reconstruction.straighten?.(frame.frame);
    const straight = (rgb: Uint8Array, at: Intrinsics) =>
      pictureAt ? straightenImage(rgb, at, pictureAt) : rgb;
    if (picturePixels !== undefined && pictured.has(index)) {
      const [w, h] = [decoded.width, decoded.height];
      const rgb = straight(decoded.pixels, scaleIntrinsics(reconstruction.intrinsics, w, h));
      pictures.set(frame.frame, { width: w, height: h, rgb });
    }
    const shown = shrinkImage(decoded.pixels, decoded.width, decoded.height, 3, width, height);
    const rgb = new Uint8Array(new SharedArrayBuffer(3 * width * height));
    rgb.set(straight(shown, intrinsics));
    const gray = new Uint8Array(new SharedArrayBuffer(width * height));
    for (let i = 0; i < gray.length; i++)
      gray[i] = (rgb[3 * i] * 77 + rgb[3 * i + 1] * 150 + rgb[3 * i + 2] * 29 + 128) >> 8;
    views.set(index, {
      frame: frame.frame,
      timeSeconds: frame.timeSeconds,
      intrinsics,
      cameraFromWorld: frame.cameraFromWorld,
      gray,
      rgb,
      hidden: hiddenIn(reconstruction.masks, frame.frame, width, height),
    });
    if (views.size === wanted.size) break;
  }
  return { views, pictures };
}
