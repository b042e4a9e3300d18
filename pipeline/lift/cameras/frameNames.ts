import { DirectorError } from '../../../engine/errors.ts';

/** Picture number `first` shows frame 0, and the next one the frame `step` later. */
export interface FrameNumbering {
  first: number;
  step: number;
}

/** `export --format colmap` writes frame-000012.jpg for frame 12. */
const OUR_NAME = /(?:^|\/)frame-(\d{6,9})\.[a-z]+$/;
const LAST_NUMBER = /(\d{1,9})\D*$/;

/**
 * The video frame that each picture shows. The number is the last one in its file name. Pictures named as we name them
 * carry the frame itself. Others are taken as numbered only where their numbers run over the whole video, from 0 or from
 * 1; with a numbering given, nothing is guessed.
 * @returns by picture, in their order
 * @throws CAMERAS_UNMATCHED where the numbers are not clear, are not there, or lie beyond the video
 */
export function frameOfNames(
  names: readonly string[],
  framesTotal: number,
  numbering: FrameNumbering | undefined,
): number[] {
  const unmatched = (why: string, suggestion?: string) =>
    new DirectorError('CAMERAS_UNMATCHED', why, {
      ...(suggestion === undefined ? {} : { suggestion }),
      details: { pictures: names.length, framesTotal, first: names.slice(0, 3) },
    });
  const numbers = names.map(name => {
    const stem = name.replace(/\.[A-Za-z0-9]+$/, '');
    const found = LAST_NUMBER.exec(stem.slice(stem.lastIndexOf('/') + 1));
    if (!found)
      throw unmatched(
        `The picture ${name.slice(0, 80)} has no number in its name.`,
        'Name the pictures by their number in the video, such as 000012.png, and estimate again.',
      );
    return Number(found[1]);
  });
  const { first, step } = numbering ?? numberingOf(names, numbers, framesTotal, unmatched);
  const frames = numbers.map(number => (number - first) * step);
  const outside = frames.findIndex(frame => frame < 0 || frame >= framesTotal);
  if (outside >= 0)
    throw unmatched(
      `The picture ${names[outside].slice(0, 80)} would show frame ${frames[outside]} of a video with ${framesTotal}.`,
    );
  if (new Set(frames).size < frames.length) throw unmatched('Two pictures have the same number.');
  return frames;
}

function numberingOf(
  names: readonly string[],
  numbers: readonly number[],
  framesTotal: number,
  unmatched: (why: string) => DirectorError,
): FrameNumbering {
  if (names.every(name => OUR_NAME.test(name))) return { first: 0, step: 1 };
  // Spread into Math.min, the numbers of a long video would overflow the stack.
  const least = numbers.reduce((a, b) => Math.min(a, b));
  const most = numbers.reduce((a, b) => Math.max(a, b));
  for (const first of [0, 1])
    if (least === first && most === framesTotal - 1 + first) return { first, step: 1 };
  throw unmatched(
    `The pictures are numbered ${least} to ${most} and the video has ${framesTotal} frames: which shows which is not clear.`,
  );
}
