import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinClauses, normalised, splitClauses } from '../../../pipeline/revise/clauses.ts';
import { type Evidence, readEvidence } from '../../../pipeline/revise/evidence.ts';
import { type Experience, observe } from '../../../pipeline/revise/experience.ts';
import { revise } from '../../../pipeline/revise/revise.ts';
import { allClauses, RULES } from '../../../pipeline/revise/rules.ts';

/** Every violation type of the architecture that a rule has an answer to, and codes as lifts give them. */
const KINDS = [
  ...[
    'fall-through',
    'leak',
    'stuck',
    'unreachable',
    'blocked-passage',
    'invisible-wall',
    'ghost-surface',
    'interpenetration',
    'floating',
    'unstable',
  ],
  ...[
    'bad-scale',
    'bad-up',
    'bad-geometry',
    'view-inconsistency',
    'pop',
    'flicker',
    'frozen',
    'cut',
    'no-parallax',
  ],
  ...[
    'low-sharpness',
    'low-exposure',
    'low-flicker',
    'low-motionSmoothness',
    'low-epipolarConsistency',
    'low-parallax',
    'not-liftable',
    'LIFT_NO_PARALLAX',
  ],
];
const evidenceOf = (kind: string, severity: Evidence['severity'] = 'error'): Evidence => ({
  id: `id-of-${kind}`,
  kind,
  severity,
  confidence: 0.8,
  message: `${kind} was found`,
});

const evidence = fc
  .uniqueArray(fc.constantFrom(...KINDS), { maxLength: 12 })
  .chain(kinds =>
    fc.tuple(
      ...kinds.map(kind =>
        fc.constantFrom<Evidence['severity']>('error', 'warning').map(severity => evidenceOf(kind, severity)),
      ),
    ),
  );

/** What is known once takes of a prompt have shown all this. */
function failed(prompt: string, found: readonly Evidence[], before: Experience = {}): Experience {
  const outcome = { kinds: found.map(({ kind }) => kind), tested: true };
  return observe(before, prompt, [outcome, outcome, outcome]);
}

const subject = fc.constantFrom('A robot', 'An old monk', 'A red car', 'Two cats');
const action = fc.constantFrom('walks down', 'waits in', 'crosses', 'looks around');
const place = fc.constantFrom(
  'a hallway',
  'a library with tall shelves',
  'a courtyard, at dusk',
  'a forest clearing. It rained',
);
const style = fc.constantFrom(
  '',
  ', static camera',
  ', handheld',
  ' with flickering lights',
  '. Quick cuts. Soft focus',
  ', everything drifts',
);
const prompts = fc.tuple(subject, action, place, style).map(([who, does, where, how]) => ({
  intent: [who, does, where],
  prompt: `${who} ${does} ${where}${how}`,
}));

describe('revise', () => {
  it('has an answer to every kind of evidence', () => {
    for (const kind of KINDS)
      expect(revise('A robot walks down a hallway', [evidenceOf(kind)]).edits.length, kind).toBeGreaterThan(
        0,
      );
  });

  it('names in each edit exactly the evidence that caused it', () => {
    const { edits } = revise('A robot walks down a hallway', [
      evidenceOf('flicker'),
      evidenceOf('low-flicker'),
      evidenceOf('floating'),
    ]);
    expect(edits).toMatchObject([
      { kind: 'pin', clause: 'steady even light', because: ['id-of-flicker', 'id-of-low-flicker'] },
      { kind: 'pin', clause: 'every object stands on the floor', because: ['id-of-floating'] },
    ]);
  });

  it('changes nothing without evidence', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        expect(revise(text, [])).toMatchObject({ prompt: text, revised: text, edits: [], skipped: [] });
      }),
    );
  });

  it('keeps subject, action and place, whatever was found', () => {
    fc.assert(
      fc.property(prompts, evidence, fc.boolean(), ({ intent, prompt }, found, tried) => {
        const { revised } = revise(prompt, found, tried ? { experience: failed(prompt, found) } : {});
        for (const part of intent)
          for (const clause of splitClauses(part))
            expect(revised.toLowerCase()).toContain(clause.text.toLowerCase());
      }),
    );
  });

  it('is idempotent', () => {
    fc.assert(
      fc.property(prompts, evidence, ({ prompt }, found) => {
        const once = revise(prompt, found);
        const twice = revise(once.revised, found);
        expect(twice.revised).toBe(once.revised);
        expect(twice.edits).toEqual([]);
      }),
    );
  });

  it('says no clause twice and no two wordings of one rule, however often it is asked', () => {
    fc.assert(
      fc.property(prompts, fc.array(evidence, { minLength: 1, maxLength: 5 }), ({ prompt }, rounds) => {
        let text = prompt;
        let experience: Experience = {};
        for (const found of rounds) {
          experience = failed(text, found, experience);
          text = revise(text, found, { experience }).revised;
        }
        const clauses = splitClauses(text).map(clause => normalised(clause.text));
        expect(new Set(clauses).size).toBe(clauses.length);
        for (const rule of RULES) {
          const wordings = rule.clauses.map(normalised);
          expect(clauses.filter(clause => wordings.includes(clause)).length).toBeLessThanOrEqual(1);
          const aids = (rule.aids ?? []).map(normalised);
          expect(clauses.filter(clause => aids.includes(clause)).length).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it('never leaves a phrase beside the clause that contradicts it', () => {
    fc.assert(
      fc.property(prompts, evidence, ({ prompt }, found) => {
        const { revised } = revise(prompt, found);
        const clauses = splitClauses(revised).map(clause => clause.text);
        for (const rule of RULES) {
          if (!clauses.some(clause => rule.clauses.map(normalised).includes(normalised(clause)))) continue;
          for (const clause of clauses)
            expect(rule.contradictedBy?.test(clause) ?? false, `${rule.name}: ${clause}`).toBe(false);
        }
      }),
    );
  });

  it('stays within the length limit, unless the person was over it', () => {
    fc.assert(
      fc.property(
        prompts,
        evidence,
        fc.integer({ min: 60, max: 400 }),
        ({ prompt }, found, mostCharacters) => {
          const result = revise(prompt, found, { mostCharacters });
          expect(result.revised.length).toBeLessThanOrEqual(Math.max(mostCharacters, prompt.length));
        },
      ),
    );
    const { skipped } = revise('A robot walks down a hallway', [evidenceOf('flicker')], {
      mostCharacters: 30,
    });
    expect(skipped).toMatchObject([{ clause: 'steady even light', because: ['id-of-flicker'] }]);
  });

  it.each([
    [
      'Static camera, a cat sits in a room',
      'no-parallax',
      'A cat sits in a room, the camera walks slowly forward at eye level',
    ],
    [
      'A library with flickering lights. A monk reads.',
      'flicker',
      'A library. A monk reads. Steady even light.',
    ],
    [
      'a floating crate in a warehouse',
      'floating',
      'A crate in a warehouse, every object stands on the floor',
    ],
    [
      'The camera dollies through a temple',
      'no-parallax',
      'The camera dollies through a temple, the camera moves forward a long way through the scene',
    ],
    ['Steady light in a cave', 'flicker', 'Steady light in a cave, constant lighting from start to end'],
  ])('%s + %s', (prompt, kind, revised) => {
    expect(revise(prompt, [evidenceOf(kind)]).revised).toBe(revised);
  });

  it('says it in every other way, then with help, then as it failed least, while the finding comes back', () => {
    const found = [evidenceOf('flicker')];
    let text = revise('A hallway', [evidenceOf('fall-through'), ...found]).revised;
    expect(text).toBe('A hallway, the floor is solid and continuous, steady even light');
    let experience: Experience = {};
    const edits = Array.from({ length: 5 }, () => {
      experience = failed(text, found, experience);
      const revision = revise(text, found, { experience });
      text = revision.revised;
      return revision.edits.map(({ kind, clause }) => `${kind} ${clause}`);
    });
    expect(edits).toEqual([
      ['replace constant lighting from start to end'],
      ['replace the brightness never changes'],
      ['pin in soft daylight'],
      ['replace steady even light'],
      ['replace constant lighting from start to end'],
    ]);
  });

  it('says what has helped on this model, whatever stands first in the rule', () => {
    const known = (clause: string, takes: number, shown: number) => ({
      'steady-light': { [clause]: { takes, shown } },
    });
    const [flicker] = [evidenceOf('flicker')];
    const clauseOf = (experience: Experience) =>
      revise('A hallway', [flicker], { experience }).edits[0]?.clause;
    expect(clauseOf({})).toBe('steady even light');
    expect(clauseOf(known('the brightness never changes', 12, 0))).toBe('the brightness never changes');
    expect(clauseOf(known('steady even light', 12, 9))).toBe('constant lighting from start to end');
  });

  it('adds help to a clause that helps too little, and replaces one that does not help', () => {
    const text = 'A hallway, steady even light';
    const edit = (withClause: number, without: number) =>
      revise(text, [evidenceOf('flicker')], {
        experience: {
          'steady-light': {
            'steady even light': { takes: 20, shown: withClause },
            '': { takes: 20, shown: without },
          },
        },
      }).edits[0];
    expect(edit(8, 18)).toMatchObject({ kind: 'pin', clause: 'in soft daylight' });
    expect(edit(18, 8)).toMatchObject({ kind: 'replace', replaces: 'steady even light' });
  });

  it("takes out a clause of its own that brings about what was found, and leaves the person's words", () => {
    const [light, harm] = ['steady even light', 'sharp focus throughout'];
    const takes = (shown: number) => ({ takes: 30, shown });
    const tallies = ([none, ofLight, ofHarm, ofBoth]: number[]) => ({
      '': takes(none),
      [light]: takes(ofLight),
      [harm]: takes(ofHarm),
      [`${light}; ${harm}`]: takes(ofBoth),
    });
    const experience = {
      'steady-light': tallies([15, 3, 29, 20]),
      'sharp-focus': tallies([4, 4, 4, 4]),
    };
    const text = `A dim hallway, ${light}, ${harm}`;
    const { revised, edits } = revise(text, [evidenceOf('flicker')], { experience });
    expect(edits).toContainEqual(
      expect.objectContaining({ kind: 'remove', clause: harm, because: [evidenceOf('flicker').id] }),
    );
    expect(revised).toContain(`A dim hallway, ${light}`);
    expect(revised).not.toContain(harm);
  });

  it('leaves out help that speaks of what the person has decided', () => {
    const text = 'A hallway at night, steady even light';
    const experience = {
      'steady-light': { 'steady even light': { takes: 20, shown: 8 }, '': { takes: 20, shown: 18 } },
    };
    const { revised } = revise(text, [evidenceOf('flicker')], { experience });
    expect(revised).not.toContain('daylight');
  });
});

describe('rules', () => {
  it('have no clause in common', () => {
    const clauses = RULES.flatMap(rule => allClauses(rule)).map(normalised);
    expect(new Set(clauses).size).toBe(clauses.length);
  });
  it('do not contradict one another or themselves', () => {
    for (const rule of RULES)
      for (const clause of RULES.flatMap(other => allClauses(other)))
        expect(rule.contradictedBy?.test(clause) ?? false, `${rule.name}: ${clause}`).toBe(false);
  });
});

describe('clauses', () => {
  it('are put together as they were', () => {
    for (const text of ['A robot, a dog. It rains; fog rises', 'One.', 'A 1.5 m tall door, ajar'])
      expect(joinClauses(splitClauses(text))).toBe(text);
  });
  it('lose no word', () => {
    const words = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', ' ', ',', '.', ';', '!', '1', '\n', 'é') }),
        text => {
          expect(words(joinClauses(splitClauses(text)))).toEqual(words(text));
        },
      ),
    );
  });
});

describe('evidence', () => {
  const violation = {
    id: 'a',
    type: 'floating',
    severity: 'error',
    confidence: 0.9,
    position: [0, 0, 0],
    message: 'a box hangs in the air',
    evidence: {},
    replay: {},
  };
  it('is read from what test, lift and a bare list write, without info', () => {
    const expected = [
      { id: 'a', kind: 'floating', severity: 'error', confidence: 0.9, message: 'a box hangs in the air' },
    ];
    const info = { ...violation, id: 'b', severity: 'info' };
    expect(readEvidence({ runs: [{ world: 'w', violations: [violation, info] }] })).toEqual(expected);
    expect(readEvidence({ violations: [violation] })).toEqual(expected);
    expect(readEvidence([violation])).toEqual(expected);
    expect(readEvidence({ error: { code: 'LIFT_NO_PARALLAX', message: '' } })).toMatchObject([
      { id: 'take:LIFT_NO_PARALLAX', kind: 'LIFT_NO_PARALLAX' },
    ]);
    expect(readEvidence({ runs: [{ world: 'w', error: { code: 'WORLD_EMPTY' } }] })).toMatchObject([
      { kind: 'WORLD_EMPTY' },
    ]);
  });
  it('refuses other documents', () => {
    for (const document of [null, 3, {}, { runs: 'x' }, [{ id: 1 }]])
      expect(() => readEvidence(document)).toThrow(expect.objectContaining({ code: 'INPUT_UNREADABLE' }));
  });
});
