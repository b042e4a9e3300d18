import { describe, expect, test } from 'vitest';
import { loadKernel } from '../../../../engine/kernels/loadKernel.ts';
import type { ConsistencyExports, PosedDepth } from '../../../../pipeline/lift/surface/checkConsistency.ts';
import { checkConsistency, neighbours } from '../../../../pipeline/lift/surface/checkConsistency.ts';
import { extractSurface } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { floorRectangles, floorRim } from '../../../../pipeline/lift/surface/floorMesh.ts';
import { planFloor } from '../../../../pipeline/lift/surface/floorPlan.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { areaVector, removeSmallPieces, surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { ROOM, roomViews, trueDepth } from './syntheticViews.ts';

function perfectMaps(): PosedDepth[] {
  return roomViews(160, 96).map(view => {
    const inverseDepth = trueDepth(view).map(z => 1 / z);
    const confidence = new Float32Array(inverseDepth.length).fill(1);
    return {
      view,
      depth: {
        width: 160,
        height: 96,
        inverseDepth,
        confidence,
        deviation: new Float32Array(160 * 96).fill(0.002),
      },
    };
  });
}

describe('checkConsistency', () => {
  test('keeps what views agree on and drops a depth that one view made up', async () => {
    const kernel = await loadKernel<ConsistencyExports>(
      new URL('../../../../pipeline/lift/surface/consistency.kernel.ts', import.meta.url).href,
    );
    const maps = perfectMaps();
    const at = 48 * 160 + 80;
    maps[2].depth.inverseDepth[at] *= 2;
    const witnesses = neighbours(maps.length, 2).map(i => maps[i]);
    const checked = checkConsistency(kernel, maps[2], witnesses);
    expect(checked.inverseDepth[at]).toBe(0);
    const kept = checked.inverseDepth.filter(q => q > 0).length / checked.inverseDepth.length;
    expect(kept).toBeGreaterThan(0.9);
  });
});

describe('fuseDepthMaps and extractSurface', () => {
  test('give back the room, facing the cameras', async () => {
    const grid = await fuseDepthMaps(perfectMaps(), 0.06, 20, undefined);
    const mesh = extractSurface(grid, 1);
    expect(mesh.indices.length).toBeGreaterThan(3000);
    const { positions: p, indices } = mesh;
    let off = 0;
    let turned = 0;
    for (let i = 0; i < indices.length; i += 3) {
      const center = [0, 1, 2].map(
        k => (p[3 * indices[i] + k] + p[3 * indices[i + 1] + k] + p[3 * indices[i + 2] + k]) / 3,
      );
      const distance = Math.min(
        Math.abs(center[1]),
        Math.abs(center[2] - ROOM.wallZ),
        Math.abs(center[0] - ROOM.sideX),
      );
      if (distance > 0.03) off++;
      const n = areaVector(p, indices[i], indices[i + 1], indices[i + 2]);
      const towards =
        n[0] * (0 - center[0]) + n[1] * (ROOM.cameraHeight - center[1]) + n[2] * (0 - center[2]);
      if (towards < 0) turned++;
    }
    expect(off / (indices.length / 3)).toBeLessThan(0.05);
    expect(turned / (indices.length / 3)).toBeLessThan(0.01);
  });

  test('a cancelled fusion stops', async () => {
    await expect(fuseDepthMaps(perfectMaps(), 0.06, 20, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('removeSmallPieces takes the floater and leaves the rest', () => {
    const quad = (x: number, size: number, first: number) => ({
      positions: [x, 0, 0, x, 0, size, x + size, 0, size, x + size, 0, 0],
      indices: [first, first + 1, first + 2, first, first + 2, first + 3],
    });
    const [big, small] = [quad(0, 1, 0), quad(5, 0.1, 4)];
    const { mesh, removed } = removeSmallPieces(
      {
        positions: Float32Array.from([...big.positions, ...small.positions]),
        indices: Uint32Array.from([...big.indices, ...small.indices]),
      },
      0.05,
    );
    expect(removed).toBe(1);
    expect(surfaceArea(mesh)).toBeCloseTo(1, 5);
  });
});

describe('planFloor', () => {
  test('the floor holds the path, ends at the walls, and is closed by a rim', async () => {
    const maps = perfectMaps();
    const mesh = extractSurface(await fuseDepthMaps(maps, 0.06, 20, undefined), 1);
    const path = maps.map((_, i) => [0.2 * (i - 2), ROOM.cameraHeight, 0.05 * (i - 2)] as const);
    const plan = planFloor(mesh, maps, path, 0.1);
    const cellAt = (x: number, z: number) =>
      plan.floor[
        Math.floor((z - plan.originZ) / plan.cellMeters) * plan.sizeX +
          Math.floor((x - plan.originX) / plan.cellMeters)
      ];
    for (const [x, , z] of path) expect(cellAt(x, z)).toBe(2);
    expect(cellAt(0, -4.3)).toBe(1);
    // From the feet to the first floor in the picture.
    expect(cellAt(0, -1)).toBeGreaterThan(0);
    expect(cellAt(0, ROOM.wallZ - 0.5)).toBe(0);

    const cells = plan.floor.filter(v => v > 0).length;
    expect(surfaceArea(floorRectangles(plan))).toBeCloseTo(cells * plan.cellMeters ** 2, 3);
    // Every edge of the rim is closed: each corner on the ground is met as often by a start as by an end.
    const rim = floorRim(plan, 1);
    const balance = new Map<string, number>();
    for (let v = 0; v < rim.positions.length; v += 12) {
      const key = (at: number) => `${rim.positions[at].toFixed(3)},${rim.positions[at + 2].toFixed(3)}`;
      balance.set(key(v), (balance.get(key(v)) ?? 0) + 1);
      balance.set(key(v + 3), (balance.get(key(v + 3)) ?? 0) - 1);
    }
    expect([...balance.values()].every(v => v === 0)).toBe(true);
  });
});
