import { describe, expect, it } from 'vitest';
import { askedMovers } from '../../../pipeline/score/askedMovers.ts';

describe('what a prompt asks for that moves by itself', () => {
  it.each([
    ['A robot walks down a hallway', 1, false],
    ['A dog runs on a street', 1, true],
    ['Two robots walk down a hallway', 2, false],
    ['A person strolls past the shelves of a library', 1, true],
  ])('%s: %i', (prompt, count, fast) => {
    expect(askedMovers(prompt)).toEqual({ count, fast });
  });

  it.each([
    'A cat sits in a library',
    'An old monk waits in a temple with stone columns',
    'A courtyard with a fountain',
    'A library, the camera walks slowly forward at eye level, nothing else moves',
    'A street with no people',
  ])('is nothing in: %s', prompt => {
    expect(askedMovers(prompt).count).toBe(0);
  });

  it.each(['A crowd fills a station', 'Robots walk down a hallway', 'A street with traffic'])(
    'is any number in: %s',
    prompt => {
      expect(askedMovers(prompt).count).toBe(Number.POSITIVE_INFINITY);
    },
  );
});
