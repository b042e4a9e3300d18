import { expect, test } from 'vitest';
import { walkableOverlap } from '../../bench/metrics/walkableOverlap.ts';
import { CoverageGrid } from '../../sim/agents/coverage.ts';
import { Navmesh } from '../../sim/navmesh/navmesh.ts';
import { model, node, sheet } from '../sim/handMadeWorlds.ts';

/** A strip that a body's middle can be on, one cell wide. */
const STRIP = new Navmesh({
  vertices: Float64Array.from([0, 0, 0, 0, 0, 0.25, 4, 0, 0.25, 4, 0, 0]),
  corners: Uint32Array.from([0, 1, 2, 3]),
  starts: Uint32Array.from([0, 4]),
  relief: { vertices: new Float64Array(), triangles: new Uint32Array(), starts: Uint32Array.from([0, 0]) },
});

test('what lies beside a strip counts alike where it was entered and where nobody can come to it', () => {
  const authored = model(node('authored', [sheet(0.5, -1, 3.5, 1.25)]));
  const coverage = new CoverageGrid(STRIP, 1);
  const apart = walkableOverlap(authored, { navmesh: STRIP, coverage, reachable: new Set() });
  // Half a metre on both sides, of 2.25 m.
  expect(apart.entered).toBe(0);
  expect(apart.unreachable).toBeCloseTo(1.25 / 2.25, 1);

  coverage.addComponent(0);
  coverage.entered.fill(1);
  const walked = walkableOverlap(authored, { navmesh: STRIP, coverage, reachable: new Set([0]) });
  expect(walked.unreachable).toBe(0);
  expect(walked.entered).toBeCloseTo(apart.unreachable, 2);
});
