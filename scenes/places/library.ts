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
import { drawPoster, drawWindow } from './wallDetails.ts';

/** A reading hall: rows of double bookcases on both sides of an aisle, books along the walls, tall windows at the end. */
export function layoutLibrary({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(9.5, 11);
  const length = random.range(16, 18);
  const height = random.range(4, 4.6);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const shade = roomShade(shell, 'library', seed, 0.26);
  const wood = finish(
    'wood',
    random.pick([
      [0.5, 0.36, 0.26],
      [0.62, 0.44, 0.3],
    ] as Vector3[]),
  );
  const books = finish('books');
  const walls = new Sketch();
  drawWalls(walls, shell, {
    wall: asked(
      plan.surfaces.wall,
      finish(
        'plaster',
        random.pick([
          [0.74, 0.66, 0.5],
          [0.5, 0.56, 0.5],
        ] as Vector3[]),
      ),
    ),
    shade,
    band: { finish: finish('wood', [0.46, 0.34, 0.25]), height: 1.1 },
    skirting: wood,
  });
  const glow: Vector3 =
    plan.light === 'night' ? [0.02, 0.03, 0.06] : plan.light === 'dusk' ? [1.1, 0.6, 0.35] : [1.2, 1.2, 1.15];
  for (const x of [-width * 0.3, 0, width * 0.3])
    drawWindow(walls, wallPoint(shell, 'far', x), 1.2, 2.1, 1.5, glow);
  for (let i = 0; i < 4; i++)
    for (const side of ['left', 'right'] as const)
      drawPoster(walls, wallPoint(shell, side, shell.minZ + ((i + 0.5) * length) / 4), 0.8, 1, 2.75, random);

  const rows = new Sketch();
  const obstacles: Rect[] = [];
  const caseLength = width / 2 - 2.1;
  const [tall, deep] = [2.25, 0.62];
  for (let z = shell.maxZ - 3; z > shell.minZ + 2.6; z -= 2.9)
    for (const side of [-1, 1]) {
      const x = side * (1.35 + caseLength / 2);
      obstacles.push({
        minX: x - caseLength / 2,
        maxX: x + caseLength / 2,
        minZ: z - deep / 2,
        maxZ: z + deep / 2,
      });
      rows.box(wood, [x, 0, z], [caseLength, 0.12, deep - 0.06], { skip: ['-y'], cell: 0.7 });
      rows.box(wood, [x, tall - 0.06, z], [caseLength + 0.04, 0.08, deep + 0.04], { cell: 0.7 });
      for (const end of [-1, 1])
        rows.box(wood, [x + end * (caseLength / 2 - 0.025), 0, z], [0.05, tall - 0.06, deep], {
          skip: ['-y', '+y'],
          cell: 0.5,
        });
      rows.box(wood, [x, 0.12, z], [caseLength - 0.1, tall - 0.18, 0.04], {
        skip: ['-x', '+x', '-y', '+y'],
        cell: 0.7,
      });
      for (let level = 0; level < 5; level++) {
        const y = 0.12 + level * 0.41;
        rows.box(wood, [x, y, z], [caseLength - 0.1, 0.03, deep - 0.02], { skip: ['-x', '+x'] });
        for (const face of [-1, 1])
          rows.box(
            books,
            [x, y + 0.03, z + face * 0.15],
            [caseLength - 0.12, random.range(0.27, 0.34), 0.22],
            { skip: ['-y', face < 0 ? '+z' : '-z'], cell: 0.9 },
          );
      }
      rows.box(finish('metal', [0.75, 0.6, 0.3]), [side * 1.345, 1.5, z], [0.02, 0.14, 0.26], {
        skip: [side < 0 ? '-x' : '+x'],
      });
    }
  const ceiling = new Sketch();
  drawCeiling(ceiling, shell, asked(plan.surfaces.ceiling, finish('planks', [0.8, 0.7, 0.6])), shade);
  const lamps: PlaceLayout['lamps'] = [];
  for (let i = 0; i < 6; i++) {
    const z = shell.minZ + ((i + 0.5) * length) / 6;
    ceiling.box(wood, [0, height - 0.22, z + length / 12], [width, 0.22, 0.18], {
      skip: ['+y', '+x', '-x'],
      cell: 1,
      shade,
    });
    ceiling.cylinder(finish('metal', [0.5, 0.4, 0.2]), [0, height - 1.2, z], 0.014, 1.2, { segments: 6 });
    ceiling.ball(
      finish('skin', [1, 0.95, 0.85], { emissive: [1.1, 0.95, 0.7] }),
      [0, height - 1.32, z],
      [0.17, 0.17, 0.17],
      { segments: 12 },
    );
    lamps.push({ position: [0, height - 1.55, z], color: [0.95, 0.8, 0.58], radiusMeters: 5.2 });
  }
  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'ceiling', sketch: ceiling },
      { name: 'bookcases', sketch: rows },
    ],
    floor: {
      ...behindWalls(shell),
      finish: asked(plan.surfaces.floor, finish('planks', [0.85, 0.72, 0.6])),
      shade,
      cell: 0.32,
    },
    lane: { x: 0, startZ: shell.maxZ - 0.8, endZ: shell.minZ + 2.6, halfWidth: 0.8 },
    orbit: { x: 0, z: shell.maxZ - 4.4, radius: 1.1 },
    wallSlots: wallSlots({ ...shell, maxZ: shell.maxZ - 1 }, 1.5, [], 0.4),
    standAreas: [
      { minX: shell.minX + 0.4, maxX: -0.85, minZ: shell.minZ + 0.5, maxZ: shell.maxZ - 1.6 },
      { minX: 0.85, maxX: shell.maxX - 0.4, minZ: shell.minZ + 0.5, maxZ: shell.maxZ - 1.6 },
    ],
    obstacles,
    furnishings: [
      { kind: 'bookshelf', where: 'wall', count: [5, 7] },
      { kind: 'desk', where: 'wall', count: [1, 2] },
      { kind: 'chair', where: 'free', count: [2, 4] },
      { kind: 'stool', where: 'free', count: [1, 2] },
      { kind: 'plant', where: 'free', count: [2, 3] },
      { kind: 'clock', where: 'wall', count: [1, 1] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.34,
  };
}
