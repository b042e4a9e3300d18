import type { PosedDepth } from './checkConsistency.ts';
import type { SurfaceMesh } from './extractSurface.ts';
import { BLACK, findBlack } from './findBlack.ts';
import { findSky } from './findSky.ts';
import type { FloorPlan } from './floorPlan.ts';
import { isSeenThrough, isShown } from './lineOfSight.ts';
import { areaVector, vertexNormals } from './meshTools.ts';
import { growCells, type Plane, planeCell, planeDistance, planePoint } from './planes.ts';

/** What is added to one plane, cells [v][u] as the plane's grid. */
export interface Completion {
  plane: Plane;
  /**
   * 0 nothing, 1 a camera looked at it and its picture continues the plane, 2 no camera saw it, BACKING: it lies behind
   * surface that is there, whose slits would show the sky.
   */
  added: Uint8Array;
}

/** To be seen only: nobody fits through a slit, and two surfaces to touch so near each other would be a trap. */
export const BACKING = 3;

/** A plane is continued this far along itself past what was seen of it; up and down a wall costs a quarter … */
const REACH_METERS = 1;
const PLUMB_SHARE = 0.25;
/** … and a small plane is as likely the side of a thing: only its holes and its rim are closed. */
const SMALL_SQUARE_METERS = 2;
const SMALL_REACH_METERS = 0.3;
/** A wall that was seen up to this far under the ceiling goes on to it. */
const WHOLE_WALL_METERS = 0.5;
/** Of a wall up to its top this much was seen at least; a row of columns or of things that stand in line shows less. */
const LEAST_COVERED_SHARE = 0.2;
/** As many lines of sight through a cell leave it open. */
const THROUGH_VIEWS = 2;
/** Relief in front of and behind a plane that stands for it: pictures, doors in their recess. */
const RELIEF_FRONT_METERS = 0.15;
const RELIEF_BACK_METERS = 0.3;
/** Of the four vertices or so that a cell of fused surface has; with fewer it is frayed. */
const COVERING_VERTICES = 3;
/** Surface that fills less than this share of a cell has slits … */
const WHOLE_SHARE = 0.85;
/** … which the plane closes where it is no deeper than this: a recess, such as a door, lies behind the plane. */
const RECESS_METERS = 0.04;
/** Less of it is noise, not a picture or a door. */
const LEAST_RELIEF_CELLS = 12;
/**
 * Past another wall by this much nothing is continued: across it, if that wall was seen within a metre of there; along
 * it, right behind what was seen of it. A front's rim often comes out as a second wall before the first.
 */
const BEHIND_METERS = 0.06;
const CORNER_CELLS = 14;
const HIDING_CELLS = 2;
/** Planes this near to each other that face the same way are parts of one. */
const DOUBLE_METERS = 0.04;
const SAME_FACING = 0.95;
/** Fewer cells together are noise. */
const LEAST_CELLS = 4;

/**
 * Continues walls and ceiling in their planes: holes in them, down to the floor, up to the ceiling, into corners,
 * behind what stands before them, and a step past the last of them that was seen. Never where a camera saw
 * through: lines of sight carve it (free space carving, Curless and Levoy 1996, section 5).
 * @param measured maps whose depth was matched: their lines of sight carve.
 * @param carried the same maps with the depth that planes carry: they tell what a camera looked at.
 * @param surface fused surface, metric frame.
 */
export function completePlanes(
  planes: readonly Plane[],
  surface: SurfaceMesh,
  measured: readonly PosedDepth[],
  carried: readonly PosedDepth[],
  plan: FloorPlan,
): Completion[] {
  const walls = planes.filter(({ kind }) => kind === 'wall');
  const ceiling = planes.find(({ kind }) => kind === 'ceiling');
  const top = ceiling ? -ceiling.offset[0] : Number.POSITIVE_INFINITY;
  // What ends well below the ceiling is a cupboard, a shelf or a partition: it goes on only where it was seen.
  const whole = new Set(
    walls.filter(
      wall =>
        coveredShare(wall) > LEAST_COVERED_SHARE &&
        (!ceiling || Math.max(...localTops(wall)) > top - WHOLE_WALL_METERS),
    ),
  );
  const fronts = new Map([...whole].map(wall => [wall, frontOf(wall)]));
  const openings = measured.map(({ view, depth }) => {
    const sky = findSky(view.rgb, depth.width, depth.height);
    const black = findBlack(view.gray, depth.width, depth.height);
    return sky.map((s, i) => (s || black[i] === BLACK ? 1 : 0));
  });
  const normals = vertexNormals(surface);

  const completions = planes
    .filter(({ kind }) => kind !== 'floor')
    .map((plane): Completion => {
      const { grid, kind } = plane;
      const { sizeU, sizeV, seen } = grid;
      const covered = reliefOf(plane, surface, normals);
      const slit = slitCells(plane, covered, surface);
      const area = seen.reduce((sum, s) => sum + s, 0) * grid.cellMeters ** 2;
      const tops = kind === 'wall' ? localTops(plane) : new Float32Array(sizeU);
      const isWhole = kind === 'ceiling' || whole.has(plane);
      const reach = area < SMALL_SQUARE_METERS || !isWhole ? SMALL_REACH_METERS : REACH_METERS;
      const isWithin = (i: number, k: number): boolean => {
        const [x, y, z] = planePoint(plane, i + 0.5, k + 0.5);
        if (kind === 'wall') {
          if (y < 0 || y > (ceiling && isWhole ? top : tops[i])) return false;
        }
        return ![...whole].some(wall => {
          if (wall === plane || planeDistance(wall, x, y, z) > -BEHIND_METERS) return false;
          const column = Math.floor(
            (wall.u[0] * x + wall.u[2] * z - wall.grid.origin[0]) / wall.grid.cellMeters,
          );
          const own = fronts.get(wall);
          if (!own) return false;
          const isParallel = wall.normal[0] * plane.normal[0] + wall.normal[2] * plane.normal[2] > 0.8;
          if (isParallel) {
            const cell = planeCell(wall, x, y, z);
            return cell >= 0 && own.hiding[cell] === 1;
          }
          return column >= 0 && column < wall.grid.sizeU && own.columns[column] === 1;
        });
      };
      // 0 not asked yet, 1 open to be filled, 2 not.
      const verdicts = new Uint8Array(sizeU * sizeV);
      const isFillable = (at: number): boolean => {
        if (verdicts[at] === 0) {
          const [i, k] = [at % sizeU, Math.floor(at / sizeU)];
          const middle = planePoint(plane, i + 0.5, k + 0.5);
          verdicts[at] = isWithin(i, k) && !isSeenThrough(measured, openings, middle, THROUGH_VIEWS) ? 1 : 2;
        }
        return verdicts[at] === 1;
      };
      const isOverFloor = (at: number): boolean => {
        const [x, , z] = planePoint(plane, (at % sizeU) + 0.5, Math.floor(at / sizeU) + 0.5);
        const a = Math.floor((x - plan.originX) / plan.cellMeters);
        const b = Math.floor((z - plan.originZ) / plan.cellMeters);
        return a >= 0 && b >= 0 && a < plan.sizeX && b < plan.sizeZ && plan.floor[b * plan.sizeX + a] > 0;
      };
      const cost = (at: number, along: 'u' | 'v'): number =>
        kind === 'wall' ? (along === 'v' ? PLUMB_SHARE : 1) : isOverFloor(at) ? PLUMB_SHARE : 1;
      const filled = spread(plane, covered, reach, isFillable, cost).map((own, at) =>
        own || (slit[at] && (seen[at] || isFillable(at))) ? 1 : 0,
      );
      dropSmall(filled, sizeU, LEAST_CELLS);
      const added = new Uint8Array(filled.length);
      for (let at = 0; at < filled.length; at++) {
        if (!filled[at]) continue;
        const middle = planePoint(plane, (at % sizeU) + 0.5, Math.floor(at / sizeU) + 0.5);
        added[at] = covered[at] ? BACKING : isShown(carried, middle) ? 1 : 2;
      }
      const full = seen.map((s, i) => s & covered[i]);
      return { plane, added: withOverlap(withOverlap(added, full, sizeU), full, sizeU) };
    });
  for (const [i, completion] of completions.entries()) clearDoubles(completion, completions.slice(0, i));
  return completions.filter(({ added }) => added.some(v => v > 0));
}

/** Clears the cells that lie in a cell of an earlier plane: two parts of one wall, each continued over the other. */
function clearDoubles({ plane, added }: Completion, earlier: readonly Completion[]): void {
  const { sizeU } = plane.grid;
  const alike = earlier.filter(
    ({ plane: { normal } }) =>
      normal[0] * plane.normal[0] + normal[1] * plane.normal[1] + normal[2] * plane.normal[2] > SAME_FACING,
  );
  for (let at = 0; at < added.length; at++) {
    if (added[at] === 0) continue;
    const [x, y, z] = planePoint(plane, (at % sizeU) + 0.5, Math.floor(at / sizeU) + 0.5);
    const isDouble = alike.some(other => {
      const cell = planeCell(other.plane, x, y, z);
      return (
        cell >= 0 && other.added[cell] > 0 && Math.abs(planeDistance(other.plane, x, y, z)) < DOUBLE_METERS
      );
    });
    if (isDouble) added[at] = 0;
  }
}

/** The cells with a seen one beside them, and the columns with a seen cell within a metre. */
function frontOf({ grid }: Plane): { hiding: Uint8Array; columns: Uint8Array } {
  const seen = new Uint8Array(grid.sizeU);
  for (let at = 0; at < grid.seen.length; at++) if (grid.seen[at]) seen[at % grid.sizeU] = 1;
  return {
    hiding: growCells(grid.seen, grid.sizeU, HIDING_CELLS),
    columns: growCells(seen, grid.sizeU, CORNER_CELLS),
  };
}

/** Height up to which a wall was seen around each column, metres. */
function localTops({ grid }: Plane): Float32Array {
  const tops = new Float32Array(grid.sizeU);
  for (let at = 0; at < grid.seen.length; at++)
    if (grid.seen[at])
      tops[at % grid.sizeU] = grid.origin[1] + (Math.floor(at / grid.sizeU) + 1) * grid.cellMeters;
  const radius = Math.ceil(REACH_METERS / grid.cellMeters);
  return tops.map((_, i) => Math.max(...tops.subarray(Math.max(0, i - radius), i + radius + 1)));
}

/** Share of a plane that was seen, of what lies between its first and last seen column and under its local top. */
function coveredShare(plane: Plane): number {
  const { sizeU, seen, cellMeters, origin } = plane.grid;
  const tops = localTops(plane);
  let [first, last, count] = [sizeU, -1, 0];
  for (let at = 0; at < seen.length; at++) {
    if (!seen[at]) continue;
    count++;
    first = Math.min(first, at % sizeU);
    last = Math.max(last, at % sizeU);
  }
  let cells = 0;
  for (let i = first; i <= last; i++) cells += Math.max(0, tops[i] - Math.max(0, origin[1])) / cellMeters;
  return cells > 0 ? count / cells : 0;
}

/** Cells before or behind which surface stands for the plane. */
function reliefOf(plane: Plane, { positions: p }: SurfaceMesh, n: Float32Array): Uint8Array {
  const back = plane.kind === 'wall' ? RELIEF_BACK_METERS : RELIEF_FRONT_METERS;
  const counts = new Uint8Array(plane.grid.seen.length);
  for (let i = 0; i < p.length; i += 3) {
    const distance = planeDistance(plane, p[i], p[i + 1], p[i + 2]);
    if (distance > RELIEF_FRONT_METERS || distance < -back) continue;
    const facing = plane.normal[0] * n[i] + plane.normal[1] * n[i + 1] + plane.normal[2] * n[i + 2];
    if (facing < 0.6) continue;
    const cell = planeCell(plane, p[i], p[i + 1], p[i + 2]);
    if (cell >= 0 && counts[cell] < 255) counts[cell]++;
  }
  const relief = counts.map((count, cell) => (count >= COVERING_VERTICES && !plane.grid.seen[cell] ? 1 : 0));
  dropSmall(relief, plane.grid.sizeU, LEAST_RELIEF_CELLS);
  return relief.map((own, cell) =>
    own || (plane.grid.seen[cell] && counts[cell] >= COVERING_VERTICES) ? 1 : 0,
  );
}

/** Covered cells whose surface has slits, unless it is a recess. */
function slitCells(plane: Plane, covered: Uint8Array, { positions: p, indices }: SurfaceMesh): Uint8Array {
  const areas = new Float32Array(covered.length);
  const moments = new Float32Array(covered.length);
  const { normal } = plane;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [3 * indices[i], 3 * indices[i + 1], 3 * indices[i + 2]];
    const x = (p[a] + p[b] + p[c]) / 3;
    const y = (p[a + 1] + p[b + 1] + p[c + 1]) / 3;
    const z = (p[a + 2] + p[b + 2] + p[c + 2]) / 3;
    const distance = planeDistance(plane, x, y, z);
    if (distance > RELIEF_FRONT_METERS || distance < -RELIEF_BACK_METERS) continue;
    const cell = planeCell(plane, x, y, z);
    if (cell < 0 || !covered[cell]) continue;
    const [ax, ay, az] = areaVector(p, indices[i], indices[i + 1], indices[i + 2]);
    const area = Math.max(0, normal[0] * ax + normal[1] * ay + normal[2] * az) / 2;
    areas[cell] += area;
    moments[cell] += area * distance;
  }
  const whole = WHOLE_SHARE * plane.grid.cellMeters ** 2;
  return covered.map((own, cell) =>
    own && areas[cell] < whole && moments[cell] >= -RECESS_METERS * areas[cell] ? 1 : 0,
  );
}

/** Grows from what was seen over the cells that may be filled, as far as the way there is short enough. */
function spread(
  { grid }: Plane,
  covered: Uint8Array,
  reachMeters: number,
  isFillable: (at: number) => boolean,
  cost: (at: number, along: 'u' | 'v') => number,
): Uint8Array {
  const { sizeU, seen, cellMeters } = grid;
  const STEPS = 4;
  const limit = Math.round((STEPS * reachMeters) / cellMeters);
  const costs = new Uint16Array(seen.length).fill(65535);
  const buckets: number[][] = Array.from({ length: limit + 1 }, () => []);
  for (let at = 0; at < seen.length; at++)
    if (seen[at]) {
      costs[at] = 0;
      buckets[0].push(at);
    }
  for (let total = 0; total <= limit; total++)
    for (let k = 0; k < buckets[total].length; k++) {
      const at = buckets[total][k];
      if (costs[at] !== total) continue;
      const i = at % sizeU;
      for (const [next, along] of [
        [i > 0 ? at - 1 : -1, 'u'],
        [i < sizeU - 1 ? at + 1 : -1, 'u'],
        [at - sizeU, 'v'],
        [at + sizeU, 'v'],
      ] as const) {
        if (next < 0 || next >= seen.length) continue;
        const sum = total + Math.round(STEPS * cost(next, along));
        if (sum > limit || sum >= costs[next]) continue;
        if (!covered[next] && !isFillable(next)) continue;
        costs[next] = sum;
        buckets[sum].push(next);
      }
    }
  return Uint8Array.from(costs, (c, at) => (c < 65535 && !covered[at] ? 1 : 0));
}

/** Takes the next seen cells in too: the seen surface ends raggedly within them. */
function withOverlap(added: Uint8Array, covered: Uint8Array, sizeU: number): Uint8Array {
  return added.map((own, at) => {
    if (own || !covered[at]) return own;
    const around = [
      at % sizeU > 0 ? at - 1 : at,
      at % sizeU < sizeU - 1 ? at + 1 : at,
      at - sizeU,
      at + sizeU,
    ];
    const kinds = around.map(next => added[next] ?? 0).filter(kind => kind > 0);
    return kinds.length > 0 ? Math.min(...kinds) : 0;
  });
}

/** Clears the groups of fewer cells than `least`. */
function dropSmall(mask: Uint8Array, sizeU: number, least: number): void {
  const visited = new Uint8Array(mask.length);
  for (let start = 0; start < mask.length; start++) {
    if (!mask[start] || visited[start]) continue;
    visited[start] = 1;
    const group = [start];
    for (const at of group)
      for (const next of [
        at % sizeU > 0 ? at - 1 : -1,
        at % sizeU < sizeU - 1 ? at + 1 : -1,
        at - sizeU,
        at + sizeU,
      ])
        if (next >= 0 && next < mask.length && mask[next] && !visited[next]) {
          visited[next] = 1;
          group.push(next);
        }
    if (group.length < least) for (const at of group) mask[at] = 0;
  }
}
