import { expect, test } from 'vitest';
import { walkerBody } from '../../../sim/body.ts';
import { detectUnstable } from '../../../sim/detectors/unstable.ts';
import { makeWorldContext } from '../../../sim/detectors/worldContext.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { box, loaded, model, node, sheet } from '../handMadeWorlds.ts';

test('a loose thing over an edge is unstable where it turned or fell, and not where it stayed', () => {
  const world = loaded(
    model(
      node('floor', [sheet(-4, -4, 4, 4)]),
      node('stand', [box([-0.5, 0, -0.5], [0, 0.5, 0.5])]),
      node('parcel', [box([-0.1, 0.5, -0.2], [0.3, 0.9, 0.2])], 'dynamic'),
    ),
  );
  const bvh = new TriangleBvh(collectTriangles(world.collider));
  const context = makeWorldContext(world, bvh, undefined, new Set(), walkerBody(1));
  const found = (turned: number, moved: number) =>
    detectUnstable(context, {
      turnedRadians: new Map([['parcel', turned]]),
      movedMeters: new Map([['parcel', moved]]),
    }).map(({ object }) => object);
  expect(found(0.8, 0.5)).toEqual(['parcel']);
  expect(found(0.04, 0.4)).toEqual(['parcel']);
  expect(found(0.04, 0.01)).toEqual([]);
});
