import type { LongOptions } from '../../engine/progress.ts';
import { subProgress } from '../../engine/progress.ts';
import { measureSync, scoreAvSync } from './avSync.ts';
import { scoreBanding } from './banding.ts';
import { scoreBlockiness } from './blockiness.ts';
import { scoreCameraShake } from './cameraShake.ts';
import { scoreCuts } from './cuts.ts';
import { scoreDeadPixels } from './deadPixels.ts';
import { scoreDynamicDegree } from './dynamicDegree.ts';
import { scoreEpipolarConsistency } from './epipolarConsistency.ts';
import { scoreExposure } from './exposure.ts';
import { scoreFlicker } from './flicker.ts';
import { scoreFreezes } from './freezes.ts';
import { judgeLiftable } from './liftable.ts';
import { scoreLoudness } from './loudness.ts';
import { type MeasureOptions, measureShot, type ShotMeasurements } from './measureShot.ts';
import { scoreMotionSmoothness } from './motionSmoothness.ts';
import { scoreMovers } from './movers.ts';
import { scoreNoise } from './noise.ts';
import { scoreObjectPermanence } from './objectPermanence.ts';
import { explainScore, scoreGroups, scoreOverall } from './overall.ts';
import { scoreOverlays } from './overlays.ts';
import { scoreParallax } from './parallax.ts';
import { scorePhotometricConsistency } from './photometricConsistency.ts';
import type { Dimensions, Scorecard, Scores } from './scorecard.ts';
import { findScoreViolations } from './scoreViolations.ts';
import type { VisionOptions } from './semantic.ts';
import { scoreSharpness } from './sharpness.ts';

/**
 * Scores videos and ranks them: those that can be lifted first, then by `overall`, then in the order given.
 * docs/scores.md defines every dimension. @throws what decodeVideo throws, for the first video that cannot be read; CANCELLED
 */
export async function score(videos: readonly string[], options: ScoreOptions = {}): Promise<Scores> {
  const { prompt, signal } = options;
  const vision = options.vision && { ...options.vision, signal };
  const semantic = prompt !== undefined && vision ? await import('./semantic.ts') : undefined;
  // Asked first: a key that is refused is known before a minute of work.
  const questions = semantic && vision ? await semantic.writeQuestions(prompt ?? '', vision) : [];
  const cards: UnrankedCard[] = [];
  for (const [index, video] of videos.entries()) {
    const share = subProgress(options, index / videos.length, (index + 1) / videos.length);
    const card = await scoreVideo(video, { ...share, prompt });
    if (semantic && vision) card.semantic = await semantic.scoreSemantics(video, questions, vision);
    cards.push(card);
  }
  return rankCards(cards);
}

export interface ScoreOptions extends LongOptions {
  /** What the videos were made from: it says what may move by itself, and with `vision` what is asked about. */
  prompt?: string | undefined;
  /** A vision model that is shown the videos. Without it nothing leaves the machine. */
  vision?: VisionOptions | undefined;
}

export type UnrankedCard = Omit<Scorecard, 'rank'>;

/** The scorecard of one video, unranked. @throws what decodeVideo throws; CANCELLED */
export async function scoreVideo(
  video: string,
  { prompt, ...options }: MeasureOptions & Pick<ScoreOptions, 'prompt'> = {},
): Promise<UnrankedCard> {
  return scoreShot(await measureShot(video, options), prompt);
}

/**
 * Ranks takes of one prompt: those that can be lifted first, then by `overall`, then in the order given. What a vision
 * model saw of the prompt counts only where every take was shown to it.
 */
export function rankCards(cards: readonly UnrankedCard[]): Scores {
  const seen = cards.every(card => card.semantic);
  const standing = ({ overall, semantic }: UnrankedCard) =>
    seen && semantic ? overall * (1 - ADHERENCE_SHARE * (1 - semantic.adherence)) : overall;
  // A stable sort: equals stay in the order given.
  const order = [...cards].sort(
    (a, b) => Number(b.liftable.ok) - Number(a.liftable.ok) || standing(b) - standing(a),
  );
  return { takes: cards.map(card => ({ ...card, rank: order.indexOf(card) + 1 })) };
}

/** What a take that shows nothing of its prompt loses of its standing. */
const ADHERENCE_SHARE = 0.5;

/** Every dimension that applies to what was measured. */
export function scoreDimensions(shot: ShotMeasurements): Dimensions {
  const { looks, steps, geometry, sound } = shot;
  const sync = measureSync(shot);
  return {
    sharpness: scoreSharpness(looks),
    exposure: scoreExposure(looks),
    noise: scoreNoise(looks),
    blockiness: scoreBlockiness(looks, shot.scaled),
    banding: scoreBanding(looks),
    deadPixels: scoreDeadPixels(shot),
    overlays: scoreOverlays(shot),
    flicker: scoreFlicker(steps),
    motionSmoothness: scoreMotionSmoothness(shot),
    freezes: scoreFreezes(shot),
    cuts: scoreCuts(shot),
    cameraShake: scoreCameraShake(shot),
    dynamicDegree: scoreDynamicDegree(shot),
    epipolarConsistency: scoreEpipolarConsistency(geometry.pairs),
    photometricConsistency: scorePhotometricConsistency(geometry.follows),
    objectPermanence: scoreObjectPermanence(shot),
    parallax: scoreParallax(geometry.pairs),
    movers: scoreMovers(geometry.pairs),
    ...(sound && { loudness: scoreLoudness(sound) }),
    ...(sync && { avSync: scoreAvSync(sync) }),
  };
}

/** Reads a scorecard off the measurements of one video. */
export function scoreShot(shot: ShotMeasurements, prompt?: string): UnrankedCard {
  const dimensions = scoreDimensions(shot);
  return {
    video: shot.video,
    overall: scoreOverall(dimensions),
    dimensions,
    groups: scoreGroups(dimensions),
    reasons: explainScore(dimensions),
    liftable: judgeLiftable(shot, dimensions),
    violations: findScoreViolations(shot, prompt),
  };
}
