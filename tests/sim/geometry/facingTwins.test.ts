import { expect, test } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { facesWithTwins } from '../../../sim/geometry/facingTwins.ts';
import { TriangleBvh } from '../../../sim/geometry/triangleBvh.ts';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { model, node } from '../handMadeWorlds.ts';

const RULE = { leastDot: 0.999, mostMeters: 0.001, edgeShare: 1e-6 };

/** Triangles that face up, or nearly. */
function bvhOf(triangles: number[][]): TriangleBvh {
  const positions = Float32Array.from(triangles.flat());
  const indices = Uint32Array.from({ length: 3 * triangles.length }, (_, i) => i);
  return new TriangleBvh(collectTriangles(model(node('faces', [{ positions, indices, material: 0 }]))));
}

/** Faces up along y. */
const up = (count: number) => new Int8Array(count).fill(3);

test('faces that share edges are no twins, and two sheets a fraction of a millimetre apart are', () => {
  const sheet = (y: number, x0: number) =>
    Array.from({ length: 6 }, (_, i) => [x0 + i, 0] as const).flatMap(([x, z]) => [
      [x, y, z, x, y, z + 1, x + 1, y, z + 1],
      [x, y, z, x + 1, y, z + 1, x + 1, y, z],
    ]);
  const one = sheet(0, 0);
  expect([...facesWithTwins(bvhOf(one), up(12), RULE)]).toEqual(Array(12).fill(0));
  // The other covers the last third of it.
  const both = [...one, ...sheet(0.0006, 4)];
  const marks = [...facesWithTwins(bvhOf(both), up(24), RULE)];
  expect(marks).toEqual([...Array(8).fill(0), ...Array(8).fill(1), ...Array(8).fill(0)]);
  expect([...facesWithTwins(bvhOf([...one, ...sheet(0.003, 4)]), up(24), RULE)]).toEqual(Array(24).fill(0));
});

test('no face is left out that lies on another', () => {
  const random = createRandom('twins');
  const triangles = Array.from({ length: 300 }, () => {
    const y = random.pick([0, 0.0005, 0.002, 1]);
    const [x, z] = [random.range(-5, 5), random.range(-5, 5)];
    const corner = () => [x + random.range(-1, 1), y, z + random.range(-1, 1)];
    const [a, b, c] = [corner(), corner(), corner()];
    const faces = (b[2] - a[2]) * (c[0] - a[0]) - (b[0] - a[0]) * (c[2] - a[2]) > 0;
    return faces ? [...a, ...b, ...c] : [...a, ...c, ...b];
  });
  const bvh = bvhOf(triangles);
  const isIn = ([ax, , az, bx, , bz, cx, , cz]: number[], x: number, z: number) => {
    const side = (px: number, pz: number, qx: number, qz: number) =>
      (qx - px) * (z - pz) - (qz - pz) * (x - px);
    const sides = [side(ax, az, bx, bz), side(bx, bz, cx, cz), side(cx, cz, ax, az)];
    return sides.every(value => value > 0) || sides.every(value => value < 0);
  };
  const lying = triangles.map(() => 0);
  for (let x = -6; x <= 6; x += 0.1)
    for (let z = -6; z <= 6; z += 0.1) {
      const here = triangles.flatMap((each, i) => (isIn(each, x, z) ? [i] : []));
      for (const i of here)
        if (here.some(k => k !== i && Math.abs(triangles[k][1] - triangles[i][1]) < 0.001)) lying[i] = 1;
    }
  const marks = [...facesWithTwins(bvh, up(300), RULE)];
  expect(lying.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(50);
  expect(marks.map((mark, i) => mark >= lying[i])).toEqual(marks.map(() => true));
});
