import { asked, finish } from '../geometry/finishes.ts';
import { Sketch } from '../geometry/sketch.ts';
import type { Vector3 } from '../scene.ts';
import {
  behindWalls,
  drawCeiling,
  drawWalls,
  type PlaceContext,
  type PlaceLayout,
  roomShade,
  type WallPoint,
  wallPoint,
  wallSlots,
} from './place.ts';
import { drawDoor, drawPoster, drawWindow } from './wallDetails.ts';

/** A living room: windows on one side, pictures, a beamed ceiling, furniture along the walls and on the floor. */
export function layoutRoom({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(6.4, 7.4);
  const length = random.range(8.4, 9.6);
  const height = random.range(2.7, 3);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const tone = random.pick([
    [0.8, 0.7, 0.55],
    [0.62, 0.7, 0.66],
    [0.78, 0.6, 0.52],
    [0.68, 0.72, 0.8],
  ] as Vector3[]);
  const wall = asked(plan.surfaces.wall, finish('plaster', tone));
  const floor = asked(
    plan.surfaces.floor,
    finish(
      'planks',
      random.pick([
        [1, 0.95, 0.88],
        [0.75, 0.6, 0.5],
      ] as Vector3[]),
    ),
  );
  const shade = roomShade(shell, 'room', seed, 0.26);
  const trim = finish('wood', [0.72, 0.66, 0.58]);
  const walls = new Sketch();
  drawWalls(walls, shell, { wall, shade, skirting: trim });

  const taken: WallPoint[] = [];
  const windowSide = random.chance(0.5) ? 'left' : 'right';
  const pictureSide = windowSide === 'left' ? 'right' : 'left';
  const glow: Vector3 =
    plan.light === 'night' ? [0.02, 0.03, 0.07] : plan.light === 'dusk' ? [1.1, 0.6, 0.35] : [1.1, 1.2, 1.3];
  for (const along of [-length * 0.24, length * 0.2])
    drawWindow(
      walls,
      wallPoint(shell, windowSide, along),
      1.35,
      1.3,
      0.95,
      glow,
      finish('fabric', [0.75, 0.35, 0.25]),
    );
  drawWindow(
    walls,
    wallPoint(shell, 'far', width * 0.22),
    1.1,
    1.2,
    1,
    glow,
    finish('fabric', [0.4, 0.5, 0.6]),
  );
  taken.push(wallPoint(shell, 'far', width * 0.22));
  const door = wallPoint(shell, 'far', -width * 0.3);
  taken.push(door);
  drawDoor(walls, door, finish('wood', [0.7, 0.55, 0.4]), trim, random);
  for (const along of [-length * 0.33, -length * 0.1, length * 0.12, length * 0.32]) {
    const tall = random.range(0.5, 0.85);
    drawPoster(
      walls,
      wallPoint(shell, pictureSide, along),
      tall * random.range(0.7, 1.2),
      tall,
      1.3 + random.range(0, 0.2),
      random,
    );
  }
  drawPoster(walls, wallPoint(shell, 'far', width * -0.06), 0.55, 0.7, 1.35, random);

  const ceiling = new Sketch();
  drawCeiling(ceiling, shell, asked(plan.surfaces.ceiling, finish('plaster', [0.86, 0.84, 0.8])), shade);
  const beam = finish('wood', [0.5, 0.4, 0.32]);
  for (let i = 0; i < 4; i++) {
    const z = shell.minZ + ((i + 0.5) * length) / 4;
    ceiling.box(beam, [0, height - 0.16, z], [width, 0.16, 0.14], {
      skip: ['+y', '+x', '-x'],
      cell: 0.8,
      shade,
    });
  }
  const lamps: PlaceLayout['lamps'] = [];
  for (const z of [-length / 4 + 0.1, length / 4 + 0.1]) {
    ceiling.cylinder(finish('metal', [0.2, 0.2, 0.2]), [0, height - 0.5, z], 0.01, 0.5, { segments: 6 });
    ceiling.lathe(
      finish('fabric', [1, 0.85, 0.6], { emissive: [0.9, 0.65, 0.35] }),
      [0, height - 0.72, z],
      [
        [0.26, 0],
        [0.16, 0.22],
      ],
      16,
    );
    lamps.push({ position: [0, height - 0.8, z], color: [0.95, 0.8, 0.58], radiusMeters: 5.5 });
  }
  if (plan.light !== 'night')
    for (const along of [-length * 0.24, length * 0.2]) {
      const side = windowSide === 'left' ? shell.minX + 0.4 : shell.maxX - 0.4;
      lamps.push({
        position: [side, 1.7, along],
        color: glow.map(c => c * 0.5) as Vector3,
        radiusMeters: 4.5,
      });
    }
  const lane = { x: 0, startZ: shell.maxZ - 0.6, endZ: shell.minZ + 2.4, halfWidth: 0.85 };
  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'ceiling', sketch: ceiling },
    ],
    floor: { ...behindWalls(shell), finish: floor, shade, cell: 0.3 },
    lane,
    orbit: { x: 0, z: -0.4, radius: Math.min(3.1, length / 2 - 0.9) },
    wallSlots: wallSlots({ ...shell, maxZ: shell.maxZ - 1.2 }, 2.1, taken, 0.4),
    standAreas: [
      { minX: shell.minX + 1.1, maxX: -lane.halfWidth, minZ: shell.minZ + 1.1, maxZ: shell.maxZ - 2.4 },
      { minX: lane.halfWidth, maxX: shell.maxX - 1.1, minZ: shell.minZ + 1.1, maxZ: shell.maxZ - 2.4 },
    ],
    obstacles: [],
    furnishings: [
      { kind: 'sofa', where: 'wall', count: [1, 1] },
      { kind: 'bookshelf', where: 'wall', count: [1, 2] },
      { kind: 'cabinet', where: 'wall', count: [1, 1] },
      { kind: 'television', where: 'wall', count: [1, 1] },
      { kind: 'table', where: 'free', count: [1, 1] },
      { kind: 'chair', where: 'free', count: [2, 3] },
      { kind: 'armchair', where: 'free', count: [1, 1] },
      { kind: 'plant', where: 'free', count: [1, 2] },
      { kind: 'lamp', where: 'free', count: [1, 1] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.36,
  };
}
