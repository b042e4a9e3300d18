import type { Random } from '../../engine/random.ts';
import { asked, finish } from '../geometry/finishes.ts';
import { patina } from '../geometry/shade.ts';
import { type Finish, type Shade, Sketch } from '../geometry/sketch.ts';
import type { Vector3 } from '../scene.ts';
import { behindWalls, type PlaceContext, type PlaceLayout, type WallPoint, type WallSlot } from './place.ts';
import { onWall } from './wallDetails.ts';

const WALL_FINISHES: Finish[] = [
  finish('brick'),
  finish('brick', [0.8, 0.78, 0.75]),
  finish('plaster', [0.82, 0.72, 0.5]),
  finish('plaster', [0.66, 0.42, 0.34]),
  finish('plaster', [0.55, 0.62, 0.66]),
  finish('stone', [0.95, 0.9, 0.82]),
];

/** A house front: plinth, door or shop window, rows of windows with sills and shutters, cornice. */
function drawFacade(
  sketch: Sketch,
  point: WallPoint,
  width: number,
  height: number,
  wall: Finish,
  shade: Shade,
  random: Random,
  lit: boolean,
): void {
  const trim = finish('concrete', [0.95, 0.93, 0.88]);
  const pane = finish('skin', [0.1, 0.13, 0.17]);
  const litPane = finish('skin', [0.9, 0.7, 0.4], { emissive: [0.9, 0.62, 0.28] });
  const wood = finish(
    'wood',
    random.pick([
      [0.3, 0.4, 0.34],
      [0.5, 0.25, 0.18],
      [0.28, 0.3, 0.42],
      [0.75, 0.7, 0.6],
    ] as Vector3[]),
  );
  onWall(sketch, point, () => {
    sketch.panel(wall, [-width / 2, 0, 0], [width, 0, 0], [0, height, 0], { cell: 0.75, shade });
    sketch.box(trim, [0, 0, 0.03], [width, 0.45, 0.06], { skip: ['-z', '-y', '-x', '+x'], cell: 0.8, shade });
    sketch.box(trim, [0, height - 0.35, 0.12], [width, 0.35, 0.24], {
      skip: ['-z', '-x', '+x'],
      cell: 0.8,
      shade,
    });
    sketch.box(trim, [0, 3, 0.05], [width, 0.16, 0.1], { skip: ['-z', '-x', '+x'], cell: 0.8, shade });
    const bays = Math.max(2, Math.round(width / 2.3));
    const pitch = width / bays;
    const doorBay = random.integer(bays);
    for (let bay = 0; bay < bays; bay++) {
      const x = -width / 2 + (bay + 0.5) * pitch;
      if (bay === doorBay) {
        sketch.box(trim, [x, 0, 0.06], [1.24, 2.4, 0.12], { skip: ['-z', '-y'] });
        sketch.box(wood, [x, 0, 0.125], [1, 2.25, 0.03], { skip: ['-z', '-y'], cell: 0.6 });
        for (const [y, tall] of [
          [0.25, 0.75],
          [1.2, 0.8],
        ])
          sketch.box(wood, [x, y, 0.145], [0.7, tall, 0.03], { skip: ['-z'] });
        sketch.box(finish('metal', [0.8, 0.65, 0.3]), [x + 0.38, 1.05, 0.16], [0.06, 0.14, 0.05], {
          skip: ['-z'],
        });
      } else {
        const wide = Math.min(1.7, pitch - 0.5);
        sketch.box(wood, [x, 0.5, 0.05], [wide + 0.16, 2.1, 0.1], { skip: ['-z'] });
        sketch.box(lit && random.chance(0.5) ? litPane : pane, [x, 0.62, 0.1], [wide, 1.55, 0.02], {
          skip: ['-z'],
          cell: 0.8,
        });
        sketch.box(
          finish(
            'fabric',
            random.pick([
              [0.7, 0.2, 0.15],
              [0.2, 0.4, 0.3],
              [0.8, 0.65, 0.3],
            ] as Vector3[]),
          ),
          [x, 2.32, 0.35],
          [wide + 0.2, 0.22, 0.6],
          { skip: ['-z'] },
        );
      }
      for (let floor = 0; 3.4 + floor * 2.6 + 1.9 < height; floor++) {
        const y = 3.6 + floor * 2.6;
        sketch.box(trim, [x, y - 0.14, 0.09], [1.24, 0.12, 0.18], { skip: ['-z'] });
        sketch.box(trim, [x, y, 0.03], [1.14, 1.5, 0.06], { skip: ['-z'] });
        sketch.box(lit && random.chance(0.35) ? litPane : pane, [x, y + 0.06, 0.055], [0.94, 1.36, 0.03], {
          skip: ['-z'],
        });
        sketch.box(trim, [x, y + 0.06, 0.075], [0.05, 1.36, 0.02], { skip: ['-z'] });
        sketch.box(trim, [x, y + 0.8, 0.075], [0.94, 0.05, 0.02], { skip: ['-z'] });
        for (const side of [-1, 1])
          sketch.box(wood, [x + side * 0.8, y, 0.035], [0.42, 1.5, 0.05], { skip: ['-z'] });
      }
    }
  });
}

/** A street between two rows of houses, closed by houses across both ends; pavements ten centimetres high. */
export function layoutStreet({ random, seed, plan }: PlaceContext): PlaceLayout {
  const road = 6.6;
  const pavement = 2.3;
  const length = random.range(34, 38);
  const half = road / 2 + pavement;
  const kerb = 0.1;
  const shade = patina('street', seed, 0.24);
  const lit = plan.light === 'night' || plan.light === 'dusk';
  const houses = new Sketch();
  const wish = plan.surfaces.wall;
  let previous = -1;
  const nextWall = (): Finish => {
    let pick = random.integer(WALL_FINISHES.length);
    if (pick === previous) pick = (pick + 1) % WALL_FINISHES.length;
    previous = pick;
    return asked(wish, WALL_FINISHES[pick]);
  };
  const slots: WallSlot[] = [];
  for (const side of [-1, 1]) {
    let z = length / 2;
    while (z > -length / 2 + 0.01) {
      const rest = z + length / 2;
      let width = Math.min(rest, random.range(5.5, 8.5));
      if (rest - width < 4) width = rest;
      const middle = z - width / 2;
      const height = random.range(6.4, 9.6);
      const yaw = (-side * Math.PI) / 2;
      drawFacade(houses, { x: side * half, z: middle, yaw }, width, height, nextWall(), shade, random, lit);
      // The roof edge of a taller neighbour would show the sky behind its front: a return wall closes it.
      houses.panel(
        WALL_FINISHES[5],
        side > 0 ? [half, 6, z] : [half + 3, 6, z],
        side > 0 ? [3, 0, 0] : [-3, 0, 0],
        [0, height - 6, 0],
        { cell: 1.5, shade },
      );
      z -= width;
    }
    for (let i = 0; i < 14; i++)
      slots.push({
        x: side * (half - 0.14),
        z: length / 2 - 3 - i * 2.3,
        yaw: (-side * Math.PI) / 2,
        width: 2.2,
        y: kerb,
      });
  }
  drawFacade(houses, { x: 0, z: -length / 2, yaw: 0 }, 2 * half, 9, nextWall(), shade, random, lit);
  drawFacade(houses, { x: 0, z: length / 2, yaw: Math.PI }, 2 * half, 8, nextWall(), shade, random, lit);

  const pavements = new Sketch();
  const slab = finish('stone', [0.8, 0.79, 0.77]);
  for (const side of [-1, 1]) {
    pavements.box(slab, [side * (road / 2 + pavement / 2), 0, 0], [pavement, kerb, length], {
      skip: ['-y', '+z', '-z', side > 0 ? '+x' : '-x'],
      cell: 0.6,
      shade,
    });
  }
  const markings = new Sketch();
  const paint = finish('skin', [0.85, 0.84, 0.8]);
  for (let z = length / 2 - 2; z > -length / 2 + 2; z -= 3)
    markings.box(paint, [0, 0, z], [0.14, 0.004, 1.5], { skip: ['-y'], cell: 0.5, shade });
  for (let i = 0; i < 6; i++)
    markings.box(paint, [-road / 2 + 0.8 + i * 1, 0, length / 2 - 7.6], [0.5, 0.0045, 2.2], {
      skip: ['-y'],
      cell: 0.6,
      shade,
    });

  const lamps: PlaceLayout['lamps'] = [];
  const posts = new Sketch();
  const iron = finish('metal', [0.16, 0.18, 0.18]);
  const obstacles: PlaceLayout['obstacles'] = [];
  for (let i = 0; i < 6; i++) {
    const side = i % 2 ? 1 : -1;
    const [x, z] = [side * (road / 2 + 0.35), length / 2 - 4 - i * 5.2];
    posts.lathe(
      iron,
      [x, kerb, z],
      [
        [0.14, 0],
        [0.13, 0.3],
        [0.06, 0.45],
        [0.05, 3.6],
      ],
      10,
    );
    posts.lathe(
      finish('skin', [1, 0.93, 0.78], { emissive: lit ? [1.8, 1.3, 0.7] : [0.25, 0.24, 0.2] }),
      [x, kerb + 3.6, z],
      [
        [0.12, 0],
        [0.2, 0.42],
      ],
      6,
      { smooth: false },
    );
    posts.lathe(
      iron,
      [x, kerb + 4.02, z],
      [
        [0.26, 0],
        [0.04, 0.22],
        [0.02, 0.34],
      ],
      6,
      { smooth: false },
    );
    obstacles.push({ minX: x - 0.2, maxX: x + 0.2, minZ: z - 0.2, maxZ: z + 0.2 });
    lamps.push({ position: [x, 3.9, z], color: [1.3, 0.95, 0.55], radiusMeters: 8 });
  }
  const lane = { x: 0, startZ: length / 2 - 2.5, endZ: -length / 2 + 4, halfWidth: 1.15 };
  const area = (side: number, y: number, from: number, to: number) => ({
    minX: Math.min(side * from, side * to),
    maxX: Math.max(side * from, side * to),
    minZ: lane.endZ,
    maxZ: lane.startZ - 1.6,
    y,
  });
  return {
    structure: [
      { name: 'houses', sketch: houses },
      { name: 'pavements', sketch: pavements },
      { name: 'markings', sketch: markings },
      { name: 'lamp-posts', sketch: posts },
    ],
    floor: {
      ...behindWalls({ minX: -half, maxX: half, minZ: -length / 2, maxZ: length / 2 }),
      finish: asked(plan.surfaces.floor, finish('asphalt')),
      shade,
      cell: 0.55,
    },
    lane,
    orbit: { x: 0, z: lane.startZ - 6, radius: 2.4 },
    wallSlots: slots,
    standAreas: [
      area(-1, kerb, road / 2 + 0.1, half - 0.75),
      area(1, kerb, road / 2 + 0.1, half - 0.75),
      area(-1, 0, lane.halfWidth, road / 2 - 0.05),
      area(1, 0, lane.halfWidth, road / 2 - 0.05),
    ],
    obstacles,
    furnishings: [
      { kind: 'parked car', where: 'free', count: [2, 4] },
      { kind: 'bin', where: 'wall', count: [2, 3] },
      { kind: 'bench', where: 'wall', count: [1, 2] },
      { kind: 'planter', where: 'wall', count: [2, 3] },
      { kind: 'mailbox', where: 'wall', count: [1, 1] },
      { kind: 'hydrant', where: 'wall', count: [1, 1] },
      { kind: 'plant', where: 'wall', count: [1, 2] },
    ],
    outdoor: true,
    lamps,
    ambient: 0.4,
  };
}
