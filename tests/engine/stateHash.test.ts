import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStateHasher } from '../../engine/stateHash.ts';

function hashOf(values: readonly number[]): string {
  const hasher = createStateHasher();
  for (const value of values) hasher.add(value);
  return hasher.digest();
}

describe('createStateHasher', () => {
  it('is stable: these values must hash so in every version', () => {
    expect(hashOf([])).toBe('ebb6c2283cd6e3f3');
    expect(hashOf([0, 1, -2.5, 1e-300])).toBe('411692ea0d58f142');
  });

  it('sees order, length and the sign of zero', () => {
    expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
    expect(hashOf([0])).not.toBe(hashOf([-0]));
    expect(hashOf([0])).not.toBe(hashOf([0, 0]));
    expect(hashOf([])).not.toBe(hashOf([0]));
  });

  it('a digest in between changes nothing', () => {
    const hasher = createStateHasher();
    hasher.add(1);
    hasher.digest();
    hasher.add(2);
    expect(hasher.digest()).toBe(hashOf([1, 2]));
  });

  it('does not collide on thousands of neighbouring states', () => {
    const hashes = new Set<string>();
    for (let i = 0; i < 20_000; i++) hashes.add(hashOf([i * 2 ** -30, 1]));
    expect(hashes.size).toBe(20_000);
    fc.assert(
      fc.property(fc.array(fc.double(), { minLength: 1 }), fc.nat(), (values, at) => {
        const k = at % values.length;
        const changed = values.map((value, i) => (i === k ? value + 1 : value));
        fc.pre(!Object.is(changed[k], values[k]));
        return hashOf(values) !== hashOf(changed);
      }),
      { seed: 5 },
    );
  });
});
