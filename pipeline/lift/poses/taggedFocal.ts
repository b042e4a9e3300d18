import type { VideoPicture } from '../types.ts';
import { type FocalPrior, type FocalProfile, PRIOR_WEIGHT, scoreFocals } from './estimateFocal.ts';

/** Diagonal of a 36 × 24 mm frame: what a 35 mm equivalent is defined over (CIPA DCG-001). */
const FULL_FRAME_MILLIMETERS = Math.hypot(36, 24);
/**
 * Makers write the equivalent of the lens over the whole sensor and film a part of it: a 16:9 picture on a 4:3 sensor
 * takes 8 % off the diagonal, stabilisation 10 to 20 %. So the focal length is found longer than the tag has it, by
 * up to so much, seldom shorter: tags are rounded to whole millimetres …
 */
const RANGE = [0.95, 1.3] as const;
/** … and most likely about so much. */
const USUAL_CROP = 1.1;
/** What a focal length may cost over the best one, in prior sigmas, before the pictures rule it out. */
const LIKELIEST_SIGMAS = 3;

/**
 * What a container's 35 mm equivalent says of the focal length. The diagonal is that of the whole shown frame, bars
 * included: it does not change as the picture is turned.
 * @param width of the working picture, pixels
 */
export function priorOfTag(
  millimeters: number,
  { videoWidth, videoHeight, crop }: VideoPicture,
  width: number,
): FocalPrior {
  const videoPixels = (millimeters * Math.hypot(videoWidth, videoHeight)) / FULL_FRAME_MILLIMETERS;
  const focal = (videoPixels * width) / crop.width;
  return { focal: USUAL_CROP * focal, range: [RANGE[0] * focal, RANGE[1] * focal] };
}

/**
 * Whether the pictures leave a tag possible: films are zoomed, cropped and cut together after they were tagged. What
 * even the best focal length costs is how far the pairs disagree among themselves; as much again says nothing.
 */
export function isTagCredible(profile: FocalProfile, tagged: FocalPrior, usual: FocalPrior): boolean {
  const least = (prior: FocalPrior) => scoreFocals(profile, prior).reduce((p, q) => Math.min(p, q));
  return least(tagged) <= 2 * least(usual) + PRIOR_WEIGHT * LIKELIEST_SIGMAS ** 2;
}
