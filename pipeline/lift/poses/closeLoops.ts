import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { createRandom } from '../../../engine/random.ts';
import type { CameraFromWorld } from '../types.ts';
import {
  correspondencesOf,
  joinTracks,
  type KeyframePair,
  LONGEST_STEP,
  type TrackSet,
  verifyMatches,
  visibleFeatures,
} from './buildTracks.ts';
import { centreOf, type KeyframeMap, measureMap, registeredKeyframes } from './keyframeMap.ts';
import { closeMap, type MapOptions } from './mapKeyframes.ts';
import { createFeatureMatcher } from './matchFeatures.ts';
import { estimateRelativePose } from './relativePose.ts';
import { multiply3, transpose3, vectorFromRotation } from './smallMatrices.ts';
import type { VideoTracks } from './trackVideo.ts';

/** Cameras that look more than this apart share too little to be matched upright. */
const LARGEST_TURN_DEGREES = 40;
/** How far apart the cameras of a loop may be found, in median depths, and how much of the way between them is drift. */
const REACH_DEPTHS = 0.6;
const DRIFT_SHARE = 0.15;
/** Keyframes that share this many tracks are tied already. */
const TIED_TRACKS = 20;
/** One keyframe in this many looks for another that was here before. */
const STRIDE = 2;
/** Verified matches of a loop: more than neighbours need, since no tracker vouches for them. */
const LEAST_MATCHES = 30;
/** How far the turn between the two views may be from what the map says, degrees. */
const TURN_TOLERANCE_DEGREES = 25;
/** By how much the ends of a loop may miss each other: where they do not meet from the first, they may from the second. */
const DRIFTS_PIXELS = [80, 600];
/** Share of the loops' matches that must hold in the closed map, or they were look-alikes. */
const LEAST_HELD_SHARE = 0.5;
/** The closed map must keep this share of what the open one explained. */
const LEAST_KEPT_SHARE = 0.97;

const DEGREES = 180 / Math.PI;

function turnBetween(a: CameraFromWorld, b: CameraFromWorld): number {
  return Math.hypot(...vectorFromRotation(multiply3(b.rotation, transpose3(a.rotation)))) * DEGREES;
}

/** Pairs of keyframes that the path leads back to each other, the likeliest for each, that share few tracks. */
export function loopCandidates(map: KeyframeMap): [number, number][] {
  const { observations } = map;
  const registered = registeredKeyframes(map);
  const centres = map.poses.map(pose => (pose ? centreOf(pose) : [0, 0, 0]));
  const distance = (a: number, b: number) => Math.hypot(...[0, 1, 2].map(k => centres[a][k] - centres[b][k]));
  // Way walked up to each keyframe.
  const walked = new Float64Array(map.poses.length);
  for (let i = 1; i < registered.length; i++)
    walked[registered[i]] = walked[registered[i - 1]] + distance(registered[i - 1], registered[i]);
  const isSeen = new Uint8Array(map.hasPoint.length);
  const candidates: [number, number][] = [];
  for (let i = 0; i < registered.length; i += STRIDE) {
    const a = registered[i];
    const poseA = map.poses[a];
    if (!poseA) continue;
    for (const o of observations.byKeyframe[a]) isSeen[observations.trackOf[o]] = 1;
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (const b of registered) {
      const poseB = map.poses[b];
      if (b - a <= LONGEST_STEP || !poseB) continue;
      const apart = distance(a, b);
      const reach = REACH_DEPTHS + DRIFT_SHARE * (walked[b] - walked[a]);
      const turn = turnBetween(poseA, poseB);
      const score = apart / reach + turn / LARGEST_TURN_DEGREES;
      if (apart > reach || turn > LARGEST_TURN_DEGREES || score >= least) continue;
      let shared = 0;
      for (const o of observations.byKeyframe[b]) shared += isSeen[observations.trackOf[o]];
      if (shared >= TIED_TRACKS) continue;
      least = score;
      best = b;
    }
    if (best >= 0) candidates.push([a, best]);
    for (const o of observations.byKeyframe[a]) isSeen[observations.trackOf[o]] = 0;
  }
  return candidates;
}

async function findLoops(
  tracks: VideoTracks,
  map: KeyframeMap,
  seed: number,
  options: LongOptions,
): Promise<KeyframePair[]> {
  const candidates = loopCandidates(map);
  if (candidates.length === 0) return [];
  const matcher = await createFeatureMatcher(
    Math.max(1, ...tracks.keyframes.map(keyframe => keyframe.features.count)),
  );
  const loops: KeyframePair[] = [];
  for (const [i, [a, b]] of candidates.entries()) {
    throwIfCancelled(options.signal);
    options.onProgress?.({
      stage: 'loops',
      fraction: i / candidates.length,
      message: `${loops.length} loops in ${i} of ${candidates.length} pairs`,
    });
    const from = visibleFeatures(tracks, a);
    const to = visibleFeatures(tracks, b);
    const found = matcher.match(from.features, to.features, Number.POSITIVE_INFINITY);
    if (found.length < 2 * LEAST_MATCHES) continue;
    const matches = Array.from(found, (index, k) => (k % 2 ? to : from).index[index]);
    const { pair } = verifyMatches(tracks, a, b, matches, undefined, 0, seed);
    if (pair && pair.matches.length >= 2 * LEAST_MATCHES && agreesWithMap(tracks, map, pair, seed))
      loops.push(pair);
  }
  return loops;
}

/** Whether the views turn against each other about as the map says, for what drift may have made of it. */
function agreesWithMap(tracks: VideoTracks, map: KeyframeMap, pair: KeyframePair, seed: number): boolean {
  const poseA = map.poses[pair.a];
  const poseB = map.poses[pair.b];
  const fit = estimateRelativePose(
    correspondencesOf(tracks, pair.a, pair.b, pair.matches),
    map.lens.focal,
    tracks.width / 2 - 0.5,
    tracks.height / 2 - 0.5,
    2,
    createRandom(seed).fork(`loop ${pair.a} ${pair.b}`),
    100,
  );
  if (!poseA || !poseB || !fit || fit.inlierCount < LEAST_MATCHES) return false;
  const rotation = multiply3(poseB.rotation, transpose3(poseA.rotation));
  const said = { rotation, translation: fit.pose.translation };
  return turnBetween(said, fit.pose) <= TURN_TOLERANCE_DEGREES;
}

/** Share of the loops' matches whose two ends the map explains by one point. */
function heldShare(map: KeyframeMap, set: TrackSet, loops: readonly KeyframePair[]): number {
  const { observations } = map;
  const trackAt = new Map<string, number>();
  const wanted = new Set(loops.flatMap(({ a, b }) => [a, b]));
  set.tracks.forEach(({ keyframes, points }, t) => {
    if (!map.hasPoint[t]) return;
    for (let k = 0; k < points.length; k++)
      if (wanted.has(keyframes[k]) && map.isActive[observations.trackStart[t] + k])
        trackAt.set(`${keyframes[k]} ${points[k]}`, t);
  });
  let held = 0;
  let total = 0;
  for (const { a, b, matches } of loops)
    for (let k = 0; k < matches.length; k += 2) {
      const here = trackAt.get(`${a} ${matches[k]}`);
      total++;
      if (here !== undefined && here === trackAt.get(`${b} ${matches[k + 1]}`)) held++;
    }
  return held / total;
}

/**
 * Ties the ends of a path that comes back to where it was: keyframes that the map puts near each other without
 * shared tracks are matched, the tracks joined, and the map adjusted from a coarse scale to a fine one, so that the
 * drift spreads over the loop. Candidates come from the map itself instead of an image index (as in Mur-Artal and
 * Tardós, ORB-SLAM2, 2017): one take drifts by less than its own views reach. The work grows linearly with the keyframes.
 * @returns the closed map with its tracks; undefined where no loop is found, or where closing it explains less.
 */
export async function closeLoops(
  tracks: VideoTracks,
  set: TrackSet,
  map: KeyframeMap,
  options: MapOptions,
): Promise<{ set: TrackSet; map: KeyframeMap } | undefined> {
  const loops = await findLoops(tracks, map, options.seed, options);
  if (loops.length === 0) return undefined;
  const pairs = [...set.pairs, ...loops];
  const joined: TrackSet = { ...set, pairs, tracks: joinTracks(tracks, pairs) };
  const needed = LEAST_KEPT_SHARE * measureMap(map).observations;
  for (const driftPixels of DRIFTS_PIXELS) {
    const closed = closeMap(tracks, joined, map, driftPixels, options);
    const isSound =
      measureMap(closed).observations >= needed && heldShare(closed, joined, loops) >= LEAST_HELD_SHARE;
    if (isSound) return { set: joined, map: closed };
  }
  return undefined;
}
