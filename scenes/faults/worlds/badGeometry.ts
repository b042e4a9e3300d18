import type { Random } from '../../../engine/random.ts';
import type { WorldModel, WorldNode } from '../../../engine/world/worldModel.ts';
import { translation } from '../../geometry/transforms.ts';
import type { Vector3 } from '../../scene.ts';
import { cutOut, prism } from './cutPrism.ts';
import { anySolid, extent, middle, place, sizeOfSolid } from './props.ts';
import type { FaultSubject, WorldFault, WorldFaultInjector } from './worldFault.ts';
import {
  addNode,
  areaOf,
  normalOf,
  replaceTriangles,
  type WorldTriangle,
  worldTriangles,
} from './worldGeometry.ts';

type Way = (subject: FaultSubject, random: Random) => Omit<WorldFault, 'type'> | string;

/** Floors that face down, cracks narrower than a centimetre, sheets on sheets, fins on edges, slivers. */
export const plantBadGeometry: WorldFaultInjector = (subject, random) => {
  const way = random.pick(['flipped', 'crack', 'double', 'fins', 'slivers'] as const);
  const done = WAYS[way](subject, random);
  return typeof done === 'string' ? done : { type: 'bad-geometry', ...done };
};

/** A patch of floor as rectangle: the surface inside it is cut out and given back changed. */
function floorPatch({ visual, collider, floor }: FaultSubject, random: Random, least: number, most: number) {
  const [halfX, halfZ] = [random.range(least, most) / 2, random.range(least, most) / 2];
  const cell = floor.pick(random, 0.8);
  if (!cell) return undefined;
  const outline = [
    [cell.x - halfX, cell.z - halfZ],
    [cell.x + halfX, cell.z - halfZ],
    [cell.x + halfX, cell.z + halfZ],
    [cell.x - halfX, cell.z + halfZ],
  ] as const;
  const models = collider ? [visual, collider] : [visual];
  const bounds = {
    position: [cell.x, cell.y, cell.z] as Vector3,
    extent: [2 * halfX, 0.3, 2 * halfZ] as Vector3,
  };
  const upward = (triangle: WorldTriangle) =>
    normalOf(triangle)[1] > 0.7 && triangle.every(p => Math.abs(p[1] - cell.y) < 0.5);
  const overlaps = (triangle: WorldTriangle) =>
    [0, 2].every(axis => {
      const [middleOf, half] = axis === 0 ? [cell.x, halfX] : [cell.z, halfZ];
      const values = triangle.map(p => p[axis]);
      return Math.min(...values) < middleOf + half && Math.max(...values) > middleOf - half;
    });
  const isInside = (triangle: WorldTriangle) => upward(triangle) && overlaps(triangle);
  return { cell, halfX, halfZ, outline, models, bounds, isInside };
}

/** The node that most of the floor in a patch is of: what stands there, as the foot of a column, is no floor. */
function floorNode(
  { nodes }: WorldModel,
  isInside: (triangle: WorldTriangle) => boolean,
): WorldNode | undefined {
  let most = 0;
  let chosen: WorldNode | undefined;
  for (const node of nodes) {
    const area = worldTriangles([node])
      .filter(isInside)
      .reduce((sum, triangle) => sum + areaOf(triangle), 0);
    if (area <= most) continue;
    most = area;
    chosen = node;
  }
  return chosen;
}

const WAYS: Record<'flipped' | 'crack' | 'double' | 'fins' | 'slivers', Way> = {
  flipped: (subject, random) => {
    const patch = floorPatch(subject, random, 1, 3);
    if (!patch) return 'no floor is free enough';
    let flipped = 0;
    const { min, max } = { min: [Infinity, Infinity, Infinity], max: [-Infinity, -Infinity, -Infinity] };
    for (const model of patch.models) {
      const node = floorNode(model, patch.isInside);
      if (!node) continue;
      flipped += replaceTriangles(node, triangle => {
        if (!patch.isInside(triangle)) return undefined;
        for (const p of triangle)
          for (let axis = 0; axis < 3; axis++) {
            min[axis] = Math.min(min[axis], p[axis]);
            max[axis] = Math.max(max[axis], p[axis]);
          }
        return [[triangle[0], triangle[2], triangle[1]]];
      });
    }
    if (flipped === 0) return 'there is no floor';
    const bounds = { min, max } as { min: Vector3; max: Vector3 };
    return { position: middle(bounds), extent: extent(bounds), how: 'flipped floor' };
  },

  crack: (subject, random) => {
    // Two thin cuts' worth: the surface along a line is taken away.
    const { visual, collider, floor } = subject;
    const cell = floor.pick(random, 0.6);
    if (!cell) return 'no floor is free enough';
    const width = random.range(0.001, 0.009);
    const half = random.range(0.6, 2.5) / 2;
    const angle = random.range(0, Math.PI);
    const [dx, dz] = [Math.cos(angle), Math.sin(angle)];
    const at = (along: number, across: number) =>
      [cell.x + dx * along - dz * across, cell.z + dz * along + dx * across] as const;
    const outline = [at(-half, -width / 2), at(half, -width / 2), at(half, width / 2), at(-half, width / 2)];
    for (const model of collider ? [visual, collider] : [visual])
      cutOut(model, prism(outline, -Infinity, cell.y + 0.15));
    return {
      position: [cell.x, cell.y, cell.z],
      extent: [Math.abs(dx) * 2 * half, 0.3, Math.abs(dz) * 2 * half],
      how: `crack of ${(1000 * width).toFixed(1)} mm, ${(2 * half).toFixed(2)} m long`,
    };
  },

  double: (subject, random) => {
    const patch = floorPatch(subject, random, 0.8, 2.5);
    if (!patch) return 'no floor is free enough';
    const { visual } = subject;
    const min = [Infinity, Infinity, Infinity];
    const max = [-Infinity, -Infinity, -Infinity];
    const offset = random.pick([0, 0, random.range(0.0001, 0.0008)]);
    const node = floorNode(visual, patch.isInside);
    if (!node) return 'there is no floor';
    const copied = worldTriangles([node])
      .filter(patch.isInside)
      .map(triangle => triangle.map(([x, y, z]) => [x, y + offset, z]) as unknown as WorldTriangle);
    for (const p of copied.flat())
      for (let axis = 0; axis < 3; axis++) {
        min[axis] = Math.min(min[axis], p[axis]);
        max[axis] = Math.max(max[axis], p[axis]);
      }
    addNode(visual, `${node.name}-copy`, copied);
    const bounds = { min, max } as { min: Vector3; max: Vector3 };
    return {
      position: middle(bounds),
      extent: extent(bounds),
      how: `floor twice, ${(1000 * offset).toFixed(2)} mm apart`,
    };
  },

  fins: (subject, random) => {
    const { visual, collider, floor } = subject;
    const cell = floor.pick(random, 0.8);
    if (!cell) return 'no floor is free enough';
    const { solid } = anySolid(random, random.range(0.5, 1.2));
    const triangles = place(solid, translation(cell.x, cell.y, cell.z));
    // A third face on some of its edges, standing out or reaching in.
    const middleOfSolid = middle(sizeOfSolid(triangles));
    const fins = triangles.slice(0, 3 + random.integer(4)).map(([a, b]): WorldTriangle => {
      const t = random.pick([-0.4, 0.35, 0.6]);
      const tip = a.map(
        (value, axis) => (value + b[axis]) / 2 + t * (middleOfSolid[axis] - value),
      ) as Vector3;
      return [a, b, [tip[0], Math.max(cell.y + 0.02, tip[1]), tip[2]]];
    });
    for (const model of collider ? [visual, collider] : [visual])
      addNode(model, 'lump', [...triangles, ...fins]);
    const bounds = sizeOfSolid([...triangles, ...fins]);
    return { position: middle(bounds), extent: extent(bounds), how: `${fins.length} fins` };
  },

  slivers: (subject, random) => {
    const { visual, collider, floor } = subject;
    const cell = floor.pick(random, 0.8);
    if (!cell) return 'no floor is free enough';
    const count = 30 + random.integer(200);
    const length = random.range(0.3, 1);
    const slivers = Array.from({ length: count }, (): WorldTriangle => {
      const angle = random.range(0, 2 * Math.PI);
      const from: Vector3 = [
        cell.x + random.range(-0.4, 0.4),
        cell.y + 0.005,
        cell.z + random.range(-0.4, 0.4),
      ];
      const to: Vector3 = [from[0] + Math.cos(angle) * length, from[1], from[2] + Math.sin(angle) * length];
      const thin = random.range(1e-7, 5e-5);
      return [
        from,
        to,
        [
          (from[0] + to[0]) / 2 - Math.sin(angle) * thin,
          from[1],
          (from[2] + to[2]) / 2 + Math.cos(angle) * thin,
        ],
      ];
    });
    for (const model of collider ? [visual, collider] : [visual]) {
      const node = model.nodes[random.integer(model.nodes.length)];
      node.parts = [...node.parts];
      addNode(model, 'debris', slivers);
    }
    const bounds = sizeOfSolid(slivers);
    return { position: middle(bounds), extent: extent(bounds), how: `${count} slivers` };
  },
};
