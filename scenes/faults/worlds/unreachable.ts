import { chain, rotationY, translation } from '../../geometry/transforms.ts';
import type { FloorCell } from './floorMap.ts';
import { findNarrowPlace } from './narrowPlaces.ts';
import { box, place } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode } from './worldGeometry.ts';

/** Floor that rises under a wall by less is still floor, metres. */
const ABOVE_FLOOR = 0.3;

/** A walled-off part of the floor: a wall across a narrow place, or a room without a door around a free place. */
export const plantUnreachable: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const models = collider ? [visual, collider] : [visual];
  const narrow = random.chance(0.5) ? findNarrowPlace(floor, random, 6) : undefined;
  if (narrow) {
    const { cell, dx, dz, left, right, behind } = narrow;
    const thick = random.range(0.1, 0.3);
    const height = random.range(2.2, 3);
    const across = (left - right) / 2;
    const wall = place(
      box(thick, height, left + right + 0.3),
      chain(
        translation(cell.x - dz * across, cell.y - 0.05, cell.z + dx * across),
        rotationY(-Math.atan2(dz, dx)),
      ),
    );
    for (const model of models) addNode(model, 'wall', wall);
    const xs = behind.map(({ x }) => x);
    const zs = behind.map(({ z }) => z);
    const ys = behind.map(({ y }) => y);
    const [low, high] = [Math.min(...ys), Math.max(...ys)];
    const [minX, maxX, minZ, maxZ] = [Math.min(...xs), Math.max(...xs), Math.min(...zs), Math.max(...zs)];
    return {
      type: 'unreachable',
      position: [(minX + maxX) / 2, (low + high) / 2, (minZ + maxZ) / 2],
      extent: [maxX - minX + 1, high - low + 1, maxZ - minZ + 1],
      how: `wall across ${(left + right).toFixed(2)} m`,
    };
  }
  const [halfX, halfZ] = [random.range(3.2, 5.5) / 2, random.range(3.2, 5.5) / 2];
  const height = random.range(2.1, 3.2);
  const thick = random.range(0.08, 0.3);
  const sides = [
    [0, halfZ, 2 * halfX + thick, thick],
    [0, -halfZ, 2 * halfX + thick, thick],
    [halfX, 0, thick, 2 * halfZ - thick],
    [-halfX, 0, thick, 2 * halfZ - thick],
  ] as const;
  // A wall through the crown of a tree would be another fault.
  const hasRoom = ({ x, y, z }: FloorCell) =>
    sides.every(([dx, dz, sizeX, sizeZ]) =>
      floor.isFree(
        [x + dx - sizeX / 2, y + ABOVE_FLOOR, z + dz - sizeZ / 2],
        [x + dx + sizeX / 2, y + height, z + dz + sizeZ / 2],
      ),
    );
  const cell = floor.pick(random, 0.8, place => {
    const { x, z, y } = place;
    for (let i = -halfX; i <= halfX; i += 0.4)
      for (let k = -halfZ; k <= halfZ; k += 0.4) if (!floor.cellAt(x + i, z + k, y)) return false;
    // Somebody has to be left outside.
    return floor.area > 4 * halfX * halfZ * 1.8 && hasRoom(place);
  });
  if (!cell) return 'no free floor takes a room';
  const walls = sides.flatMap(([x, z, sizeX, sizeZ]) =>
    place(box(sizeX, height, sizeZ), translation(cell.x + x, cell.y - 0.05, cell.z + z)),
  );
  for (const model of models) addNode(model, 'closet', walls);
  return {
    type: 'unreachable',
    position: [cell.x, cell.y, cell.z],
    extent: [2 * halfX, height, 2 * halfZ],
    how: `room of ${(2 * halfX).toFixed(1)} × ${(2 * halfZ).toFixed(1)} m without a door`,
  };
};
