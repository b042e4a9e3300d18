import type { Intrinsics, RegisteredFrame, SparsePoint, SparseReconstruction } from '../types.ts';
import { cameraCenter } from './view.ts';

/** One depth map to be made: whose, from which other frames, over which inverse depths. Indices into reconstruction.frames. */
export interface DepthJob {
  reference: number;
  sources: number[];
  /** Frames of the whole path that see much the same: the alignment asks them too. */
  witnesses: number[];
  /** Inverse depth of the farthest and of the nearest hypothesis. */
  inverseDepthMin: number;
  inverseDepthMax: number;
  /** A multiple of 16. */
  hypotheses: number;
}

// Angles between the rays to a point from the reference and a source. Small ones match surely, wide ones
// measure finely, near ground needs the first and far walls the last; several break the ties of repeated texture.
const SOURCE_ANGLES_DEGREES = [1.5, 4, 9];
/** A frame that sees fewer points has no bounds for its depth. */
const LEAST_POINTS = 12;
/** Of the references, every so-many-th is a witness. */
const WITNESS_STRIDE = 3;
/** Travel between two hypotheses, pixels of the size that is swept. */
const STEP_PIXELS = 1.6;
const MAX_HYPOTHESES = 96;
const MIN_HYPOTHESES = 32;

function project(
  frame: RegisteredFrame,
  k: Intrinsics,
  [x, y, z]: readonly number[],
): [number, number, number] {
  const { rotation: r, translation: t } = frame.cameraFromWorld;
  const depth = r[6] * x + r[7] * y + r[8] * z + t[2];
  return [
    (k.fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / depth + k.cx,
    (k.fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / depth + k.cy,
    depth,
  ];
}

function isInside([x, y, depth]: readonly number[], k: Intrinsics): boolean {
  return depth > 0 && x >= 0 && y >= 0 && x <= k.width - 1 && y <= k.height - 1;
}

function angleDegrees(point: readonly number[], a: readonly number[], b: readonly number[]): number {
  const [ux, uy, uz] = [point[0] - a[0], point[1] - a[1], point[2] - a[2]];
  const [vx, vy, vz] = [point[0] - b[0], point[1] - b[1], point[2] - b[2]];
  const squares = (ux * ux + uy * uy + uz * uz) * (vx * vx + vy * vy + vz * vz);
  const cosine = (ux * vx + uy * vy + uz * vz) / Math.sqrt(squares);
  return (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
}

/**
 * Spreads at most `count` frames evenly over the path, measured by how far the camera moved and turned, so
 * that a pause does not cost maps and a fast stretch does not lose cover.
 */
export function spreadFrames(
  frames: readonly RegisteredFrame[],
  typicalDepth: number,
  count: number,
): number[] {
  if (frames.length <= count) return frames.map((_, i) => i);
  const travelled = [0];
  for (let i = 1; i < frames.length; i++) {
    const a = cameraCenter(frames[i - 1].cameraFromWorld);
    const b = cameraCenter(frames[i].cameraFromWorld);
    const ra = frames[i - 1].cameraFromWorld.rotation;
    const rb = frames[i].cameraFromWorld.rotation;
    const turn = Math.acos(Math.min(1, Math.max(-1, ra[6] * rb[6] + ra[7] * rb[7] + ra[8] * rb[8])));
    const move = Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2]) / typicalDepth;
    // The constant keeps frames apart in time too where the camera stands.
    travelled.push(travelled[i - 1] + move + turn + 1e-6);
  }
  const chosen = new Set<number>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    const target = (travelled[frames.length - 1] * i) / (count - 1);
    while (at < frames.length - 1 && travelled[at] < target) at++;
    chosen.add(at);
  }
  return [...chosen].sort((a, b) => a - b);
}

/** Depth of the nearest points but for strays. */
function nearestDepth(depths: number[]): number {
  return quantile(
    depths.sort((a, b) => a - b),
    0.01,
  );
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))];
}

/**
 * Plans the dense stage: which frames get a depth map, from which sources, over which depths.
 * @param k intrinsics at the size that is swept.
 * @param count depth maps at most.
 * @returns jobs ascending by frame; a frame that sees too few points to bound its depth is left out.
 */
export function planDepthMaps(
  reconstruction: SparseReconstruction,
  k: Intrinsics,
  count: number,
): { jobs: DepthJob[]; dropped: number } {
  const { frames, points } = reconstruction;
  const centers = frames.map(frame => cameraCenter(frame.cameraFromWorld));
  const full = reconstruction.intrinsics;
  // Every point counts where it projects, whether or not it was tracked there: short tracks starve late frames.
  const sample: SparsePoint[] =
    points.length > 1500 ? points.filter((_, i) => i % Math.ceil(points.length / 1500) === 0) : points;
  const seenFrom = frames.map(frame =>
    sample.flatMap(point => {
      const p = project(frame, full, point.position);
      return isInside(p, full) ? [{ position: point.position, depth: p[2] }] : [];
    }),
  );
  const allDepths = seenFrom.flatMap(seen => seen.map(s => s.depth)).sort((a, b) => a - b);
  if (allDepths.length === 0) return { jobs: [], dropped: frames.length };
  const references = spreadFrames(frames, quantile(allDepths, 0.5), count);
  // What stands beside the path's beginning leaves the picture before it is tracked: there the rest of the path tells.
  const nearest = quantile(
    references
      .filter(reference => seenFrom[reference].length >= LEAST_POINTS)
      .map(reference => nearestDepth(seenFrom[reference].map(s => s.depth)))
      .sort((a, b) => a - b),
    0.5,
  );
  const jobs: DepthJob[] = [];
  for (const reference of references) {
    const seen = seenFrom[reference];
    if (seen.length < LEAST_POINTS) continue;
    const depths = seen.map(s => s.depth).sort((a, b) => a - b);
    // Walls and floors between the tracked points reach nearer and farther than the points do.
    const inverseDepthMax = 1 / (0.6 * Math.min(nearest, nearestDepth(depths)));
    const inverseDepthMin = 1 / (2.5 * quantile(depths, 0.99));
    const step = Math.max(1, Math.floor(seen.length / 120));
    const probes = seen.filter((_, i) => i % step === 0);

    const candidates = frames.flatMap((frame, i) => {
      if (i === reference) return [];
      let inside = 0;
      let angle = 0;
      for (const { position } of probes) {
        if (!isInside(project(frame, full, position), full)) continue;
        inside++;
        angle += angleDegrees(position, centers[reference], centers[i]);
      }
      if (inside < 0.3 * probes.length) return [];
      return [{ index: i, share: inside / probes.length, angle: angle / inside }];
    });
    const sources: number[] = [];
    for (const side of [-1, 1])
      for (const target of SOURCE_ANGLES_DEGREES) {
        let best = -1;
        let bestScore = 0.05;
        for (const c of candidates) {
          if (Math.sign(c.index - reference) !== side || sources.includes(c.index)) continue;
          const score = c.share * Math.exp(-(Math.log(c.angle / target) ** 2) / 0.5);
          if (score > bestScore) {
            bestScore = score;
            best = c.index;
          }
        }
        if (best >= 0) sources.push(best);
      }
    // At the path's ends one side is empty: fill up with the best of what is left.
    const rest = candidates
      .filter(c => !sources.includes(c.index))
      .map(c => ({ ...c, score: c.share * Math.exp(-(Math.log(c.angle / 5) ** 2) / 0.8) }))
      .filter(c => c.score > 0.05)
      .sort((a, b) => b.score - a.score || a.index - b.index);
    // A neighbour of a chosen source would add next to nothing.
    for (const c of rest) {
      if (sources.length >= 2 * SOURCE_ANGLES_DEGREES.length) break;
      const near = sources.some(s => {
        const gap = Math.hypot(...centers[s].map((v, axis) => v - centers[c.index][axis]));
        const base = Math.hypot(...centers[reference].map((v, axis) => v - centers[c.index][axis]));
        return gap < 0.25 * base;
      });
      if (!near) sources.push(c.index);
    }
    if (sources.length === 0) continue;

    // The alignment reaches farther than a step of this along the longest epipolar line.
    let travel = 0;
    for (const source of sources) {
      const lengths = probes.map(({ position }) => {
        const c = centers[reference];
        const ray = position.map((v, axis) => v - c[axis]);
        const depth = project(frames[reference], full, position)[2];
        const at = (q: number) =>
          project(
            frames[source],
            k,
            c.map((v, axis) => v + ray[axis] / depth / q),
          );
        const a = at(inverseDepthMin);
        const b = at(inverseDepthMax);
        return a[2] > 0 && b[2] > 0 ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
      });
      travel = Math.max(
        travel,
        quantile(
          lengths.sort((a, b) => a - b),
          0.75,
        ),
      );
    }
    const hypotheses = Math.min(
      MAX_HYPOTHESES,
      Math.max(MIN_HYPOTHESES, Math.ceil(travel / STEP_PIXELS / 16) * 16),
    );
    jobs.push({
      reference,
      sources: sources.sort((a, b) => a - b),
      witnesses: references.filter(
        (index, i) =>
          i % WITNESS_STRIDE === 0 && !sources.includes(index) && candidates.some(c => c.index === index),
      ),
      inverseDepthMin,
      inverseDepthMax,
      hypotheses,
    });
  }
  return { jobs, dropped: references.length - jobs.length };
}
