import { multiply } from '../../geometry/transforms.ts';
import type { FaultSubject } from './worldFault.ts';
import { boundsOf } from './worldGeometry.ts';

/** Moves every node of a subject and gives the new bounds. */
export function transformWorld(
  { visual, collider }: FaultSubject,
  worldFromWorld: Float64Array,
): ReturnType<typeof boundsOf> {
  for (const model of collider ? [visual, collider] : [visual])
    for (const node of model.nodes) node.worldFromNode = multiply(worldFromWorld, node.worldFromNode);
  return boundsOf(visual.nodes);
}
