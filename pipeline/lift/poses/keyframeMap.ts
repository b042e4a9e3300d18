import type { CameraFromWorld } from '../types.ts';
import type { Track } from './buildTracks.ts';
import {
  type BundleOptions,
  type BundleProblem,
  type BundleResult,
  bundleAdjust,
  type Lens,
} from './bundleAdjust.ts';
import { normalized, smallestEigenvector } from './smallMatrices.ts';
import type { VideoTracks } from './trackVideo.ts';

/** Observations of all tracks, flat: track t's are trackStart[t] up to trackStart[t + 1]. */
export interface Observations {
  trackStart: Int32Array;
  keyframe: Int32Array;
  /** x, y per observation, pixels relative to the principal point. */
  pixels: Float64Array;
  /** Observation indices by keyframe. */
  byKeyframe: Int32Array[];
  trackOf: Int32Array;
}

/** The growing reconstruction over keyframes. */
export interface KeyframeMap {
  observations: Observations;
  lens: Lens;
  poses: (CameraFromWorld | undefined)[];
  /** xyz per track, valid where hasPoint. */
  points: Float64Array;
  hasPoint: Uint8Array;
  /** 1 where an observation supports its point. */
  isActive: Uint8Array;
  /** Least angle of a point's rays that this map can do with, where that is less than a stage asks for. */
  pointAngleDegrees: number;
}

export function flattenTracks(tracks: VideoTracks, list: Track[]): Observations {
  const total = list.reduce((sum, track) => sum + track.points.length, 0);
  const observations: Observations = {
    trackStart: new Int32Array(list.length + 1),
    keyframe: new Int32Array(total),
    pixels: new Float64Array(total * 2),
    byKeyframe: [],
    trackOf: new Int32Array(total),
  };
  const byKeyframe: number[][] = tracks.keyframes.map(() => []);
  const cx = tracks.width / 2 - 0.5;
  const cy = tracks.height / 2 - 0.5;
  let at = 0;
  list.forEach((track, t) => {
    observations.trackStart[t] = at;
    for (let k = 0; k < track.points.length; k++) {
      const keyframe = track.keyframes[k];
      const { positions } = tracks.keyframes[keyframe];
      observations.keyframe[at] = keyframe;
      observations.trackOf[at] = t;
      observations.pixels[2 * at] = positions[2 * track.points[k]] - cx;
      observations.pixels[2 * at + 1] = positions[2 * track.points[k] + 1] - cy;
      byKeyframe[keyframe].push(at);
      at++;
    }
  });
  observations.trackStart[list.length] = at;
  observations.byKeyframe = byKeyframe.map(indices => Int32Array.from(indices));
  return observations;
}

export function createMap(observations: Observations, focal: number): KeyframeMap {
  const trackCount = observations.trackStart.length - 1;
  return {
    observations,
    lens: { focal, radial: 0 },
    poses: observations.byKeyframe.map(() => undefined),
    points: new Float64Array(trackCount * 3),
    hasPoint: new Uint8Array(trackCount),
    isActive: new Uint8Array(observations.keyframe.length),
    pointAngleDegrees: Number.POSITIVE_INFINITY,
  };
}

export function registeredKeyframes(map: KeyframeMap): number[] {
  return [...map.poses.keys()].filter(k => map.poses[k]);
}

/** Removes the radial term: what a pinhole of the same focal length would have seen. */
export function undistort(lens: Lens, x: number, y: number): [number, number] {
  const u = x / lens.focal;
  const v = y / lens.focal;
  let factor = 1;
  for (let k = 0; k < 4; k++) factor = 1 + lens.radial * (u * u + v * v) * (1 / (factor * factor));
  return [x / factor, y / factor];
}

/** Squared reprojection error in pixels²; Infinity behind the camera. */
export function reprojectionSquared(
  pose: CameraFromWorld,
  lens: Lens,
  points: Float64Array,
  p: number,
  x: number,
  y: number,
): number {
  const { rotation: r, translation: t } = pose;
  const px = points[3 * p];
  const py = points[3 * p + 1];
  const pz = points[3 * p + 2];
  const depth = r[6] * px + r[7] * py + r[8] * pz + t[2];
  if (depth <= 1e-6) return Number.POSITIVE_INFINITY;
  const u = (r[0] * px + r[1] * py + r[2] * pz + t[0]) / depth;
  const v = (r[3] * px + r[4] * py + r[5] * pz + t[1]) / depth;
  const d = lens.focal * (1 + lens.radial * (u * u + v * v));
  return (d * u - x) ** 2 + (d * v - y) ** 2;
}

export function centreOf(pose: CameraFromWorld): [number, number, number] {
  const { rotation: r, translation: t } = pose;
  return [
    -(r[0] * t[0] + r[3] * t[1] + r[6] * t[2]),
    -(r[1] * t[0] + r[4] * t[1] + r[7] * t[2]),
    -(r[2] * t[0] + r[5] * t[1] + r[8] * t[2]),
  ];
}

/** Cosine of the widest angle at which the active observations see point t, from the first, middle and last camera. */
function widestCosine(map: KeyframeMap, t: number): number {
  const { observations, points } = map;
  const seen: number[] = [];
  for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++)
    if (map.isActive[o]) seen.push(o);
  const picked =
    seen.length <= 4 ? seen : [0, 0.33, 0.67, 1].map(f => seen[Math.round(f * (seen.length - 1))]);
  const rays = picked.map(o => {
    const pose = map.poses[observations.keyframe[o]];
    const c = pose ? centreOf(pose) : [0, 0, 0];
    const ray = [points[3 * t] - c[0], points[3 * t + 1] - c[1], points[3 * t + 2] - c[2]];
    return normalized(ray);
  });
  let cosine = 1;
  for (let i = 0; i < rays.length; i++)
    for (let j = i + 1; j < rays.length; j++)
      cosine = Math.min(cosine, rays[i][0] * rays[j][0] + rays[i][1] * rays[j][1] + rays[i][2] * rays[j][2]);
  return cosine;
}

export interface PointInView {
  pose: CameraFromWorld;
  /** Pixels relative to the principal point. */
  x: number;
  y: number;
}

/** The point nearest to all rays in the algebraic sense (Hartley and Zisserman, 12.2); undefined at infinity. */
export function triangulateViews(
  lens: Lens,
  views: readonly PointInView[],
): [number, number, number] | undefined {
  const normal = new Float64Array(16);
  const row = new Float64Array(4);
  for (const view of views) {
    const { rotation: r, translation: t } = view.pose;
    const undistorted = undistort(lens, view.x, view.y);
    for (let axis = 0; axis < 2; axis++) {
      const value = undistorted[axis] / lens.focal;
      for (let i = 0; i < 3; i++) row[i] = value * r[6 + i] - r[3 * axis + i];
      row[3] = value * t[2] - t[axis];
      for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) normal[4 * i + j] += row[i] * row[j];
    }
  }
  const h = smallestEigenvector(normal, 4);
  if (Math.abs(h[3]) < 1e-12) return undefined;
  return [h[0] / h[3], h[1] / h[3], h[2] / h[3]];
}

function triangulateLinear(map: KeyframeMap, chosen: number[]): [number, number, number] | undefined {
  const { observations, lens } = map;
  const views: PointInView[] = [];
  for (const o of chosen) {
    const pose = map.poses[observations.keyframe[o]];
    if (pose) views.push({ pose, x: observations.pixels[2 * o], y: observations.pixels[2 * o + 1] });
  }
  return triangulateViews(lens, views);
}

export interface PointLimits {
  errorPixels: number;
  /** Least angle between the outermost rays of a point, degrees. */
  angleDegrees: number;
}

/**
 * Tries to place track t from the registered keyframes that see it: linear triangulation from its outermost views,
 * then from narrower pairs, keeping the one that most observations agree with.
 */
export function triangulateTrack(map: KeyframeMap, t: number, limits: PointLimits): boolean {
  const { observations } = map;
  const seen: number[] = [];
  for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++) {
    map.isActive[o] = 0;
    if (map.poses[observations.keyframe[o]]) seen.push(o);
  }
  map.hasPoint[t] = 0;
  if (seen.length < 2) return false;
  const last = seen.length - 1;
  const samples =
    seen.length === 2
      ? [seen]
      : [
          seen,
          [seen[0], seen[last]],
          [seen[0], seen[last >> 1]],
          [seen[last >> 1], seen[last]],
          [seen[0], seen[1]],
          [seen[last - 1], seen[last]],
        ];
  const limit = limits.errorPixels ** 2;
  const supporters = (list: number[]) =>
    list.filter(o => {
      const pose = map.poses[observations.keyframe[o]];
      return (
        pose &&
        reprojectionSquared(
          pose,
          map.lens,
          map.points,
          t,
          observations.pixels[2 * o],
          observations.pixels[2 * o + 1],
        ) < limit
      );
    });
  let best: number[] = [];
  for (const sample of samples) {
    const position = triangulateLinear(map, sample);
    if (!position) continue;
    map.points.set(position, 3 * t);
    const support = supporters(seen);
    if (support.length > best.length) best = support;
    if (best.length === seen.length) break;
  }
  if (best.length < 2) return false;
  const position = triangulateLinear(map, best);
  if (!position) return false;
  map.points.set(position, 3 * t);
  best = supporters(seen);
  if (best.length < 2) return false;
  for (const o of best) map.isActive[o] = 1;
  if (widestCosine(map, t) > Math.cos((limits.angleDegrees * Math.PI) / 180)) {
    for (const o of best) map.isActive[o] = 0;
    return false;
  }
  map.hasPoint[t] = 1;
  return true;
}

/** Tracks that the keyframes see, ascending, each once. */
function tracksSeenFrom(map: KeyframeMap, keyframes: Iterable<number>): number[] {
  const { byKeyframe, trackOf } = map.observations;
  const seen = new Set<number>();
  for (const k of keyframes) for (const o of byKeyframe[k]) seen.add(trackOf[o]);
  return [...seen].sort((p, q) => p - q);
}

/**
 * Drops observations that miss by more than the limit and points with too few, or too parallel, rays left.
 * @param keyframes where given, only what they see is looked at.
 */
export function filterPoints(
  map: KeyframeMap,
  limits: PointLimits,
  keyframes?: ReadonlySet<number>,
): { observations: number; points: number } {
  const { observations } = map;
  const limit = limits.errorPixels ** 2;
  const cosineLimit = Math.cos((limits.angleDegrees * Math.PI) / 180);
  const removed = { observations: 0, points: 0 };
  for (const t of keyframes ? tracksSeenFrom(map, keyframes) : map.hasPoint.keys()) {
    if (!map.hasPoint[t]) continue;
    let left = 0;
    for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++) {
      const pose = map.poses[observations.keyframe[o]];
      if (!map.isActive[o] || !pose) continue;
      if (
        reprojectionSquared(
          pose,
          map.lens,
          map.points,
          t,
          observations.pixels[2 * o],
          observations.pixels[2 * o + 1],
        ) < limit
      )
        left++;
      else {
        map.isActive[o] = 0;
        removed.observations++;
      }
    }
    if (left >= 2 && widestCosine(map, t) <= cosineLimit) continue;
    map.hasPoint[t] = 0;
    for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++) map.isActive[o] = 0;
    removed.points++;
  }
  return removed;
}

/** Adjusts the map; only `free` keyframes move where given, others hold still. The first registered one never moves. */
export function adjustMap(
  map: KeyframeMap,
  options: BundleOptions,
  free?: ReadonlySet<number>,
): BundleResult {
  const { observations } = map;
  const registered = registeredKeyframes(map);
  const tracks: number[] = [];
  const start: number[] = [0];
  const used: number[] = [];
  for (const t of free ? tracksSeenFrom(map, free) : map.hasPoint.keys()) {
    if (!map.hasPoint[t]) continue;
    for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++)
      if (map.isActive[o]) used.push(o);
    tracks.push(t);
    start.push(used.length);
  }
  const slot = new Int32Array(map.poses.length).fill(-1);
  registered.forEach((k, i) => {
    slot[k] = i;
  });
  const problem: BundleProblem = {
    cameras: new Float64Array(registered.length * 12),
    isFixed: Uint8Array.from(registered, (k, i) => +(i === 0 || (free !== undefined && !free.has(k)))),
    points: new Float64Array(tracks.length * 3),
    pointStart: Int32Array.from(start),
    observationCamera: Int32Array.from(used, o => slot[observations.keyframe[o]]),
    observationPixels: new Float64Array(used.length * 2),
    lens: map.lens,
  };
  registered.forEach((k, i) => {
    const pose = map.poses[k];
    if (!pose) return;
    problem.cameras.set(pose.rotation, 12 * i);
    problem.cameras.set(pose.translation, 12 * i + 9);
  });
  tracks.forEach((t, i) => {
    problem.points.set(map.points.subarray(3 * t, 3 * t + 3), 3 * i);
  });
  for (let i = 0; i < used.length; i++) {
    problem.observationPixels[2 * i] = observations.pixels[2 * used[i]];
    problem.observationPixels[2 * i + 1] = observations.pixels[2 * used[i] + 1];
  }
  const result = bundleAdjust(problem, options);
  registered.forEach((k, i) => {
    map.poses[k] = {
      rotation: problem.cameras.slice(12 * i, 12 * i + 9),
      translation: problem.cameras.slice(12 * i + 9, 12 * i + 12),
    };
  });
  tracks.forEach((t, i) => {
    map.points.set(problem.points.subarray(3 * i, 3 * i + 3), 3 * t);
  });
  return result;
}

/** Rescales the map so that the median depth of its points in their first camera is 1: damping and limits assume it. */
export function normalizeScale(map: KeyframeMap): void {
  const registered = registeredKeyframes(map);
  const depths: number[] = [];
  const { observations } = map;
  for (const k of registered) {
    const pose = map.poses[k];
    if (!pose) continue;
    for (const o of observations.byKeyframe[k]) {
      if (!map.isActive[o]) continue;
      const t = observations.trackOf[o];
      const r = pose.rotation;
      depths.push(
        r[6] * map.points[3 * t] +
          r[7] * map.points[3 * t + 1] +
          r[8] * map.points[3 * t + 2] +
          pose.translation[2],
      );
    }
  }
  if (depths.length === 0) return;
  depths.sort((a, b) => a - b);
  const scale = 1 / depths[depths.length >> 1];
  if (!(scale > 0) || !Number.isFinite(scale)) return;
  for (let i = 0; i < map.points.length; i++) map.points[i] *= scale;
  for (const k of registered) {
    const pose = map.poses[k];
    if (pose) for (let i = 0; i < 3; i++) pose.translation[i] *= scale;
  }
}

export interface MapQuality {
  keyframes: number;
  points: number;
  observations: number;
  /** What the registered keyframes see of tracks that at least two of them see. */
  observationsPossible: number;
  /** Over active observations. */
  medianErrorPixels: number;
}

export function measureMap(map: KeyframeMap): MapQuality {
  const { observations } = map;
  const errors: number[] = [];
  let points = 0;
  let possible = 0;
  for (let t = 0; t < map.hasPoint.length; t++) {
    let seen = 0;
    for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++)
      if (map.poses[observations.keyframe[o]]) seen++;
    if (seen >= 2) possible += seen;
    if (!map.hasPoint[t]) continue;
    points++;
    for (let o = observations.trackStart[t]; o < observations.trackStart[t + 1]; o++) {
      const pose = map.poses[observations.keyframe[o]];
      if (map.isActive[o] && pose)
        errors.push(
          Math.sqrt(
            reprojectionSquared(
              pose,
              map.lens,
              map.points,
              t,
              observations.pixels[2 * o],
              observations.pixels[2 * o + 1],
            ),
          ),
        );
    }
  }
  const sorted = Float64Array.from(errors).sort();
  return {
    keyframes: registeredKeyframes(map).length,
    points,
    observations: errors.length,
    observationsPossible: possible,
    medianErrorPixels: sorted[sorted.length >> 1] ?? 0,
  };
}
