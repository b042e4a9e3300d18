import { expect, test } from 'vitest';
import { createDepthPool } from '../../../../pipeline/lift/surface/depthPool.ts';
import { roomViews } from './syntheticViews.ts';

const views = roomViews(64, 48);
const tasks = [1, 2, 3].map(reference => ({
  kind: 'match' as const,
  reference: views[reference],
  sources: [views[reference - 1], views[reference + 1]],
  witnesses: [views[reference === 1 ? 4 : 0]],
  inverseDepthMin: 0.1,
  inverseDepthMax: 0.7,
  hypotheses: 32,
}));

async function mapsOf(workers: number) {
  const pool = createDepthPool(workers);
  try {
    const matched = await pool.run(tasks, undefined, () => {});
    const posed = matched.map((depth, i) => ({ view: tasks[i].reference, depth }));
    const confirmed = await pool.run(
      posed.map(map => ({
        kind: 'confirm' as const,
        map,
        neighbours: posed.filter(other => other !== map),
      })),
      undefined,
      () => {},
    );
    return [...matched, ...confirmed];
  } finally {
    await pool.close();
  }
}

test('maps, matched and confirmed, are the same bytes on one worker, two and four, in the order of the tasks', async () => {
  const one = await mapsOf(1);
  expect(one).toHaveLength(2 * tasks.length);
  expect(one[3].inverseDepth.some(q => q > 0)).toBe(true);
  expect(one[0].inverseDepth).not.toEqual(one[1].inverseDepth);
  expect(await mapsOf(2)).toEqual(one);
  expect(await mapsOf(4)).toEqual(one);
});

test('a cancelled run rejects', async () => {
  const pool = createDepthPool(1);
  const controller = new AbortController();
  const running = pool.run(tasks, controller.signal, () => {});
  controller.abort();
  await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  await pool.close();
});
