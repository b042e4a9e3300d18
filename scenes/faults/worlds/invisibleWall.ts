import { chain, rotationY, translation } from '../../geometry/transforms.ts';
import { ownCollider } from './colliderModel.ts';
import { anySolid, box, extent, middle, place, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, type WorldTriangle } from './worldGeometry.ts';

/** A solid, a wall or a sheet without thickness in the collider only, where bodies go. */
export const plantInvisibleWall: WorldFaultInjector = (subject, random) => {
  const cell = subject.floor.pick(random, 0.7);
  if (!cell) return 'no floor is free enough';
  const kind = random.pick(['wall', 'sheet', 'solid'] as const);
  const width = random.range(0.6, 2.5);
  const height = random.range(0.7, 2.4);
  let solid: readonly WorldTriangle[];
  if (kind === 'wall') solid = box(random.range(0.05, 0.4), height, width);
  else if (kind === 'sheet')
    solid = [
      [
        [0, 0, -width / 2],
        [0, height, -width / 2],
        [0, height, width / 2],
      ],
      [
        [0, 0, -width / 2],
        [0, height, width / 2],
        [0, 0, width / 2],
      ],
    ];
  else ({ solid } = anySolid(random, random.range(0.8, 1.6)));
  const triangles = place(
    solid,
    chain(translation(cell.x, cell.y, cell.z), rotationY(random.range(0, 2 * Math.PI))),
  );
  addNode(ownCollider(subject), 'blocker', triangles);
  const bounds = sizeOfSolid(triangles);
  return { type: 'invisible-wall', position: middle(bounds), extent: extent(bounds), how: kind };
};
