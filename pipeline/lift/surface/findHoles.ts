import type { PosedDepth } from './checkConsistency.ts';
import { findBlack } from './findBlack.ts';
import type { Grid } from './floorPlan.ts';

/** A cell shows a hole when this share of the views that see it show even darkness there. */
const DARK_SHARE = 0.6;
/** A smaller share, yet more than the noise at edges: the darkness moves over the floor from view to view. */
const SOME_SHARE = 0.15;
const LEAST_VIEWS = 2;
/** A person's foot fits into less, but a tile or a manhole cover is as likely. */
const MINIMUM_SQUARE_METERS = 0.3;
/** Of the cells around a hole this share is floor: one side may lie under the picture's edge. */
const RIM_SHARE = 0.55;
/** A depth that differs from the floor's by a smaller share shows floor. */
const FLOOR_RELATIVE = 0.05;
/** Undecided cells for each cell of the hole, at most. */
const WANDERING_SHARE = 0.4;

/**
 * Holes in the floor that cameras looked into: even darkness that lies in the floor's plane. Seen from along the
 * path a hole keeps its place on the floor, while the darkness of a thing that stands on the floor falls on
 * other cells from each viewpoint. A hole has floor around it: surface, or what views measured that is too thin, at a
 * flat angle, to be made surface of.
 * @param seenFloor 1 where the surface lies in the floor's plane, per cell.
 * @returns 1 where the floor is open, per cell.
 */
export function findHoles(
  maps: readonly PosedDepth[],
  seenFloor: Uint8Array,
  { cell, originX, originZ, sizeX, sizeZ }: Grid,
): Uint8Array {
  const count = sizeX * sizeZ;
  const seen = new Uint16Array(count);
  const dark = new Uint16Array(count);
  const shown = new Uint16Array(count);
  for (const { view, depth } of maps) {
    const { width, height } = depth;
    const black = findBlack(view.gray, width, height);
    const { fx, fy, cx, cy } = view.intrinsics;
    const { rotation: r, translation: t } = view.cameraFromWorld;
    for (let iz = 0; iz < sizeZ; iz++)
      for (let ix = 0; ix < sizeX; ix++) {
        const x = originX + (ix + 0.5) * cell;
        const z = originZ + (iz + 0.5) * cell;
        const d = r[6] * x + r[8] * z + t[2];
        if (d < 0.1) continue;
        const u = Math.round((fx * (r[0] * x + r[2] * z + t[0])) / d + cx);
        const v = Math.round((fy * (r[3] * x + r[5] * z + t[1])) / d + cy);
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        const pixel = v * width + u;
        const q = depth.inverseDepth[pixel];
        if (q > 0 && 1 / q < 0.85 * d - 0.1) continue;
        seen[iz * sizeX + ix]++;
        if (black[pixel]) dark[iz * sizeX + ix]++;
        else if (Math.abs(q * d - 1) < FLOOR_RELATIVE) shown[iz * sizeX + ix]++;
      }
  }

  const holes = new Uint8Array(count);
  const isDark = (i: number) => seen[i] >= LEAST_VIEWS && dark[i] >= DARK_SHARE * seen[i];
  const wanders = (i: number) => dark[i] > SOME_SHARE * seen[i] && !isDark(i);
  const visited = new Uint8Array(count);
  for (let start = 0; start < count; start++) {
    if (visited[start] || !isDark(start)) continue;
    visited[start] = 1;
    const piece = [start];
    const around = new Set<number>();
    for (let k = 0; k < piece.length; k++) {
      const x = piece[k] % sizeX;
      for (const o of [x > 0 ? -1 : 0, x < sizeX - 1 ? 1 : 0, -sizeX, sizeX]) {
        const j = piece[k] + o;
        if (o === 0 || j < 0 || j >= count || visited[j]) continue;
        if (!isDark(j)) around.add(j);
        else {
          visited[j] = 1;
          piece.push(j);
        }
      }
    }
    if (piece.length * cell * cell < MINIMUM_SQUARE_METERS) continue;
    const wandering = spreadOver(around, wanders, sizeX, count);
    if (wandering.size > WANDERING_SHARE * piece.length) continue;
    // The floor begins behind what is undecided: beyond those cells lies the hole's edge.
    const rim = beyond(piece, wandering, sizeX, count);
    let floor = 0;
    for (const i of rim) if (seenFloor[i] || shown[i] >= LEAST_VIEWS) floor++;
    if (floor < RIM_SHARE * rim.size) continue;
    for (const i of piece) holes[i] = 1;
  }
  return holes;
}

/** The cells among `start`, and those that hang together with them, that satisfy `test`. */
function spreadOver(
  start: ReadonlySet<number>,
  test: (i: number) => boolean,
  sizeX: number,
  count: number,
): Set<number> {
  const reached = new Set([...start].filter(test));
  for (const i of reached)
    for (const j of [i - 1, i + 1, i - sizeX, i + sizeX]) if (j >= 0 && j < count && test(j)) reached.add(j);
  return reached;
}

/** The cells within two of a piece and its fringe that belong to neither. */
function beyond(
  piece: readonly number[],
  fringe: ReadonlySet<number>,
  sizeX: number,
  count: number,
): Set<number> {
  const inside = new Set([...piece, ...fringe]);
  const outside = new Set<number>();
  for (const i of inside)
    for (const o of [-2, 2, -2 * sizeX, 2 * sizeX]) {
      const j = i + o;
      if (j >= 0 && j < count && !inside.has(j)) outside.add(j);
    }
  return outside;
}
