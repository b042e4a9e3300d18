import { expect, test } from 'vitest';
import { walkerBody } from '../../../sim/body.ts';
import { detectDropped } from '../../../sim/detectors/floating.ts';
import { makeWorldContext } from '../../../sim/detectors/worldContext.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { box, loaded, model, node, sheet } from '../handMadeWorlds.ts';

/** What is said of a loose crate at a height over a floor, under which another one lies, that came down by 0.4 m. */
function droppedFrom(height: number) {
  const world = loaded(
    model(
      node('floor', [sheet(-4, -4, 4, 4), sheet(-4, -4, 4, 4, -0.27)]),
      node('crate', [box([-0.5, height, -0.5], [0.5, height + 1, 0.5])], 'dynamic'),
    ),
  );
  const bvh = new TriangleBvh(collectTriangles(world.collider));
  const context = makeWorldContext(world, bvh, undefined, new Set(), walkerBody(1));
  const settled = { turnedRadians: new Map(), movedMeters: new Map([['crate', 0.4]]) };
  return detectDropped(context, settled, []).map(({ evidence }) => evidence['gapBelowMeters']);
}

test('what fell from above the floor was not held', () => {
  expect(droppedFrom(0.3)).toEqual([0.3]);
});

test('what stood on the floor, a hair in it by rounding, did not float over the floor below', () => {
  expect(droppedFrom(-1e-5)).toEqual([]);
});
