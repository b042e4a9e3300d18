import { chain, rotationY, translation } from '../../geometry/transforms.ts';
import { anySolid, extent, middle, place, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode } from './worldGeometry.ts';

/** Two things that stand in each other by 6 to 50 cm, or one that stands half in a wall. */
export const plantInterpenetration: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const first = anySolid(random, random.range(0.5, 1.3));
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
  const depth = Math.min(
    random.range(0.06, 0.5),
    0.7 * Math.min(boundsA.max[0] - boundsA.min[0], boundsB.max[0] - boundsB.min[0]),
  );
  const b = place(turned, translation(boundsA.max[0] - boundsB.min[0] - depth, cell.y, cell.z));
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
    how: `${first.name} and ${second.name}, boxes overlap by ${depth.toFixed(2)} m, ${dynamic}`,
  };
};
