import { describe, expect, it } from 'vitest';
import { personsPrompt } from '../../../pipeline/direct/personsPrompt.ts';
import { type Iteration, newProduction, type Production } from '../../../pipeline/direct/production.ts';

const iteration = (number: number, prompt: string, revised: string): Iteration => ({
  iteration: number,
  prompt,
  revised: { revision: '', prompt: revised, edits: [] },
});

describe('personsPrompt', () => {
  it('goes back through revisions to what a person wrote', () => {
    const production: Production = {
      ...newProduction('mine', {} as Production['options']),
      iterations: [
        iteration(1, 'mine', 'mine, steady'),
        iteration(2, 'mine, steady', 'mine, bright'),
        iteration(3, 'other words', 'other words, sharp'),
      ],
    };
    expect([1, 2, 3, 4].map(number => personsPrompt(production, number))).toEqual([
      'mine',
      'mine',
      'other words',
      'other words',
    ]);
  });
});
