import { sharedPoints, type TrackSnapshot } from './pointTracks.ts';
import { median, quantile } from './statistics.ts';
import type { TwoViews } from './twoView.ts';

/** What the geometry of two frames of a shot says. */
export interface ViewPair {
  fromFrame: number;
  toFrame: number;
  fromSeconds: number;
  toSeconds: number;
  points: number;
  medianMotionPixels: number;
  /** Over all shared points, not only the inliers. */
  medianSampsonPixels: number;
  /** Share of the points within a pixel of the epipolar geometry. */
  fundamentalShare: number;
  /** Share of the 8×5 cells that hold points in which most stray over 2 px from the epipolar geometry. */
  moverShare: number;
  /** Share of the points within a pixel of the best homography. */
  homographyShare: number;
  /**
   * Angle under which the scene's depth shows: what the best homography leaves unexplained, per cell of 8×5 the
   * third quartile, over the cells the value that 30 % of them exceed, divided by the focal length. Degrees.
   */
  parallaxDegrees: number;
}

const FEWEST_POINTS = 30;
/** Twice the distance within which a point counts as explained. */
const STRAY_PIXELS = 2;
const COLUMNS = 8;
const ROWS = 5;
/** A usual lens: 58° across the longer side. The proxy needs no better. */
const FOCAL_PER_LONG_SIDE = 0.9;
const LONG_SIDE_PIXELS = 640;

/** @param scale pixels of a 640 px long side per pixel of the frames. @returns undefined with fewer than 30 shared points. */
export function measureViewPair(
  { fitFundamental, fitHomography }: TwoViews,
  first: TrackSnapshot,
  second: TrackSnapshot,
  width: number,
  height: number,
  scale: number,
): ViewPair | undefined {
  const shared = sharedPoints(first, second);
  if (shared.count < FEWEST_POINTS) return undefined;
  const fundamental = fitFundamental(shared);
  const homography = fitHomography(shared);
  if (!fundamental || !homography) return undefined;
  const motions = Array.from({ length: shared.count }, (_, i) =>
    Math.hypot(
      shared.second[2 * i] - shared.first[2 * i],
      shared.second[2 * i + 1] - shared.first[2 * i + 1],
    ),
  );
  const strays: number[][] = Array.from({ length: COLUMNS * ROWS }, () => []);
  const cells: number[][] = Array.from({ length: COLUMNS * ROWS }, () => []);
  for (let i = 0; i < shared.count; i++) {
    const column = Math.min(COLUMNS - 1, Math.floor((shared.second[2 * i] / width) * COLUMNS));
    const row = Math.min(ROWS - 1, Math.floor((shared.second[2 * i + 1] / height) * ROWS));
    strays[row * COLUMNS + column]?.push(fundamental.errors[i]);
    // What breaks the epipolar geometry moves by itself or was tracked wrongly: it shows no depth.
    if (fundamental.errors[i] > STRAY_PIXELS) continue;
    cells[row * COLUMNS + column]?.push(homography.errors[i]);
  }
  const looked = strays.filter(cell => cell.length > 0).length;
  const moving = strays.filter(cell => cell.length > 0 && median(cell) > STRAY_PIXELS).length;
  const residuals = cells.filter(cell => cell.length > 0).map(cell => quantile(cell, 0.75));
  const parallaxPixels = residuals.length > 0 ? quantile(residuals, 0.7) : 0;
  return {
    fromFrame: first.frame,
    toFrame: second.frame,
    fromSeconds: first.timeSeconds,
    toSeconds: second.timeSeconds,
    points: shared.count,
    medianMotionPixels: median(motions) * scale,
    medianSampsonPixels: median(fundamental.errors) * scale,
    moverShare: moving / Math.max(1, looked),
    fundamentalShare: fundamental.inliers / shared.count,
    homographyShare: homography.inliers / shared.count,
    parallaxDegrees: pixelsToDegrees(parallaxPixels * scale),
  };
}

/** The angle through a usual lens. @param pixels of a 640 px long side. */
export function pixelsToDegrees(pixels: number): number {
  return (Math.atan(pixels / (FOCAL_PER_LONG_SIDE * LONG_SIDE_PIXELS)) * 180) / Math.PI;
}
