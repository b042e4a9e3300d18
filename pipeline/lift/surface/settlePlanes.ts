import { throwIfCancelled } from '../../../engine/progress.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { type NoiseAt, type Plane, planePoint } from './planes.ts';

/** Points of a plane that are held against the pictures, about. */
const POINTS = 1200;
/** Views that are held against each other at a point, spread over those that show it. */
const MOST_VIEWS = 8;
const LEAST_POINTS = 150;
const LEAST_VIEWS = 3;
/** A view shows a point whose depth there is within this many deviations … */
const SHOWN_DEVIATIONS = 3;
/** … and this much more. */
const SHOWN_METERS = 0.12;
/** The offset is sought this far either way, and in noise as many deviations. */
const LEAST_REACH_METERS = 0.06;
const REACH_DEVIATIONS = 3;
const STEPS = 10;
/** Grey levels beyond which a view shows something else at a point. */
const DIFFERENCE_LEVELS = 24;
/** The best offset has to explain the pictures better than the mean over all of them by this share. */
const LEAST_GAIN = 0.04;
/** A centre of a plane in front of the camera by less says nothing. */
const LEAST_DEPTH_METERS = 0.3;

/**
 * Moves planes along their normals to where the pictures agree best on what is painted on them. Depth maps each match
 * a few neighbouring views and small windows; a plane is held against all views at once with thousands of points, so
 * that a wall ten metres away is found to a few centimetres (as Sinha 2009 and Gallup 2010 sweep planes, here about
 * what is known already). A plane without texture stays.
 * @param maps metric frame.
 * @throws CANCELLED
 */
export async function settlePlanes(
  planes: readonly Plane[],
  maps: readonly PosedDepth[],
  noiseAt: NoiseAt,
  signal?: AbortSignal | undefined,
): Promise<Plane[]> {
  const settled: Plane[] = [];
  for (const plane of planes) {
    // A plane takes tens of milliseconds: yield between them, so that a cancellation is heard.
    await new Promise(resolve => setImmediate(resolve));
    throwIfCancelled(signal);
    settled.push(plane.kind === 'floor' ? plane : settle(plane, maps, noiseAt));
  }
  return settled;
}

function settle(plane: Plane, maps: readonly PosedDepth[], noiseAt: NoiseAt): Plane {
  const points = pointsOf(plane);
  const shown = points.map(point => viewsOf(point, maps));
  const kept = points.flatMap((point, i) =>
    shown[i].length >= LEAST_VIEWS ? [{ point, views: shown[i] }] : [],
  );
  if (kept.length < LEAST_POINTS) return plane;
  const noises = kept.map(({ point: [x, y, z] }) => noiseAt(x, y, z)).sort((a, b) => a - b);
  const reach = Math.max(LEAST_REACH_METERS, REACH_DEVIATIONS * noises[noises.length >> 1]);
  const coarse = bestShift(plane, kept, maps, 0, reach);
  if (coarse === undefined) return plane;
  const shift = bestShift(plane, kept, maps, coarse, (2 * reach) / STEPS) ?? coarse;
  return { ...plane, offset: Float64Array.of(plane.offset[0] + shift) };
}

/** Points within the seen cells, spread by a fixed pattern. */
function pointsOf(plane: Plane): [number, number, number][] {
  const { sizeU, seen } = plane.grid;
  const cells: number[] = [];
  for (let at = 0; at < seen.length; at++) if (seen[at]) cells.push(at);
  const perCell = Math.max(1, Math.min(6, Math.round(POINTS / Math.max(1, cells.length))));
  const step = Math.max(1, Math.floor((cells.length * perCell) / POINTS));
  const points: [number, number, number][] = [];
  for (let k = 0; k < cells.length; k += step)
    for (let j = 0; j < perCell; j++) {
      // Fractions of the golden ratio fill a cell evenly.
      const [a, b] = [(0.5 + 0.7548776662 * (k + j)) % 1, (0.5 + 0.569840291 * (k + j)) % 1];
      points.push(planePoint(plane, (cells[k] % sizeU) + a, Math.floor(cells[k] / sizeU) + b));
    }
  return points;
}

function project({ view }: PosedDepth, x: number, y: number, z: number): readonly [number, number, number] {
  const { fx, fy, cx, cy } = view.intrinsics;
  const { rotation: r, translation: t } = view.cameraFromWorld;
  const d = r[6] * x + r[7] * y + r[8] * z + t[2];
  return [
    (fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / d + cx,
    (fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / d + cy,
    d,
  ];
}

/** The maps that show a point. */
function viewsOf([x, y, z]: readonly [number, number, number], maps: readonly PosedDepth[]): number[] {
  const found: number[] = [];
  for (const [i, map] of maps.entries()) {
    const [u, v, d] = project(map, x, y, z);
    const { width, height, inverseDepth, deviation } = map.depth;
    if (d < LEAST_DEPTH_METERS || u < 1 || v < 1 || u > width - 2 || v > height - 2) continue;
    const at = Math.round(v) * width + Math.round(u);
    const q = inverseDepth[at];
    if (q > 0 && Math.abs(q - 1 / d) < SHOWN_DEVIATIONS * deviation[at] + SHOWN_METERS / (d * d))
      found.push(i);
  }
  const step = Math.max(1, found.length / MOST_VIEWS);
  return found.filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step));
}

/** The shift along the normal within `reach` of `from` at which views differ least; undefined where none stands out. */
function bestShift(
  { normal }: Plane,
  points: readonly { point: [number, number, number]; views: number[] }[],
  maps: readonly PosedDepth[],
  from: number,
  reach: number,
): number | undefined {
  const costs: number[] = [];
  // What the views show at one point, ascending.
  const levels = new Float64Array(maps.length);
  for (let step = -STEPS; step <= STEPS; step++) {
    const shift = from + (reach * step) / STEPS;
    let cost = 0;
    let count = 0;
    for (const { point, views } of points) {
      const x = point[0] + shift * normal[0];
      const y = point[1] + shift * normal[1];
      const z = point[2] + shift * normal[2];
      let size = 0;
      for (const i of views) {
        const level = levelAt(maps[i], x, y, z);
        if (level < 0) continue;
        let at = size++;
        for (; at > 0 && levels[at - 1] > level; at--) levels[at] = levels[at - 1];
        levels[at] = level;
      }
      if (size < LEAST_VIEWS) continue;
      const middle = levels[size >> 1];
      for (let k = 0; k < size; k++) cost += Math.min(DIFFERENCE_LEVELS, Math.abs(levels[k] - middle));
      count += size;
    }
    costs.push(count > 0 ? cost / count : Number.POSITIVE_INFINITY);
  }
  const least = Math.min(...costs);
  const at = costs.indexOf(least);
  const mean = costs.reduce((sum, c) => sum + c, 0) / costs.length;
  if (!(least < (1 - LEAST_GAIN) * mean) || at === 0 || at === costs.length - 1) return undefined;
  const [a, c] = [costs[at - 1], costs[at + 1]];
  const offset = (a - c) / (2 * (a + c - 2 * least) || 1);
  return from + (reach * (at - STEPS + offset)) / STEPS;
}

/** Gray level that a view shows at a point, −1 outside of its picture. */
function levelAt({ view, depth: { width, height } }: PosedDepth, px: number, py: number, pz: number): number {
  const { fx, fy, cx, cy } = view.intrinsics;
  const { rotation: r, translation } = view.cameraFromWorld;
  const d = r[6] * px + r[7] * py + r[8] * pz + translation[2];
  const u = (fx * (r[0] * px + r[1] * py + r[2] * pz + translation[0])) / d + cx;
  const v = (fy * (r[3] * px + r[4] * py + r[5] * pz + translation[1])) / d + cy;
  const x = Math.floor(u);
  const y = Math.floor(v);
  if (!(x >= 0 && y >= 0 && x < width - 1 && y < height - 1)) return -1;
  const s = u - x;
  const t = v - y;
  const at = y * width + x;
  const { gray } = view;
  return (
    (gray[at] * (1 - s) + gray[at + 1] * s) * (1 - t) +
    (gray[at + width] * (1 - s) + gray[at + width + 1] * s) * t
  );
}
