import { DirectorError } from '../../engine/errors.ts';
import { throwIfCancelled } from '../../engine/progress.ts';
import { probeVideo, type VideoInfo } from './probeVideo.ts';
import { readFfmpeg } from './readFfmpeg.ts';

export interface VideoFrame {
  /** 0-based in the video, display order. */
  index: number;
  timeSeconds: number;
  width: number;
  height: number;
  /** rgb: 3 bytes a pixel, sRGB; gray: 1 byte, luma; coded luma: the same in video range, 16 to 235. Rows from the top. The frame owns the array, but for `reuseArray`. */
  pixels: Uint8Array;
}

/** A rectangle of the shown video, in its pixels; (0, 0) is the top-left pixel's corner. */
export interface PictureRectangle {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface DecodeOptions {
  /** Coded luma is what the decoder gives, which spares ffmpeg a sixth of its work at a video's own size; only of one with `videoRangeLuma`. */
  format: 'rgb' | 'gray' | 'coded luma';
  /** The part of the shown picture to decode; absent: all of it. */
  crop?: PictureRectangle | undefined;
  /** The longer side is shrunk to this, never enlarged. Both sides come out even. */
  maxLongSidePixels?: number;
  /** The exact size of the frames, whatever their shape; in place of maxLongSidePixels. */
  size?: { width: number; height: number };
  /** Every frame comes in the same array, good until the next is asked for: for who looks at frames and keeps none. */
  reuseArray?: boolean;
  /** What probeVideo said of the same file, where the caller has asked already: probing takes a thread. */
  info?: VideoInfo;
  signal?: AbortSignal | undefined;
}

/** Size of the decoded frames: the shown shape with square pixels, both sides even. */
export function decodedSize(
  info: Pick<VideoInfo, 'width' | 'height'>,
  maxLongSidePixels = Number.POSITIVE_INFINITY,
): { width: number; height: number } {
  const factor = Math.min(1, maxLongSidePixels / Math.max(info.width, info.height));
  const even = (side: number) => Math.max(2, Math.round((side * factor) / 2) * 2);
  return { width: even(info.width), height: even(info.height) };
}

/** By shares of what ffmpeg holds at that point: turned upright, but with the pixels' shape not yet applied. */
function cropFilter(crop: PictureRectangle, shown: Pick<VideoInfo, 'width' | 'height'>): string {
  const across = (pixels: number) => `iw*${pixels}/${shown.width}`;
  const down = (pixels: number) => `ih*${pixels}/${shown.height}`;
  return `crop=${across(crop.width)}:${down(crop.height)}:${across(crop.x)}:${down(crop.y)}`;
}

/**
 * Decodes every frame once, in display order, with the times that the container gives; nothing is duplicated or
 * dropped to reach a constant rate. The container is probed in TypeScript before ffmpeg sees the file.
 * @throws what probeVideo throws; VIDEO_UNREADABLE where fewer frames decode than the container lists;
 *   FFMPEG_MISSING; CANCELLED
 */
export async function* decodeVideo(path: string, options: DecodeOptions): AsyncGenerator<VideoFrame> {
  const { signal } = options;
  throwIfCancelled(signal);
  const info = options.info ?? (await probeVideo(path));
  const { crop } = options;
  const { width, height } = options.size ?? decodedSize(crop ?? info, options.maxLongSidePixels);
  const frameBytes = width * height * (options.format === 'rgb' ? 3 : 1);

  const filters = [
    ...(crop ? [cropFilter(crop, info)] : []),
    ...(options.format === 'coded luma' ? ['extractplanes=y'] : []),
    `scale=${width}:${height}`,
  ];
  const output = readFfmpeg(
    [
      ...['-i', path, '-an', '-map', '0:v:0', '-vsync', '0'],
      ...['-vf', filters.join(','), '-sws_flags', 'area+accurate_rnd+bitexact'],
      ...['-pix_fmt', options.format === 'rgb' ? 'rgb24' : 'gray', '-f', 'rawvideo', 'pipe:1'],
    ],
    { frameBytes, reuseArray: options.reuseArray ?? false, signal },
  );

  let index = 0;
  try {
    for await (const pixels of output) {
      throwIfCancelled(signal);
      const timeSeconds = info.timesSeconds[Math.min(index, info.timesSeconds.length - 1)] ?? 0;
      yield { index, timeSeconds, width, height, pixels };
      index++;
    }
  } catch (cause) {
    throwIfCancelled(signal);
    if (cause instanceof DirectorError) throw cause;
    throw new DirectorError(
      'VIDEO_UNREADABLE',
      `ffmpeg stopped at frame ${index} of ${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
  if (index < info.timesSeconds.length)
    throw new DirectorError(
      'VIDEO_UNREADABLE',
      `${path} lists ${info.timesSeconds.length} frames and only ${index} could be decoded: it is cut off or damaged.`,
    );
}
