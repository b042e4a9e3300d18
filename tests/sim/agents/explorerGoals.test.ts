import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { CoverageGrid } from '../../../sim/agents/coverage.ts';
import { Explorer } from '../../../sim/agents/explorer.ts';
import { Inspections } from '../../../sim/agents/inspections.ts';
import { Mission } from '../../../sim/agents/mission.ts';
import { PERSONAS } from '../../../sim/agents/personas.ts';
import { withSeededRandom } from '../../../sim/agents/seededYuka.ts';
import { Navmesh } from '../../../sim/navmesh/navmesh.ts';
import { YukaNavmesh } from '../../../sim/navmesh/yukaNavmesh.ts';

/** Two floors of 4 × 4 m, a metre apart, and a pit beside the first. */
function twoFloors() {
  const navmesh = new Navmesh({
    vertices: Float64Array.from(
      [
        [0, 0, 0, 0, 0, 4, 4, 0, 4, 4, 0, 0],
        [5, 0, 0, 5, 0, 4, 9, 0, 4, 9, 0, 0],
      ].flat(),
    ),
    corners: Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7]),
    starts: Uint32Array.from([0, 4, 8]),
    relief: {
      vertices: new Float64Array(),
      triangles: new Uint32Array(),
      starts: Uint32Array.from([0, 0, 0]),
    },
  });
  const inspections = new Inspections(
    [
      {
        position: [0, 0, 2],
        outwardX: -1,
        outwardZ: 0,
        polygon: 0,
        component: 0,
        beyond: 'drop',
        landing: [-1, -2, 2],
        aim: [-1, 2],
      },
    ],
    true,
    () => false,
  );
  const coverage = new CoverageGrid(navmesh, 16);
  coverage.addComponent(0);
  const mission = new Mission(navmesh, new YukaNavmesh(navmesh), coverage, inspections, () => []);
  const random = createRandom('two floors');
  const explorer = new Explorer(0, { ...PERSONAS[0], inspectBias: 1, exploreBias: 0.1 }, mission, random);
  explorer.component = 0;
  explorer.feet.splice(0, 3, 6, 0, 2);
  explorer.grounded = true;
  const step = (times: number) => {
    for (let i = 0; i < times; i++) {
      withSeededRandom(random, () => explorer.update(1 / 60));
      explorer.step++;
    }
  };
  return { explorer, inspections, step };
}

test('who stands on another floor than the work tries no place, and leaves it to others', () => {
  const { explorer, inspections, step } = twoFloors();
  explorer.polygon = 1;
  step(30);
  expect(inspections.nearest('suspicious', 0, [0, 0, 2])?.attempts).toBe(0);
  expect(explorer.mission.hasFrontier(0)).toBe(true);

  // Back on its own floor it goes there.
  explorer.feet[0] = 3;
  explorer.polygon = 0;
  step(120);
  expect(inspections.nearest('suspicious', 0, [0, 0, 2])).toBeUndefined();
  expect(inspections.pending).toBe(true);
});
