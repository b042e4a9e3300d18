import { describe, expect, test } from 'vitest';
import type { PosedDepth } from '../../../../pipeline/lift/surface/checkConsistency.ts';
import { extractSurface } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { floorRectangles, floorRim } from '../../../../pipeline/lift/surface/floorMesh.ts';
import { type FloorPlan, planFloor } from '../../../../pipeline/lift/surface/floorPlan.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { filterTriangles } from '../../../../pipeline/lift/surface/meshTools.ts';
import { cameraCenter } from '../../../../pipeline/lift/surface/view.ts';
import { ROOM, roomView, trueDepth } from './syntheticViews.ts';

/** The dark square, x and z: one metre wide, on the floor before the cameras. */
const SQUARE = { minX: -0.5, maxX: 0.5, minZ: -4, maxZ: -3 };
const PATH = [0, 1, 2, 3, 4, 5].map(k => [-0.5 + 0.2 * k, ROOM.cameraHeight, 1.2 - 0.45 * k] as const);

/**
 * The room walked through, with depth as matching gives it: the darkness bridged. `dark` says where rays end in it,
 * `isSurface` which of the fused surface there is, by x and z.
 */
async function plan(
  dark: (point: number[], center: number[]) => boolean,
  isSurface: (x: number, z: number) => boolean = () => true,
): Promise<FloorPlan> {
  const maps: PosedDepth[] = PATH.map(([x, , z], i) => {
    const view = roomView(i, x, z, 0, 160, 128);
    const depth = trueDepth(view);
    const { fx, fy, cx, cy } = view.intrinsics;
    const { rotation: r } = view.cameraFromWorld;
    const c = cameraCenter(view.cameraFromWorld);
    for (let p = 0; p < depth.length; p++) {
      const ray = [((p % 160) - cx) / fx, (Math.floor(p / 160) - cy) / fy, 1].map(v => v * depth[p]);
      const point = [0, 1, 2].map(k => c[k] + r[k] * ray[0] + r[3 + k] * ray[1] + r[6 + k] * ray[2]);
      if (dark(point, c)) view.gray[p] = 16;
    }
    const confidence = new Float32Array(depth.length).fill(1);
    return {
      view,
      depth: {
        width: 160,
        height: 128,
        inverseDepth: depth.map(d => 1 / d),
        confidence,
        deviation: new Float32Array(160 * 128).fill(0.002),
      },
    };
  });
  const fused = extractSurface(await fuseDepthMaps(maps, 0.06, 20, undefined), 1);
  const p = fused.positions;
  const mesh = filterTriangles(fused, a => isSurface(p[3 * a], p[3 * a + 2]));
  return planFloor(mesh, maps, PATH, 0.08);
}

const isInSquare = (x: number, z: number) =>
  x > SQUARE.minX && x < SQUARE.maxX && z > SQUARE.minZ && z < SQUARE.maxZ;
const holeArea = (p: FloorPlan) => p.hole.filter(v => v === 1).length * p.cellMeters ** 2;

describe('a dark square on the floor', () => {
  test('that lies in its plane is a hole: open, and without a wall around it', async () => {
    const withHole = await plan(([x, y, z]) => y < 0.01 && isInSquare(x, z));
    expect(holeArea(withHole)).toBeGreaterThan(0.8);
    expect(holeArea(withHole)).toBeLessThan(1.2);
    const covers = (mesh: { positions: Float32Array }) => {
      const p = mesh.positions;
      for (let v = 0; v < p.length; v += 12) {
        const [x, z] = [0, 2].map(axis => [0, 3, 6, 9].map(k => p[v + k + axis]));
        if (Math.max(...x) > -0.4 && Math.min(...x) < 0.4 && Math.max(...z) > -3.9 && Math.min(...z) < -3.1)
          return true;
      }
      return false;
    };
    expect(covers(floorRectangles(withHole))).toBe(false);
    expect(covers(floorRim(withHole, 1))).toBe(false);
  });

  test('is a hole where the floor around it was measured but made no surface: at a flat angle, in few views', async () => {
    const isAway = (x: number, z: number) => Math.abs(x) > 1 || z > -2.5 || z < -4.5;
    const withHole = await plan(([x, y, z]) => y < 0.01 && isInSquare(x, z), isAway);
    expect(holeArea(withHole)).toBeGreaterThan(0.8);
    expect(holeArea(withHole)).toBeLessThan(1.2);
  });

  test('that is the shadow side of a box is none: its darkness wanders as the camera nears', async () => {
    // Rays to the floor that pass through a box of 0.8 m on the square.
    const withBox = await plan(([x, y, z], c) => {
      for (let t = 0; t < 1; t += 0.04) {
        const at = [0, 1, 2].map(k => [x, y, z][k] * (1 - t) + c[k] * t);
        if (at[1] < 0.8 && isInSquare(at[0], at[2])) return true;
      }
      return false;
    });
    expect(holeArea(withBox)).toBe(0);
  });

  test('with no floor seen around it is none', async () => {
    const corner = await plan(([x, y, z]) => y < 1 && x < -0.6 && z < -3.4);
    expect(holeArea(corner)).toBe(0);
  });
});
