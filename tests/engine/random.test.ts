import { expect, test } from 'vitest';
import { createRandom } from '../../engine/random.ts';

test('the same seed draws the same numbers, another seed others', () => {
  const draw = (seed: number | string) => Array.from({ length: 5 }, createRandom(seed).next);
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
  expect(draw(7)).toEqual(draw('7'));
});

test('a fork depends on its label, not on what was drawn before', () => {
  const fresh = createRandom(3);
  const used = createRandom(3);
  for (let i = 0; i < 10; i++) used.next();
  expect(used.fork('a').next()).toBe(fresh.fork('a').next());
  expect(fresh.fork('a').next()).not.toBe(fresh.fork('b').next());
});

test('draws are uniform and normal to within four standard errors', () => {
  const random = createRandom('statistics');
  const count = 100_000;
  const mean = (draw: () => number) =>
    Array.from({ length: count }, draw).reduce((sum, value) => sum + value, 0) / count;
  expect(Math.abs(mean(() => random.next()) - 0.5)).toBeLessThan(4 / Math.sqrt(12 * count));
  expect(Math.abs(mean(() => random.normal()))).toBeLessThan(4 / Math.sqrt(count));
  expect(Math.abs(mean(() => random.normal() ** 2) - 1)).toBeLessThan(4 * Math.sqrt(2 / count));
  const counts = [0, 0, 0];
  for (let i = 0; i < 30_000; i++) counts[random.integer(3)]!++;
  for (const each of counts) expect(Math.abs(each - 10_000)).toBeLessThan(400);
});
