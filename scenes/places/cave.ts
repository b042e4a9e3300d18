import { asked, finish } from '../geometry/finishes.ts';
import { patina, spaceNoise } from '../geometry/shade.ts';
import { Sketch } from '../geometry/sketch.ts';
import { translation } from '../geometry/transforms.ts';
import type { Vector3 } from '../scene.ts';
import { drawRock } from '../things/outdoor.ts';
import type { PlaceContext, PlaceLayout, Rect } from './place.ts';
import { drawSurface } from './surface.ts';

/** A cave: a vault of broken rock that closes at both ends over a flat floor of earth, with glowing crystals. */
export function layoutCave({ random, seed, plan }: PlaceContext): PlaceLayout {
  const halfWidth = random.range(3.9, 4.5);
  const length = random.range(20, 23);
  const height = random.range(3.6, 4.2);
  const bump = (x: number, y: number, z: number) =>
    1.5 * (spaceNoise(seed, x * 0.4, y * 0.4, z * 0.4) - 0.5) +
    0.7 * (spaceNoise(seed + 1, x, y, z) - 0.5) +
    0.3 * (spaceNoise(seed + 2, x * 2.3, y * 2.3, z * 2.3) - 0.5);
  const rockFinish = asked(
    plan.surfaces.wall,
    finish(
      'rock',
      random.pick([
        [0.95, 0.88, 0.8],
        [0.8, 0.85, 0.92],
        [1, 0.82, 0.66],
      ] as Vector3[]),
    ),
  );
  const shade = patina('cave', seed, 0.34);

  const vault = new Sketch();
  const slices = 56;
  const steps = 26;
  // The lowest ring lies below the floor, so that rock and earth meet without a gap.
  const point = (along: number, around: number): Vector3 => {
    const z = length * (0.5 - along);
    const end = Math.max(0, Math.abs(2 * along - 1) - 0.62) / 0.38;
    const close = Math.sqrt(Math.max(0, 1 - end * end));
    const angle = Math.PI * (-0.06 + 1.12 * (1 - around));
    const [ux, uy] = [-Math.cos(angle), Math.sin(angle)];
    const r = close > 0.02 ? 1 : 0;
    const base: Vector3 = [ux * halfWidth * close, uy * height * (0.25 + 0.75 * close), z];
    const push = bump(base[0] + 40, base[1] + 40, base[2] + 40) * r;
    // Rock may only swell outwards from what the camera's lane needs.
    const swell = 1 + Math.max(-0.14, push / 5);
    return [base[0] * swell, Math.max(-0.5, base[1] * swell), base[2]];
  };
  drawSurface(vault, rockFinish, slices, steps, point, shade);

  const lamps: PlaceLayout['lamps'] = [];
  const crystals = new Sketch();
  const obstacles: Rect[] = [];
  const glow = random.pick([
    [0.3, 1.1, 1.3],
    [1.2, 0.7, 0.25],
    [0.8, 0.4, 1.3],
  ] as Vector3[]);
  const crystal = finish('skin', glow.map(c => Math.min(1, 0.4 + c * 0.4)) as Vector3, {
    emissive: glow.map(c => c * 0.8) as Vector3,
  });
  for (let i = 0; i < 7; i++) {
    const z = length * 0.36 - (i * length * 0.72) / 6;
    const side = i % 2 ? 1 : -1;
    const x = side * (halfWidth * 0.62);
    for (let k = 0; k < 4; k++) {
      const tall = random.range(0.25, 0.7);
      crystals.lathe(
        crystal,
        [x + random.range(-0.2, 0.2), 0, z + random.range(-0.2, 0.2)],
        [
          [0.07, 0],
          [0.085, tall * 0.7],
          [0, tall],
        ],
        6,
        { smooth: false },
      );
    }
    obstacles.push({ minX: x - 0.32, maxX: x + 0.32, minZ: z - 0.32, maxZ: z + 0.32 });
    const mild = glow.map(c => 0.35 + 0.4 * c) as Vector3;
    lamps.push({ position: [x * 0.75, 1.7, z], color: mild, radiusMeters: 6.5 });
  }
  const stones = new Sketch();
  const rock = finish('rock', [0.9, 0.86, 0.8]);
  for (let i = 0; i < 26; i++) {
    const side = i % 2 ? 1 : -1;
    const z = random.range(-length * 0.34, length * 0.34);
    const x = side * random.range(halfWidth * 0.66, halfWidth * 0.86);
    const r = random.range(0.25, 0.5);
    const rect = { minX: x - r * 1.3, maxX: x + r * 1.3, minZ: z - r * 1.3, maxZ: z + r * 1.3 };
    if (
      obstacles.some(
        o => rect.minX < o.maxX && rect.maxX > o.minX && rect.minZ < o.maxZ && rect.maxZ > o.minZ,
      )
    )
      continue;
    stones.within(translation(x, 0, z), () => {
      if (random.chance(0.4))
        stones.lathe(
          rock,
          [0, 0, 0],
          [
            [r * 0.8, 0],
            [r * 0.45, r],
            [r * 0.2, r * 2.4],
            [0.02, r * 3.2],
          ],
          9,
          { shade },
        );
      else drawRock(stones, rock, [r, r * 0.8, r], random.integer(1000), 10);
    });
    obstacles.push(rect);
  }
  for (let i = 0; i < 14; i++) {
    const x = random.range(-1.8, 1.8);
    const z = random.range(-length * 0.32, length * 0.32);
    const tip = height * 0.62;
    // Hangs from inside the vault; upside down, so the profile runs from the tip upwards.
    stones.lathe(
      rock,
      [x, tip, z],
      [
        [0.01, 0],
        [0.09, 0.5],
        [0.24, height * 0.38 + 0.9],
      ],
      8,
      { shade },
    );
  }
  const lane = { x: 0, startZ: length * 0.33, endZ: -length * 0.3, halfWidth: 1 };
  return {
    structure: [
      { name: 'vault', sketch: vault },
      { name: 'crystals', sketch: crystals },
      { name: 'stones', sketch: stones },
    ],
    floor: {
      minX: -halfWidth * 1.2,
      maxX: halfWidth * 1.2,
      minZ: -length / 2,
      maxZ: length / 2,
      finish: asked(plan.surfaces.floor, finish('dirt', [0.85, 0.8, 0.76])),
      shade,
      cell: 0.45,
    },
    lane,
    orbit: { x: 0, z: lane.startZ - 4.5, radius: 2 },
    wallSlots: [],
    standAreas: [
      { minX: -halfWidth * 0.6, maxX: -lane.halfWidth, minZ: lane.endZ - 1, maxZ: lane.startZ - 2 },
      { minX: lane.halfWidth, maxX: halfWidth * 0.6, minZ: lane.endZ - 1, maxZ: lane.startZ - 2 },
    ],
    obstacles,
    furnishings: [
      { kind: 'rock', where: 'free', count: [3, 5] },
      { kind: 'barrel', where: 'free', count: [1, 2] },
      { kind: 'chest', where: 'free', count: [1, 1] },
      { kind: 'crate', where: 'free', count: [1, 2] },
    ],
    outdoor: false,
    lamps,
    ambient: 0.26,
  };
}
