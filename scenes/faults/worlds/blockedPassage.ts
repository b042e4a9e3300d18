import { chain, rotationY, translation } from '../../geometry/transforms.ts';
import { findNarrowPlace } from './narrowPlaces.ts';
import { anySolid, box, place, type Solid, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, type WorldTriangle } from './worldGeometry.ts';

/** Narrower than a body's 0.7 m. */
const MOST_GAP = 0.5;

/** Something in a narrow place: a row of things, a beam too low to pass under, or walls that leave a slot. */
export const plantBlockedPassage: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const found = findNarrowPlace(floor, random, 3.2) ?? findNarrowPlace(floor, random, 9);
  if (!found) return 'no passage is narrow enough';
  const { cell, dx, dz } = found;
  let { left, right } = found;
  const door = random.range(0.9, 1.5);
  const partition = left + right > 3.2 ? { left, right } : undefined;
  // Where there is no passage yet, a partition with a door makes one.
  if (partition) left = right = door / 2;
  const width = left + right;
  const yaw = -Math.atan2(dz, dx);
  const put = (solid: Solid, across: number, up: number): WorldTriangle[] =>
    place(solid, chain(translation(cell.x - dz * across, cell.y + up, cell.z + dx * across), rotationY(yaw)));
  const kind = random.pick(['row', 'beam', 'slot'] as const);
  const things: { name: string; triangles: WorldTriangle[] }[] = [];
  if (kind === 'beam') {
    const low = random.range(0.6, 1.45);
    things.push({
      name: 'beam',
      triangles: put(box(0.3, random.range(0.3, 0.9), width + 0.2), (left - right) / 2, low),
    });
  } else if (kind === 'slot') {
    const gap = random.range(0.15, MOST_GAP);
    const where = random.range(-right + gap / 2, left - gap / 2);
    const thick = random.range(0.08, 0.4);
    const height = random.range(1.2, 2.4);
    for (const [from, to] of [
      [-right - 0.1, where - gap / 2],
      [where + gap / 2, left + 0.1],
    ])
      if (to - from > 0.12)
        things.push({ name: 'panel', triangles: put(box(thick, height, to - from), (from + to) / 2, 0) });
  } else {
    const count = Math.max(1, Math.ceil(width / random.range(0.8, 1.4)));
    const pitch = width / count;
    for (let i = 0; i < count; i++) {
      const { name, solid } = anySolid(random, 1);
      const { min, max } = sizeOfSolid(solid);
      const size = (pitch - random.range(0.02, Math.min(0.3, MOST_GAP / count))) / (max[2] - min[2]);
      const tall = random.range(0.9, 1.6) / (max[1] - min[1]);
      // Its widest part stands at knee height, so that nobody steps over its foot.
      const scaled = solid.map(
        triangle => triangle.map(([x, y, z]) => [x * size, y * tall, z * size]) as unknown as WorldTriangle,
      );
      things.push({ name, triangles: put(scaled, -right + (i + 0.5) * pitch, 0) });
    }
  }
  if (partition)
    things.push({
      name: 'partition wall',
      triangles: [
        [-partition.right - 0.1, -right],
        [left, partition.left + 0.1],
      ].flatMap(([from, to]) => (to - from > 0.05 ? put(box(0.15, 2.6, to - from), (from + to) / 2, 0) : [])),
    });
  for (const model of collider ? [visual, collider] : [visual])
    for (const { name, triangles } of things) addNode(model, name, triangles);
  return {
    type: 'blocked-passage',
    position: [cell.x - (dz * (left - right)) / 2, cell.y + 0.8, cell.z + (dx * (left - right)) / 2],
    extent: [Math.abs(dx) * 1.2 + Math.abs(dz) * width, 1.6, Math.abs(dz) * 1.2 + Math.abs(dx) * width],
    how: `${kind} in ${width.toFixed(2)} m`,
  };
};
