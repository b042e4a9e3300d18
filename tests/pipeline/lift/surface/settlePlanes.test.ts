import { beforeAll, expect, test } from 'vitest';
import { extractSurface } from '../../../../pipeline/lift/surface/extractSurface.ts';
import { fuseDepthMaps } from '../../../../pipeline/lift/surface/fuseDepthMaps.ts';
import { findPlanes, type Plane } from '../../../../pipeline/lift/surface/planes.ts';
import { settlePlanes } from '../../../../pipeline/lift/surface/settlePlanes.ts';
import { roomMaps } from './roomMaps.ts';
import { ROOM } from './syntheticViews.ts';

const maps = roomMaps();
const noise = () => 0.05;
let back: Plane;
beforeAll(async () => {
  const planes = findPlanes(extractSurface(await fuseDepthMaps(maps, 0.05, 20, undefined), 1), () => 0.005);
  back = planes.find(({ normal }) => normal[2] > 0.9) as Plane;
});

const moved = (meters: number): Plane => ({ ...back, offset: Float64Array.of(ROOM.wallZ + meters) });

test.each([-0.06, 0.05])('a wall that is off by %f m is moved to where the pictures agree', async meters => {
  const [settled] = await settlePlanes([moved(meters)], maps, noise);
  expect(Math.abs(settled.offset[0] - ROOM.wallZ)).toBeLessThan(0.015);
});

test('a wall without texture stays', async () => {
  const plain = maps.map(({ view, depth }) => ({ view: { ...view, gray: view.gray.map(() => 120) }, depth }));
  const [settled] = await settlePlanes([moved(0.05)], plain, noise);
  expect(settled.offset[0]).toBe(ROOM.wallZ + 0.05);
});

test('a cancelled search stops', async () => {
  await expect(settlePlanes([back], maps, noise, AbortSignal.abort())).rejects.toMatchObject({
    code: 'CANCELLED',
  });
});
