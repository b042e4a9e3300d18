import { expect, it } from 'vitest';
import { productionId } from '../../../server/api/schemas.ts';
import { newId } from '../../../server/db/newId.ts';

it('gives ids that the API takes, all different, sorted by age', async () => {
  const early = newId('p');
  await new Promise(resolve => setTimeout(resolve, 3));
  const many = Array.from({ length: 1000 }, () => newId('p'));
  expect(new Set(many).size).toBe(1000);
  for (const id of [early, ...many]) expect(productionId.parse(id)).toBe(id);
  expect(many.every(id => id > early)).toBe(true);
});
