import { describe, expect, test } from 'vitest';
import { type Completion, completePlanes } from '../../../../pipeline/lift/surface/completePlanes.ts';
import { extractSurface } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { planFloor } from '../../../../pipeline/lift/surface/floorPlan.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { findPlanes, type Plane, planeCell } from '../../../../pipeline/lift/surface/planes.ts';
import { cameraCenter } from '../../../../pipeline/lift/surface/view.ts';
import { type Point, roomMaps } from './roomMaps.ts';
import { ROOM } from './syntheticViews.ts';

const isWindow = ([x, y, z]: Point) =>
  z < ROOM.wallZ + 0.01 && Math.abs(x - 0.3) < 0.4 && Math.abs(y - 1.4) < 0.4;

async function completeAll(
  windowDepth: (depth: number) => number,
  more: (planes: readonly Plane[]) => Plane[] = () => [],
): Promise<Completion[]> {
  const maps = roomMaps((end, depth) => (isWindow(end) ? { depth: windowDepth(depth), luma: 128 } : {}));
  const surface = extractSurface(await fuseDepthMaps(maps, 0.05, 20, undefined), 1);
  const planes = findPlanes(surface, () => 0.005);
  const path = maps.map(({ view }) => cameraCenter(view.cameraFromWorld));
  const plan = planFloor(surface, maps, path, 0.08);
  return completePlanes([...planes, ...more(planes)], surface, maps, maps, plan);
}

async function complete(
  windowDepth: (depth: number) => number,
  more?: (planes: readonly Plane[]) => Plane[],
): Promise<Completion | undefined> {
  return (await completeAll(windowDepth, more)).find(({ plane }) => plane.normal[2] > 0.9);
}

/** A plane of its own grid, moved along its normal and seen where `isSeen` says (u, v in metres). */
function madeFrom(plane: Plane, towards: number, isSeen: (u: number, v: number) => boolean): Plane {
  const { grid } = plane;
  const seen = grid.seen.map((_, at) =>
    isSeen(
      grid.origin[0] + ((at % grid.sizeU) + 0.5) * grid.cellMeters,
      grid.origin[1] + (Math.floor(at / grid.sizeU) + 0.5) * grid.cellMeters,
    )
      ? 1
      : 0,
  );
  return { ...plane, offset: Float64Array.of(plane.offset[0] + towards), grid: { ...grid, seen } };
}

function backOf(planes: readonly Plane[]): Plane {
  const back = planes.find(({ normal }) => normal[2] > 0.9);
  if (!back) throw new Error('no back wall');
  return back;
}

/** 0, 1 or 2: what was added to the back wall at a point of it. */
function addedAt(completion: Completion | undefined, x: number, y: number): number {
  return completion ? completion.added[planeCell(completion.plane, x, y, ROOM.wallZ)] : 0;
}

describe('a hole in a wall', () => {
  test('is closed where nobody could measure it', async () => {
    const back = await complete(() => 0);
    for (const [x, y] of [
      [0.3, 1.4],
      [0.1, 1.2],
      [0.5, 1.6],
    ])
      expect(addedAt(back, x, y)).toBe(2);
  });

  test('is closed though the wall has a rim that came out as a wall before it', async () => {
    const rim = (planes: readonly Plane[]) => [madeFrom(backOf(planes), 0.3, (_, v) => v > 2.2)];
    expect(addedAt(await complete(() => 0, rim), 0.3, 1.4)).toBe(2);
  });

  test('is closed by one of two planes that lie in each other', async () => {
    const twin = (planes: readonly Plane[]) => [madeFrom(backOf(planes), 0.01, (_, v) => v > 0.5)];
    const both = (await completeAll(() => 0, twin)).filter(({ plane }) => plane.normal[2] > 0.9);
    expect(both.map(completion => addedAt(completion, 0.3, 1.4))).toEqual(both.length === 1 ? [2] : [2, 0]);
  });

  test('stays open where cameras see through it', async () => {
    const back = await complete(depth => depth + 2);
    for (const [x, y] of [
      [0.3, 1.4],
      [0.1, 1.2],
      [0.5, 1.6],
    ])
      expect(addedAt(back, x, y)).toBe(0);
  });
});

test('a wall goes on past what was seen of it, but not behind the wall that it meets', async () => {
  const back = await complete(() => 0);
  if (!back) throw new Error('no completion');
  const { plane, added } = back;
  const columns = [...added.keys()].filter(at => added[at]).map(at => at % plane.grid.sizeU);
  const xOf = (column: number) => plane.grid.origin[0] + (column + 0.5) * plane.grid.cellMeters;
  const xs = columns.map(xOf).map(u => u * plane.u[0]);
  expect(Math.min(...xs)).toBeGreaterThan(ROOM.sideX - 0.2);
  const seen = [...plane.grid.seen.keys()]
    .filter(at => plane.grid.seen[at])
    .map(at => xOf(at % plane.grid.sizeU));
  expect(Math.max(...xs)).toBeGreaterThan(Math.max(...seen) + 0.5);
  expect(Math.max(...xs)).toBeLessThan(Math.max(...seen) + 1.2);
});

test('a slit narrower than a cell is closed from behind, and what is whole is left alone', async () => {
  const maps = roomMaps(() => ({}));
  const whole = extractSurface(await fuseDepthMaps(maps, 0.04, 20, undefined), 1);
  const planes = findPlanes(whole, () => 0.005);
  const path = maps.map(({ view }) => cameraCenter(view.cameraFromWorld));
  const plan = planFloor(whole, maps, path, 0.08);
  const { positions: p, indices } = whole;
  // Between two columns of vertices, which stay: other triangles have them too.
  const corners = [...indices.keys()].filter(corner => {
    const first = corner - (corner % 3);
    const own = [0, 1, 2].map(k => 3 * indices[first + k]);
    const isOnBack = own.every(v => Math.abs(p[v + 2] - ROOM.wallZ) < 0.1);
    return !(isOnBack && own.some(v => p[v] < 0.3) && own.some(v => p[v] >= 0.3));
  });
  const slit = { positions: p, indices: Uint32Array.from(corners, corner => indices[corner]) };
  expect(slit.indices.length).toBeLessThan(indices.length);

  const closed = (surface: typeof whole) => {
    const back = completePlanes(planes, surface, maps, maps, plan).find(({ plane }) => plane.normal[2] > 0.9);
    return [1, 1.2, 1.4, 1.6, 1.8].map(y => addedAt(back, 0.3, y) > 0);
  };
  expect(closed(whole)).toEqual([false, false, false, false, false]);
  expect(closed(slit)).toEqual([true, true, true, true, true]);
});
