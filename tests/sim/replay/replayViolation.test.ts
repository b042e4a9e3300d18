import { beforeAll, describe, expect, test } from 'vitest';
import { explainDifference } from '../../../sim/replay/explainDifference.ts';
import { matchFinding } from '../../../sim/replay/matchFinding.ts';
import { replayViolation } from '../../../sim/replay/replayViolation.ts';
import { runTest } from '../../../sim/run.ts';
import type { TestRun, Violation } from '../../../sim/types.ts';
import { box, furnishedRoom, loaded, model, node } from '../handMadeWorlds.ts';
import { violation } from '../report/reportFixtures.ts';

const faulty = loaded(
  model(
    ...furnishedRoom({ hole: { x: 1.5, z: 0, side: 1.2 }, withoutWall: true }),
    node('box', [box([-1, 0.2, 0], [-0.5, 0.7, 0.5])]),
  ),
);
let run: TestRun;
const ofType = (type: string) => run.violations.filter(each => each.type === type);

beforeAll(async () => {
  run = await runTest(faulty, { agents: 6, simulatedSeconds: 20, seed: 2 });
});

describe('a finding is shown again', () => {
  test('each of the report, the geometry’s after one step, an agent’s at the step it was met', async () => {
    expect(new Set(run.violations.map(each => each.type))).toEqual(
      new Set(['floating', 'fall-through', 'leak']),
    );
    for (const recorded of run.violations) {
      const result = await replayViolation(faulty, run, recorded);
      expect(result).toMatchObject({ reproduced: true, shortest: true, differences: [] });
      const { step } = recorded.replay;
      expect(result.simulatedSeconds).toBeCloseTo(((step ?? 0) + 1) / 60, 6);
    }
  });

  test('from a mended world it is not, and the difference is told', async () => {
    const mended = { ...loaded(model(...furnishedRoom())), sha256: 'a'.repeat(64) };
    const [floating] = ofType('floating');
    const result = await replayViolation(mended, { ...run, checkpoints: '0 0 0' }, floating);
    expect(result).toMatchObject({ reproduced: false, shortest: false });
    expect(result.found).toBeUndefined();
    expect(result.differences).toEqual([
      'No floating was found.',
      'The world is not the one that was tested: its files have changed since.',
      "The agents' paths part between second 0 and second 1, steps 0 to 60.",
    ]);
  });

  test('with another seed the agents go other ways: it says in which second', async () => {
    const other = await runTest(faulty, { agents: 6, simulatedSeconds: 8, seed: 3 });
    expect(explainDifference(run, other)).toEqual([expect.stringMatching(/part between second \d and/)]);
    const prefix = await runTest(faulty, { agents: 6, simulatedSeconds: 3, seed: 2 });
    expect(explainDifference(run, prefix)).toEqual([expect.stringContaining('are the same for the')]);
  });
});

describe('the same finding', () => {
  const recorded = violation({
    type: 'leak',
    position: [1, 0, 0],
    evidence: { lastStood: [2, 0, 0] },
    replay: { seed: 1, agents: 1, simulatedSeconds: 9, step: 100 },
  });
  const like = (changes: Partial<Violation>): Violation => ({ ...recorded, evidence: {}, ...changes });
  const stepped = (step: number) => ({ ...recorded.replay, step });

  test.each<[string, Violation, boolean]>([
    ['within 1 cm', like({ position: [1.009, 0, 0] }), true],
    ['further', like({ position: [1.011, 0, 0] }), false],
    ['one step later', like({ replay: stepped(101) }), true],
    ['two steps later', like({ replay: stepped(102) }), false],
    ['where it last stood', like({ position: [5, 0, 0], evidence: { lastStood: [2, 0, 0] } }), true],
    ['another type', like({ type: 'stuck' }), false],
  ])('%s', (_name, found, same) => {
    expect(matchFinding(recorded, [found]).differences.length === 0).toBe(same);
  });
});
