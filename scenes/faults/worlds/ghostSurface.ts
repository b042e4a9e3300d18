import { chain, rotationY, translation } from '../../geometry/transforms.ts';
import { ownCollider } from './colliderModel.ts';
import { cutOut, prism } from './cutPrism.ts';
import { anySolid, box, extent, middle, place, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, boundsOf, hasMovable } from './worldGeometry.ts';

/** A body that stands this far from a wall, or a step nearer, touches it: its radius, and two columns of the map, metres. */
const TOUCH = 0.8;
/** Where a body is as wide as its shoulders, and near its crown; a wall that leans in by more keeps it off what is below, metres. */
const BODY_HEIGHTS = [1.35, 1.6];
const MOST_LEAN = 0.1;

/** A thing or a wall that is seen only: its collider is missing, or a piece is cut out of it. */
export const plantGhostSurface: WorldFaultInjector = (subject, random) => {
  const collider = ownCollider(subject);
  const { floor, visual } = subject;
  const kind = random.pick(['thing', 'cut', 'added'] as const);
  if (kind === 'thing') {
    const things = visual.nodes.filter(node => {
      // Leaves are gone through as it is.
      if (node.parts.some(part => visual.materials[part.material]?.alphaMode !== 'opaque')) return false;
      const bounds = boundsOf([node]);
      const [sizeX, sizeY, sizeZ] = extent(bounds);
      const stands = floor.cells.some(
        cell =>
          Math.hypot(cell.x - middle(bounds)[0], cell.z - middle(bounds)[2]) <
            0.8 + Math.max(sizeX, sizeZ) / 2 && Math.abs(cell.y - bounds.min[1]) < 0.2,
      );
      return stands && sizeY > 0.8 && Math.min(sizeX, sizeZ) > 0.3 && Math.max(sizeX, sizeZ) < 3;
    });
    if (things.length > 0) {
      const thing = random.pick(things);
      collider.nodes = collider.nodes.filter(node => node.name !== thing.name);
      const bounds = boundsOf([thing]);
      return {
        type: 'ghost-surface',
        position: middle(bounds),
        extent: extent(bounds),
        how: `no collider for ${thing.name}`,
      };
    }
  }
  if (kind === 'cut')
    for (let attempt = 0; attempt < 200; attempt++) {
      const cell = floor.pick(random, 0);
      if (!cell) break;
      const angle = random.range(0, 2 * Math.PI);
      const [dx, dz] = [Math.cos(angle), Math.sin(angle)];
      const wall = floor.wallDistance(cell.x, cell.y + 1, cell.z, dx, dz, 1.5);
      if (wall > TOUCH || floor.wallDistance(cell.x, cell.y + 0.6, cell.z, dx, dz, 1.5) > wall + 0.3)
        continue;
      const half = random.range(0.9, 2) / 2;
      const height = random.range(1.2, 2.2);
      const keepsOff = (above: number) =>
        floor.wallDistance(cell.x, cell.y + above, cell.z, dx, dz, 1.5) < wall - MOST_LEAN;
      if (BODY_HEIGHTS.some(above => above > height && keepsOff(above))) continue;
      const at = (along: number, across: number) =>
        [cell.x + dx * along - dz * across, cell.z + dz * along + dx * across] as const;
      const outline = [
        at(wall - 0.4, -half),
        at(wall + 0.5, -half),
        at(wall + 0.5, half),
        at(wall - 0.4, half),
      ];
      if (hasMovable(visual.nodes, outline, cell.y, cell.y + height)) continue;
      if (cutOut(collider, prism(outline, cell.y + 0.02, cell.y + height)) === 0) continue;
      return {
        type: 'ghost-surface',
        position: [cell.x + dx * wall, cell.y + height / 2, cell.z + dz * wall],
        extent: [2 * half, height, 2 * half],
        how: `${(2 * half).toFixed(2)} m cut out of a wall's collider`,
      };
    }
  const cell = floor.pick(random, 0.7);
  if (!cell) return 'no floor is free enough';
  const solid = random.chance(0.5)
    ? box(random.range(0.05, 0.3), random.range(1, 2.4), random.range(0.8, 2.5))
    : anySolid(random, random.range(0.9, 1.8)).solid;
  const triangles = place(
    solid,
    chain(translation(cell.x, cell.y, cell.z), rotationY(random.range(0, 2 * Math.PI))),
  );
  addNode(visual, 'ghost', triangles);
  const bounds = sizeOfSolid(triangles);
  return {
    type: 'ghost-surface',
    position: middle(bounds),
    extent: extent(bounds),
    how: 'a solid that is seen only',
  };
};
