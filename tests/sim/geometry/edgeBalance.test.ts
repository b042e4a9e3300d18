import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { EdgeBalance } from '../../../sim/geometry/edgeBalance.ts';

/** The same by a map of edges. */
function isClosed(indices: Uint32Array, welded: Uint32Array, triangles: Uint32Array): boolean {
  const surplus = new Map<string, number>();
  for (const triangle of triangles)
    for (let corner = 0; corner < 3; corner++) {
      const from = welded[indices[3 * triangle + corner]];
      const to = welded[indices[3 * triangle + ((corner + 1) % 3)]];
      const key = `${Math.min(from, to)} ${Math.max(from, to)}`;
      surplus.set(key, (surplus.get(key) ?? 0) + Math.sign(to - from));
    }
  return [...surplus.values()].every(value => value === 0);
}

test('a tetrahedron is closed, and open without a face or with one turned', () => {
  const faces = [0, 2, 1, 0, 1, 3, 1, 2, 3, 2, 0, 3];
  const welded = Uint32Array.of(0, 1, 2, 3, 0);
  const closed = new EdgeBalance(Uint32Array.from(faces), welded);
  expect(closed.isClosed(Uint32Array.of(0, 1, 2, 3))).toBe(true);
  expect(closed.isClosed(Uint32Array.of(0, 1, 2))).toBe(false);
  // Its scratch is as it was.
  expect(closed.isClosed(Uint32Array.of(0, 1, 2, 3))).toBe(true);
  const turned = new EdgeBalance(Uint32Array.from([...faces.slice(0, 9), 2, 3, 0]), welded);
  expect(turned.isClosed(Uint32Array.of(0, 1, 2, 3))).toBe(false);
  // Corner 4 lies where corner 0 does.
  const split = new EdgeBalance(Uint32Array.from([...faces.slice(0, 9), 2, 4, 3]), welded);
  expect(split.isClosed(Uint32Array.of(0, 1, 2, 3))).toBe(true);
});

test('it agrees with a map of edges on soups of few corners', () => {
  const random = createRandom('edges');
  let closed = 0;
  for (let round = 0; round < 400; round++) {
    const corners = 4 + random.integer(4);
    const welded = Uint32Array.from({ length: corners }, (_, i) => (random.integer(6) === 0 ? 0 : i));
    const some = Array.from({ length: 3 * (1 + random.integer(6)) }, () => random.integer(corners));
    // Each face once more from behind, so that some soups are closed.
    const behind = some.map((_, i) => some[i - (i % 3) + ((3 - (i % 3)) % 3)]);
    const indices = Uint32Array.from([...some, ...behind]);
    const balance = new EdgeBalance(indices, welded);
    const half = some.length / 3;
    const all = Uint32Array.from({ length: 2 * half }, (_, i) => i);
    for (const triangles of [all, all.subarray(0, half), all.subarray(1), all.subarray(half - 1)]) {
      const expected = isClosed(indices, welded, triangles);
      expect(balance.isClosed(triangles)).toBe(expected);
      if (expected) closed++;
    }
  }
  expect(closed).toBeGreaterThan(400);
});
