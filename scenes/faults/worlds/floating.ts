import { chain, rotationX, rotationY, translation } from '../../geometry/transforms.ts';
import { anySolid, extent, middle, place, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, boundsOf } from './worldGeometry.ts';

/** A thing of the world lifted, or a new one in the air, 5 cm to 1.5 m above what is below it. */
export const plantFloating: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const models = collider ? [visual, collider] : [visual];
  const gap = Math.exp(random.range(Math.log(0.05), Math.log(1.5)));
  const loose = visual.nodes.filter(node => node.motion === 'dynamic');
  if (loose.length > 0 && random.chance(0.5)) {
    const thing = random.pick(loose);
    for (const model of models)
      for (const node of model.nodes)
        if (node.name === thing.name) {
          node.worldFromNode = Float64Array.from(node.worldFromNode);
          node.worldFromNode[13] += gap;
        }
    const bounds = boundsOf([thing]);
    return {
      type: 'floating',
      position: middle(bounds),
      extent: extent(bounds),
      how: `${thing.name} lifted by ${gap.toFixed(2)} m`,
    };
  }
  const cell = floor.pick(random, 0.9);
  if (!cell) return 'no floor is free enough';
  const { name, solid } = anySolid(random, random.range(0.15, 0.9));
  const turned = place(solid, chain(rotationY(random.range(0, 6)), rotationX(random.range(-0.6, 0.6))));
  const triangles = place(turned, translation(cell.x, cell.y + gap - sizeOfSolid(turned).min[1], cell.z));
  // Shallow terrain under it may rise: what counts is that it hangs.
  for (const model of models) addNode(model, name, triangles, random.chance(0.3) ? 'dynamic' : 'static');
  const bounds = sizeOfSolid(triangles);
  return {
    type: 'floating',
    position: middle(bounds),
    extent: extent(bounds),
    how: `${name} ${gap.toFixed(2)} m above the floor`,
  };
};
