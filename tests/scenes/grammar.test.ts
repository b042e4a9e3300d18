import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FILLER } from '../../scenes/grammar/filler.ts';
import { parsePrompt } from '../../scenes/grammar/parsePrompt.ts';
import { planScene } from '../../scenes/grammar/planScene.ts';
import {
  ACTIONS,
  COLORS,
  LIGHTS,
  MATERIALS,
  MOVERS,
  MOVES,
  PLACES,
  SURFACES,
  THINGS,
  WEATHERS,
} from '../../scenes/grammar/vocabulary.ts';

/** [value, phrase] of a vocabulary table. */
function phrases(table: Readonly<Record<string, readonly string[]>>): [string, string][] {
  return Object.entries(table).flatMap(([value, list]) =>
    list.map((phrase): [string, string] => [value, phrase.replace('~', '')]),
  );
}

describe('parsePrompt', () => {
  test('reads the demo prompt', () => {
    const parsed = parsePrompt('A robot walks down a hallway');
    expect(parsed.place).toBe('hallway');
    expect(parsed.movers).toEqual([{ kind: 'robot', count: 1, action: 'walk', direction: 'away' }]);
    expect(parsed.unknownWords).toEqual([]);
  });

  test.each(phrases(PLACES))('place %s: "%s"', (place, phrase) => {
    expect(parsePrompt(`${phrase} scene`).place).toBe(place);
  });

  test('every thing, mover, light, weather and move lands in the plan', () => {
    for (const [kind, phrase] of phrases(THINGS)) {
      const { things, unknownWords } = parsePrompt(`there is a ${phrase}`);
      expect(
        things.map(thing => thing.kind),
        phrase,
      ).toEqual([kind]);
      expect(unknownWords, phrase).toEqual([]);
    }
    for (const [kind, phrase] of phrases(MOVERS)) {
      if (phrase === 'nobody') continue;
      expect(
        parsePrompt(`a ${phrase} walks`).movers.map(mover => mover.kind),
        phrase,
      ).toEqual([kind]);
    }
    for (const [light, phrase] of phrases(LIGHTS)) expect(parsePrompt(phrase).light, phrase).toBe(light);
    for (const [weather, phrase] of phrases(WEATHERS))
      expect(parsePrompt(phrase).weather, phrase).toBe(weather);
    for (const [move, phrase] of phrases(MOVES)) expect(parsePrompt(phrase).move, phrase).toBe(move);
  });

  test('materials and colours belong to the next noun of their clause', () => {
    for (const [material, phrase] of phrases(MATERIALS))
      expect(parsePrompt(`${phrase} walls`).surfaces.wall?.material, phrase).toBe(material);
    for (const color of Object.keys(COLORS))
      expect(parsePrompt(`a hallway, a ${color} chair, a table`).things).toEqual([
        { kind: 'chair', count: 1, size: 1, color },
        { kind: 'table', count: 1, size: 1 },
      ]);
    expect(parsePrompt('walls of brick, a floor made of marble').surfaces).toEqual({
      wall: { material: 'brick' },
      floor: { material: 'marble' },
    });
  });

  test('counts, plurals and sizes', () => {
    const counts = (prompt: string) =>
      parsePrompt(prompt).things.map(({ kind, count, size }) => [kind, count, size]);
    expect(counts('three large crates and a tiny stool')).toEqual([
      ['crate', 3, 1.3],
      ['stool', 1, 0.6],
    ]);
    expect(counts('chairs')).toEqual([['chair', 3, 1]]);
    expect(counts('2 fire extinguishers')).toEqual([['extinguisher', 2, 1]]);
    const crowd = parsePrompt('99 barrels');
    expect(crowd.things[0].count).toBe(10);
    expect(crowd.approximations).toEqual([{ word: '99 barrels', as: '10 barrels' }]);
  });

  test('a negation rules out every noun after it in its clause', () => {
    const parsed = parsePrompt('a library without chairs or people, two desks');
    expect(parsed.absent).toEqual(['chair', 'person']);
    expect(parsed.things.map(thing => thing.kind)).toEqual(['desk']);
    expect(parsed.movers).toEqual([]);
  });

  test('near words are reported as approximations', () => {
    expect(parsePrompt('a kitchen').approximations).toEqual([{ word: 'kitchen', as: 'room' }]);
  });

  test.each([
    ['solid continuous floor', 'solid-floor'],
    ['the floor has no holes', 'solid-floor'],
    ['everything else stays still', 'persistent-objects'],
    ['nothing appears or disappears', 'persistent-objects'],
    ['nothing else moves', 'persistent-objects'],
    ['objects keep rigid shapes', 'rigid-shapes'],
    ['nothing morphs', 'rigid-shapes'],
    ['every object stands on the floor', 'grounded'],
    ['nothing floats', 'grounded'],
    ['objects do not overlap', 'separate'],
    ['sharp focus', 'sharp'],
    ['no motion blur', 'sharp'],
    ['constant even lighting', 'steady-light'],
    ['the light never flickers', 'steady-light'],
    ['steady camera', 'steady-camera'],
    ['the camera walks steadily forward', 'moving-camera'],
    ['no people', 'clear-view'],
    ['unobstructed view', 'clear-view'],
    ['one continuous shot', 'one-shot'],
  ] as const)('"%s" pins %s', (clause, pin) => {
    const parsed = parsePrompt(`A robot walks down a hallway, ${clause}`);
    expect(parsed.pins).toContain(pin);
    expect(parsePrompt('A robot walks down a hallway').pins).not.toContain(pin);
    expect(parsed.unknownWords).toEqual([]);
  });

  test('property: a word that no vocabulary knows is reported, whatever stands around it', () => {
    const known = fc.constantFrom(
      ...FILLER.slice(0, 200),
      ...Object.keys(COLORS),
      ...phrases(THINGS).map(([, p]) => p),
    );
    const unknown = fc.stringMatching(/^zq[a-z]{2,6}$/);
    fc.assert(
      fc.property(
        fc.array(known, { maxLength: 6 }),
        unknown,
        fc.array(known, { maxLength: 6 }),
        (before, word, after) => {
          expect(parsePrompt([...before, word, ...after].join(' ')).unknownWords).toContain(word);
        },
      ),
    );
  });

  test('property: any text is read without failing, and actions never become unknown', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), text => {
        expect(parsePrompt(text).movers).toBeInstanceOf(Array);
      }),
    );
    for (const [, phrase] of phrases(ACTIONS))
      expect(parsePrompt(`a cat ${phrase}`).unknownWords, phrase).toEqual([]);
    for (const [, phrase] of phrases(SURFACES)) expect(parsePrompt(phrase).unknownWords, phrase).toEqual([]);
  });
});

describe('planScene', () => {
  test('fills what the prompt leaves open from the seed, and only that', () => {
    const plans = Array.from({ length: 40 }, (_, seed) => planScene('A chair at night', seed));
    expect(new Set(plans.map(plan => plan.place)).size).toBeGreaterThan(5);
    expect(new Set(plans.map(plan => plan.light))).toEqual(new Set(['night']));
    expect(planScene('A chair at night', 7)).toEqual(planScene('A chair at night', 7));
  });
});
