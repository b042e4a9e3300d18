import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { createRandom } from '../../engine/random.ts';
import { decodeVideo, type VideoFrame } from '../../pipeline/video/decodeVideo.ts';
import { encodeVideo } from '../../pipeline/video/encodeVideo.ts';
import { findFfmpeg } from '../../pipeline/video/ffmpeg.ts';
import { probeVideo } from '../../pipeline/video/probeVideo.ts';
import { addNoise, type Expected } from './syntheticClips.ts';
import { turnContainer } from './turnContainer.ts';

/** A way in which people's files differ from a clean clip, made from one. */
export interface Variant {
  name: string;
  expected: Expected;
  /**
   * Writes the variant. @returns per frame of it the frame of the clip that it shows, −1 where it shows none; and what
   * the variant does to the clip's focal length in pixels.
   */
  write(clip: string, path: string, other: string): Promise<{ frameOf: number[]; focalFactor: number }>;
}

async function ffmpeg(args: string[]): Promise<void> {
  await promisify(execFile)(findFfmpeg().path, ['-v', 'error', '-y', ...args]);
}

async function countFrames(path: string): Promise<number> {
  return (await probeVideo(path)).timesSeconds.length;
}

/** The same frames, told by ffmpeg's filter; `turn` is what the container then asks players for. */
function byFfmpeg(
  name: string,
  filter: string,
  focalFactor = 1,
  turn?: 90 | 180,
  codec: string[] = ['-c:v', 'libx264', '-crf', '16', '-pix_fmt', 'yuv420p'],
): Variant {
  return {
    name,
    expected: 'lifted',
    async write(clip, path) {
      await ffmpeg(['-i', clip, '-an', '-vf', filter, ...codec, path]);
      if (turn) await turnContainer(path, turn);
      const frames = await countFrames(path);
      return { frameOf: Array.from({ length: frames }, (_, i) => i), focalFactor };
    },
  };
}

type Picture = { rgba: Uint8Array; width: number; height: number };

async function readPictures(path: string): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for await (const { pixels, width, height } of decodeVideo(path, {
    format: 'rgb',
    maxLongSidePixels: 1280,
  }) as AsyncIterable<VideoFrame>) {
    const rgba = new Uint8Array(4 * width * height).fill(255);
    for (let i = 0; i < width * height; i++) rgba.set(pixels.subarray(3 * i, 3 * i + 3), 4 * i);
    pictures.push({ rgba, width, height });
  }
  return pictures;
}

/** New frames from the clip's: which ones, and what is done to each. */
function byFrames(
  name: string,
  expected: Expected,
  select: (frames: number) => number[],
  change: (picture: Picture, index: number) => Uint8Array = picture => picture.rgba,
): Variant {
  return {
    name,
    expected,
    async write(clip, path) {
      const pictures = await readPictures(clip);
      const frameOf = select(pictures.length);
      const { width, height } = pictures[0];
      async function* changed() {
        for (const [i, frame] of frameOf.entries())
          yield change({ ...pictures[frame], rgba: pictures[frame].rgba.slice() }, i);
      }
      await encodeVideo(path, { width, height, framesPerSecond: 12 }, changed());
      return { frameOf, focalFactor: 1 };
    },
  };
}

const all = (frames: number) => Array.from({ length: frames }, (_, i) => i);

/** A box with text-like pattern, the same in every frame: opaque. */
function paintLogo({ rgba, width, height }: Picture): Uint8Array {
  const random = createRandom('logo');
  const [w, h] = [Math.round(width * 0.2), Math.round(height * 0.11)];
  const cell = Math.max(3, Math.round(h / 7));
  const pattern = Array.from({ length: 2000 }, () => random.chance(0.45));
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const isInk = pattern[Math.floor(y / cell) * 61 + Math.floor(x / cell)];
      const at = 4 * ((y + Math.round(height * 0.05)) * width + x + Math.round(width * 0.75));
      rgba.fill(isInk ? 20 : 240, at, at + 3);
    }
  return rgba;
}

/** Bright words with a dark rim on the lower part, other words every 20 frames. */
function paintSubtitle({ rgba, width, height }: Picture, index: number): Uint8Array {
  const random = createRandom(`subtitle ${Math.floor(index / 20)}`);
  const cell = Math.max(2, Math.round(height / 110));
  const [columns, rows] = [Math.floor((0.5 * width) / cell), 7];
  const pattern = Array.from({ length: columns * rows }, () => random.chance(0.5));
  for (let y = 0; y < rows * cell; y++)
    for (let x = 0; x < columns * cell; x++) {
      const isInk = pattern[Math.floor(y / cell) * columns + Math.floor(x / cell)];
      const at = 4 * ((y + Math.round(height * 0.86)) * width + x + Math.round(width * 0.25));
      rgba.fill(isInk ? 245 : 10, at, at + 3);
    }
  return rgba;
}

export const VARIANTS: readonly Variant[] = [
  byFfmpeg('rotation flag', 'transpose=2', 1, 90),
  byFfmpeg('upside down flag', 'hflip,vflip', 1, 180),
  byFfmpeg('anamorphic', 'scale=iw*3/4:ih,setsar=4/3'),
  byFfmpeg('letterbox', 'pad=iw:ceil(iw*3/8)*2:0:(oh-ih)/2'),
  byFfmpeg('pillarbox', 'pad=ceil(ih*1.2)*2:ih:(ow-iw)/2:0'),
  byFfmpeg('portrait', 'crop=floor(ih*0.28)*2:ih'),
  byFfmpeg('portrait in pillarbox', 'crop=floor(ih*0.28)*2:ih,pad=ceil(ih*0.88)*2:ih:(ow-iw)/2:0'),
  byFfmpeg('4K', 'scale=3840:-2:flags=bicubic', Number.NaN),
  byFfmpeg('GIF', 'split[a][b];[a]palettegen[p];[b][p]paletteuse', 1, undefined, []),
  byFfmpeg('WebM', 'null', 1, undefined, ['-c:v', 'libvpx', '-b:v', '2M', '-deadline', 'realtime']),
  {
    name: 'variable rate',
    expected: 'lifted',
    async write(clip, path) {
      await ffmpeg(
        [
          '-i',
          clip,
          '-an',
          '-vf',
          'select=not(eq(mod(n\\,5)\\,2))',
          '-vsync',
          'vfr',
          '-c:v',
          'libx264',
        ].concat(['-crf', '16', '-pix_fmt', 'yuv420p', path]),
      );
      const frames = await countFrames(clip);
      return { frameOf: all(frames).filter(i => i % 5 !== 2), focalFactor: 1 };
    },
  },
  byFrames('logo', 'lifted', all, paintLogo),
  byFrames('subtitles', 'lifted', all, paintSubtitle),
  byFrames('noise', 'lifted', all, ({ rgba }, i) => {
    addNoise(rgba, 8, createRandom(`noise ${i}`));
    return rgba;
  }),
  byFrames('dim', 'lifted', all, ({ rgba }) => rgba.map((value, i) => (i % 4 === 3 ? 255 : value * 0.2))),
  byFrames('repeated frames', 'lifted', frames => all(frames).flatMap(i => (i % 3 === 0 ? [i, i] : [i]))),
  byFrames('frozen start', 'lifted', frames => [...new Array<number>(12).fill(0), ...all(frames)]),
  byFrames('dark', ['LIFT_TOO_DARK'], all, ({ rgba }) =>
    rgba.map((value, i) => (i % 4 === 3 ? 255 : value * 0.02)),
  ),
  byFrames('frozen', ['LIFT_NO_PARALLAX'], frames => new Array<number>(frames).fill(frames >> 1)),
  byFrames('four frames', ['LIFT_TOO_SHORT'], () => [0, 3, 6, 9]),
  {
    name: 'cut to another clip',
    expected: 'lifted',
    async write(clip, path, other) {
      const pictures = await readPictures(clip);
      const others = await readPictures(other);
      const { width, height } = pictures[0];
      const tail = others.slice(0, Math.floor(pictures.length * 0.6));
      async function* joined() {
        for (const { rgba } of pictures) yield rgba;
        for (const picture of tail) yield resize(picture, width, height);
      }
      await encodeVideo(path, { width, height, framesPerSecond: 12 }, joined());
      return { frameOf: [...all(pictures.length), ...tail.map(() => -1)], focalFactor: 1 };
    },
  },
];

/** Nearest neighbour. */
function resize({ rgba, width, height }: Picture, toWidth: number, toHeight: number): Uint8Array {
  const result = new Uint8Array(4 * toWidth * toHeight);
  for (let y = 0; y < toHeight; y++)
    for (let x = 0; x < toWidth; x++) {
      const from = 4 * (Math.floor((y * height) / toHeight) * width + Math.floor((x * width) / toWidth));
      result.set(rgba.subarray(from, from + 4), 4 * (y * toWidth + x));
    }
  return result;
}
