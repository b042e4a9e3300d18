import { describe, expect, test } from 'vitest';
import { Inspections, MAX_ATTEMPTS, placeOf } from '../../../sim/agents/inspections.ts';
import type { BorderPlace } from '../../../sim/agents/suspiciousPlaces.ts';

const OUTSIDE = {
  id: 0,
  open: true,
  centre: [0, 0, 0],
  sizeX: 0,
  sizeZ: 0,
  area: 0,
} as const;

function exit(x: number): BorderPlace {
  return {
    position: [x, 0, 0],
    outwardX: 0,
    outwardZ: 1,
    polygon: 0,
    component: 0,
    beyond: 'void',
    region: { ...OUTSIDE, centre: [0, 0, 0] },
    aim: [x, 1],
  };
}

/** Takes the nearest to the origin, walks, and says what came of it. */
function walk(inspections: Inspections, settled: boolean, wasMet = false): number {
  const inspection = inspections.nearest('suspicious', 0, [0, 0, 0]);
  if (!inspection) throw new Error('nothing is left');
  inspections.claim(inspection);
  const [x] = placeOf(inspection).position;
  inspections.finish(inspection, settled, wasMet);
  return x;
}

describe('inspections', () => {
  test('one gap is one inspection, whose places are tried in turn until a body is through', () => {
    const inspections = new Inspections([0, 0.5, 1, 1.5].map(exit), true, () => false);
    // The middle that it was given first, then what lies farthest from where it was tried.
    expect(walk(inspections, false)).toBe(0);
    expect(walk(inspections, false)).toBe(1.5);
    expect(inspections.pending).toBe(true);
    expect(walk(inspections, true)).toBe(0.5);
    expect(inspections.pending).toBe(false);
    expect(inspections.hasOpen('suspicious', 0)).toBe(false);
  });

  test('a gap that lets nobody out is given up, but not because others were in the way', () => {
    const inspections = new Inspections([exit(0)], true, () => false);
    walk(inspections, false, true);
    for (let i = 0; i < MAX_ATTEMPTS; i++) walk(inspections, false);
    expect(inspections.pending).toBe(false);
  });

  test('an enclosed world is tried at each gap, an open one at two', () => {
    const gaps = [0, 5, 10, 15].map(exit);
    const count = (enclosed: boolean) => {
      const inspections = new Inspections(gaps, enclosed, () => false);
      let walks = 0;
      for (; inspections.hasOpen('suspicious', 0); walks++) walk(inspections, true);
      return walks;
    };
    expect(count(true)).toBe(4);
    expect(count(false)).toBe(2);
  });

  test('a pit is one inspection, from whichever side of it', () => {
    const rim = (x: number, landing: number): BorderPlace => ({
      ...exit(x),
      beyond: 'drop',
      landing: [landing, -2, 0],
    });
    // Five metres apart around one pit; the last leads into another beside the first.
    const inspections = new Inspections([rim(0, 2.4), rim(5, 2.6), rim(0, -2.4)], true, () => false);
    walk(inspections, true);
    walk(inspections, true);
    expect(inspections.pending).toBe(false);
  });

  test('what lies on another island is left to those who are there', () => {
    const inspections = new Inspections([exit(0), { ...exit(9), component: 1 }], true, () => false);
    expect(inspections.hasOpen('suspicious', 1)).toBe(true);
    expect(inspections.hasOpen('suspicious', 2)).toBe(false);
    expect(inspections.nearest('suspicious', 1, [0, 0, 0])?.places[0].position[0]).toBe(9);
    expect(inspections.nearest('suspicious', 2, [0, 0, 0])).toBeUndefined();
  });
});
