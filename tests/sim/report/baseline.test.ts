import { describe, expect, test } from 'vitest';
import { compareWithBaseline } from '../../../sim/report/baseline.ts';
import { makeReport, type ReportedViolation } from '../../../sim/report/json.ts';
import { fails } from '../../../sim/report/verdict.ts';
import { run, violation } from './reportFixtures.ts';

const compare = (now: ReportedViolation[], before: ReportedViolation[]) => {
  const { report } = compareWithBaseline(
    makeReport([run({ violations: now })], []),
    makeReport([run({ violations: before })], []),
  );
  const [{ violations, gone = [] }] = report.runs;
  return { marks: violations.map(each => each.baseline), gone: gone.map(each => each.id), violations };
};
const at = (id: string, x: number, changes: Partial<ReportedViolation> = {}) =>
  violation({ id, position: [x, 0, 0], ...changes });

describe('compared with an earlier report', () => {
  test('the same id is known and does not fail; another is new and does', () => {
    const { marks, violations } = compare([at('a', 0), at('b', 9)], [at('a', 0)]);
    expect(marks).toEqual(['known', 'new']);
    expect(violations.map(each => fails(each, 'error'))).toEqual([false, true]);
  });

  test.each([
    ['moved by 0.4 m', 0.4, {}, 'known'],
    ['0.6 m away', 0.6, {}, 'new'],
    ['of another type', 0.4, { type: 'unstable' as const }, 'new'],
    ['graver', 0, { severity: 'error' as const }, 'new'],
  ])('%s: %s m', (_name, x, changes, mark) => {
    const before = at('a', 0, { severity: 'warning' });
    expect(compare([at('b', x, { severity: 'warning', ...changes })], [before]).marks).toEqual([mark]);
  });

  test('one earlier finding makes one known: the nearest', () => {
    const { marks } = compare([at('b', 0.3), at('c', 0.1)], [at('a', 0)]);
    expect(marks).toEqual(['new', 'known']);
  });

  test('a thing that was moved keeps its defect, a hole in the same ground does not', () => {
    const thing = (id: string, x: number) => at(id, x, { object: 'chair' });
    expect(compare([thing('b', 5)], [thing('a', 0)]).marks).toEqual(['known']);
    const hole = (id: string, x: number) => at(id, x, { object: 'ground', type: 'fall-through' });
    expect(compare([hole('b', 5)], [hole('a', 0)]).marks).toEqual(['new']);
  });

  test('what is gone is listed', () => {
    expect(compare([at('b', 9)], [at('a', 0), at('b', 9)]).gone).toEqual(['a']);
  });
});

test('worlds are told apart by path, then by a file name that is there once', () => {
  const found = violation();
  const pair = (now: string, before: string[]) =>
    compareWithBaseline(
      makeReport([run({ world: now, violations: [found] })], []),
      makeReport(
        before.map(world => run({ world, violations: [found] })),
        [],
      ),
    );
  expect(pair('/ci/7/hall.glb', ['/ci/6/hall.glb']).unknownWorlds).toEqual([]);
  expect(pair('/ci/7/hall.glb', ['/a/hall.glb', '/b/hall.glb']).unknownWorlds).toEqual(['/ci/7/hall.glb']);
  const { report, unknownWorlds } = pair('cellar.glb', ['hall.glb']);
  expect(unknownWorlds).toEqual(['cellar.glb']);
  expect(report.runs[0].violations[0].baseline).toBe('new');
});
