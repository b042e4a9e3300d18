import { asked, finish } from '../geometry/finishes.ts';
import { Sketch } from '../geometry/sketch.ts';
import type { Vector3 } from '../scene.ts';
import {
  behindWalls,
  drawCeiling,
  drawWalls,
  type PlaceContext,
  type PlaceLayout,
  type Rect,
  roomShade,
  wallPoint,
  wallSlots,
} from './place.ts';
import { drawWindow, onWall } from './wallDetails.ts';

/** A stone hall with two rows of columns, niches, a coffered ceiling and an altar at its end. */
export function layoutTemple({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(11, 12.5);
  const length = random.range(19, 22);
  const height = random.range(5.2, 6);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const shade = roomShade(shell, 'temple', seed, 0.3);
  const tone = random.pick([
    [1, 0.9, 0.74],
    [0.9, 0.9, 0.9],
    [1, 0.82, 0.66],
  ] as Vector3[]);
  const stone = finish('stone', tone);
  const pale = finish('marble', tone.map(c => c * 0.95) as Vector3);
  const walls = new Sketch();
  drawWalls(walls, shell, { wall: asked(plan.surfaces.wall, stone), shade, skirting: pale, cell: 0.6 });
  walls.box(pale, [0, height - 0.5, shell.minZ + 0.1], [width, 0.25, 0.2], {
    skip: ['-z', '+x', '-x'],
    cell: 0.8,
    shade,
  });
  const glow: Vector3 = plan.light === 'night' ? [0.04, 0.06, 0.12] : [1.2, 0.95, 0.6];
  for (let i = 0; i < 4; i++)
    for (const side of ['left', 'right'] as const) {
      const point = wallPoint(shell, side, shell.minZ + ((i + 0.5) * length) / 4);
      drawWindow(walls, point, 0.5, 1.5, 2.6, glow);
      onWall(walls, point, () => {
        walls.box(pale, [0, 2.2, 0.07], [1, 0.1, 0.14], { skip: ['-z'] });
        for (const x of [-1.7, 1.7])
          walls.box(pale, [x, 0, 0.12], [0.42, height, 0.24], { skip: ['-z', '-y', '+y'], cell: 0.7, shade });
      });
    }
  onWall(walls, wallPoint(shell, 'far', 0), () => {
    for (const x of [-1.5, 1.5])
      walls.box(pale, [x, 0, 0.16], [0.4, 3.6, 0.32], { skip: ['-z', '-y'], cell: 0.6 });
    walls.box(pale, [0, 3.6, 0.2], [3.8, 0.34, 0.4], { skip: ['-z'], cell: 0.7 });
    walls.wedge(pale, [0, 3.94, 0.2], [3.8, 0.8, 0.38], 0.5);
    walls.panel(finish('carpet', [0.62, 0.14, 0.1]), [-0.95, 0.9, 0.012], [1.9, 0, 0], [0, 2.4, 0], {
      cell: 0.6,
      shade,
    });
  });

  const columns = new Sketch();
  const obstacles: Rect[] = [];
  const count = 6;
  for (let i = 0; i < count; i++)
    for (const side of [-1, 1]) {
      const x = side * width * 0.26;
      const z = shell.maxZ - 2.2 - (i * (length - 5.5)) / (count - 1);
      columns.box(stone, [x, 0, z], [0.98, 0.22, 0.98], { skip: ['-y'], cell: 0.5 });
      columns.lathe(
        pale,
        [x, 0.22, z],
        [
          [0.46, 0],
          [0.46, 0.12],
          [0.36, 0.22],
          [0.34, height * 0.4],
          [0.31, height - 0.9],
          [0.44, height - 0.66],
          [0.44, height - 0.5],
        ],
        16,
        { shade },
      );
      columns.box(stone, [x, height - 0.28, z], [1, 0.28, 1], { skip: ['+y'] });
      obstacles.push({ minX: x - 0.5, maxX: x + 0.5, minZ: z - 0.5, maxZ: z + 0.5 });
    }
  const ceiling = new Sketch();
  drawCeiling(
    ceiling,
    shell,
    asked(plan.surfaces.ceiling, finish('stone', tone.map(c => c * 0.8) as Vector3)),
    shade,
    0.7,
  );
  const beam = finish('planks', [0.6, 0.45, 0.34]);
  for (let i = 0; i < 7; i++) {
    const z = shell.minZ + ((i + 0.5) * length) / 7;
    ceiling.box(beam, [0, height - 0.2, z], [width, 0.2, 0.26], {
      skip: ['+y', '+x', '-x'],
      cell: 1.2,
      shade,
    });
  }
  const lamps: PlaceLayout['lamps'] = [];
  for (let i = 0; i < 4; i++)
    for (const side of [-1, 1]) {
      const z = shell.minZ + ((i + 0.6) * length) / 4.4;
      lamps.push({ position: [side * width * 0.13, 2.9, z], color: [0.85, 0.66, 0.44], radiusMeters: 6 });
    }
  const lane = { x: 0, startZ: shell.maxZ - 1, endZ: shell.minZ + 4.2, halfWidth: 1 };
  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'ceiling', sketch: ceiling },
      { name: 'columns', sketch: columns },
    ],
    floor: {
      ...behindWalls(shell),
      finish: asked(plan.surfaces.floor, finish('marble', tone.map(c => c * 0.82) as Vector3)),
      shade,
      cell: 0.5,
    },
    lane,
    orbit: { x: 0, z: shell.maxZ - 5.5, radius: 2 },
    wallSlots: [
      { x: 0, z: shell.minZ + 0.45, yaw: 0, width: 2.4 },
      ...wallSlots({ ...shell, maxZ: shell.maxZ - 1.2 }, 1.7, [wallPoint(shell, 'far', 0)], 0.8),
    ],
    standAreas: [
      { minX: -width * 0.26 + 0.2, maxX: -lane.halfWidth, minZ: shell.minZ + 2, maxZ: shell.maxZ - 2.5 },
      { minX: lane.halfWidth, maxX: width * 0.26 - 0.2, minZ: shell.minZ + 2, maxZ: shell.maxZ - 2.5 },
      { minX: shell.minX + 0.6, maxX: -width * 0.26 - 0.6, minZ: shell.minZ + 1, maxZ: shell.maxZ - 2.5 },
      { minX: width * 0.26 + 0.6, maxX: shell.maxX - 0.6, minZ: shell.minZ + 1, maxZ: shell.maxZ - 2.5 },
    ],
    obstacles,
    furnishings: [
      { kind: 'altar', where: 'wall', count: [1, 1] },
      { kind: 'statue', where: 'wall', count: [3, 4] },
      { kind: 'lantern', where: 'free', count: [3, 5] },
      { kind: 'vase', where: 'free', count: [2, 4] },
      { kind: 'bench', where: 'free', count: [1, 2] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.3,
  };
}
