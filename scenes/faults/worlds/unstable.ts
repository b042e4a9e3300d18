import type { Random } from '../../../engine/random.ts';
import { chain, rotationX, rotationY, translation } from '../../geometry/transforms.ts';
import type { FloorCell } from './floorMap.ts';
import { box, extent, loft, middle, place, round, sizeOfSolid } from './props.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { addNode, type WorldTriangle } from './worldGeometry.ts';

/** What is planted reaches no further from its place, and takes so much of a slope for level, metres. */
const LEVEL_AROUND = 1;
const LEVEL_WITHIN = 0.01;

/** Places tried for what may reach further than is free around them. */
const ATTEMPTS = 20;

/** A thing that leans on one edge, stands over the edge of another, or is heavy on one side. */
export const plantUnstable: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    // On a slope it would lean on what rises beside it, and stand.
    const cell = floor.pick(random, 1, ({ x, z, y }) => floor.isLevel(x, z, y, LEVEL_AROUND, LEVEL_WITHIN));
    if (!cell) return 'no floor is free enough';
    const { kind, dynamic, parts } = unstableParts(cell, random);
    // What a pillar or a bench touches may be held by it.
    const isHeld = parts.some(({ triangles }) => {
      const { min, max } = sizeOfSolid(triangles);
      return !floor.isFree([min[0], Math.max(min[1], cell.y + 2 * LEVEL_WITHIN), min[2]], max);
    });
    if (isHeld) continue;
    for (const model of collider ? [visual, collider] : [visual])
      for (const { name, triangles, motion } of parts) addNode(model, name, triangles, motion);
    const bounds = sizeOfSolid(parts[parts.length - 1].triangles);
    return {
      type: 'unstable',
      position: middle(bounds),
      extent: extent(bounds),
      how: `${kind}, ${dynamic}`,
    };
  }
  return 'something is near everywhere';
};

interface Part {
  name: string;
  triangles: WorldTriangle[];
  motion: 'static' | 'dynamic';
}

function unstableParts(cell: FloorCell, random: Random): { kind: string; dynamic: string; parts: Part[] } {
  const yaw = random.range(0, 2 * Math.PI);
  const onFloor = chain(translation(cell.x, cell.y, cell.z), rotationY(yaw));
  const kind = random.pick(['leaning', 'overhanging', 'one-sided'] as const);
  const dynamic = random.chance(0.6) ? 'dynamic' : 'static';
  const parts: Part[] = [];
  if (kind === 'leaning') {
    const width = random.range(0.3, 0.7);
    const height = width * random.range(1.4, 3);
    const shape = random.chance(0.5)
      ? box(width, height, width)
      : loft(round(width / 2, 12), [
          [0, 1],
          [height, 1],
        ]);
    // Beyond the angle at which the middle stands over the edge.
    const tipping = Math.atan2(width, height);
    const leaning = place(shape, chain(rotationX(Math.min(1.2, tipping + random.range(0.12, 0.4)))));
    const low = sizeOfSolid(leaning).min[1];
    parts.push({
      name: 'cabinet',
      triangles: place(leaning, chain(onFloor, translation(0, -low, 0))),
      motion: dynamic,
    });
  } else if (kind === 'overhanging') {
    const base = random.range(0.4, 1);
    const height = random.range(0.4, 0.9);
    const size = random.range(0.3, base);
    const over = (base + size) / 2 - size * random.range(0.08, 0.4);
    parts.push({ name: 'stand', triangles: place(box(base, height, base), onFloor), motion: 'static' });
    parts.push({
      name: 'parcel',
      triangles: place(
        box(size, size * random.range(0.4, 1), size),
        chain(onFloor, translation(over, height, 0)),
      ),
      motion: dynamic,
    });
  } else {
    // An upside-down L: a post at one end of a long arm.
    const post = random.range(0.15, 0.3);
    const arm = random.range(0.9, 1.6);
    const tall = random.range(0.5, 1.2);
    const outline: [number, number][] = [
      [0, 0],
      [post, 0],
      [post, tall],
      [arm, tall],
      [arm, tall + post],
      [0, tall + post],
    ];
    parts.push({ name: 'arm', triangles: place(extrude(outline, post), onFloor), motion: dynamic });
  }
  return { kind, dynamic, parts };
}

/** A prism over an outline in (x, y), anticlockwise, of six corners as above. */
function extrude(outline: readonly [number, number][], depth: number): WorldTriangle[] {
  const at = (k: number, z: number): [number, number, number] => [...outline[k % outline.length], z];
  const faces = [
    [0, 1, 2],
    [0, 2, 5],
    [2, 3, 4],
    [2, 4, 5],
  ];
  const triangles: WorldTriangle[] = faces.flatMap(([a, b, c]): WorldTriangle[] => [
    [at(a, depth / 2), at(b, depth / 2), at(c, depth / 2)],
    [at(a, -depth / 2), at(c, -depth / 2), at(b, -depth / 2)],
  ]);
  outline.forEach((_, k) => {
    const [a, b, c, d] = [at(k, depth / 2), at(k, -depth / 2), at(k + 1, -depth / 2), at(k + 1, depth / 2)];
    triangles.push([a, b, c], [a, c, d]);
  });
  return triangles;
}
