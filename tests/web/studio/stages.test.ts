import { describe, expect, it } from 'vitest';
import { jobOfStage, stagesOf } from '../../../web/studio/production/model/stages.ts';
import { sampleIteration, sampleJob, sampleProduction, sampleTake } from '../sampleViews.ts';

const takes = [sampleTake('take-01', { rank: 1, overall: 0.9, liftable: { ok: true, reason: '' } })];
const lifted = {
  take: 'take-01',
  because: '',
  worldId: 'w_0000000000000001',
  registered: 90,
  frames: 96,
  reprojectionErrorPixels: 0.2,
};
const tested = {
  runId: 'r_0000000000000001',
  coverage: 0.93,
  reachableArea: 20,
  violations: { error: 1, warning: 2, info: 0 },
  found: [],
};
const revised = { prompt: 'better', edits: [] };

function states(
  iteration: ReturnType<typeof sampleIteration>,
  part: Partial<ReturnType<typeof sampleProduction>>,
) {
  const production = sampleProduction({ iterations: [iteration], ...part });
  return stagesOf(production, iteration, production.job).map(({ state }) => state);
}

describe('stagesOf', () => {
  it('goes from stage to stage as the steps are finished', () => {
    const job = (kind: Parameters<typeof sampleJob>[0]) => ({ job: sampleJob(kind) });
    expect(states(sampleIteration(), job({ kind: 'generate' }))).toEqual(['running', 'todo', 'todo', 'todo']);
    expect(states(sampleIteration({ takes: [sampleTake('take-01')] }), job({ kind: 'score' }))[0]).toBe(
      'running',
    );
    expect(states(sampleIteration({ takes }), job({ kind: 'lift', state: 'queued' }))).toEqual([
      'done',
      'queued',
      'todo',
      'todo',
    ]);
    expect(states(sampleIteration({ takes, lifted }), job({ kind: 'test' }))).toEqual([
      'done',
      'done',
      'running',
      'todo',
    ]);
    expect(states(sampleIteration({ takes, lifted, tested, revised }), { state: 'done' })).toEqual([
      'done',
      'done',
      'done',
      'done',
    ]);
  });

  it('says where the person is waited for', () => {
    const pick = states(sampleIteration({ takes }), { state: 'waiting', waitingFor: 'pick' });
    expect(pick[1]).toBe('waiting');
    const accept = states(sampleIteration({ takes, lifted, tested, revised }), {
      state: 'waiting',
      waitingFor: 'accept',
    });
    expect(accept).toEqual(['done', 'done', 'done', 'waiting']);
  });

  it('marks the stage at which a production failed, and the one that was refused', () => {
    expect(states(sampleIteration({ takes }), { state: 'failed' })).toEqual([
      'done',
      'failed',
      'todo',
      'todo',
    ]);
    expect(
      states(sampleIteration({ takes, lifted: null, tested: null, revised }), { state: 'done' }),
    ).toEqual(['done', 'refused', 'refused', 'done']);
  });

  it('has a revision that is done where nothing was found', () => {
    const iteration = sampleIteration({ takes, lifted, tested });
    const production = sampleProduction({ iterations: [iteration], state: 'done' });
    const revision = stagesOf(production, iteration, null).at(-1);
    expect(revision).toMatchObject({
      state: 'done',
      summary: 'Nothing was found: the prompt stays as it is.',
    });
  });

  it('keeps an older iteration as it ended while a later one is at work', () => {
    const first = sampleIteration({ takes, lifted, tested, revised });
    const second = sampleIteration({ iteration: 2 });
    const production = sampleProduction({
      iterations: [first, second],
      job: sampleJob({ iteration: 2, kind: 'generate' }),
    });
    expect(stagesOf(production, first, production.job).map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
      'done',
    ]);
    expect(stagesOf(production, second, production.job)[0]?.state).toBe('running');
  });

  it('sums a stage up in a line', () => {
    const iteration = sampleIteration({ takes, lifted, tested, revised });
    const production = sampleProduction({ iterations: [iteration], state: 'done' });
    expect(stagesOf(production, iteration, null).map(({ summary }) => summary)).toEqual([
      '1 take, 1 can be lifted',
      'Take 1: 90 of 96 frames placed',
      '1 error, 2 warnings, 93 % walked',
      '0 edits',
    ]);
  });
});

describe('jobOfStage', () => {
  it('belongs to its stage of its iteration only', () => {
    const job = sampleJob({ kind: 'score', iteration: 2 });
    expect(jobOfStage(job, 2, 'takes')).toBe(job);
    expect(jobOfStage(job, 1, 'takes')).toBeNull();
    expect(jobOfStage(job, 2, 'lift')).toBeNull();
  });
});
