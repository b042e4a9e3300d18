import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { chanceOf, learnEffects } from '../../../pipeline/revise/clauseEffects.ts';
import { observe } from '../../../pipeline/revise/experience.ts';
import { RULES } from '../../../pipeline/revise/rules.ts';

const rule = RULES.find(({ name }) => name === 'steady-light') ?? RULES[0];
const [clause, other] = rule.clauses;
const foreign = 'sharp focus throughout';

/** Takes of prompts with these clauses, each showing flicker with the chance that truth gives it. */
function experienceOf(truth: (clauses: readonly string[]) => number, sets: string[][], takes: number) {
  const random = createRandom('takes');
  return sets.reduce(
    (known, clauses) =>
      observe(
        known,
        ['A hallway', ...clauses].join(', '),
        Array.from({ length: takes }, () => ({
          kinds: random.chance(truth(clauses)) ? ['flicker'] : [],
          tested: true,
        })),
      ),
    {},
  );
}

describe('learnEffects', () => {
  it('begins with a guess and ends with what was seen', () => {
    const chance = (takes: number, shown: number) => {
      const { base, of } = learnEffects({ [rule.name]: { [clause]: { takes, shown } } }, rule);
      return chanceOf(base + of(clause));
    };
    const { base, of, isTried } = learnEffects({}, rule);
    expect(chanceOf(base)).toBeCloseTo(0.5);
    expect(chanceOf(base + of(clause))).toBeCloseTo(0.2);
    expect(of(foreign)).toBe(0);
    expect(isTried(clause)).toBe(false);
    expect(chance(3, 3)).toBeGreaterThan(chance(3, 1));
    expect(chance(1000, 700)).toBeCloseTo(0.7, 2);
  });

  it('tells the clause that brings a fault about from the one that only stood beside it', () => {
    const sets = [[], [clause], [foreign], [clause, foreign], [other], [other, foreign]];
    const truth = (clauses: readonly string[]) =>
      (clauses.includes(clause) ? 0.1 : clauses.includes(other) ? 0.4 : 0.4) *
      (clauses.includes(foreign) ? 2 : 1);
    const effects = learnEffects(experienceOf(truth, sets, 60), rule);
    expect(effects.of(foreign)).toBeGreaterThan(0.6);
    expect(effects.of(clause)).toBeLessThan(-1.2);
    expect(Math.abs(effects.of(other))).toBeLessThan(0.6);
  });

  it('is at the mode: no step from it makes what was seen likelier', () => {
    const tally = fc.record({
      takes: fc.integer({ min: 1, max: 40 }),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(tally, { minLength: 4, maxLength: 4 }), tallies => {
        const keys = ['', clause, `${clause}; ${foreign}`, foreign];
        const seen = Object.fromEntries(
          tallies.map(({ takes, part }, i) => [keys[i], { takes, shown: Math.round(part * takes) }]),
        );
        const { base, of } = learnEffects({ [rule.name]: seen }, rule);
        const cost = (values: readonly number[]) => {
          const [b, c, f] = values;
          const sums = [b, b + c, b + c + f, b + f];
          const prior = b ** 2 / 2 + ((c - Math.log(0.25)) / 1.2) ** 2 / 2 + (f / 0.4) ** 2 / 2;
          return keys.reduce((sum, key, i) => {
            const { takes, shown } = seen[key];
            return sum + takes * Math.log1p(Math.exp(sums[i])) - shown * sums[i];
          }, prior);
        };
        const mode = [base, of(clause), of(foreign)];
        for (let i = 0; i < 3; i++)
          for (const step of [-0.01, 0.01])
            expect(cost(mode.map((value, k) => (k === i ? value + step : value)))).toBeGreaterThan(
              cost(mode),
            );
      }),
    );
  });
});
