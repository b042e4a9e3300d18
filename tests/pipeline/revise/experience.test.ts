import { describe, expect, it } from 'vitest';
import { addExperience, observe, talliesOf } from '../../../pipeline/revise/experience.ts';
import { RULES } from '../../../pipeline/revise/rules.ts';

const light = RULES.find(({ name }) => name === 'steady-light');
const take = (...kinds: string[]) => ({ kinds, tested: false });

describe('observe', () => {
  it('counts takes under the clauses that were in the prompt, and under none where none was', () => {
    const first = observe({}, 'A hallway', [take('flicker'), take('low-flicker', 'pop'), take()]);
    expect(first['steady-light']).toEqual({ '': { takes: 3, shown: 2 } });
    expect(first['constant-objects']).toEqual({ '': { takes: 3, shown: 1 } });
    const second = observe(first, 'A hallway. Steady even light, in soft daylight.', [
      take('flicker'),
      take(),
    ]);
    expect(second['steady-light']).toEqual({
      '': { takes: 3, shown: 2 },
      'steady even light; in soft daylight': { takes: 2, shown: 1 },
    });
    expect(light && talliesOf(second, light)).toEqual({
      '': { takes: 3, shown: 2 },
      'steady even light': { takes: 2, shown: 1 },
      'in soft daylight': { takes: 2, shown: 1 },
    });
    // What was said for another fault may help or do harm here.
    expect(second['constant-objects']).toEqual({
      '': { takes: 3, shown: 1 },
      'steady even light; in soft daylight': { takes: 2, shown: 0 },
    });
    expect(first['steady-light']).toEqual({ '': { takes: 3, shown: 2 } });
  });

  it('counts what only agents find on takes whose world was tested', () => {
    const found = observe({}, 'A hallway', [take('flicker'), { kinds: ['fall-through'], tested: true }]);
    expect(found['solid-floor']).toMatchObject({ '': { takes: 2 } });
    expect(found['supported-objects']).toEqual({ '': { takes: 1, shown: 0 } });
  });
});

describe('addExperience', () => {
  it('is the experience of both, in any order', () => {
    const [a, b] = ['A hallway', 'A hallway, steady even light'].map(prompt =>
      observe({}, prompt, [take('flicker'), take()]),
    );
    const both = observe(a, 'A hallway, steady even light', [take('flicker'), take()]);
    expect(addExperience(a, b)).toEqual(both);
    expect(addExperience(b, a)).toEqual(both);
  });
});
