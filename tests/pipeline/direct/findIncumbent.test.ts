import { describe, expect, it } from 'vitest';
import { findIncumbent } from '../../../pipeline/direct/findIncumbent.ts';
import { type Iteration, newProduction, type Production } from '../../../pipeline/direct/production.ts';

const OPTIONS: Production['options'] = {
  takes: 2,
  seconds: 4,
  width: 640,
  height: 360,
  framesPerSecond: 24,
  seed: 1,
  provider: 'procedural',
  model: 'sora-director/procedural@1',
  failureModelSha256: null,
  mind: 'rules',
  mostPromptCharacters: 800,
  quality: 'draft',
  agents: 2,
  testSeconds: 5,
};

/** Iterations with as many warnings in the first take each; each prompt is the revision before it unless given. */
function production(...warnings: { found: number; prompt?: string }[]): Production {
  const iterations = warnings.map(({ found, prompt }, index): Iteration => {
    const number = index + 1;
    const finding = { id: 'take-01:pop', kind: 'pop', severity: 'warning' as const, message: 'pop' };
    const take = { rank: 1, overall: 1, liftable: true, reason: '' };
    return {
      iteration: number,
      prompt: prompt ?? `prompt ${number}`,
      generated: {
        takes: ['take-01', 'take-02'].map(name => ({ take: name, video: name, sha256: '' })),
        failed: [],
      },
      scored: { scores: '', takes: [{ ...take, take: 'take-01', findings: Array(found).fill(finding) }] },
      lifted: null,
      tested: null,
      revised: { revision: '', prompt: `prompt ${number + 1}`, edits: [] },
    };
  });
  return { ...newProduction('prompt 1', OPTIONS), iterations };
}

describe('findIncumbent', () => {
  it('accepts a revision only where less was found', () => {
    const made = production({ found: 3 }, { found: 5 }, { found: 1 }, { found: 1 });
    expect([1, 2, 3, 4].map(number => findIncumbent(made, number).iteration)).toEqual([1, 1, 3, 3]);
  });

  it('begins anew with a prompt that a person wrote', () => {
    const made = production({ found: 1 }, { found: 5, prompt: 'my own words' }, { found: 6 });
    expect([2, 3].map(number => findIncumbent(made, number).iteration)).toEqual([2, 2]);
  });
});
