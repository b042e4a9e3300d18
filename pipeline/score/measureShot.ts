import { type LongOptions, throwIfCancelled } from '../../engine/progress.ts';
import { decodedSize, decodeVideo } from '../video/decodeVideo.ts';
import { probeVideo } from '../video/probeVideo.ts';
import { createFrameReader } from './frameReader.ts';
import { describeStep, type FrameStep } from './frameSteps.ts';
import { createGeometryLane, type Geometry } from './geometryLane.ts';
import { createGeometryThread } from './geometryThread.ts';
import { createLooks, type Look } from './looks.ts';
import { createPopDetector, type Pop } from './popDetector.ts';
import { createRestDifferences } from './restDifferences.ts';
import { measureSound, type SoundMeasurements } from './sound.ts';
import { createStillPixels, type StillMeasurements } from './stillPixels.ts';
import { correlate, makeThumbnail } from './thumbnail.ts';

/** What one pass over a video measured; the dimensions and the violations are read off it. */
export interface ShotMeasurements {
  video: string;
  framesPerSecond: number;
  /** Sides over the long side. */
  aspect: { width: number; height: number };
  /** Whether even the closer looks see the picture smaller than it is. */
  scaled: boolean;
  /** One per frame, seconds. */
  times: number[];
  looks: Look[];
  /** One per frame but the first. */
  steps: FrameStep[];
  pops: Pop[];
  still: StillMeasurements;
  geometry: Geometry;
  /** Absent without a track. */
  sound: SoundMeasurements | undefined;
}

export interface MeasureOptions extends LongOptions {
  /** Threads besides this one; 0 or 1. The result is the same. Default: 1 for videos that are worth one. */
  threads?: number;
}

/** Units in pixels are of a picture whose long side has this many. */
export const LONG_SIDE = 640;
/** Frames are decoded at their own size up to this; beyond it a video is looked at smaller. */
const MOST_LONG_SIDE_PIXELS = 1280;
/** Looks at single frames a second; every second one is a closer look. */
const LOOKS_PER_SECOND = 4;
/** Of a short video; what stays put is told from what moves by no fewer. */
const FEWEST_LOOKS = 8;
/** Frames a second through which points are followed, at least. */
const FOLLOWS_PER_SECOND = 10;
/** Megapixels in a second thread's time to start. */
const WORTH_A_THREAD_MEGAPIXELS = 12;

/**
 * Measures a video in one pass. Frames stream through; of the past only the frame before and the followed points of
 * two seconds are kept. Points are followed on a second thread, which changes nothing but the time.
 * @throws what decodeVideo throws; CANCELLED
 */
export async function measureShot(video: string, options: MeasureOptions = {}): Promise<ShotMeasurements> {
  const info = await probeVideo(video);
  const own = decodedSize(info, MOST_LONG_SIDE_PIXELS);
  // Read as it was coded where nothing has to be scaled: our own stretching of its range takes a tenth of ffmpeg's.
  const coded = info.videoRangeLuma && own.width === info.width && own.height === info.height;
  const reader = await createFrameReader(own.width, own.height, coded);
  const { width, height, blocks } = reader;
  const longSide = Math.max(width, height);
  const scale = LONG_SIDE / longSide;
  const total = info.timesSeconds.length;
  const followEvery = Math.max(1, Math.floor(info.framesPerSecond / FOLLOWS_PER_SECOND));
  const lookEvery = Math.max(
    1,
    Math.min(Math.round(info.framesPerSecond / LOOKS_PER_SECOND), Math.floor(total / FEWEST_LOOKS)),
  );
  const laneOptions = { width, height, scale, framesPerSecond: info.framesPerSecond / followEvery };
  const threaded =
    options.threads === undefined
      ? (width * height * total) / followEvery / 1e6 > WORTH_A_THREAD_MEGAPIXELS
      : options.threads > 0;
  const thread = threaded ? createGeometryThread(laneOptions) : undefined;
  const lane = thread ?? (await createGeometryLane(laneOptions));
  const restDifferences = createRestDifferences(blocks);
  const pops = createPopDetector(blocks.columns, blocks.rows);
  const lookAt = await createLooks();
  const stillPixels = await createStillPixels(width, height);
  let thumbnail: Float32Array | undefined;
  let looked = 0;
  const shot: Omit<ShotMeasurements, 'geometry' | 'still' | 'sound'> = {
    video,
    framesPerSecond: info.framesPerSecond,
    aspect: { width: width / longSide, height: height / longSide },
    scaled: own.width < info.width - 1,
    times: [],
    looks: [],
    steps: [],
    pops: [],
  };
  // Decoded beside the pictures: another process does it, and it takes little.
  const sound = info.hasAudio ? measureSound(video, options.signal) : Promise.resolve(undefined);
  sound.catch(() => undefined);

  try {
    for await (const { index, timeSeconds, pixels } of decodeVideo(video, {
      format: coded ? 'coded luma' : 'gray',
      maxLongSidePixels: MOST_LONG_SIDE_PIXELS,
      reuseArray: true,
      info,
      signal: options.signal,
    })) {
      const frame = reader.next(pixels);
      const { gray, difference, field } = frame;
      shot.times.push(timeSeconds);
      const coarse = makeThumbnail(gray, width, height);
      if (field && thumbnail) {
        const likeness = correlate(thumbnail, coarse);
        const step = describeStep(field, scale, { timeSeconds, difference, likeness });
        shot.steps.push(step);
        const differences = restDifferences.next(field, step.light);
        shot.pops.push(...pops.next(differences, difference, index, timeSeconds));
      }
      thumbnail = coarse;
      if (index % lookEvery === 0) {
        const close = looked++ % 2 === 0 ? { ...own, gray: frame.own } : undefined;
        shot.looks.push({
          fromSeconds: timeSeconds,
          toSeconds: timeSeconds + lookEvery / info.framesPerSecond,
          ...lookAt({ gray, width, height }, close),
        });
        stillPixels.add(gray);
      }
      if (index % followEvery === 0) await lane.next(thread ? gray.slice() : gray, index, timeSeconds);
      options.onProgress?.({
        stage: 'score',
        fraction: Math.min(1, (index + 1) / total),
        message: `frame ${index + 1} of ${total}`,
      });
    }
    throwIfCancelled(options.signal);
    const geometry = await lane.finish();
    return { ...shot, still: stillPixels.finish(), geometry, sound: await sound };
  } finally {
    await thread?.end();
  }
}
