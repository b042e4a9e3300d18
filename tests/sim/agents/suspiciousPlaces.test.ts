import { expect, test } from 'vitest';
import type { MeshPart } from '../../../engine/world/worldModel.ts';
import { findBorderPlaces } from '../../../sim/agents/suspiciousPlaces.ts';
import { VoidRegions } from '../../../sim/agents/voidRegions.ts';
import { walkerBody } from '../../../sim/body.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { buildNavmeshes } from '../../../sim/navmesh/buildNavmesh.ts';
import { Navmesh } from '../../../sim/navmesh/navmesh.ts';
import { fineJob } from '../../../sim/navmesh/navmeshJobs.ts';
import { model, node, sheet } from '../handMadeWorlds.ts';

const HALF_PIT = 0.8;

/** A sheet that rises by `slope` metres a metre along +Z, 0 in the middle. */
function ramp(x0: number, z0: number, x1: number, z1: number, slope: number): MeshPart {
  const part = sheet(x0, z0, x1, z1);
  for (let i = 0; i < part.positions.length; i += 3) part.positions[i + 1] = slope * part.positions[i + 2];
  return part;
}

/** Ground of 10 × 10 m on a slope, with a pit of 1.6 × 1.6 m and two metres in its middle. */
function pitOnSlope(slope: number) {
  const ground = [
    ramp(-5, -5, -HALF_PIT, 5, slope),
    ramp(HALF_PIT, -5, 5, 5, slope),
    ramp(-HALF_PIT, -5, HALF_PIT, -HALF_PIT, slope),
    ramp(-HALF_PIT, HALF_PIT, HALF_PIT, 5, slope),
  ];
  return dropsInto(ground, [sheet(-HALF_PIT, -HALF_PIT, HALF_PIT, HALF_PIT, -2)], slope);
}

/** What lies below the ground's border, seen from where the ground is wide. */
async function dropsInto(ground: MeshPart[], pit: MeshPart[], slope: number) {
  const body = walkerBody(1);
  const triangles = collectTriangles(model(node('ground', ground), node('pit', pit)));
  const [polygons] = await buildNavmeshes([fineJob(triangles, body)]);
  if (!polygons) throw new Error('nothing can be walked');
  const navmesh = new Navmesh(polygons);
  const component = navmesh.component[navmesh.locate(3, slope * 3, 3, 0.2, 0.5)];
  const bvh = new TriangleBvh(triangles);
  const places = findBorderPlaces(navmesh, new Set([component]), bvh, new VoidRegions(bvh), body);
  return places.filter(({ beyond }) => beyond === 'drop');
}

test('a body aims into the middle of a pit whose sides lean in, not at them', async () => {
  const bottom = 0.45;
  // From the rim down to the bottom, on all sides.
  const sides: MeshPart[] = [0, 1, 2, 3].map(turn => {
    const at = (x: number, y: number) => {
      const [cos, sin] = [Math.cos((turn * Math.PI) / 2), Math.sin((turn * Math.PI) / 2)];
      return [-1, 1].flatMap(way => [x * cos - way * x * sin, y, x * sin + way * x * cos]);
    };
    const positions = Float32Array.from([...at(1.2, 0), ...at(bottom, -2)]);
    return { positions, indices: Uint32Array.of(0, 1, 2, 1, 3, 2), material: 0 };
  });
  const drops = await dropsInto(
    [
      ramp(-5, -5, -1.2, 5, 0),
      ramp(1.2, -5, 5, 5, 0),
      ramp(-1.2, -5, 1.2, -1.2, 0),
      ramp(-1.2, 1.2, 1.2, 5, 0),
    ],
    [...sides, sheet(-bottom, -bottom, bottom, bottom, -2)],
    0,
  );
  expect(drops.length).toBeGreaterThan(4);
  for (const { aim, position } of drops)
    expect(Math.hypot(...(aim ?? [Infinity])), `from ${position} to ${aim}`).toBeLessThan(bottom);
});

test.each([0, 0.3, -0.6])('a body aims into a pit and not beside it, on a slope of %s', async slope => {
  const drops = await pitOnSlope(slope);
  expect(drops.length).toBeGreaterThan(4);
  for (const { aim, position } of drops) {
    const [x, z] = aim ?? [Infinity, Infinity];
    expect(Math.max(Math.abs(x), Math.abs(z)), `from ${position} to ${aim}`).toBeLessThan(HALF_PIT / 2);
  }
});
