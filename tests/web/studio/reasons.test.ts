import { describe, expect, it } from 'vitest';
import { reasonOf, secondsOf } from '../../../web/studio/production/model/reasons.ts';
import { sampleIteration, sampleRun, sampleTake, sampleViolation } from '../sampleViews.ts';

const iteration = sampleIteration({
  takes: [
    sampleTake('take-01', {
      findings: [{ id: 'take-01:pop@3.25', kind: 'pop', severity: 'warning', message: 'Something pops.' }],
    }),
    sampleTake('take-02', { verdict: { code: 'LIFT_CUT', message: 'There is a cut.' } }),
  ],
});
const run = sampleRun([sampleViolation('stuck-1', { severity: 'error', message: 'It was stuck.' })]);

describe('reasonOf', () => {
  it('finds the moment of a take', () => {
    expect(reasonOf('take-01:pop@3.25', iteration, run)).toEqual({
      id: 'take-01:pop@3.25',
      severity: 'warning',
      place: 'Take 1',
      message: 'Something pops.',
      target: { kind: 'take', take: 'take-01', seconds: 3.25 },
    });
  });

  it('finds a refused lift', () => {
    expect(reasonOf('take-02:LIFT_CUT', iteration, run)).toMatchObject({
      severity: 'error',
      place: 'Take 2',
      message: 'There is a cut.',
    });
  });

  it('finds a violation of the world', () => {
    expect(reasonOf('stuck-1', iteration, run)).toMatchObject({
      severity: 'error',
      message: 'It was stuck.',
      target: { kind: 'violation', id: 'stuck-1' },
    });
  });

  it('finds why the test refused the world', () => {
    const tested = {
      runId: null,
      coverage: 0,
      reachableArea: 0,
      violations: { error: 0, warning: 0, info: 0 },
      found: [],
      code: 'NAVMESH_FAILED',
      message: 'The geometry is too broken.',
    };
    expect(reasonOf('world:NAVMESH_FAILED', sampleIteration({ tested }), null)).toMatchObject({
      severity: 'error',
      message: 'The geometry is too broken.',
    });
  });

  it('says the id in words while the run is not there yet', () => {
    expect(reasonOf('world:fall-through-2', iteration, null)).toMatchObject({
      severity: null,
      message: 'fall through 2',
      target: { kind: 'none' },
    });
  });
});

describe('secondsOf', () => {
  it('reads the time at the end of an id', () => {
    expect(secondsOf('take-01:flicker@0.96')).toBe(0.96);
    expect(secondsOf('take-01:sharpness')).toBeNull();
  });
});
