import { meshEdges } from '../geometry/edgeMap.ts';
import type { Finding } from '../types.ts';
import { detectCrack } from './crack.ts';
import { detectDoubleSurface } from './doubleSurface.ts';
import { detectFlippedFloor } from './flippedFloor.ts';
import { detectNonManifold } from './nonManifold.ts';
import { detectSlivers } from './slivers.ts';
import type { WorldContext } from './worldContext.ts';

/**
 * Bad geometry: triangles that no surface is made of, found where casts of physics cannot see. Each kind has a file.
 * Non-finite coordinates and indices out of range never come here: the reader refuses them.
 */
export function detectBadGeometry(context: WorldContext): Finding[] {
  const { bvh, objects, welded } = context;
  const edges = meshEdges(
    bvh.triangles,
    welded,
    objects.map(({ triangles }) => triangles),
  );
  return [
    ...detectFlippedFloor(context, edges),
    ...detectCrack(context, edges),
    ...detectDoubleSurface(context),
    ...detectNonManifold(context, edges),
    ...detectSlivers(context),
  ];
}
