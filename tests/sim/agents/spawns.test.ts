import { expect, test } from 'vitest';
import { chooseSpawns } from '../../../sim/agents/spawns.ts';
import { walkerBody } from '../../../sim/body.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { buildNavmeshes } from '../../../sim/navmesh/buildNavmesh.ts';
import { Navmesh } from '../../../sim/navmesh/navmesh.ts';
import { fineJob } from '../../../sim/navmesh/navmeshJobs.ts';
import { model, node, sheet } from '../handMadeWorlds.ts';

const body = walkerBody(1);

async function navmeshOf(...sheets: ReturnType<typeof sheet>[]): Promise<Navmesh> {
  const triangles = collectTriangles(model(node('floor', sheets)));
  const [polygons] = await buildNavmeshes([fineJob(triangles, body)], {});
  if (!polygons) throw new Error('nothing can be walked');
  return new Navmesh(polygons);
}

test('an open level of platforms is entered on all of them, in turn', async () => {
  const navmesh = await navmeshOf(sheet(-9, -4, -1, 4), sheet(1, -3, 7, 3), sheet(-1, 10, 1, 12));
  const { places, islands } = chooseSpawns(navmesh, undefined, body.stepHeight, () => true);
  expect(islands.size).toBe(1);
  expect(Math.sign(places[0][0])).not.toBe(Math.sign(places[1][0]));
  // The third is too small to be ground.
  expect(places.every(([, , z]) => z < 9)).toBe(true);
});

test('what lies beside a room, or a step and more above, is not ground', async () => {
  const side = await navmeshOf(sheet(-9, -4, -1, 4), sheet(1, -3, 7, 3));
  const west = side.component[side.locate(-5, 0, 0, 1, 1)];
  for (const isOpen of [() => false, (component: number) => component === west])
    expect(chooseSpawns(side, undefined, body.stepHeight, isOpen).islands.size).toBe(0);
  const above = await navmeshOf(sheet(-9, -4, -1, 4), sheet(1, -3, 7, 3, 0.5));
  expect(chooseSpawns(above, undefined, body.stepHeight, () => true).islands.size).toBe(0);
});
