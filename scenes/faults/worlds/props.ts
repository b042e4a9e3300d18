import type { Random } from '../../../engine/random.ts';
import type { Vector3 } from '../../scene.ts';
import { transformPoint, type WorldTriangle } from './worldGeometry.ts';

/** Plain closed solids, outward-facing, around the origin with their underside at y = 0. Metres. */
export type Solid = readonly WorldTriangle[];

export function box(width: number, height: number, depth: number): Solid {
  return loft(
    [
      [-width / 2, -depth / 2],
      [width / 2, -depth / 2],
      [width / 2, depth / 2],
      [-width / 2, depth / 2],
    ],
    [
      [0, 1],
      [height, 1],
    ],
  );
}

/** A body of revolution or a pyramid: `profile` lists height and scale of the outline. */
export function loft(
  outline: readonly (readonly [number, number])[],
  profile: readonly (readonly [height: number, scale: number])[],
): Solid {
  const at = (ring: number, k: number): Vector3 => {
    const [height, scale] = profile[ring];
    const [x, z] = outline[k % outline.length];
    return [x * scale, height, z * scale];
  };
  const triangles: WorldTriangle[] = [];
  const n = outline.length;
  for (let ring = 0; ring + 1 < profile.length; ring++)
    for (let k = 0; k < n; k++) {
      const [a, b, c, d] = [at(ring, k), at(ring, k + 1), at(ring + 1, k + 1), at(ring + 1, k)];
      if (profile[ring][1] > 0) triangles.push([a, c, b]);
      if (profile[ring + 1][1] > 0) triangles.push([a, d, c]);
    }
  const last = profile.length - 1;
  for (let k = 1; k + 1 < n; k++) {
    if (profile[0][1] > 0) triangles.push([at(0, 0), at(0, k), at(0, k + 1)]);
    if (profile[last][1] > 0) triangles.push([at(last, 0), at(last, k + 1), at(last, k)]);
  }
  return triangles;
}

export function round(radius: number, sides: number): [number, number][] {
  return Array.from({ length: sides }, (_, i) => [
    radius * Math.cos((2 * Math.PI * i) / sides),
    radius * Math.sin((2 * Math.PI * i) / sides),
  ]);
}

/** A crate, a barrel, a vase, a ball, a pillar or a pyramid of about this size. */
export function anySolid(random: Random, size: number): { name: string; solid: Solid } {
  const kind = random.pick(['crate', 'barrel', 'vase', 'ball', 'post', 'heap'] as const);
  const sides = random.integer(8) + 6;
  switch (kind) {
    case 'crate':
      return {
        name: kind,
        solid: box(size, size * random.range(0.6, 1.4), size * random.range(0.6, 1.4)),
      };
    case 'barrel':
      return {
        name: kind,
        solid: loft(round(size / 2, sides), [
          [0, 0.85],
          [size * 0.5, 1],
          [size, 0.85],
        ]),
      };
    case 'vase':
      return {
        name: kind,
        solid: loft(round(size / 2, sides), [
          [0, 0.6],
          [size * 0.4, 1],
          [size * 0.9, 0.4],
          [size * 1.1, 0.7],
        ]),
      };
    case 'ball':
      return {
        name: kind,
        solid: loft(
          round(size / 2, sides),
          [0, 1, 2, 3, 4, 5, 6].map(i => {
            const angle = (i * Math.PI) / 6;
            return [(size / 2) * (1 - Math.cos(angle)), i % 6 === 0 ? 0.12 : Math.sin(angle)] as const;
          }),
        ),
      };
    case 'post':
      return { name: kind, solid: box(size * 0.4, size * 1.6, size * 0.4) };
    case 'heap':
      return {
        name: kind,
        solid: loft(round(size / 2, sides), [
          [0, 1],
          [size * 0.6, 0.3],
        ]),
      };
  }
}

export function place(solid: Solid, worldFromSolid: Float64Array): WorldTriangle[] {
  return solid.map(
    triangle => triangle.map(p => transformPoint(worldFromSolid, ...p)) as unknown as WorldTriangle,
  );
}

export function sizeOfSolid(triangles: readonly WorldTriangle[]): { min: Vector3; max: Vector3 } {
  const min: Vector3 = [Infinity, Infinity, Infinity];
  const max: Vector3 = [-Infinity, -Infinity, -Infinity];
  for (const point of triangles.flat())
    for (let axis = 0; axis < 3; axis++) {
      min[axis] = Math.min(min[axis], point[axis]);
      max[axis] = Math.max(max[axis], point[axis]);
    }
  return { min, max };
}

export function middle({ min, max }: { min: Vector3; max: Vector3 }): Vector3 {
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
}

export function extent({ min, max }: { min: Vector3; max: Vector3 }): Vector3 {
  return [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
}
