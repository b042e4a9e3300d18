import { asked, finish } from '../geometry/finishes.ts';
import { Sketch } from '../geometry/sketch.ts';
import { chain, rotationY, translation } from '../geometry/transforms.ts';
import type { Vector3 } from '../scene.ts';
import {
  behindWalls,
  drawCeiling,
  drawCeilingLamp,
  drawWalls,
  type PlaceContext,
  type PlaceLayout,
  type Rect,
  roomShade,
  wallPoint,
  wallSlots,
} from './place.ts';
import { drawPoster, onWall } from './wallDetails.ts';

/** An underground platform: a tiled wall with posters on one side, a train that stands at the platform on the other. */
export function layoutStation({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(7.6, 8.6);
  const length = random.range(24, 28);
  const height = random.range(3.7, 4.1);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const shade = roomShade(shell, 'station', seed, 0.28);
  const accent = random.pick([
    [0.12, 0.3, 0.55],
    [0.6, 0.16, 0.12],
    [0.12, 0.42, 0.3],
    [0.8, 0.5, 0.1],
  ] as Vector3[]);
  const stripe = finish('tiles', accent.map(c => Math.min(1, c * 1.3)) as Vector3);
  const walls = new Sketch();
  drawWalls(walls, shell, {
    wall: asked(plan.surfaces.wall, finish('tiles', [0.95, 0.95, 0.92])),
    shade,
    ...(!plan.surfaces.wall && { band: { finish: stripe, height: 0.9 } }),
    cell: 0.5,
  });
  for (let i = 0; i < 9; i++) {
    const point = wallPoint(shell, 'left', shell.maxZ - 1.6 - i * ((length - 3) / 9));
    drawPoster(walls, point, random.range(0.9, 1.5), 1.2, 1.2, random);
  }
  onWall(walls, wallPoint(shell, 'left', 0), () =>
    walls.box(finish('metal', accent), [0, 2.7, 0.02], [length, 0.32, 0.04], {
      skip: ['-z', '-x', '+x'],
      cell: 1,
    }),
  );
  drawPoster(walls, wallPoint(shell, 'far', -1.4), 1.2, 1.5, 1.1, random);
  drawPoster(walls, wallPoint(shell, 'far', 0.6), 1.2, 1.5, 1.1, random);

  // The train stands against the right wall, its doors closed.
  const train = new Sketch();
  const body = finish('metal', [0.78, 0.8, 0.82]);
  const livery = finish('metal', accent);
  const glass = finish('skin', [0.08, 0.1, 0.12], { emissive: [0.1, 0.09, 0.06] });
  const face = shell.maxX - 1.3;
  train.within(chain(translation(face, 0, 0), rotationY(-Math.PI / 2)), () => {
    const run = length - 0.02;
    train.box(finish('metal', [0.2, 0.2, 0.22]), [0, 0, -0.62], [run, 0.14, 1.24], {
      skip: ['-z', '-y', '+x', '-x'],
      cell: 1,
    });
    train.box(body, [0, 0.14, -0.65], [run, 2.86, 1.3], {
      skip: ['-z', '-y', '+x', '-x'],
      cell: 0.8,
      shade: (x, y, z) => shade(x, y, z),
    });
    train.box(livery, [0, 0.5, 0.006], [run, 0.3, 0.012], { skip: ['-z', '+x', '-x'], cell: 1 });
    train.box(livery, [0, 2.7, 0.006], [run, 0.12, 0.012], { skip: ['-z', '+x', '-x'], cell: 1 });
    const pitch = 3.4;
    for (let i = Math.ceil((-run / 2 + 1) / pitch); i * pitch < run / 2 - 1; i++) {
      const x = i * pitch;
      for (const leaf of [-0.36, 0.36]) {
        train.box(livery, [x + leaf, 0.16, 0.018], [0.69, 2.2, 0.025], { skip: ['-z'], cell: 0.6 });
        train.box(glass, [x + leaf, 1.15, 0.034], [0.42, 0.85, 0.014], { skip: ['-z'] });
      }
      if ((i + 1) * pitch < run / 2 - 1) {
        train.box(glass, [x + pitch / 2, 1.15, 0.008], [1.7, 0.85, 0.016], { skip: ['-z'], cell: 0.9 });
        train.box(body, [x + pitch / 2, 1.15, 0.018], [0.07, 0.85, 0.012], { skip: ['-z'] });
      }
    }
  });

  const platform = new Sketch();
  const edge = face - 0.62;
  platform.box(finish('skin', [0.9, 0.72, 0.12]), [edge, 0, 0], [0.3, 0.004, length - 0.04], {
    skip: ['-y', '+z', '-z'],
    cell: 0.8,
    shade,
  });
  const columns = new Sketch();
  const obstacles: Rect[] = [{ minX: face - 0.9, maxX: shell.maxX, minZ: shell.minZ, maxZ: shell.maxZ }];
  const laneX = -0.35;
  for (let i = 0; i < 5; i++) {
    const z = shell.maxZ - 3.4 - i * 4.6;
    if (z < shell.minZ + 1) break;
    const x = laneX + 1.75;
    columns.box(stripe, [x, 0, z], [0.46, height, 0.46], { skip: ['-y', '+y'], cell: 0.5, shade });
    columns.box(finish('metal', [0.6, 0.6, 0.6]), [x, 0, z], [0.52, 0.16, 0.52], { skip: ['-y'] });
    obstacles.push({ minX: x - 0.28, maxX: x + 0.28, minZ: z - 0.28, maxZ: z + 0.28 });
  }
  const ceiling = new Sketch();
  drawCeiling(ceiling, shell, asked(plan.surfaces.ceiling, finish('concrete', [0.9, 0.9, 0.88])), shade, 0.6);
  const lamps: PlaceLayout['lamps'] = [];
  for (let i = 0; i < 8; i++) {
    const z = shell.minZ + ((i + 0.5) * length) / 8;
    drawCeilingLamp(ceiling, laneX, height, z, [0.24, 0, 1.9], [1.5, 1.55, 1.6]);
    ceiling.box(finish('metal', [0.5, 0.5, 0.52]), [0, height - 0.24, z + length / 16], [width, 0.24, 0.2], {
      skip: ['+y', '+x', '-x'],
      cell: 1,
      shade,
    });
    lamps.push({ position: [laneX, height - 0.4, z], color: [0.85, 0.9, 0.95], radiusMeters: 5.5 });
  }
  for (const ahead of [5, 12]) {
    const z = shell.maxZ - ahead;
    for (const x of [-0.5, 0.5])
      ceiling.cylinder(finish('metal', [0.3, 0.3, 0.3]), [laneX - 0.9 + x, height - 0.75, z], 0.014, 0.75, {
        segments: 6,
      });
    ceiling.box(finish('metal', accent), [laneX - 0.9, height - 1.05, z], [1.6, 0.36, 0.07]);
    for (let word = 0; word < 5; word++)
      ceiling.box(
        finish('skin', [0.95, 0.95, 0.9]),
        [laneX - 1.5 + word * 0.28, height - 0.97 + (word % 2) * 0.1, z + 0.037],
        [random.range(0.12, 0.24), 0.06, 0.006],
        { skip: ['-z'] },
      );
  }
  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'ceiling', sketch: ceiling },
      { name: 'train', sketch: train },
      { name: 'columns', sketch: columns },
      { name: 'safety-line', sketch: platform },
    ],
    floor: {
      ...behindWalls(shell),
      finish: asked(plan.surfaces.floor, finish('tiles', [0.78, 0.76, 0.74])),
      shade,
      cell: 0.32,
    },
    lane: { x: laneX, startZ: shell.maxZ - 1, endZ: shell.minZ + 2.5, halfWidth: 0.95 },
    orbit: { x: laneX, z: shell.maxZ - 4.5, radius: 1 },
    wallSlots: wallSlots(
      { minX: shell.minX, maxX: face - 1, minZ: shell.minZ, maxZ: shell.maxZ - 1.4 },
      1.6,
      [],
      0.4,
    ).filter(slot => slot.x < 0),
    standAreas: [
      { minX: shell.minX + 0.2, maxX: laneX - 0.97, minZ: shell.minZ + 0.8, maxZ: shell.maxZ - 2 },
    ],
    obstacles,
    furnishings: [
      { kind: 'bench', where: 'wall', count: [3, 4] },
      { kind: 'vending machine', where: 'wall', count: [1, 2] },
      { kind: 'bin', where: 'wall', count: [2, 2] },
      { kind: 'suitcase', where: 'free', count: [1, 2] },
      { kind: 'sign', where: 'free', count: [1, 1] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.36,
  };
}
