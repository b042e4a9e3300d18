import type { ShotMeasurements } from './measureShot.ts';
import type { Dimension } from './scorecard.ts';
import { ONSETS_PER_SECOND } from './sound.ts';
import { falling, mean, median, rounded } from './statistics.ts';
import { joinRanges } from './timeRanges.ts';

const LONGEST_OFFSET_SECONDS = 2;
const LONGEST = LONGEST_OFFSET_SECONDS * ONSETS_PER_SECOND;
/** Offset that is plainly seen; ITU-R BT.1359 finds 45 ms ahead and 125 ms behind just visible. */
const HALF_OFFSET_SECONDS = 0.15;
/** Events are spread by about a frame, as pictures say no better when they happen. */
const SPREAD_SECONDS = 0.03;
/** Fewer beats on either side fit by chance. */
const FEWEST_EVENTS = 3;
/** How far the best offset stands out, in standard deviations of all offsets: chance reaches the first, events that belong together the second. */
const [CHANCE_PEAK, CLEAR_PEAK] = [3.5, 5];

export interface Sync {
  /** Positive where the sound comes late. */
  offsetSeconds: number;
  /** 0 to 1. */
  confidence: number;
  /** When the picture's events are, seconds. */
  events: number[];
}

/**
 * How far sound and picture are apart: sounds that begin against things that hit, start or stop. Picture events are
 * jumps of the motion that the camera's does not explain; the offset is where the cross-correlation of both trains
 * peaks within ±2 s. Confidence comes from how far the peak stands out of all offsets and from how many events there are.
 * @returns undefined without a track.
 */
export function measureSync({ steps, sound }: ShotMeasurements): Sync | undefined {
  if (!sound) return undefined;
  const length = Math.ceil(sound.seconds * ONSETS_PER_SECOND);
  const jumps = steps.map((step, i) =>
    i === 0
      ? 0
      : Math.abs(step.ownMotion - steps[i - 1].ownMotion) +
        Math.abs(step.difference - steps[i - 1].difference) / 4,
  );
  const usual = median(jumps);
  const picture = new Float32Array(length);
  const events: number[] = [];
  const strong = strongest(jumps, usual);
  steps.forEach((step, i) => {
    if (!strong(i)) return;
    events.push(step.timeSeconds);
    spread(picture, step.timeSeconds * ONSETS_PER_SECOND, Math.log(1 + jumps[i] / (usual + 0.05)));
  });
  const heard = new Float32Array(length);
  let sounds = 0;
  const loud = Math.max(1, ...sound.onsets) / 4;
  sound.onsets.forEach((onset, i) => {
    if (onset < loud) return;
    sounds++;
    spread(heard, i, onset);
  });
  const correlations = correlateTrains(picture, heard);
  const best = correlations.indexOf(Math.max(...correlations));
  const level = mean(correlations);
  const deviation = Math.sqrt(mean(correlations.map(each => (each - level) ** 2)));
  const peak = deviation > 0 ? (correlations[best] - level) / deviation : 0;
  const few = Math.min(1, Math.min(events.length, sounds) / (2 * FEWEST_EVENTS));
  return {
    offsetSeconds: (best - LONGEST) / ONSETS_PER_SECOND,
    confidence:
      Math.min(events.length, sounds) < FEWEST_EVENTS
        ? 0
        : few * Math.min(1, Math.max(0, (peak - CHANCE_PEAK) / (CLEAR_PEAK - CHANCE_PEAK))),
    events,
  };
}

/** Local maxima that stand out over four times the usual jump. */
function strongest(jumps: readonly number[], usual: number): (index: number) => boolean {
  const limit = Math.max(0.15, 4 * usual);
  return i => jumps[i] >= limit && jumps[i] >= (jumps[i - 1] ?? 0) && jumps[i] > (jumps[i + 1] ?? 0);
}

/** Adds a bell of about a frame's width. */
function spread(train: Float32Array, at: number, strength: number): void {
  const deviation = SPREAD_SECONDS * ONSETS_PER_SECOND;
  for (
    let i = Math.max(0, Math.floor(at - 3 * deviation));
    i < Math.min(train.length, at + 3 * deviation);
    i++
  )
    train[i] += strength * Math.exp(-((i - at) ** 2) / (2 * deviation ** 2));
}

/** Sums of products over offsets of −2 s to 2 s, positive where the second lags, per overlap so that no offset is favoured. */
function correlateTrains(first: Float32Array, second: Float32Array): number[] {
  return Array.from({ length: 2 * LONGEST + 1 }, (_, k) => {
    const lag = k - LONGEST;
    let sum = 0;
    for (let i = Math.max(0, -lag); i < first.length && i + lag < second.length; i++)
      sum += first[i] * second[i + lag];
    return sum / Math.max(first.length / 2, first.length - Math.abs(lag));
  });
}

/** Where nothing ties sound to picture the score is 1 and the confidence 0: silence about it is no fault. */
export function scoreAvSync(sync: Sync): Dimension {
  const apart = falling(Math.abs(sync.offsetSeconds), HALF_OFFSET_SECONDS, 2);
  return {
    score: rounded(1 - sync.confidence * (1 - apart)),
    value: sync.confidence > 0 ? sync.offsetSeconds : 0,
    unit: 'seconds by which the sound comes late',
    confidence: rounded(sync.confidence),
    where:
      sync.confidence > 0 && apart < 0.5
        ? joinRanges(
            sync.events.map(at => ({ fromSeconds: at, toSeconds: at + Math.abs(sync.offsetSeconds) })),
          )
        : [],
  };
}
