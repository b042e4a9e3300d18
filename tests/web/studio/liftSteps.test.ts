import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LIFT_STEPS, liftStepOf } from '../../../web/studio/production/model/liftSteps.ts';

describe('LIFT_STEPS', () => {
  it('knows every stage that the lift reports, and no other', () => {
    const reported = new Set<string>();
    for (const file of globSync('pipeline/lift/**/*.ts'))
      for (const match of readFileSync(file, 'utf8').matchAll(/(?:\btimed\(\s*|\bstage: )'([\w-]+)'/g))
        reported.add(match[1]!);
    expect(reported.size).toBeGreaterThan(5);
    expect([...reported].sort()).toEqual(LIFT_STEPS.flatMap(step => step.stages).sort());
  });

  it('goes forward in the order of the stages', () => {
    const order = ['track', 'match', 'map', 'register', 'decode', 'depth', 'fuse', 'floor', 'write'];
    const steps = order.map(liftStepOf);
    expect(steps).toEqual([...steps].sort());
    expect(liftStepOf('something else')).toBe(-1);
  });
});
