import { describe, expect, it } from 'vitest';
import { findBest } from '../../../pipeline/direct/findBest.ts';
import { findStop, type Limits } from '../../../pipeline/direct/limits.ts';
import { nextStep } from '../../../pipeline/direct/nextStep.ts';
import { type Iteration, newProduction, type Production } from '../../../pipeline/direct/production.ts';

const OPTIONS: Production['options'] = {
  takes: 2,
  seconds: 4,
  width: 640,
  height: 360,
  framesPerSecond: 24,
  seed: 1,
  provider: 'openai',
  model: 'sora-2',
  failureModelSha256: null,
  quality: 'draft',
  agents: 2,
  testSeconds: 5,
  mind: 'rules',
  mostPromptCharacters: 800,
};

/** Finished iterations with as many errors in the world each; every prompt is the revision before it. */
function production(...errors: number[]): Production {
  const iterations = errors.map((error, index): Iteration => {
    const number = index + 1;
    const takes = ['take-01', 'take-02'];
    return {
      iteration: number,
      prompt: `prompt ${number}`,
      generated: { takes: takes.map(take => ({ take, video: take, sha256: '' })), failed: [] },
      scored: { scores: '', takes: [] },
      lifted: {
        take: 'take-01',
        because: '',
        world: `world ${number}`,
        registered: 1,
        frames: 1,
        reprojectionErrorPixels: 0,
      },
      tested: {
        report: '',
        seed: 1,
        stateHash: '',
        reachableArea: 10,
        coverage: 1,
        violations: { error, warning: 0, info: 0 },
        found: [],
      },
      ...(error > 0 && { revised: { revision: '', prompt: `prompt ${number + 1}`, edits: [] } }),
    };
  });
  return { ...newProduction('prompt 1', OPTIONS), iterations, best: findBest(iterations) };
}

const stopOf = (made: Production, limits: Partial<Limits>) => findStop(made, { iterations: 9, ...limits });

describe('findStop', () => {
  it('ends where nothing is found, where iterations are used up, and goes on else', () => {
    expect(stopOf(production(2, 0), {})).toMatchObject({ stopped: 'no-findings' });
    expect(stopOf(production(2, 1), { iterations: 2 })).toMatchObject({ stopped: 'iterations-done' });
    expect(stopOf(production(2, 1), {})).toBeUndefined();
    expect(stopOf(newProduction('p', OPTIONS), { maxSeconds: 0, maxCost: 0 })).toBeUndefined();
  });

  it('ends at a target, and says what was reached', () => {
    expect(stopOf(production(3, 1), { target: 1 })).toEqual({
      stopped: 'target-met',
      stoppedBecause: 'Iteration 2 shows 1.00 weighted violations, no more than the target of 1.',
    });
    expect(stopOf(production(3, 1), { target: 0.9 })).toBeUndefined();
  });

  it('ends after revisions in a row that brought nothing, and counts anew after one that did', () => {
    expect(stopOf(production(2, 3), { patience: 2 })).toBeUndefined();
    expect(stopOf(production(2, 3, 2), { patience: 2 })).toMatchObject({
      stopped: 'no-progress',
      stoppedBecause: expect.stringContaining('Since iteration 1, 2 revisions'),
    });
    expect(stopOf(production(3, 3, 2, 2), { patience: 2 })).toBeUndefined();
  });

  it('lets a person go on all the same', () => {
    const made = production(2, 3, 2);
    const begun = { ...made, iterations: [...made.iterations, { iteration: 4, prompt: 'my own' }] };
    expect(nextStep(begun, { iterations: 1, patience: 1 })).toEqual({ iteration: 4, step: 'generate' });
  });

  it('begins no iteration that money or time does not last for', () => {
    // Two takes of four seconds: eight seconds an iteration.
    const cost = { dollarsPerSecond: 0.1 };
    expect(stopOf(production(3, 2), { ...cost, maxCost: 2.4 })).toBeUndefined();
    expect(stopOf(production(3, 2), { ...cost, maxCost: 2.39 })).toEqual({
      stopped: 'budget',
      stoppedBecause:
        '$1.60 are spent, and another iteration costs $0.80: more than the $2.39 of --max-cost.',
    });
    const worked = { ...production(3, 2), workedSeconds: 100 };
    expect(stopOf(worked, { maxSeconds: 150 })).toBeUndefined();
    expect(stopOf(worked, { maxSeconds: 149 })).toMatchObject({
      stopped: 'budget',
      stoppedBecause: expect.stringContaining('100 s are used, and an iteration takes about 50 s'),
    });
  });
});
