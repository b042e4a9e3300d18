import { asked, finish } from '../geometry/finishes.ts';
import { Sketch } from '../geometry/sketch.ts';
import type { Vector3 } from '../scene.ts';
import {
  behindWalls,
  drawCeiling,
  drawCeilingLamp,
  drawWalls,
  type PlaceContext,
  type PlaceLayout,
  roomShade,
  type WallPoint,
  wallPoint,
  wallSlots,
} from './place.ts';
import { drawDoor, drawPoster } from './wallDetails.ts';

/** A corridor with doors on both sides, pictures, ceiling lamps and a pair of doors at its end. */
export function layoutHallway({ random, seed, plan }: PlaceContext): PlaceLayout {
  const width = random.range(2.9, 3.3);
  const length = random.range(17, 20);
  const height = random.range(2.6, 2.9);
  const shell = { minX: -width / 2, maxX: width / 2, minZ: -length / 2, maxZ: length / 2, height };
  const palette = random.pick([
    { wall: [0.82, 0.76, 0.62], band: [0.28, 0.4, 0.38], door: [0.5, 0.32, 0.2] },
    { wall: [0.75, 0.78, 0.8], band: [0.2, 0.31, 0.45], door: [0.62, 0.55, 0.42] },
    { wall: [0.84, 0.8, 0.74], band: [0.5, 0.27, 0.2], door: [0.3, 0.2, 0.14] },
    { wall: [0.72, 0.78, 0.68], band: [0.42, 0.36, 0.26], door: [0.75, 0.72, 0.66] },
  ] as { wall: Vector3; band: Vector3; door: Vector3 }[]);
  const wish = plan.surfaces.wall;
  const wall = asked(wish, finish('plaster', palette.wall));
  const floorTexture = random.pick(['tiles', 'planks', 'tiles'] as const);
  const floor = asked(
    plan.surfaces.floor,
    finish(floorTexture, floorTexture === 'tiles' ? [0.8, 0.78, 0.74] : [0.95, 0.9, 0.85]),
  );
  const shade = roomShade(shell, 'hallway', seed, 0.28);

  const walls = new Sketch();
  const trim = finish('wood', [0.42, 0.34, 0.27]);
  drawWalls(walls, shell, {
    wall,
    shade,
    skirting: trim,
    ...(!wish && { band: { finish: finish('plaster', palette.band), height: 1.02 } }),
  });

  const leaf = finish('wood', palette.door);
  const frame = finish('wood', [0.36, 0.3, 0.25]);
  const doors: WallPoint[] = [];
  for (const side of ['left', 'right'] as const) {
    let z = shell.maxZ - random.range(1.6, 3);
    while (z > shell.minZ + 1.2) {
      const door = wallPoint(shell, side, z);
      doors.push(door);
      drawDoor(walls, door, leaf, frame, random);
      const next = z - random.range(3, 4.4);
      const middle = (z + next) / 2;
      if (middle > shell.minZ + 0.6) {
        const pictures = random.chance(0.45) ? 2 : 1;
        for (let i = 0; i < pictures; i++) {
          const tall = random.range(0.5, 0.8);
          const along = middle + (pictures === 2 ? (i - 0.5) * 0.85 : 0);
          drawPoster(
            walls,
            wallPoint(shell, side, along),
            tall * random.range(0.65, 0.9),
            tall,
            1.25 + random.range(0, 0.15),
            random,
          );
        }
      }
      z = next;
    }
  }
  for (const x of [-0.46, 0.46]) {
    const door = wallPoint(shell, 'far', x);
    doors.push(door);
    drawDoor(walls, door, finish('wood', [0.3, 0.36, 0.42]), frame, random);
  }
  drawPoster(walls, wallPoint(shell, 'near', 0), 0.9, 1.1, 1, random);

  const ceiling = new Sketch();
  drawCeiling(ceiling, shell, asked(plan.surfaces.ceiling, finish('plaster', [0.86, 0.85, 0.82])), shade);
  const glow: Vector3 = random.pick([
    [1, 0.93, 0.8],
    [0.92, 0.97, 1],
  ] as Vector3[]);
  const lamps: PlaceLayout['lamps'] = [];
  const lampCount = 6;
  for (let i = 0; i < lampCount; i++) {
    const z = shell.maxZ - ((i + 0.5) * length) / lampCount;
    drawCeilingLamp(ceiling, 0, height, z, [0.32, 0, 1.15], glow.map(c => c * 1.6) as Vector3);
    lamps.push({
      position: [0, height - 0.25, z],
      color: glow.map(c => c * 0.75) as Vector3,
      radiusMeters: 4.6,
    });
  }
  const duct = finish('metal', [0.62, 0.62, 0.6]);
  ceiling.box(duct, [width / 2 - 0.24, height - 0.16, 0], [0.22, 0.16, length - 0.02], {
    skip: ['+y', '+z', '-z'],
    cell: 0.9,
    shade,
  });

  return {
    structure: [
      { name: 'walls', sketch: walls },
      { name: 'ceiling', sketch: ceiling },
    ],
    floor: { ...behindWalls(shell), finish: floor, shade, cell: 0.3 },
    lane: { x: 0, startZ: shell.maxZ - 0.8, endZ: shell.minZ + 2, halfWidth: 0.72 },
    orbit: { x: 0, z: shell.maxZ - 5, radius: 0.6 },
    wallSlots: wallSlots({ ...shell, maxZ: shell.maxZ - 1.5 }, 1.1, doors, 0.5),
    standAreas: [],
    obstacles: [],
    furnishings: [
      { kind: 'plant', where: 'wall', count: [2, 3] },
      { kind: 'bench', where: 'wall', count: [1, 1] },
      { kind: 'cabinet', where: 'wall', count: [1, 1] },
      { kind: 'bin', where: 'wall', count: [1, 1] },
      { kind: 'extinguisher', where: 'wall', count: [1, 1] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.34,
  };
}
