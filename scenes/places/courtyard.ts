import { asked, finish } from '../geometry/finishes.ts';
import { patina } from '../geometry/shade.ts';
import { Sketch } from '../geometry/sketch.ts';
import type { Vector3 } from '../scene.ts';
import {
  behindWalls,
  drawWalls,
  type PlaceContext,
  type PlaceLayout,
  type Rect,
  wallPoint,
  wallSlots,
} from './place.ts';
import { drawDoor, drawWindow, onWall } from './wallDetails.ts';

/** A paved yard inside high walls, with an arcade along two sides, a fountain, trees and planters. */
export function layoutCourtyard({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(14, 16);
  const length = random.range(17, 20);
  const height = random.range(5, 6);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const shade = patina('courtyard', seed, 0.28);
  const wall = asked(
    plan.surfaces.wall,
    random.pick([
      finish('plaster', [0.85, 0.7, 0.5]),
      finish('brick', [1, 0.92, 0.86]),
      finish('stone', [1, 0.92, 0.8]),
    ]),
  );
  const trim = finish('stone', [0.95, 0.92, 0.86]);
  const walls = new Sketch();
  drawWalls(walls, shell, { wall, shade, skirting: trim, cell: 0.65 });
  for (const side of ['left', 'right', 'far', 'near'] as const) {
    const run = side === 'left' || side === 'right' ? length : width;
    onWall(walls, wallPoint(shell, side, 0), () =>
      walls.box(trim, [0, height - 0.35, 0.12], [run, 0.35, 0.24], {
        skip: ['-z', '+x', '-x'],
        cell: 0.9,
        shade,
      }),
    );
  }
  const dark: Vector3 = plan.light === 'night' ? [0.8, 0.55, 0.25] : [0.02, 0.025, 0.03];
  const doors = [wallPoint(shell, 'far', 0)];
  drawDoor(walls, doors[0], finish('wood', [0.4, 0.3, 0.22]), trim, random);
  for (const x of [-width * 0.32, -width * 0.16, width * 0.16, width * 0.32]) {
    drawWindow(walls, wallPoint(shell, 'far', x), 0.95, 1.3, 3.1, dark);
    if (Math.abs(x) > width * 0.2) drawWindow(walls, wallPoint(shell, 'far', x), 0.95, 1.3, 1, dark);
  }
  for (const side of ['left', 'right'] as const)
    for (let i = 0; i < 5; i++)
      drawWindow(walls, wallPoint(shell, side, shell.minZ + ((i + 0.5) * length) / 5), 0.95, 1.2, 3.35, dark);

  // An arcade along both long sides: columns, lintels and a lean-to roof of tiles.
  const arcade = new Sketch();
  const obstacles: Rect[] = [];
  const stone = finish('marble', [0.92, 0.88, 0.8]);
  for (const side of [-1, 1]) {
    const x = side * (width / 2 - 2.1);
    const bays = 6;
    for (let i = 0; i <= bays; i++) {
      const z = shell.minZ + 0.4 + (i * (length - 0.8)) / bays;
      arcade.box(trim, [x, 0, z], [0.5, 0.16, 0.5], { skip: ['-y'] });
      arcade.lathe(
        stone,
        [x, 0.16, z],
        [
          [0.2, 0],
          [0.17, 0.1],
          [0.15, 2.1],
          [0.22, 2.22],
        ],
        12,
      );
      arcade.box(trim, [x, 2.38, z], [0.5, 0.14, 0.5]);
      obstacles.push({ minX: x - 0.27, maxX: x + 0.27, minZ: z - 0.27, maxZ: z + 0.27 });
    }
    arcade.box(trim, [x, 2.52, 0], [0.4, 0.3, length - 0.02], { skip: ['+z', '-z'], cell: 0.7, shade });
    const outer = x - side * 0.35;
    const tile = finish('planks', [0.95, 0.5, 0.34]);
    const low: Vector3 = [outer, 2.82, side > 0 ? -length / 2 + 0.01 : length / 2 - 0.01];
    const run: Vector3 = [0, 0, side > 0 ? length - 0.02 : -length + 0.02];
    const up: Vector3 = [side * (2.1 + 0.35), 0.45, 0];
    arcade.panel(tile, low, run, up, { cell: 0.6, shade });
    arcade.panel(finish('planks', [0.6, 0.48, 0.38]), [low[0], low[1] - 0.03, -low[2]], [0, 0, -run[2]], up, {
      cell: 0.8,
      shade,
    });
  }
  const lamps: PlaceLayout['lamps'] = [];
  for (const side of [-1, 1])
    for (const z of [-length * 0.3, 0, length * 0.3])
      lamps.push({ position: [side * (width / 2 - 2.4), 2.3, z], color: [1.2, 0.85, 0.5], radiusMeters: 6 });
  const fountainX = 1.9;
  const lane = { x: -1.1, startZ: shell.maxZ - 1.2, endZ: shell.minZ + 3, halfWidth: 1 };
  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'arcade', sketch: arcade },
    ],
    floor: {
      ...behindWalls(shell),
      finish: asked(plan.surfaces.floor, finish('stone', [0.95, 0.92, 0.86])),
      shade,
      cell: 0.5,
    },
    lane,
    orbit: { x: 0, z: 0, radius: Math.min(5, length / 2 - 2) },
    wallSlots: [
      { x: fountainX + 0.4, z: -1.4, yaw: 0, width: 3.2 },
      ...wallSlots({ ...shell, maxZ: shell.maxZ - 1.5 }, 1.7, doors, 0.5),
    ],
    standAreas: [
      {
        minX: shell.minX + 2.5,
        maxX: lane.x - lane.halfWidth,
        minZ: shell.minZ + 1.2,
        maxZ: shell.maxZ - 2.5,
      },
      {
        minX: lane.x + lane.halfWidth,
        maxX: shell.maxX - 2.5,
        minZ: shell.minZ + 1.2,
        maxZ: shell.maxZ - 2.5,
      },
    ],
    obstacles,
    furnishings: [
      { kind: 'fountain', where: 'free', count: [1, 1] },
      { kind: 'tree', where: 'free', count: [1, 2] },
      { kind: 'planter', where: 'free', count: [2, 3] },
      { kind: 'bench', where: 'free', count: [2, 2] },
      { kind: 'vase', where: 'free', count: [2, 3] },
      { kind: 'bush', where: 'free', count: [1, 2] },
      { kind: 'statue', where: 'free', count: [0, 1] },
    ],
    outdoor: true,
    lamps,
    ambient: 0.4,
  };
}
