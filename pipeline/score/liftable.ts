import { findCuts } from './cuts.ts';
import type { ShotMeasurements } from './measureShot.ts';
import { LEAST_PARALLAX_DEGREES } from './parallax.ts';
import type { Dimensions, Scorecard } from './scorecard.ts';
import { falling, median, rising, rounded } from './statistics.ts';

/** A lift that is as likely to fail as to succeed, by each cause alone; and how sharply the chance turns there. */
const PARALLAX_DEGREES = { half: LEAST_PARALLAX_DEGREES, power: 3 };
/** Median share of the points that outlive a tenth of a second; under it nothing lasts long enough to be triangulated. */
const SURVIVAL = { half: 0.35, power: 6 };
/** Median Sampson distance: what strays this far melts, and a lift says so. */
const STRAY_PIXELS = { half: 1, power: 4 };
/** Share of the picture that moves by itself. */
const MOVING_SHARE = { half: 0.4, power: 4 };
/** Seconds of the longest of several shots, which is what is lifted then; the lift asks for one. */
const SHOT_SECONDS = { half: 1, power: 12 };
/** Where a lift succeeds, what makes its world good: fine tracks, and depth to triangulate from. */
const FINE_PIXELS = 0.6;
const GOOD_PARALLAX_DEGREES = 1;

/** Whether a lift will succeed, why, and how good its world will be. */
export function judgeLiftable(shot: ShotMeasurements, dimensions: Dimensions): Scorecard['liftable'] {
  const { pairs, follows } = shot.geometry;
  if (pairs.length === 0)
    return {
      ok: false,
      reason:
        'too few points can be followed: the picture is too blurred, too dark, too plain, or cut too often',
      probability: 0.02,
      quality: 0,
    };
  const survival = median(follows.map(step => step.survival));
  const parallax = dimensions.parallax?.value ?? 0;
  const stray = dimensions.epipolarConsistency?.value ?? 0;
  const moving = dimensions.movers?.value ?? 0;
  const cuts = findCuts(shot);
  const seconds = longestShotSeconds(shot, cuts);
  const causes = [
    {
      chance: rising(survival, SURVIVAL.half, SURVIVAL.power),
      reason: `no rigid scene: only ${Math.round(survival * 100)} % of the points are found again a tenth of a second later`,
    },
    {
      chance: rising(parallax, PARALLAX_DEGREES.half, PARALLAX_DEGREES.power),
      reason: `no parallax: the camera shows ${parallax.toFixed(2)}° of depth, ${LEAST_PARALLAX_DEGREES}° is the least`,
    },
    {
      chance: falling(stray, STRAY_PIXELS.half, STRAY_PIXELS.power),
      reason: `no rigid scene: points stray ${stray.toFixed(2)} px from the camera's motion`,
    },
    {
      chance: falling(moving, MOVING_SHARE.half, MOVING_SHARE.power),
      reason: `${Math.round(100 * moving)} % of the picture moves by itself`,
    },
    {
      chance: cuts.length > 0 ? rising(seconds, SHOT_SECONDS.half, SHOT_SECONDS.power) : 1,
      reason: `cuts: what lies outside its longest shot, of ${seconds.toFixed(1)} s, is not lifted`,
    },
  ];
  const worst = causes.reduce((least, cause) => (cause.chance < least.chance ? cause : least));
  const probability = causes.reduce((product, cause) => product * cause.chance, 1);
  // One cause decides; two half-hearted ones make a lift doubtful, not impossible.
  const ok = worst.chance >= 0.5;
  return {
    ok,
    reason: ok ? `${parallax.toFixed(1)}° of parallax, consistent to ${stray.toFixed(2)} px` : worst.reason,
    probability: rounded(probability),
    quality: rounded(
      Math.sqrt(falling(stray, FINE_PIXELS) * rising(parallax, GOOD_PARALLAX_DEGREES)) * survival,
    ),
  };
}

function longestShotSeconds(shot: ShotMeasurements, cuts: readonly number[]): number {
  const bounds = [0, ...cuts, shot.times.length];
  const longest = Math.max(...bounds.slice(1).map((frame, i) => frame - (bounds[i] ?? 0)));
  return longest / shot.framesPerSecond;
}
