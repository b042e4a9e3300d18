import { cutOut, prism } from './cutPrism.ts';
import type { WorldFaultInjector } from './worldFault.ts';
import { hasMovable } from './worldGeometry.ts';

const REACH = 3;
/** Where a body's sides are, and heights above the steps that it climbs, metres. */
const BODY_SIDES = [-0.35, 0, 0.35];
const BODY_HEIGHTS = [0.35, 0.8, 1.5];

/** A gap in the wall between the floor and nothing, as wide as a door or as a missing wall. */
export const plantLeak: WorldFaultInjector = ({ visual, collider, floor }, random) => {
  const directions = [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ] as const;
  for (let attempt = 0; attempt < 400; attempt++) {
    const cell = random.pick(floor.cells.length > 0 ? floor.cells : [undefined]);
    if (!cell) break;
    const [dx, dz] = random.pick(directions);
    const wall = floor.wallDistance(cell.x, cell.y + 1, cell.z, dx, dz, REACH);
    if (wall > 1.2) continue;
    // Nothing stands before the wall: a body has to come to the gap.
    const before = BODY_SIDES.flatMap(side =>
      BODY_HEIGHTS.map(height =>
        floor.wallDistance(cell.x - dz * side, cell.y + height, cell.z + dx * side, dx, dz, REACH),
      ),
    );
    if (before.some(distance => distance < wall - 0.15)) continue;
    const half = random.range(1, 3) / 2;
    // The whole gap has to lead from floor to nothing.
    const beyond = [-1, 0, 1].every(side => {
      const x = cell.x - dz * side * (half - 0.1);
      const z = cell.z + dx * side * (half - 0.1);
      const near = floor.cellAt(x, z, cell.y);
      return (
        near &&
        [0.6, 1.2, 2, 3.5].every(step =>
          floor.isVoidBelow(cell.x + dx * (wall + step), cell.y + 2, cell.z + dz * (wall + step)),
        )
      );
    });
    if (!beyond) continue;
    const height = random.range(1.9, 2.6);
    const at = (along: number, across: number) =>
      [cell.x + dx * along - dz * across, cell.z + dz * along + dx * across] as const;
    const [near, far] = [wall - 0.25, wall + 1];
    const outline = [at(near, -half), at(far, -half), at(far, half), at(near, half)];
    if (hasMovable(visual.nodes, outline, cell.y, cell.y + height)) continue;
    const solid = prism(outline, cell.y + 0.005, cell.y + height);
    cutOut(collider ?? visual, solid);
    if (collider && random.chance(0.5)) cutOut(visual, solid);
    const position = [cell.x + dx * wall, cell.y, cell.z + dz * wall] as [number, number, number];
    return {
      type: 'leak',
      position,
      extent: [
        Math.abs(dx) * 1.5 + Math.abs(dz) * 2 * half,
        height,
        Math.abs(dz) * 1.5 + Math.abs(dx) * 2 * half,
      ],
      how: `gap of ${(2 * half).toFixed(2)} m in a wall`,
    };
  }
  return 'no wall stands between floor and nothing';
};
