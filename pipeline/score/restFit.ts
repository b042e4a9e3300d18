import type { SharedPoints } from './pointTracks.ts';
import { median } from './statistics.ts';
import type { TwoViews } from './twoView.ts';

/** Where things at rest can be in a second view. */
export interface RestFit {
  shared: SharedPoints;
  /** The camera stands, so that each place has one way of rest. */
  stands: boolean;
  /** How far each shared point is from that, px. */
  errors: Float64Array;
  /** The same of a place and where it goes. */
  errorOf(x1: number, y1: number, x2: number, y2: number): number;
  /** How the points at rest around a place go, px, weighted by the inverse fourth power of their distance. */
  wayAround(x: number, y: number): [number, number];
}

/** Points shared by two views without which there is no geometry to stray from. */
const FEWEST_POINTS = 30;
/** A camera that takes its typical point no further than this, px at a 640 px long side, stands. */
const STANDING_PIXELS = 0.5;
const AT_REST_PIXELS = 1;
/** A point says no more by being nearer than this, px. */
const NEAREST_PIXELS = 16;

/**
 * The epipolar geometry of two views. A camera that stands has none: any that suits what moves would do for what stands
 * still, so there everything at rest goes the way of the median point.
 * @param scale pixels of a 640 px long side per pixel of the frames. @returns undefined with fewer than 30 shared points.
 */
export function fitRest(
  { fitFundamental }: Pick<TwoViews, 'fitFundamental'>,
  shared: SharedPoints,
  scale: number,
): RestFit | undefined {
  const { count, first, second } = shared;
  if (count < FEWEST_POINTS) return undefined;
  const along = (axis: 0 | 1) =>
    median(Float64Array.from({ length: count }, (_, i) => second[2 * i + axis] - first[2 * i + axis]));
  const lengths = Float64Array.from({ length: count }, (_, i) =>
    Math.hypot(second[2 * i] - first[2 * i], second[2 * i + 1] - first[2 * i + 1]),
  );
  const stands = median(lengths) * scale < STANDING_PIXELS;
  const fit = stands ? standingFit(shared, along(0), along(1)) : fitFundamental(shared);
  if (!fit) return undefined;
  const { errors, errorOf } = fit;
  const wayAround = (x: number, y: number): [number, number] => {
    let [sum, u, v] = [0, 0, 0];
    for (let i = 0; i < count; i++) {
      if (errors[i] > AT_REST_PIXELS) continue;
      const [dx, dy] = [first[2 * i] - x, first[2 * i + 1] - y];
      const weight = 1 / (dx * dx + dy * dy + NEAREST_PIXELS ** 2) ** 2;
      sum += weight;
      u += weight * (second[2 * i] - first[2 * i]);
      v += weight * (second[2 * i + 1] - first[2 * i + 1]);
    }
    return sum > 0 ? [u / sum, v / sum] : [0, 0];
  };
  return { shared, stands, errors, errorOf, wayAround };
}

function standingFit({ count, first, second }: SharedPoints, x: number, y: number) {
  const errorOf = (x1: number, y1: number, x2: number, y2: number) => Math.hypot(x2 - x1 - x, y2 - y1 - y);
  const errors = Float64Array.from({ length: count }, (_, i) =>
    errorOf(first[2 * i], first[2 * i + 1], second[2 * i], second[2 * i + 1]),
  );
  return { errors, errorOf };
}
