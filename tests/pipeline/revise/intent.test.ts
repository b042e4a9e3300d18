import { describe, expect, it } from 'vitest';
import { lostParts, measureIntent } from '../../../pipeline/revise/intent.ts';
import { parsePlan } from '../../../pipeline/revise/plan.ts';

const of = (wanted: string, prompt: string) => measureIntent(parsePlan(wanted).intent, prompt);
const ALL = { subject: 1, action: 1, place: 1 };
const WANTED = 'An old monk walks through a stone temple';

describe('measureIntent', () => {
  it.each([
    `${WANTED}, steady even light`,
    'Steady light. In a temple of stone an old monk is walking',
    `${WANTED}, nothing else moves, no blur at all, everything else stays perfectly still`,
  ])('finds all of it in any form and order: %s', prompt => {
    expect(of(WANTED, prompt)).toEqual(ALL);
  });

  it('tells what share of each part is gone', () => {
    expect(of(WANTED, 'A monk walks through a temple')).toEqual({ subject: 0.5, action: 1, place: 0.5 });
    expect(of(WANTED, 'An old monk in a hallway')).toEqual({ subject: 1, action: 0, place: 0 });
  });

  it.each([
    ['subject', `${WANTED}, no monk, never old`],
    ['subject', `${WANTED}, an empty view with nobody in it`],
    ['action', `${WANTED}, nothing moves`],
    ['place', `${WANTED}, no stone temple`],
  ] as const)('counts the %s as lost where it is ruled out: %s', (part, prompt) => {
    expect(lostParts(ALL, of(WANTED, prompt))).toContain(part);
  });

  it('does not count words that ask for a fault, nor what was left open', () => {
    expect(of('a floating crate in a warehouse', 'A crate in a warehouse')).toEqual(ALL);
    expect(of('', 'anything')).toEqual(ALL);
  });
});
