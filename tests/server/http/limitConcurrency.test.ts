import { expect, it } from 'vitest';
import { limitConcurrency } from '../../../server/http/limitConcurrency.ts';

it('runs so many at once, in the order they came, also after one that fails', async () => {
  const limited = limitConcurrency(2);
  let running = 0;
  let most = 0;
  const begun: number[] = [];
  const work = (index: number) =>
    limited(async () => {
      begun.push(index);
      most = Math.max(most, ++running);
      await new Promise(resolve => setImmediate(resolve));
      running--;
      if (index === 1) throw new Error('one');
      return index;
    });
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map(work));
  expect(most).toBe(2);
  expect(begun).toEqual([0, 1, 2, 3, 4, 5]);
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
    'fulfilled',
    'fulfilled',
  ]);
});
