import { basename } from 'node:path';
import { measureSync } from './avSync.ts';
import { findCuts } from './cuts.ts';
import { LEAST_MOTION_PIXELS } from './epipolarConsistency.ts';
import { measureFlicker } from './flicker.ts';
import { findRepeats } from './freezes.ts';
import type { ShotMeasurements } from './measureShot.ts';
import { findOwnMovers } from './ownMotionViolations.ts';
import { LEAST_PARALLAX_DEGREES, scoreParallax } from './parallax.ts';
import type { VideoViolation } from './scorecard.ts';
import { median, quantile, rounded } from './statistics.ts';

/** Real footage at 10 frames/s along a road keeps 0.44. */
const CHURN_SURVIVAL = 0.35;
/** Steps of a tenth of a second. */
const FEWEST_CHURNING = 3;
const FROZEN_SECONDS = 0.2;
/** Step of the points in the livelier frames of a camera that moves. */
const MOVING_PIXELS = 0.5;
/** A step of the typical block under which the camera stands. */
const STILL_PIXELS = 0.3;
/** Motion-compensated jumps of brightness, gray levels. */
const FLICKER_WARNING_LEVELS = 3.5;
const FLICKER_ERROR_LEVELS = 10;
const INCONSISTENT_PIXELS = 1.6;
const INCONSISTENT_SHARE = 0.45;
const LONGEST_INCONSISTENT_SECONDS = 1.1;
/** Twice what ITU-R BT.1359 finds just visible. */
const NOTABLE_OFFSET_SECONDS = 0.2;
const SURE_OF_SYNC = 0.5;

/** A violation before it has its id. */
export type ViolationDraft = Omit<VideoViolation, 'id' | 'position' | 'time' | 'replay'> & {
  from: number;
  to: number;
};

/**
 * What is wrong with a video, with the times where it shows: cuts, frozen stretches, flicker, pops, views that no
 * rigid scene explains, things that move or change by themselves, and a camera that shows no parallax.
 * @param prompt what the video was made from, which says what may move.
 */
export function findScoreViolations(shot: ShotMeasurements, prompt?: string): VideoViolation[] {
  const drafts = [
    ...describeCuts(shot),
    ...findFrozen(shot),
    ...findFlicker(shot),
    ...findPops(shot),
    ...findChurn(shot),
    ...findInconsistency(shot),
    ...findOwnMovers(shot, prompt),
    ...findNoParallax(shot),
    ...findDesync(shot),
  ];
  const name = basename(shot.video).replace(/\.[^.]+$/, '');
  return drafts.map(({ from, to, ...draft }) => ({
    id: `${name}:${draft.type}@${from.toFixed(2)}`,
    ...draft,
    position: [0, 0, 0],
    time: rounded(from),
    replay: { video: shot.video, fromSeconds: rounded(from), toSeconds: rounded(to) },
  }));
}

/** Stretches in which most points are lost at every step: things melt into others instead of moving. */
function findChurn({ geometry }: ShotMeasurements): ViolationDraft[] {
  const { follows } = geometry;
  const survivals = follows.map(step => step.survival);
  const smooth = (i: number) => median(survivals.slice(Math.max(0, i - 2), i + 3));
  return runs(follows.length, i => smooth(i) < CHURN_SURVIVAL)
    .filter(([first, last]) => last - first + 1 >= FEWEST_CHURNING)
    .map(([first, last]) => ({
      type: 'view-inconsistency',
      severity: 'error',
      confidence: 0.8,
      message: `The picture churns from ${follows[first].fromSeconds.toFixed(2)} to ${follows[last].toSeconds.toFixed(2)} s: most points are gone after a tenth of a second.`,
      evidence: {
        fromFrame: follows[first].fromFrame,
        toFrame: follows[last].toFrame,
        survivingPoints: rounded(median(survivals.slice(first, last + 1))),
      },
      from: follows[first].fromSeconds,
      to: follows[last].toSeconds,
    }));
}

function describeCuts(shot: ShotMeasurements): ViolationDraft[] {
  return findCuts(shot).map(frame => ({
    type: 'cut',
    severity: 'error',
    confidence: rounded(1 - shot.steps[frame - 1].explained),
    message: `The picture changes to another view at ${shot.times[frame].toFixed(2)} s; only one unbroken shot can be lifted.`,
    evidence: {
      frame,
      blocksFoundAgain: rounded(shot.steps[frame - 1].explained),
      unexplainedLevels: rounded(shot.steps[frame - 1].residual),
    },
    from: shot.times[frame - 1],
    to: shot.times[frame],
  }));
}

/** Runs of consecutive indices that satisfy the test, as [first, last]. */
function runs(length: number, holds: (index: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < length; i++) {
    if (!holds(i)) continue;
    const last = found.at(-1);
    if (last && last[1] === i - 1) last[1] = i;
    else found.push([i, i]);
  }
  return found;
}

function findFrozen(shot: ShotMeasurements): ViolationDraft[] {
  const repeats = findRepeats(shot);
  const moving = shot.steps.filter((_, i) => !repeats[i]).map(step => step.difference);
  // A clip that hardly moves is a static camera, which no-parallax says.
  if (
    quantile(
      shot.steps.map(step => step.medianMotion),
      0.8,
    ) < MOVING_PIXELS
  )
    return [];
  const fewest = Math.max(2, Math.round(FROZEN_SECONDS * shot.framesPerSecond));
  return runs(repeats.length, i => repeats[i] ?? false)
    .filter(([first, last]) => last - first + 1 >= fewest)
    .map(([first, last]) => ({
      type: 'frozen',
      severity: 'warning',
      confidence: 0.9,
      message: `The picture stands still from ${shot.times[first].toFixed(2)} to ${shot.times[last + 1].toFixed(2)} s, while it moves elsewhere.`,
      evidence: { fromFrame: first, toFrame: last + 1, medianDifferenceElsewhere: rounded(median(moving)) },
      from: shot.times[first],
      to: shot.times[last + 1],
    }));
}

function findFlicker(shot: ShotMeasurements): ViolationDraft[] {
  const cuts = findCuts(shot);
  const flickers = measureFlicker(shot.steps);
  // flickers[i] belongs to frame i + 1 and looks one frame each way, so a cut must not be near.
  const level = (i: number) => (cuts.some(cut => cut >= i + 1 && cut <= i + 2) ? 0 : (flickers[i] ?? 0));
  // Flicker is a repetition: stretches that are less than a third of a second apart are one.
  const join = Math.max(1, Math.round(shot.framesPerSecond / 3));
  const stretches: [number, number][] = [];
  for (const [first, last] of runs(flickers.length, i => level(i) > FLICKER_WARNING_LEVELS)) {
    const before = stretches.at(-1);
    if (before && first - before[1] <= join) before[1] = last;
    else stretches.push([first, last]);
  }
  return stretches.flatMap(([first, last]): ViolationDraft[] => {
    const levels = Array.from({ length: last - first + 1 }, (_, k) => level(first + k));
    const frames = levels.filter(each => each > FLICKER_WARNING_LEVELS).length;
    if (frames < 2) return [];
    const strength = Math.max(...levels);
    return [
      {
        type: 'flicker',
        severity: strength > FLICKER_ERROR_LEVELS ? 'error' : 'warning',
        confidence: rounded(Math.min(1, 0.4 + frames / 10)),
        message: `The light flickers from ${shot.times[first + 1].toFixed(2)} to ${shot.times[last + 1].toFixed(2)} s, by up to ${strength.toFixed(1)} levels of 255.`,
        evidence: { fromFrame: first + 1, toFrame: last + 1, frames, strongestLevels: rounded(strength) },
        from: shot.times[first + 1],
        to: shot.times[last + 1],
      },
    ];
  });
}

function findPops(shot: ShotMeasurements): ViolationDraft[] {
  const cuts = findCuts(shot);
  const flickers = measureFlicker(shot.steps);
  // flickers[i] belongs to frame i + 1. Where the light jumps, what is overexposed changes like a thing that pops.
  const lightJumps = (frame: number) =>
    [frame - 2, frame - 1, frame].some(i => (flickers[i] ?? 0) > FLICKER_WARNING_LEVELS);
  const frames = [...new Set(shot.pops.map(pop => pop.frame))].filter(
    frame => !cuts.some(cut => Math.abs(cut - frame) <= 2) && !lightJumps(frame),
  );
  return frames.map(frame => {
    const pops = shot.pops.filter(pop => pop.frame === frame).sort((a, b) => b.area - a.area);
    const area = pops.reduce((sum, pop) => sum + pop.area, 0);
    const strength = Math.max(...pops.map(pop => pop.strength));
    return {
      type: 'pop',
      severity: 'warning',
      confidence: rounded(Math.min(0.95, 0.4 + strength / 60 + area * 4)),
      message: `Something appears, vanishes or changes at ${shot.times[frame].toFixed(2)} s, ${(area * 100).toFixed(1)} % of the picture.`,
      evidence: {
        frame,
        area: rounded(area),
        strengthLevels: rounded(strength),
        boxes: pops.map(({ box }) => [box.left, box.top, box.right, box.bottom].map(rounded)),
      },
      from: shot.times[Math.max(0, frame - 1)],
      to: shot.times[frame],
    };
  });
}

function findInconsistency(shot: ShotMeasurements): ViolationDraft[] {
  const broken = shot.geometry.pairs.filter(
    pair =>
      pair.medianMotionPixels >= LEAST_MOTION_PIXELS &&
      // Over longer times the drift of the tracks adds up to as much.
      pair.toSeconds - pair.fromSeconds <= LONGEST_INCONSISTENT_SECONDS &&
      (pair.medianSampsonPixels > INCONSISTENT_PIXELS || pair.fundamentalShare < INCONSISTENT_SHARE),
  );
  const drafts: ViolationDraft[] = [];
  for (const pair of [...broken].sort((a, b) => a.fromSeconds - b.fromSeconds)) {
    const before = drafts.at(-1);
    if (before && pair.fromSeconds <= before.to) {
      before.to = Math.max(before.to, pair.toSeconds);
      before.evidence['pairs'] = Number(before.evidence['pairs']) + 1;
      before.evidence['worstSampsonPixels'] = Math.max(
        Number(before.evidence['worstSampsonPixels']),
        rounded(pair.medianSampsonPixels),
      );
      before.evidence['leastShareWithinAPixel'] = Math.min(
        Number(before.evidence['leastShareWithinAPixel']),
        rounded(pair.fundamentalShare),
      );
    } else
      drafts.push({
        type: 'view-inconsistency',
        severity: 'warning',
        confidence: 0.7,
        message: '',
        evidence: {
          pairs: 1,
          worstSampsonPixels: rounded(pair.medianSampsonPixels),
          leastShareWithinAPixel: rounded(pair.fundamentalShare),
        },
        from: pair.fromSeconds,
        to: pair.toSeconds,
      });
  }
  return drafts.map(draft => ({
    ...draft,
    message: `No rigid scene explains the views from ${draft.from.toFixed(2)} to ${draft.to.toFixed(2)} s: points stray ${Number(draft.evidence['worstSampsonPixels']).toFixed(1)} px from where the camera's motion puts them.`,
  }));
}

function findNoParallax(shot: ShotMeasurements): ViolationDraft[] {
  const { value, confidence } = scoreParallax(shot.geometry.pairs);
  if (value >= LEAST_PARALLAX_DEGREES) return [];
  const still = median(shot.steps.map(step => step.medianMotion)) < STILL_PIXELS;
  return [
    {
      type: 'no-parallax',
      severity: 'error',
      confidence: rounded(Math.max(0.5, confidence)),
      message: still
        ? 'The camera does not move, so nothing shows how deep the scene is.'
        : 'The camera turns or zooms without moving through the scene, so nothing shows how deep it is.',
      evidence: {
        parallaxDegrees: value,
        leastDegrees: LEAST_PARALLAX_DEGREES,
        framePairs: shot.geometry.pairs.length,
      },
      from: shot.times[0] ?? 0,
      to: shot.times.at(-1) ?? 0,
    },
  ];
}

function findDesync(shot: ShotMeasurements): ViolationDraft[] {
  const sync = measureSync(shot);
  if (!sync || sync.confidence < SURE_OF_SYNC || Math.abs(sync.offsetSeconds) < NOTABLE_OFFSET_SECONDS)
    return [];
  const late = sync.offsetSeconds > 0;
  return [
    {
      type: 'av-desync',
      severity: 'warning',
      confidence: rounded(sync.confidence),
      message: `The sound comes ${Math.abs(sync.offsetSeconds).toFixed(2)} s too ${late ? 'late' : 'early'} for what is seen.`,
      evidence: { offsetSeconds: sync.offsetSeconds, pictureEvents: sync.events.length },
      from: shot.times[0] ?? 0,
      to: shot.times.at(-1) ?? 0,
    },
  ];
}
