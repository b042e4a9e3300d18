import { beforeAll, describe, expect, test } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { extractSurface, type SurfaceMesh } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { flattenPlanes } from '../../../../pipeline/lift/surface/flattenPlanes.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { joinMeshes } from '../../../../pipeline/lift/surface/meshTools.ts';
import { findPlanes, type Plane, planeCell, planePoint } from '../../../../pipeline/lift/surface/planes.ts';
import { boxMesh, roomMaps } from './roomMaps.ts';
import { ROOM } from './syntheticViews.ts';

let room: SurfaceMesh;
let planes: Plane[];
beforeAll(async () => {
  room = extractSurface(await fuseDepthMaps(roomMaps(), 0.05, 20, undefined), 1);
  // A cupboard's side stands as plumb as a wall, but no higher than a chest.
  planes = findPlanes(joinMeshes([room, boxMesh([0.5, 0, -3], [2, 1.1, -2])]), () => 0.005);
});

describe('the planes of a room', () => {
  test('are its floor and its two walls, where they are, facing in', () => {
    expect(planes.map(({ kind }) => kind).sort()).toEqual(['floor', 'wall', 'wall']);
    const back = planes.find(({ normal }) => normal[2] > 0.9);
    const side = planes.find(({ normal }) => normal[0] > 0.9);
    expect(back?.offset[0]).toBeCloseTo(ROOM.wallZ, 1);
    expect(side?.offset[0]).toBeCloseTo(ROOM.sideX, 1);
    for (const plane of [back, side])
      expect(Math.max(...(plane?.normal ?? []).map(Math.abs))).toBeGreaterThan(0.999);
  });

  test('know which of their cells were seen', () => {
    const back = planes.find(({ normal }) => normal[2] > 0.9) as Plane;
    const cell = planeCell(back, 0, 1.5, ROOM.wallZ);
    expect(back.grid.seen[cell]).toBe(1);
    const [x, y] = planePoint(back, cell % back.grid.sizeU, Math.floor(cell / back.grid.sizeU));
    expect(Math.hypot(x, y - 1.5)).toBeLessThan(0.12);
    // Behind the side wall there is no back wall.
    const beyond = planeCell(back, ROOM.sideX - 0.5, 1.5, ROOM.wallZ);
    expect(beyond >= 0 && back.grid.seen[beyond]).not.toBe(1);
  });
});

test('surface near a wall is laid into it, and what stands before it is not', () => {
  const back = planes.find(({ normal }) => normal[2] > 0.9) as Plane;
  const rough: SurfaceMesh = { ...room, positions: room.positions.slice() };
  for (let v = 0; v < rough.positions.length; v += 3) rough.positions[v + 2] += 0.012 * Math.sin(1.7 * v);
  const offOf = (mesh: SurfaceMesh) => {
    const off: number[] = [];
    for (let v = 0; v < mesh.positions.length; v += 3)
      if (
        Math.abs(mesh.positions[v]) < 1 &&
        mesh.positions[v + 1] > 0.8 &&
        mesh.positions[v + 2] < ROOM.wallZ + 0.5
      )
        off.push(Math.abs(mesh.positions[v + 2] - ROOM.wallZ));
    return off.reduce((sum, o) => sum + o, 0) / off.length;
  };
  expect(offOf(flattenPlanes(rough, [back], () => 0.005))).toBeLessThan(0.6 * offOf(rough));
  const shelf = boxMesh([-0.5, 1, ROOM.wallZ + 0.1], [0.5, 1.4, ROOM.wallZ + 0.4]);
  expect(flattenPlanes(shelf, [back], () => 0.005).positions).toEqual(shelf.positions);
});

describe('walls too far away for normals', () => {
  const random = createRandom('far walls');
  /** A wall of 8 cm squares across x at a place z, each shifted and tilted by the noise. */
  const wallAt = (z: number, noise: number, turn = 0): SurfaceMesh => {
    const positions: number[] = [];
    const indices: number[] = [];
    for (let x = -3; x < 3; x += 0.08)
      for (let y = 0; y < 2.6; y += 0.08) {
        const first = positions.length / 3;
        for (const [dx, dy] of [
          [0, 0],
          [0.08, 0],
          [0.08, 0.08],
          [0, 0.08],
        ])
          positions.push(x + dx, y + dy, z + turn * (x + dx) + noise * random.normal());
        indices.push(first, first + 1, first + 2, first, first + 2, first + 3);
      }
    return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices) };
  };

  test('are found along the directions of those that are near', () => {
    const surface = joinMeshes([room, wallAt(-14, 0.05)]);
    const found = findPlanes(surface, (_x, _y, z) => (z < -10 ? 0.06 : 0.005));
    const far = found.find(({ normal, offset }) => normal[2] > 0.99 && offset[0] < -10);
    expect(far?.offset[0]).toBeGreaterThan(-14.03);
    expect(far?.offset[0]).toBeLessThan(-13.97);
  });

  test('one that stands a little askew is laid into the direction that the others have', () => {
    const found = findPlanes(joinMeshes([room, wallAt(-8, 0.005, 0.04)]), (_x, _y, z) =>
      z < -6 ? 0.05 : 0.005,
    );
    const askew = found.find(({ normal, offset }) => normal[2] > 0.9 && offset[0] < -7);
    const back = found.find(({ normal, offset }) => normal[2] > 0.9 && offset[0] > -6);
    expect(askew?.normal[0]).toBeCloseTo(back?.normal[0] ?? 1, 2);
    expect(askew?.offset[0]).toBeCloseTo(-8, 1);
  });
});
