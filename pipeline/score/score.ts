import type { LongOptions } from '../../engine/progress.ts';
import { subProgress } from '../../engine/progress.ts';
import { scoreEpipolarConsistency } from './epipolarConsistency.ts';
import { scoreExposure } from './exposure.ts';
import { scoreFlicker } from './flicker.ts';
import { measureShot, type ShotMeasurements } from './measureShot.ts';
import { scoreMotionSmoothness } from './motionSmoothness.ts';
import { LEAST_PARALLAX_DEGREES, scoreParallax } from './parallax.ts';
import { DIMENSION_NAMES, type Scorecard, type Scores } from './scorecard.ts';
import { findScoreViolations } from './scoreViolations.ts';
import { scoreSharpness } from './sharpness.ts';
import { median, rounded } from './statistics.ts';

/** What each dimension counts in the mean of the scores: what a lift lives on first. */
const WEIGHTS: Record<(typeof DIMENSION_NAMES)[number], number> = {
  sharpness: 1,
  exposure: 1,
  flicker: 1.5,
  motionSmoothness: 1,
  epipolarConsistency: 2.5,
  parallax: 3,
};
/** What each warning or error found in the video leaves of `overall`. */
const VIOLATION_FACTOR = 0.93;
const LEAST_PAIRS = 1;
/** Median share of the points that outlive a frame; under it nothing lasts long enough to be triangulated. */
const LEAST_SURVIVAL = 0.35;

/**
 * Scores videos and ranks them: those that can be lifted first, then by `overall`, then in the order given.
 * docs/scores.md defines every dimension. @throws what decodeVideo throws, for the first video that cannot be read; CANCELLED
 */
export async function score(videos: readonly string[], options: LongOptions = {}): Promise<Scores> {
  const cards: UnrankedCard[] = [];
  for (const [index, video] of videos.entries())
    cards.push(
      await scoreVideo(video, subProgress(options, index / videos.length, (index + 1) / videos.length)),
    );
  return rankCards(cards);
}

export type UnrankedCard = Omit<Scorecard, 'rank'>;

/** The scorecard of one video, unranked. @throws what decodeVideo throws; CANCELLED */
export async function scoreVideo(video: string, options: LongOptions = {}): Promise<UnrankedCard> {
  return scoreShot(await measureShot(video, options));
}

/** Ranks takes of one prompt: those that can be lifted first, then by `overall`, then in the order given. */
export function rankCards(cards: readonly UnrankedCard[]): Scores {
  // A stable sort: equals stay in the order given.
  const order = [...cards].sort(
    (a, b) => Number(b.liftable.ok) - Number(a.liftable.ok) || b.overall - a.overall,
  );
  return { takes: cards.map(card => ({ ...card, rank: order.indexOf(card) + 1 })) };
}

function scoreShot(shot: ShotMeasurements): UnrankedCard {
  const dimensions: Scorecard['dimensions'] = {
    sharpness: scoreSharpness(shot.blurs),
    exposure: scoreExposure(shot.exposures),
    flicker: scoreFlicker(shot.differences, shot.flickers),
    motionSmoothness: scoreMotionSmoothness(shot.motions),
    epipolarConsistency: scoreEpipolarConsistency(shot.pairs),
    parallax: scoreParallax(shot.pairs),
  };
  const violations = findScoreViolations(shot);
  let sum = 0;
  let weights = 0;
  let worst = 1;
  for (const name of DIMENSION_NAMES) {
    sum += WEIGHTS[name] * dimensions[name].score;
    weights += WEIGHTS[name];
    worst = Math.min(worst, dimensions[name].score);
  }
  // A lift is stopped by the one thing that is bad; nothing good elsewhere makes up for it.
  const overall = (sum / weights + worst) / 2;
  const serious = violations.filter(violation => violation.severity !== 'info').length;
  return {
    video: shot.video,
    overall: rounded(overall * VIOLATION_FACTOR ** Math.min(serious, 8)),
    dimensions,
    liftable: judgeLiftable(shot, dimensions),
    violations,
  };
}

function judgeLiftable(shot: ShotMeasurements, dimensions: Scorecard['dimensions']): Scorecard['liftable'] {
  const { parallax, epipolarConsistency } = dimensions;
  if (shot.pairs.length < LEAST_PAIRS)
    return {
      ok: false,
      reason:
        'too few points can be followed: the picture is too blurred, too dark, too plain, or cut too often',
    };
  const survival = median(shot.survivals);
  if (survival < LEAST_SURVIVAL)
    return {
      ok: false,
      reason: `no rigid scene: only ${Math.round(survival * 100)} % of the points are found again a frame later`,
    };
  if (parallax.value < LEAST_PARALLAX_DEGREES)
    return {
      ok: false,
      reason: `no parallax: the camera shows ${parallax.value.toFixed(2)}° of depth, ${LEAST_PARALLAX_DEGREES}° is the least`,
    };
  if (epipolarConsistency.score === 0)
    return {
      ok: false,
      reason: `no rigid scene: points stray ${epipolarConsistency.value.toFixed(1)} px from the camera's motion`,
    };
  return {
    ok: true,
    reason: `${parallax.value.toFixed(1)}° of parallax, consistent to ${epipolarConsistency.value.toFixed(2)} px`,
  };
}
