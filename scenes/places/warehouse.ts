import { asked, finish } from '../geometry/finishes.ts';
import { Sketch } from '../geometry/sketch.ts';
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
import { drawPoster, onWall } from './wallDetails.ts';

/** A hall of steel racks loaded with goods, roof trusses, a roller door at the end. */
export function layoutWarehouse({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(12.5, 14);
  const length = random.range(22, 25);
  const height = random.range(5.4, 6.2);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const shade = roomShade(shell, 'warehouse', seed, 0.3);
  const walls = new Sketch();
  const band = finish('concrete', [0.8, 0.8, 0.78]);
  drawWalls(walls, shell, {
    wall: asked(plan.surfaces.wall, finish('brick', [0.95, 0.9, 0.88])),
    shade,
    ...(!plan.surfaces.wall && { band: { finish: band, height: 1.2 } }),
    cell: 0.7,
  });
  const steel = finish('metal', [0.5, 0.54, 0.58]);
  const gate = wallPoint(shell, 'far', 0);
  onWall(walls, gate, () => {
    for (let slat = 0; slat < 12; slat++)
      walls.box(steel, [0, slat * 0.28, 0.03], [3.6, 0.26, 0.06], { skip: ['-z'], cell: 1.2 });
    for (const x of [-1.9, 1.9])
      walls.box(finish('metal', [0.85, 0.65, 0.1]), [x, 0, 0.08], [0.2, 3.5, 0.16], {
        skip: ['-z', '-y'],
        cell: 0.8,
      });
    walls.box(finish('metal', [0.3, 0.32, 0.35]), [0, 3.4, 0.14], [4, 0.4, 0.28], { skip: ['-z'], cell: 1 });
  });
  for (const side of ['left', 'right'] as const)
    for (let i = 0; i < 5; i++) {
      const point = wallPoint(shell, side, shell.minZ + ((i + 0.5) * length) / 5);
      onWall(walls, point, () =>
        walls.box(steel, [0, 0, 0.15], [0.3, height, 0.3], { skip: ['-z', '-y', '+y'], cell: 1 }),
      );
      drawPoster(walls, { ...point, z: point.z + 1.4 }, 0.9, 1.1, 2.2, random);
    }

  const racks = new Sketch();
  const obstacles: Rect[] = [];
  const post = finish('metal', [0.14, 0.28, 0.55]);
  const rail = finish('metal', [0.85, 0.42, 0.08]);
  const bay = 2.7;
  const deep = 1.05;
  for (const side of [-1, 1]) {
    const x = side * (width / 2 - 1.45);
    const bays = Math.floor((length - 5) / bay);
    const from = shell.maxZ - 3;
    const to = from - bays * bay;
    obstacles.push({ minX: x - deep / 2, maxX: x + deep / 2, minZ: to - 0.06, maxZ: from + 0.06 });
    for (let i = 0; i <= bays; i++)
      for (const edge of [-1, 1])
        racks.box(post, [x + edge * (deep / 2 - 0.05), 0, from - i * bay], [0.1, 3.6, 0.1], {
          skip: ['-y'],
          cell: 1.2,
        });
    for (let i = 0; i < bays; i++) {
      const z = from - (i + 0.5) * bay;
      for (let level = 0; level < 3; level++) {
        const y = 0.1 + level * 1.25;
        for (const edge of [-1, 1])
          racks.box(rail, [x + edge * (deep / 2 - 0.05), y, z], [0.06, 0.12, bay - 0.1], {
            skip: ['-z', '+z'],
            cell: 0.9,
          });
        racks.box(finish('wood', [0.8, 0.68, 0.5]), [x, y + 0.12, z], [deep - 0.04, 0.03, bay - 0.02], {
          cell: 0.9,
        });
        let along = z + bay / 2 - 0.15;
        while (along > z - bay / 2 + 0.6) {
          const size = random.range(0.45, 0.85);
          const goods = random.pick([
            finish('cardboard'),
            finish('cardboard', [0.85, 0.9, 0.95]),
            finish('wood', [0.95, 0.8, 0.6]),
            finish('skin', [0.2, 0.4, 0.55]),
            finish('metal', [0.62, 0.2, 0.15]),
          ]);
          if (random.chance(0.85))
            racks.box(
              goods,
              [x, y + 0.15, along - size / 2],
              [random.range(0.6, 0.95), random.range(0.35, 0.95), size - 0.06],
              { cell: 0.5 },
            );
          along -= size + random.range(0, 0.15);
        }
      }
    }
  }
  const ceiling = new Sketch();
  drawCeiling(ceiling, shell, asked(plan.surfaces.ceiling, finish('metal', [0.55, 0.57, 0.58])), shade, 0.8);
  const lamps: PlaceLayout['lamps'] = [];
  for (let i = 0; i < 8; i++) {
    const z = shell.minZ + ((i + 0.5) * length) / 8;
    ceiling.box(steel, [0, height - 0.3, z + length / 16], [width, 0.3, 0.16], {
      skip: ['+y', '+x', '-x'],
      cell: 1.4,
      shade,
    });
    ceiling.cylinder(steel, [0, height - 0.9, z], 0.02, 0.9, { segments: 6 });
    ceiling.lathe(
      finish('metal', [0.25, 0.3, 0.3]),
      [0, height - 1.2, z],
      [
        [0.34, 0],
        [0.12, 0.3],
      ],
      14,
    );
    ceiling.cylinder(
      finish('skin', [1, 1, 1], { emissive: [1.6, 1.5, 1.3] }),
      [0, height - 1.23, z],
      0.28,
      0.03,
      { segments: 14 },
    );
    lamps.push({ position: [0, height - 1.4, z], color: [0.95, 0.92, 0.82], radiusMeters: 7.5 });
  }
  const lane = { x: 0, startZ: shell.maxZ - 1, endZ: shell.minZ + 3, halfWidth: 1.15 };
  const inner = width / 2 - 2.2;
  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'ceiling', sketch: ceiling },
      { name: 'racks', sketch: racks },
    ],
    floor: {
      ...behindWalls(shell),
      finish: asked(plan.surfaces.floor, finish('concrete', [0.95, 0.95, 0.93])),
      shade,
      cell: 0.5,
    },
    lane,
    orbit: { x: 0, z: shell.maxZ - 6, radius: 2.6 },
    wallSlots: wallSlots({ ...shell, maxZ: shell.minZ + 2 }, 1.6, [gate], 1.8),
    standAreas: [
      { minX: -inner, maxX: -lane.halfWidth, minZ: shell.minZ + 1, maxZ: shell.maxZ - 2.6 },
      { minX: lane.halfWidth, maxX: inner, minZ: shell.minZ + 1, maxZ: shell.maxZ - 2.6 },
    ],
    obstacles,
    furnishings: [
      { kind: 'crate', where: 'free', count: [4, 6] },
      { kind: 'barrel', where: 'free', count: [3, 5] },
      { kind: 'pallet', where: 'free', count: [2, 3] },
      { kind: 'box', where: 'free', count: [2, 4] },
      { kind: 'cone', where: 'free', count: [1, 3] },
      { kind: 'forklift', where: 'free', count: [0, 1] },
      { kind: 'ladder', where: 'free', count: [0, 1] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.34,
  };
}
