import { describe, expect, it } from 'vitest';
import { severitySeries } from '../../../web/studio/production/model/severitySeries.ts';
import { sampleIteration, sampleTake } from '../sampleViews.ts';

const finding = { id: 'take-01:pop@1.00', kind: 'pop', severity: 'warning', message: '' } as const;
const tested = {
  runId: null,
  coverage: 1,
  reachableArea: 1,
  violations: { error: 2, warning: 1, info: 4 },
  found: [],
};

describe('severitySeries', () => {
  it('adds what was found in the takes to what was found in the world', () => {
    const takes = [
      sampleTake('take-01', { findings: [finding] }),
      sampleTake('take-02', { verdict: { code: 'LIFT_CUT', message: '' } }),
    ];
    expect(severitySeries([sampleIteration({ takes, tested })])).toEqual([
      {
        iteration: 1,
        world: { error: 2, warning: 1, info: 4 },
        takes: { error: 1, warning: 1, info: 0 },
        total: { error: 3, warning: 2, info: 4 },
        complete: true,
      },
    ]);
  });

  it('is not complete before the test, and has no world where the test was refused', () => {
    const [begun] = severitySeries([sampleIteration()]);
    expect(begun).toMatchObject({ complete: false, world: null });
    const [refused] = severitySeries([sampleIteration({ tested: { ...tested, code: 'NAVMESH_FAILED' } })]);
    expect(refused).toMatchObject({ complete: true, world: null, total: { error: 0, warning: 0, info: 0 } });
  });
});
