import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { createRandom } from '../../../engine/random.ts';
import { estimateAbsolutePose } from './absolutePose.ts';
import { correspondencesOf, type KeyframePair, type Track, type TrackSet } from './buildTracks.ts';
import { type FocalPrior, informativePairs, PRIOR_SIGMA, PRIOR_WEIGHT } from './estimateFocal.ts';
import {
  adjustMap,
  createMap,
  filterPoints,
  flattenTracks,
  type KeyframeMap,
  measureMap,
  normalizeScale,
  type Observations,
  type PointLimits,
  registeredKeyframes,
  triangulateTrack,
  undistort,
} from './keyframeMap.ts';
import { estimateRelativePose, type RelativePoseFit } from './relativePose.ts';
import { identity3 } from './smallMatrices.ts';
import { thinTracks } from './thinTracks.ts';
import type { VideoTracks } from './trackVideo.ts';

/** A focal length to map with. */
export interface KnownFocal {
  /** Pixels. */
  focal: number;
  /** What was known of it before; undefined: it is exact, and held. */
  focalPrior: FocalPrior | undefined;
}

export interface MapOptions extends LongOptions, KnownFocal {
  seed: number;
  /** Stop once this many keyframes are in: for trying a hypothesis. */
  keyframeLimit?: number;
  /** Pairs that are tried as the start. */
  startLimit?: number | undefined;
}

const RESECTION_THRESHOLD_PIXELS = 3;
const LEAST_RESECTION_INLIERS = 16;
const LEAST_RESECTION_SHARE = 0.25;
const GROWING = { errorPixels: 3, angleDegrees: 1.2 };
/** Where the path would break for want of points, far ones have to do: they still hold the rotation. */
const DISTANT = { errorPixels: 3, angleDegrees: 0.2 };
/** What a point of the result keeps to. */
export const FINAL = { errorPixels: 2, angleDegrees: 0.8 };
const SCALE_PIXELS = 0.35;
/** Share of what its keyframes could see together that a map must explain before no other start is tried. */
const SOUND_SHARE = 0.6;
/** Of the matches of a pair in one plane from which on its two-fold ambiguity (Hartley and Zisserman, 13.2) counts. */
const PLANAR_SHARE = 0.85;
/** Adjustments on the way need no more digits than the next keyframe will move. */
const GROWING_TOLERANCE = 2e-3;
const FINAL_TOLERANCE = 1e-4;
/** Standard deviation of the radial term about zero: most videos are undistorted already. */
const RADIAL_SIGMA = 0.02;
/** Tracks that a growing map carries in each cell of each keyframe (see thinTracks). */
const TRACKS_PER_CELL = 5;
/** A loop's drift in pixels that is pulled in, and the Cauchy scale that still feels it, step by step. */
const CLOSING = [
  { errorPixels: 600, scalePixels: 100 },
  { errorPixels: 240, scalePixels: 36 },
  { errorPixels: 80, scalePixels: 12 },
  { errorPixels: 25, scalePixels: 4 },
  { errorPixels: 8, scalePixels: 1.2 },
];
/** Keyframes that a local adjustment moves. */
const LOCAL_WINDOW = 6;

/** Pairs that a map is started from at most, unless the caller wants fewer … */
const STARTS = 4;
/** … chosen from so many times as many. */
const PAIRS_PER_START = 6;

interface Start {
  pair: KeyframePair;
  fit: RelativePoseFit;
  score: number;
}

function rankStarts(tracks: VideoTracks, set: TrackSet, startLimit: number, options: MapOptions): Start[] {
  const cx = tracks.width / 2 - 0.5;
  const cy = tracks.height / 2 - 0.5;
  const starts: Start[] = [];
  for (const pair of informativePairs(set.pairs, PAIRS_PER_START * startLimit)) {
    throwIfCancelled(options.signal);
    const random = createRandom(options.seed).fork(`start ${pair.a} ${pair.b}`);
    const fit = estimateRelativePose(
      correspondencesOf(tracks, pair.a, pair.b, pair.matches),
      options.focal,
      cx,
      cy,
      1.5,
      random,
      60,
    );
    if (!fit || fit.inlierCount < 30) continue;
    const degrees = (fit.medianAngle * 180) / Math.PI;
    const front = fit.inFront / fit.inlierCount;
    // Past some 10° of parallax a wider pair adds nothing; fewer shared points cost.
    const score =
      Math.min(fit.inlierCount, 400) * Math.min(degrees / 6, 1) * front ** 4 * (1.2 - pair.homographyShare);
    starts.push({ pair, fit, score });
  }
  return starts.sort((p, q) => q.score - p.score || p.pair.a - q.pair.a || p.pair.b - q.pair.b);
}

function triangulateVisible(map: KeyframeMap, keyframe: number, limits: PointLimits): void {
  const { observations } = map;
  for (const o of observations.byKeyframe[keyframe]) {
    const t = observations.trackOf[o];
    if (!map.hasPoint[t]) triangulateTrack(map, t, limits);
    else if (!map.isActive[o]) map.isActive[o] = 1; // the filter after the next adjustment decides
  }
}

function retriangulate(map: KeyframeMap, limits: PointLimits): void {
  for (let t = 0; t < map.hasPoint.length; t++) triangulateTrack(map, t, limits);
}

/** Adds keyframe k by resection against the map's points; false when the evidence does not carry it. */
function register(map: KeyframeMap, k: number, options: MapOptions): boolean {
  const { observations, lens } = map;
  const chosen = [...observations.byKeyframe[k]].filter(o => map.hasPoint[observations.trackOf[o]]);
  const points = new Float64Array(chosen.length * 3);
  const pixels = new Float64Array(chosen.length * 2);
  chosen.forEach((o, i) => {
    const t = observations.trackOf[o];
    points.set(map.points.subarray(3 * t, 3 * t + 3), 3 * i);
    pixels.set(undistort(lens, observations.pixels[2 * o], observations.pixels[2 * o + 1]), 2 * i);
  });
  const neighbour = registeredKeyframes(map).sort((p, q) => Math.abs(p - k) - Math.abs(q - k))[0];
  const random = createRandom(options.seed).fork(`resect ${k} ${chosen.length}`);
  const fit = estimateAbsolutePose(
    { points, pixels },
    lens.focal,
    RESECTION_THRESHOLD_PIXELS,
    random,
    map.poses[neighbour],
    300,
  );
  if (
    !fit ||
    fit.inlierCount < LEAST_RESECTION_INLIERS ||
    fit.inlierCount < LEAST_RESECTION_SHARE * chosen.length
  )
    return false;
  map.poses[k] = fit.pose;
  chosen.forEach((o, i) => {
    map.isActive[o] = fit.inliers[i];
  });
  return true;
}

/** Adjustment of the whole map; `refineFocal` only where the caller may move it. */
function adjustAll(
  map: KeyframeMap,
  iterations: number,
  tolerance: number,
  refineFocal: boolean,
  options: MapOptions,
  scalePixels = SCALE_PIXELS,
): void {
  const { focalPrior } = options;
  const active = map.isActive.reduce((sum, flag) => sum + flag, 0);
  adjustMap(map, {
    scalePixels,
    iterations,
    tolerance,
    refineFocal: refineFocal && focalPrior !== undefined,
    refineRadial: refineFocal,
    logFocalPrior: focalPrior && {
      mean: Math.log(focalPrior.focal),
      weight: (PRIOR_WEIGHT * active) / PRIOR_SIGMA ** 2,
    },
    radialPriorWeight: (PRIOR_WEIGHT * active) / RADIAL_SIGMA ** 2,
    focalBounds: focalPrior?.range,
    signal: options.signal,
  });
}

function grow(observations: Observations, start: Start, options: MapOptions): KeyframeMap {
  const map = createMap(observations, options.focal);
  const { a, b } = start.pair;
  map.poses[a] = { rotation: identity3(), translation: new Float64Array(3) };
  map.poses[b] = start.fit.pose;
  for (const o of observations.byKeyframe[a]) triangulateTrack(map, observations.trackOf[o], GROWING);
  normalizeScale(map);
  adjustAll(map, 10, GROWING_TOLERANCE, false, options);
  filterPoints(map, GROWING);
  let limits: PointLimits = GROWING;
  const refused = new Map<number, number>();
  let lastGlobal = 2;
  for (;;) {
    throwIfCancelled(options.signal);
    const registered = registeredKeyframes(map);
    if (options.keyframeLimit !== undefined && registered.length >= options.keyframeLimit) break;
    let next = -1;
    let most = 0;
    for (let k = 0; k < map.poses.length; k++) {
      if (map.poses[k]) continue;
      let visible = 0;
      for (const o of observations.byKeyframe[k]) visible += map.hasPoint[observations.trackOf[o]];
      // A keyframe refused before gets another try once it sees a fifth more points.
      if (visible < LEAST_RESECTION_INLIERS || visible <= 1.2 * (refused.get(k) ?? 0)) continue;
      if (visible > most) {
        most = visible;
        next = k;
      }
    }
    if (next < 0) {
      if (limits === DISTANT || registered.length === map.poses.length) break;
      limits = DISTANT;
      map.pointAngleDegrees = DISTANT.angleDegrees;
      for (const k of registered) triangulateVisible(map, k, limits);
      refused.clear();
      continue;
    }
    if (!register(map, next, options)) {
      refused.set(next, most);
      continue;
    }
    triangulateVisible(map, next, limits);
    const count = registered.length + 1;
    if (count <= 6 || count >= 1.2 * lastGlobal) {
      lastGlobal = count;
      adjustAll(map, 12, GROWING_TOLERANCE, count >= 3, options);
      normalizeScale(map);
      filterPoints(map, limits);
    } else {
      const near = new Set(
        registeredKeyframes(map)
          .sort((p, q) => Math.abs(p - next) - Math.abs(q - next))
          .slice(0, LOCAL_WINDOW),
      );
      const local = {
        scalePixels: SCALE_PIXELS,
        iterations: 5,
        tolerance: GROWING_TOLERANCE,
        refineFocal: false,
        refineRadial: false,
        signal: options.signal,
      };
      adjustMap(map, local, near);
      filterPoints(map, limits, near);
    }
    const fraction = count / map.poses.length;
    options.onProgress?.({
      stage: 'map',
      fraction: 0.8 * fraction,
      message: `${count} of ${map.poses.length} keyframes`,
    });
  }
  return map;
}

/** The cameras of a map, its own from now on, over other tracks, none of which has its point yet. */
function withTracks(tracks: VideoTracks, list: Track[], { lens, poses, pointAngleDegrees }: KeyframeMap) {
  const map = createMap(flattenTracks(tracks, list), lens.focal);
  return { ...map, lens: { ...lens }, poses: structuredClone(poses), pointAngleDegrees };
}

/**
 * Pulls the ends of a map together over tracks that join them, from the coarsest misfit to the finest.
 * @param driftPixels by how much the ends may miss each other at first.
 */
export function closeMap(
  tracks: VideoTracks,
  set: TrackSet,
  open: KeyframeMap,
  driftPixels: number,
  options: MapOptions,
): KeyframeMap {
  const chosen = thinTracks(tracks, set.tracks, TRACKS_PER_CELL);
  const map = withTracks(
    tracks,
    chosen.map(t => set.tracks[t]),
    open,
  );
  for (const { errorPixels, scalePixels } of CLOSING) {
    if (errorPixels > driftPixels) continue;
    retriangulate(map, { errorPixels, angleDegrees: Math.min(FINAL.angleDegrees, map.pointAngleDegrees) });
    normalizeScale(map);
    adjustAll(map, 15, GROWING_TOLERANCE, true, options, scalePixels);
  }
  return polishMap(tracks, set, map, options);
}

/** Last rounds, over all tracks: place every one anew, adjust everything, drop what misses. */
export function polishMap(
  tracks: VideoTracks,
  set: TrackSet,
  grown: KeyframeMap,
  options: MapOptions,
): KeyframeMap {
  const map = withTracks(tracks, set.tracks, grown);
  const within = (limits: PointLimits): PointLimits => ({
    ...limits,
    angleDegrees: Math.min(limits.angleDegrees, map.pointAngleDegrees),
  });
  for (const limits of [within(GROWING), within(FINAL)]) {
    retriangulate(map, limits);
    normalizeScale(map);
    adjustAll(map, 15, GROWING_TOLERANCE, true, options);
    filterPoints(map, limits);
  }
  adjustAll(map, 15, FINAL_TOLERANCE, true, options);
  filterPoints(map, within(FINAL));
  return map;
}

/**
 * Incremental structure from motion over keyframes (Schönberger and Frahm, CVPR 2016, without its image retrieval:
 * a video's order is known): best pair, resection, triangulation, local and global adjustment; other start pairs are
 * tried when one leaves keyframes or observations out, and the map that explains most wins.
 */
export function mapKeyframes(
  tracks: VideoTracks,
  set: TrackSet,
  options: MapOptions,
): KeyframeMap | undefined {
  const chosen = thinTracks(tracks, set.tracks, TRACKS_PER_CELL);
  const observations = flattenTracks(
    tracks,
    chosen.map(t => set.tracks[t]),
  );
  const startLimit = options.startLimit ?? STARTS;
  const starts = rankStarts(tracks, set, startLimit, options);
  let best: KeyframeMap | undefined;
  let most = -1;
  const wanted = Math.min(options.keyframeLimit ?? Number.POSITIVE_INFINITY, tracks.keyframes.length);
  for (const start of starts.slice(0, startLimit)) {
    const map = grow(observations, start, options);
    const quality = measureMap(map);
    if (quality.observations > most) {
      best = map;
      most = quality.observations;
    }
    // A sound map explains most of what its keyframes see; a twisted one survives on a fraction. But one that began
    // with a plane may be its mirror image, which explains nearly as much: there the others are heard too.
    if (
      start.pair.homographyShare < PLANAR_SHARE &&
      quality.keyframes >= 0.9 * wanted &&
      quality.observations >= SOUND_SHARE * quality.observationsPossible
    )
      break;
  }
  return best;
}
