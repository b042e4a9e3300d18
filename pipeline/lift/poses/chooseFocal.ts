import type { LongOptions } from '../../../engine/progress.ts';
import type { TrackSet } from './buildTracks.ts';
import { type FocalPrior, focalHypotheses, profileFocal, usualPrior } from './estimateFocal.ts';
import { measureMap } from './keyframeMap.ts';
import { type KnownFocal, mapKeyframes } from './mapKeyframes.ts';
import { isTagCredible } from './taggedFocal.ts';
import type { VideoTracks } from './trackVideo.ts';

/** A hypothesis on the focal length is tried on this many keyframes. */
const HYPOTHESIS_KEYFRAMES = 8;

/**
 * Finds the focal length that a map is begun with; the map refines it.
 * @param tagged what the container says of it, if anything: it counts unless the pictures rule it out.
 */
export function chooseFocal(
  tracks: VideoTracks,
  set: TrackSet,
  seed: number,
  tagged: FocalPrior | undefined,
  options: LongOptions,
): KnownFocal {
  const profile = profileFocal(tracks, set.pairs, seed, options);
  let focalPrior = usualPrior(tracks.width);
  if (tagged) {
    const isCredible = isTagCredible(profile, tagged, focalPrior);
    if (isCredible) focalPrior = tagged;
    options.onProgress?.({
      stage: 'focal',
      fraction: 0.5,
      message: `the pictures ${isCredible ? 'agree with' : 'contradict'} the focal length in the file`,
    });
  }
  const hypotheses = focalHypotheses(profile, focalPrior, 3);
  if (hypotheses.length === 1) return { focal: hypotheses[0], focalPrior };
  let best = hypotheses[0];
  let bestScore = -1;
  for (const focal of hypotheses) {
    const map = mapKeyframes(tracks, set, {
      focal,
      focalPrior,
      seed,
      keyframeLimit: HYPOTHESIS_KEYFRAMES,
      startLimit: 1,
      signal: options.signal,
    });
    if (!map) continue;
    const quality = measureMap(map);
    const score = quality.observations / (0.3 + quality.medianErrorPixels);
    if (score > bestScore) {
      bestScore = score;
      best = map.lens.focal;
    }
  }
  return { focal: best, focalPrior };
}
