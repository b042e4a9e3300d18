import { beforeAll, describe, expect, test } from 'vitest';
import { extractSurface } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { carryPlanes } from '../../../../pipeline/lift/surface/planePriors.ts';
import { findPlanes, type Plane } from '../../../../pipeline/lift/surface/planes.ts';
import { type Point, roomMaps } from './roomMaps.ts';
import { ROOM, trueDepth } from './syntheticViews.ts';

let planes: Plane[];
beforeAll(async () => {
  planes = findPlanes(extractSurface(await fuseDepthMaps(roomMaps(), 0.05, 20, undefined), 1), () => 0.005);
});

const onBackWall = ([, , z]: Point) => z < ROOM.wallZ + 0.01;
const isPatch = (p: Point) => onBackWall(p) && Math.abs(p[0] - 0.3) < 0.4 && Math.abs(p[1] - 1.6) < 0.4;

describe('a patch of wall that matching could not measure', () => {
  test('gets the depth of its wall where it is plain, with little confidence', async () => {
    const maps = roomMaps(end => (isPatch(end) ? { depth: 0, luma: 128 } : {}));
    const carried = await carryPlanes(maps, planes);
    let patch = 0;
    let filled = 0;
    maps.forEach(({ view, depth }, m) => {
      const truth = trueDepth(view);
      for (let i = 0; i < truth.length; i++) {
        if (depth.inverseDepth[i] > 0) {
          // What shows a plane takes its depth within what it was sure to.
          const moved = Math.abs(carried[m].depth.inverseDepth[i] - depth.inverseDepth[i]);
          expect(moved).toBeLessThanOrEqual(1.5 * depth.deviation[i]);
          continue;
        }
        patch++;
        if (carried[m].depth.inverseDepth[i] === 0) continue;
        filled++;
        expect(Math.abs(1 / carried[m].depth.inverseDepth[i] - truth[i])).toBeLessThan(0.05);
        expect(carried[m].depth.confidence[i]).toBeLessThan(0.5);
      }
    });
    expect(patch).toBeGreaterThan(500);
    expect(filled).toBeGreaterThan(0.95 * patch);
  });

  test('gets none where it shows the black of an opening', async () => {
    const maps = roomMaps(end => (isPatch(end) ? { depth: 0, luma: 4 } : {}));
    const carried = await carryPlanes(maps, planes);
    maps.forEach(({ view, depth }, m) => {
      for (let i = 0; i < depth.inverseDepth.length; i++)
        if (view.gray[i] === 4 && depth.inverseDepth[i] === 0)
          expect(carried[m].depth.inverseDepth[i]).toBe(0);
    });
  });

  test('gets none where it belongs to a thing of its own colour that stands before the wall', async () => {
    // The left half of the thing is measured a metre before the wall, the right half is not.
    const maps = roomMaps((end, depth) =>
      isPatch(end) ? { depth: end[0] < 0.3 ? depth - 1 : 0, luma: 225 } : {},
    );
    const carried = await carryPlanes(maps, planes);
    let open = 0;
    let filled = 0;
    maps.forEach(({ depth }, m) => {
      for (let i = 0; i < depth.inverseDepth.length; i++)
        if (depth.inverseDepth[i] === 0) {
          open++;
          if (carried[m].depth.inverseDepth[i] > 0) filled++;
        }
    });
    expect(open).toBeGreaterThan(200);
    expect(filled).toBeLessThan(0.2 * open);
  });
});
