import { chain, rotationY, translation } from '../../geometry/transforms.ts';
import { anySolid, extent, middle, place, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, normalOf, type WorldTriangle } from './worldGeometry.ts';

/** How far the deepest of a thing's corners, edge middles and face middles lies inside a convex thing, metres. */
function depthInside(triangles: readonly WorldTriangle[], convex: readonly WorldTriangle[]): number {
  let deepest = 0;
  for (const [p, q, r] of triangles)
    for (const weights of WEIGHTS) {
      const point = p.map((value, k) => weights[0] * value + weights[1] * q[k] + weights[2] * r[k]);
      const depth = Math.min(
        ...convex.map(triangle => {
          const n = normalOf(triangle);
          return n.reduce((sum, value, k) => sum - value * (point[k] - triangle[0][k]), 0);
        }),
      );
      deepest = Math.max(deepest, depth);
    }
  return deepest;
}

/** Shallower overlaps are how things are set into one another, metres. */
const LEAST_DEPTH = 0.04;
const WEIGHTS = [
  [1, 0, 0],
  [0.5, 0.5, 0],
  [1 / 3, 1 / 3, 1 / 3],
] as const;

/** Two things that stand in each other by 6 to 50 cm, or one that stands half in a wall. */
export const plantInterpenetration: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  let first = anySolid(random, random.range(0.5, 1.3));
  // How deep another one stands in it is known of convex things only.
  while (first.name === 'vase') first = anySolid(random, random.range(0.5, 1.3));
  const second = anySolid(random, random.range(0.4, 1.3));
  const cell = floor.pick(random, 0.9);
  if (!cell) return 'no floor is free enough';
  const a = place(
    first.solid,
    chain(translation(cell.x, cell.y, cell.z), rotationY(random.range(0, 2 * Math.PI))),
  );
  const boundsA = sizeOfSolid(a);
  const turned = place(second.solid, rotationY(random.range(0, 2 * Math.PI)));
  const boundsB = sizeOfSolid(turned);
  const wanted = Math.min(
    random.range(0.05, 0.3),
    0.3 * Math.min(boundsA.max[0] - boundsA.min[0], boundsB.max[0] - boundsB.min[0]),
  );
  const at = (shift: number) =>
    place(turned, translation(boundsA.max[0] - boundsB.min[0] - shift, cell.y, cell.z));
  // Round things whose boxes overlap may not touch: it is pushed on until it is really inside.
  const shifts = Array.from({ length: 60 }, (_, i) => wanted + 0.02 * i);
  const depths = shifts.map(shift => depthInside(at(shift), a));
  const enough = depths.findIndex(depth => depth >= wanted);
  const chosen = enough >= 0 ? enough : depths.indexOf(Math.max(...depths));
  const depth = depths[chosen];
  if (depth < LEAST_DEPTH) return 'these two things do not go into each other';
  const b = at(shifts[chosen]);
  const both = sizeOfSolid(b);
  const overlap = {
    min: boundsA.min.map((value, axis) => Math.max(value, both.min[axis])) as [number, number, number],
    max: boundsA.max.map((value, axis) => Math.min(value, both.max[axis])) as [number, number, number],
  };
  const dynamic = random.chance(0.4) ? 'dynamic' : 'static';
  for (const model of collider ? [visual, collider] : [visual]) {
    addNode(model, first.name, a, dynamic);
    addNode(model, second.name, b, dynamic);
  }
  return {
    type: 'interpenetration',
    position: middle(overlap),
    extent: extent(overlap),
    how: `${first.name} and ${second.name}, ${depth.toFixed(2)} m deep, ${dynamic}`,
  };
};
