import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { ColumnTable } from '../../../sim/agents/columnTable.ts';

test('a table of columns holds what a map would, on both sides of zero', () => {
  const random = createRandom('columns');
  const table = new ColumnTable();
  const map = new Map<string, number>();
  const any = () => random.pick([random.integer(80) - 40, random.integer(400_000) - 200_000]);
  for (let value = 0; value < 2000; value++) {
    const [ix, iz] = [any(), any()];
    table.set(ix, iz, value);
    map.set(`${ix} ${iz}`, value);
    const [jx, jz] = [any(), any()];
    expect(table.get(jx, jz)).toBe(map.get(`${jx} ${jz}`) ?? -1);
  }
  for (const [key, value] of map) {
    const [ix, iz] = key.split(' ').map(Number);
    expect(table.get(ix, iz)).toBe(value);
  }
});
