import { beforeAll, describe, expect, test } from 'vitest';
import { extractSurface, type SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { findObjects } from '../../../../pipeline/lift/surface/findObjects.ts';
import { type FloorPlan, planFloor } from '../../../../pipeline/lift/surface/floorPlan.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { joinMeshes, surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { findPlanes, type Plane } from '../../../../pipeline/lift/surface/planes.ts';
import { cameraCenter } from '../../../../pipeline/lift/surface/view.ts';
import { boxMesh, pointAt, roomMaps } from './roomMaps.ts';
import { ROOM, trueDepth } from './syntheticViews.ts';

const maps = roomMaps();
let planes: Plane[];
let plan: FloorPlan;
let walls: SurfaceMesh;
beforeAll(async () => {
  const surface = extractSurface(await fuseDepthMaps(maps, 0.05, 20, undefined), 1);
  planes = findPlanes(surface, () => 0.005);
  plan = planFloor(
    surface,
    maps,
    maps.map(({ view }) => cameraCenter(view.cameraFromWorld)),
    0.08,
  );
  walls = boxMesh([ROOM.sideX - 0.01, 0.1, ROOM.wallZ - 0.01], [3, 2.4, ROOM.wallZ]);
});

const find = (...things: SurfaceMesh[]) => findObjects(joinMeshes([walls, ...things]), planes, plan, maps);

describe('what stands on the floor', () => {
  test('is an object down to the floor, with bounds and mass', () => {
    const { structure, objects } = find(boxMesh([0, 0.06, -3.5], [0.6, 0.7, -3]));
    expect(objects).toHaveLength(1);
    const [box] = objects;
    expect(box.min[1]).toBe(0);
    expect(box.max[1]).toBeCloseTo(0.7);
    expect(box.max[0] - box.min[0]).toBeCloseTo(0.6);
    expect(box.floats).toBe(false);
    expect(box.massKilograms).toBeGreaterThan(5);
    expect(box.massKilograms).toBeLessThan(30);
    expect(surfaceArea(structure)).toBeCloseTo(surfaceArea(walls), 1);
  });

  test('is one object with what lies on it, and two where there is a gap', () => {
    const table = boxMesh([0, 0.05, -3.5], [0.8, 0.7, -3]);
    const cup = boxMesh([0.2, 0.7, -3.3], [0.4, 0.9, -3.1]);
    expect(find(table, cup).objects).toHaveLength(1);
    expect(find(table, boxMesh([1.1, 0.05, -3.5], [1.7, 0.6, -3])).objects).toHaveLength(2);
  });

  test('is none where it is larger than things are, or trim on a wall', () => {
    expect(find(boxMesh([-1, 0.05, -3.5], [2.5, 0.9, -3])).objects).toHaveLength(0);
    expect(find(boxMesh([-1, 0.05, ROOM.wallZ], [0.5, 0.9, ROOM.wallZ + 0.15])).objects).toHaveLength(0);
  });
});

describe('what hangs over the floor', () => {
  const crate = boxMesh([0, 0.8, -3.5], [0.6, 1.3, -3]);

  test('floats where the air beneath it was seen to be empty', () => {
    const { objects } = find(crate);
    expect(objects.map(({ floats }) => floats)).toEqual([true]);
    expect(objects[0].min[1]).toBeCloseTo(0.8);
  });

  test('floats though it is longer than what stands', () => {
    const boat = boxMesh([-1.2, 0.8, -3.5], [2.2, 1.3, -3]);
    expect(find(boat).objects.map(({ floats }) => floats)).toEqual([true]);
  });

  test('floats close before a wall that was seen behind it, cut loose from it, and is left to the wall that it is mounted on', () => {
    const z = ROOM.wallZ;
    const before = boxMesh([0, 0.8, z + 0.08], [0.6, 1.3, z + 0.5]);
    // The skin that fusion draws from the thing's edge to the wall.
    const skin = boxMesh([0.2, 0.8, z + 0.01], [0.4, 0.81, z + 0.09]);
    const [found] = find(before, skin).objects;
    expect(found.floats).toBe(true);
    expect(found.min[2] - z).toBeGreaterThan(0.06);
    const hidden = [
      boxMesh([ROOM.sideX - 0.01, 0.1, z - 0.01], [0, 2.4, z]),
      boxMesh([0.6, 0.1, z - 0.01], [3, 2.4, z]),
      boxMesh([0, 0.1, z - 0.01], [0.6, 0.8, z]),
      boxMesh([0, 1.3, z - 0.01], [0.6, 2.4, z]),
    ];
    expect(findObjects(joinMeshes([...hidden, before]), planes, plan, maps).objects).toHaveLength(0);
  });

  test('is left to the place where something thin shows beneath it', () => {
    // Legs: every tenth column of the pictures that pass under the crate end there.
    const legs = maps.map(({ view, depth }) => {
      const truth = trueDepth(view);
      const inverseDepth = depth.inverseDepth.map((q, pixel) => {
        const end = pointAt(view, pixel, truth[pixel]);
        const eye = cameraCenter(view.cameraFromWorld);
        const share = (-3.2 - eye[2]) / (end[2] - eye[2]);
        const [x, y] = [0, 1].map(k => eye[k] + share * (end[k] - eye[k]));
        const isLeg =
          share > 0 && share < 1 && y > 0.1 && y < 0.75 && Math.abs(((x + 9) % 0.3) - 0.15) < 0.03;
        return isLeg && x > 0 && x < 0.6 ? q / share : q;
      });
      return { view, depth: { ...depth, inverseDepth } };
    });
    expect(findObjects(joinMeshes([walls, crate]), planes, plan, legs).objects).toHaveLength(0);
  });

  test('is left to the place where nobody could look beneath it', () => {
    const blind = maps.map(({ view, depth }) => ({
      view,
      depth: { ...depth, inverseDepth: new Float32Array(depth.inverseDepth.length) },
    }));
    expect(findObjects(joinMeshes([walls, crate]), planes, plan, blind).objects).toHaveLength(0);
    // At a seat's height it has legs that nobody saw.
    const seat = boxMesh([0, 0.4, -3.5], [0.6, 0.8, -3]);
    const { objects } = findObjects(joinMeshes([walls, seat]), planes, plan, blind);
    expect(objects.map(({ floats }) => floats)).toEqual([false]);
    expect(objects[0].min[1]).toBe(0);
  });
});

test('a plane no higher than things are takes nothing away', () => {
  const shelf = boxMesh([-1, 0.05, ROOM.wallZ], [0.5, 0.9, ROOM.wallZ + 0.12]);
  const low = planes.map(plane => {
    const rows = Math.floor((1.6 - plane.grid.origin[1]) / plane.grid.cellMeters);
    const seen = plane.grid.seen.map((s, at) => (at < rows * plane.grid.sizeU ? s : 0));
    return plane.kind === 'wall' ? { ...plane, grid: { ...plane.grid, seen } } : plane;
  });
  expect(findObjects(shelf, planes, plan, maps).objects).toHaveLength(0);
  expect(findObjects(shelf, low, plan, maps).objects).toHaveLength(1);
});
