import { describe, expect, test } from 'vitest';
import { applyIgnoreRules, type IgnoreRule } from '../../../sim/report/ignoreRules.ts';
import { makeReport } from '../../../sim/report/json.ts';
import { toJunit } from '../../../sim/report/junit.ts';
import { fails } from '../../../sim/report/verdict.ts';
import { run, violation } from './reportFixtures.ts';

const found = violation({ object: 'lamp_03', position: [1, 2, 3] });
const report = makeReport([run({ world: 'worlds/hall.glb', violations: [found] })], []);

describe('what the configuration passes over', () => {
  test.each<[IgnoreRule, boolean]>([
    [{ type: 'floating' }, true],
    [{ type: 'unstable' }, false],
    [{ type: 'floating', object: 'lamp_*' }, true],
    [{ type: 'floating', object: 'lamp' }, false],
    [{ type: 'floating', near: [1, 2, 3.9] }, true],
    [{ type: 'floating', near: [1, 2, 4.1] }, false],
    [{ type: 'floating', near: [1, 2, 4.1], meters: 2 }, true],
    [{ type: 'floating', world: 'hall.glb' }, true],
    [{ type: 'floating', world: 'cellar.glb' }, false],
    [{ type: 'floating', object: 'lamp_03', near: [9, 9, 9] }, false],
  ])('%j: %s', (rule, fits) => {
    const { report: marked, unused } = applyIgnoreRules(report, [rule]);
    const [violationNow] = marked.runs[0].violations;
    expect(violationNow.suppressed !== undefined).toBe(fits);
    expect(fails(violationNow, 'error')).toBe(!fits);
    expect(unused).toEqual(fits ? [] : [rule]);
  });

  test('stays in the reports, with the reason', () => {
    const rule = { type: 'floating', reason: 'Lamps hang on wires.' };
    const junit = toJunit(applyIgnoreRules(report, [rule]).report, 'error');
    expect(junit).toContain('<skipped message="Lamps hang on wires. (ignore floating)"/>');
    expect(junit).toContain('failures="0" errors="0" skipped="1"');
  });
});
