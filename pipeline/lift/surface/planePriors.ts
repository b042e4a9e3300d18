import { throwIfCancelled } from '../../../engine/progress.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { findBlack } from './findBlack.ts';
import { findSky } from './findSky.ts';
import { growCells, type Plane, planeCell, planeTable } from './planes.ts';
import { cameraCenter } from './view.ts';

/** A measured pixel this near a plane (and this many of its deviations more) shows the plane … */
const BAND_METERS = 0.05;
const BAND_DEVIATIONS = 1.5;
/** … and within as many of its deviations alone it has no say against the plane's depth. */
const SNAP_DEVIATIONS = 1.5;
/** Cells around what was seen of a plane in which it may carry depth: 0.8 m. */
const SUPPORT_CELLS = 10;
/** Walking over one grey level of difference costs as much as this many plain pixels … */
const LEVEL_COST = 2;
/** … and noise of the codec costs nothing. */
const NOISE_LEVELS = 2;
/** A plane is carried this far into what was not measured, in plain pixels. */
const MAX_COST = 160;
/** Four views that say the same make surface of it (see MINIMUM_WEIGHT); fewer lose against one measured. */
const CONFIDENCE = 0.28;
/** Planes are known better than single pixels. */
const DEVIATION_METERS = 0.03;
/** Sine of the angle between sight and plane under which a pixel covers too much of the plane. */
const LEAST_SINE = 0.07;
const UNKNOWN = -2;
const OTHER = -1;

/**
 * Lets planes carry depth where matching has nothing to say: pixels without depth get that of the plane that is
 * shown by the measured pixels nearest to them, where nearness counts the way over the picture and the edges
 * that it crosses, so that a plain wall is filled up to its outline. Fusion then holds the views against each
 * other: what one of them saw through is carved again.
 *
 * Sources: Gallup et al. 2010 and Sinha et al. 2009 (planes as depth labels), Xu and Tao 2020 (planar priors for
 * untextured pixels). Unlike theirs the labels spread by geodesic distance instead of a Markov random field: one
 * pass, no energy to tune. Measured pixels that show a plane as far as their deviation tells take its depth too: it was
 * measured by thousands of them.
 * @param maps metric frame; not written.
 * @returns maps with more depth, of low confidence.
 */
export async function carryPlanes(
  maps: readonly PosedDepth[],
  planes: readonly Plane[],
  signal?: AbortSignal | undefined,
): Promise<PosedDepth[]> {
  const supports = planes.map(({ grid }) => growCells(grid.seen, grid.sizeU, SUPPORT_CELLS));
  const near = planes.map(({ grid }) => growCells(grid.seen, grid.sizeU, 1));
  const carried: PosedDepth[] = [];
  for (const map of maps) {
    await new Promise(resolve => setImmediate(resolve));
    throwIfCancelled(signal);
    carried.push(carryOne(map, planes, supports, near));
  }
  return carried;
}

function carryOne(
  map: PosedDepth,
  planes: readonly Plane[],
  supports: readonly Uint8Array[],
  near: readonly Uint8Array[],
): PosedDepth {
  const { view, depth } = map;
  const { width, height } = depth;
  const { fx, fy, cx, cy } = view.intrinsics;
  const { rotation: r } = view.cameraFromWorld;
  const [ex, ey, ez] = cameraCenter(view.cameraFromWorld);
  const labels = new Int16Array(width * height).fill(UNKNOWN);
  const table = planeTable(planes);
  for (let at = 0; at < labels.length; at++) {
    const q = depth.inverseDepth[at];
    if (q <= 0) continue;
    const a = ((at % width) - cx) / fx;
    const b = (Math.floor(at / width) - cy) / fy;
    const x = ex + (r[0] * a + r[3] * b + r[6]) / q;
    const y = ey + (r[1] * a + r[4] * b + r[7]) / q;
    const z = ez + (r[2] * a + r[5] * b + r[8]) / q;
    // Along the line of sight, and across the plane less, the more it is seen from the side.
    const noise = depth.deviation[at] / (q * q);
    let best = BAND_METERS + BAND_DEVIATIONS * noise;
    labels[at] = OTHER;
    for (let k = 0, row = 0; row < table.length; k++, row += 4) {
      const distance = Math.abs(table[row] * x + table[row + 1] * y + table[row + 2] * z - table[row + 3]);
      if (distance >= best) continue;
      const cell = planeCell(planes[k], x, y, z);
      if (cell < 0 || !near[k][cell]) continue;
      best = distance;
      labels[at] = k;
    }
  }
  const sky = findSky(view.rgb, width, height);
  const black = findBlack(view.gray, width, height);
  // Nothing is carried into the sky or into darkness: both are openings.
  const closed = new Uint8Array(sky.length);
  for (let i = 0; i < closed.length; i++) if (sky[i] || black[i]) closed[i] = 1;
  const reached = spreadLabels(labels, closed, view.gray, width, height);

  const inverseDepth = depth.inverseDepth.slice();
  const confidence = depth.confidence.slice();
  const deviation = depth.deviation.slice();
  for (let at = 0; at < labels.length; at++) {
    const label = reached[at];
    if (label < 0) continue;
    const q = inverseDepth[at];
    const row = 4 * label;
    const a = ((at % width) - cx) / fx;
    const b = (Math.floor(at / width) - cy) / fy;
    const dx = r[0] * a + r[3] * b + r[6];
    const dy = r[1] * a + r[4] * b + r[7];
    const dz = r[2] * a + r[5] * b + r[8];
    const slope = table[row] * dx + table[row + 1] * dy + table[row + 2] * dz;
    if (-slope < LEAST_SINE * Math.sqrt(dx * dx + dy * dy + dz * dz)) continue;
    const d = (table[row + 3] - table[row] * ex - table[row + 1] * ey - table[row + 2] * ez) / slope;
    if (d < 0.1) continue;
    const cell = planeCell(planes[label], ex + d * dx, ey + d * dy, ez + d * dz);
    if (cell < 0 || !supports[label][cell]) continue;
    if (q > 0) {
      if (Math.abs(1 / d - q) > SNAP_DEVIATIONS * depth.deviation[at]) continue;
    } else confidence[at] = CONFIDENCE;
    inverseDepth[at] = 1 / d;
    deviation[at] = DEVIATION_METERS / (d * d);
  }
  return { view, depth: { ...depth, inverseDepth, confidence, deviation } };
}

/** Dial's algorithm: each unlabelled pixel takes the label of the labelled pixel that is reached at the least cost. */
function spreadLabels(
  labels: Int16Array,
  closed: Uint8Array,
  gray: Uint8Array,
  width: number,
  height: number,
): Int16Array {
  const reached = labels.slice();
  const costs = new Uint16Array(labels.length).fill(65535);
  const buckets: number[][] = Array.from({ length: MAX_COST + 1 }, () => []);
  for (let at = 0; at < labels.length; at++)
    if (labels[at] !== UNKNOWN) {
      costs[at] = 0;
      const x = at % width;
      const isFrontier =
        (x > 0 && labels[at - 1] === UNKNOWN) ||
        (x < width - 1 && labels[at + 1] === UNKNOWN) ||
        (at >= width && labels[at - width] === UNKNOWN) ||
        (at + width < labels.length && labels[at + width] === UNKNOWN);
      if (isFrontier) buckets[0].push(at);
    }
  for (let cost = 0; cost <= MAX_COST; cost++) {
    const bucket = buckets[cost];
    for (let k = 0; k < bucket.length; k++) {
      const at = bucket[k];
      if (costs[at] !== cost) continue;
      const x = at % width;
      const y = (at - x) / width;
      for (let side = 0; side < 4; side++) {
        if (side === 0 ? x === 0 : side === 1 ? x === width - 1 : side === 2 ? y === 0 : y === height - 1)
          continue;
        const next = at + (side === 0 ? -1 : side === 1 ? 1 : side === 2 ? -width : width);
        if (closed[next]) continue;
        const difference = Math.max(0, Math.abs(gray[next] - gray[at]) - NOISE_LEVELS);
        const total = cost + 1 + LEVEL_COST * difference;
        if (total > MAX_COST || total >= costs[next]) continue;
        costs[next] = total;
        reached[next] = reached[at];
        buckets[total].push(next);
      }
    }
  }
  return reached;
}
