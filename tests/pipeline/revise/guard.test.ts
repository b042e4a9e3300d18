import { describe, expect, it } from 'vitest';
import { splitClauses } from '../../../pipeline/revise/clauses.ts';
import { clashOf } from '../../../pipeline/revise/contradictions.ts';
import { appendClause } from '../../../pipeline/revise/editClauses.ts';
import { refusalOf } from '../../../pipeline/revise/guard.ts';
import { parsePlan } from '../../../pipeline/revise/plan.ts';
import { revise } from '../../../pipeline/revise/revise.ts';
import { allClauses, RULES } from '../../../pipeline/revise/rules.ts';

const clash = (text: string, prompt: string) => clashOf(text, splitClauses(prompt));

describe('clashOf', () => {
  it.each([
    ['a solid floor', 'the floor is solid and continuous'],
    ['A Robot walks', 'a robot walks down a hallway'],
  ])('finds what says nothing new: %s | %s', (text, prompt) => {
    expect(clash(text, prompt)).toContain('says again');
  });

  it.each([
    ['steady even light', 'a hall with flickering lights'],
    ['a hall with flickering lights', 'steady even light'],
    ['the camera walks slowly forward at eye level', 'static camera'],
    ['bright daylight reaches every corner', 'a street at night'],
    ['an empty street', 'a crowd of people in the market'],
  ])('finds what cannot be at once: %s | %s', (text, prompt) => {
    expect(clash(text, prompt)).toContain('contradicts');
  });

  it.each([
    ['sharp focus throughout', 'no soft focus'],
    ['brightly lit', 'a dark robot walks'],
    ['the floor is solid and continuous', 'richly textured walls and floor'],
  ])('finds nothing where there is nothing: %s | %s', (text, prompt) => {
    expect(clash(text, prompt)).toBeUndefined();
  });

  it('lets every clause of a rule stand beside those of the others', () => {
    for (const rule of RULES)
      for (const text of allClauses(rule))
        for (const other of RULES)
          if (other !== rule) expect(clash(text, allClauses(other).join(', ')), text).toBeUndefined();
  });
});

describe('refusalOf', () => {
  const refuse = (prompt: string, text: string, mostCharacters = 800) => {
    const before = splitClauses(prompt);
    const { clauses, added } = appendClause(before, text, () => false);
    return refusalOf(before, clauses, added, { intent: parsePlan(prompt).intent, mostCharacters });
  };

  it('lets be what is new, fits and takes nothing away', () => {
    expect(refuse('A cat sits in a room', 'steady even light')).toBeUndefined();
  });

  it('refuses what repeats, contradicts, is too long, or loses what the person wants', () => {
    expect(refuse('A cat sits in a room', 'a cat sits')).toContain('says again');
    expect(refuse('A cat sits in a room at night', 'in soft daylight')).toContain('contradicts');
    expect(refuse('A cat sits in a room', 'steady even light', 30)).toContain('longer than 30');
    expect(refuse('A cat sits in a room', 'nobody is there')).toContain('the subject would be lost: "A cat"');
  });

  it('makes the rules say something else', () => {
    const found = [
      { id: 'v', kind: 'view-inconsistency', severity: 'error' as const, confidence: 1, message: '' },
    ];
    const known = { takes: 20, shown: 8 };
    const experience = {
      'nothing-else-moves': { 'nothing else moves': known, '': { takes: 20, shown: 18 } },
    };
    const revised = (prompt: string) =>
      revise(`${prompt}, nothing else moves`, found, { experience }).revised;
    expect(revised('A hallway')).toContain('an empty view with nobody in it');
    expect(revised('A robot walks down a hallway')).not.toContain('nobody');
  });
});
