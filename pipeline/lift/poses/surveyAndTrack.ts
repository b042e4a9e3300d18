import { type LongOptions, subProgress } from '../../../engine/progress.ts';
import {
  type DecodeOptions,
  decodeVideo,
  type PictureRectangle,
  type VideoFrame,
} from '../../video/decodeVideo.ts';
import { probeVideo } from '../../video/probeVideo.ts';
import { beginSurvey, type VideoSurvey } from '../picture/surveyVideo.ts';
import type { PoseDetail } from './estimatePoses.ts';
import { judgePictures, judgeStillness } from './judgeVideo.ts';
import { trackVideo, type VideoTracks } from './trackVideo.ts';

export interface SurveyAndTrackOptions extends LongOptions, Pick<DecodeOptions, 'info'> {
  detail: PoseDetail;
}

/** Frames that are looked at for bars before tracking begins. */
const FIRST_LOOK_FRAMES = 12;
/** Keyframes come after the view has shifted by this share of the width … */
const KEYFRAME_SHIFT = 0.035;
/** … or sooner where the whole video would give fewer keyframes than this. */
const LEAST_KEYFRAMES = 10;

/**
 * Surveys a video and tracks its points, in one pass where its picture has no bars: only then does what the survey
 * finds in the end not change what is tracked. Another pass follows where that gives few keyframes.
 * @throws what probeVideo and decodeVideo throw; VIDEO_TOO_SHORT; what judgePictures and judgeStillness throw
 */
export async function surveyAndTrack(
  videoPath: string,
  options: SurveyAndTrackOptions,
): Promise<{ survey: VideoSurvey; tracks: VideoTracks }> {
  const { detail, signal } = options;
  const info = options.info ?? (await probeVideo(videoPath));
  const surveying = beginSurvey(info, detail.longSidePixels);
  const decode = (crop?: PictureRectangle) =>
    decodeVideo(videoPath, {
      format: 'gray',
      crop,
      maxLongSidePixels: detail.longSidePixels,
      info,
      signal,
    });
  const track = (frames: AsyncIterable<VideoFrame>, keyframeShift: number, long: LongOptions) =>
    trackVideo(frames, {
      featureLimit: detail.features,
      keyframeShift,
      leastKeyframes: LEAST_KEYFRAMES,
      framesExpected: info.timesSeconds.length,
      onProgress: long.onProgress,
    });

  const report = (index: number) =>
    options.onProgress?.({
      stage: 'survey',
      fraction: (0.1 * (index + 1)) / Math.max(index + 1, info.timesSeconds.length),
      message: `frame ${index + 1}`,
    });
  async function* newFrames(): AsyncGenerator<VideoFrame> {
    for await (const frame of decode()) if (surveying.add(frame)) yield frame;
  }
  const frames = newFrames();
  let tracks: VideoTracks | undefined;
  try {
    const held: VideoFrame[] = [];
    while (held.length < FIRST_LOOK_FRAMES) {
      const { value } = await frames.next();
      if (!value) break;
      report(value.index);
      held.push(value);
    }
    if (held.length > 0 && !surveying.bars())
      tracks = await track(joined(held, frames), KEYFRAME_SHIFT, subProgress(options, 0.1, 0.5));
    // Where nothing is tracked yet the survey still is of the whole video.
    for await (const { index } of frames) report(index);
  } finally {
    await frames.return(undefined);
  }
  const survey = surveying.finish();

  const repeated = new Set(survey.repeated.map(({ frame }) => frame));
  async function* withinBars(): AsyncGenerator<VideoFrame> {
    for await (const frame of decode(survey.crop)) if (!repeated.has(frame.index)) yield frame;
  }
  const masked = (found: VideoTracks): VideoTracks => ({
    ...found,
    masks: { ...found.masks, overlays: survey.overlays },
  });
  if (!tracks || survey.isBarred)
    tracks = await track(withinBars(), KEYFRAME_SHIFT, subProgress(options, 0.5, 0.8));
  judgePictures(tracks, survey.frames);
  const wanted = Math.min(LEAST_KEYFRAMES, tracks.frames.length);
  if (tracks.keyframes.length >= wanted) return { survey, tracks: masked(tracks) };
  if (tracks.keyframes.length <= 2) judgeStillness(tracks);
  const finer = await track(withinBars(), shiftInAll(tracks) / (wanted + 2), subProgress(options, 0.8, 1));
  return { survey, tracks: masked(finer) };
}

/** How far the view shifted from keyframe to keyframe, shares of the width. */
function shiftInAll({ frames, evidence, width }: VideoTracks): number {
  const isKeyframe = (index: number) => frames[index].positions.length === 0;
  return (
    evidence.reduce((sum, { medianShiftPixels }, i) => sum + (isKeyframe(i) ? medianShiftPixels : 0), 0) /
    width
  );
}

async function* joined(
  held: readonly VideoFrame[],
  rest: AsyncIterable<VideoFrame>,
): AsyncGenerator<VideoFrame> {
  yield* held;
  yield* rest;
}
