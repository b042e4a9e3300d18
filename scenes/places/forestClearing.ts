import { asked, finish } from '../geometry/finishes.ts';
import { patina, spaceNoise } from '../geometry/shade.ts';
import { Sketch } from '../geometry/sketch.ts';
import { translation } from '../geometry/transforms.ts';
import type { Vector3 } from '../scene.ts';
import { drawRock, drawTree } from '../things/outdoor.ts';
import type { PlaceContext, PlaceLayout, Rect } from './place.ts';
import { drawSurface } from './surface.ts';

/** A clearing: open ground inside a ring of trees, with a thicket behind them that nobody walks through. */
export function layoutForestClearing({ random, seed, plan }: PlaceContext): PlaceLayout {
  const radiusX = random.range(8.5, 10);
  const radiusZ = random.range(11, 12.5);
  const shade = patina('forest', seed, 0.4);
  const thicket = new Sketch();
  const leaf = finish(
    'foliage',
    random.pick([
      [0.8, 0.85, 0.65],
      [0.9, 0.85, 0.5],
      [0.65, 0.8, 0.6],
    ] as Vector3[]),
  );
  // Runs round the clearing; leans outwards so that no eye looks under it, and starts below the ground.
  drawSurface(
    thicket,
    leaf,
    96,
    8,
    (around, up) => {
      const angle = 2 * Math.PI * (around % 1);
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const y = -0.25 + up * (3.4 + 1.6 * spaceNoise(seed + 5, c * 3 + 9, 0, s * 3 + 9));
      const bulge =
        0.9 * (spaceNoise(seed, c * 7 + 20, y, s * 7 + 20) - 0.5) +
        0.5 * (spaceNoise(seed + 3, c * 16 + 20, y * 2, s * 16 + 20) - 0.5);
      const out = 1.04 + 0.05 * bulge + 0.03 * up;
      return [c * radiusX * out, y, -s * radiusZ * out];
    },
    shade,
  );
  const trees = new Sketch();
  const obstacles: Rect[] = [];
  const crowns = [
    finish('foliage', [0.95, 1, 0.8], { doubleSided: true, cutout: true }),
    finish('foliage', [1, 0.85, 0.5], { doubleSided: true, cutout: true }),
    finish('foliage', [0.7, 0.9, 0.65], { doubleSided: true, cutout: true }),
  ];
  const lane = { x: 0, startZ: radiusZ - 3.2, endZ: -radiusZ + 4.5, halfWidth: 1.1 };
  for (let i = 0; i < 22; i++) {
    const angle = (2 * Math.PI * (i + random.range(-0.3, 0.3))) / 22;
    const share = random.range(0.8, 0.93);
    const [x, z] = [Math.cos(angle) * radiusX * share, Math.sin(angle) * radiusZ * share];
    if (Math.abs(x - lane.x) < 2.2 && z > 0) continue;
    const height = random.range(5, 8);
    trees.within(translation(x, 0, z), () =>
      drawTree(trees, height, random.integer(1000), random.pick(crowns)),
    );
    const r = height * 0.08;
    obstacles.push({ minX: x - r, maxX: x + r, minZ: z - r, maxZ: z + r });
  }
  const stones = new Sketch();
  for (let i = 0; i < 16; i++) {
    const angle = random.range(0, 2 * Math.PI);
    const share = random.range(0.86, 0.95);
    const [x, z] = [Math.cos(angle) * radiusX * share, Math.sin(angle) * radiusZ * share];
    if (
      Math.abs(x - lane.x) < 1.8 ||
      obstacles.some(o => x > o.minX - 0.7 && x < o.maxX + 0.7 && z > o.minZ - 0.7 && z < o.maxZ + 0.7)
    )
      continue;
    const r = random.range(0.3, 0.6);
    stones.within(translation(x, 0, z), () =>
      drawRock(stones, finish('rock', [0.85, 0.88, 0.8]), [r, r * 0.7, r], random.integer(1000), 10),
    );
    obstacles.push({ minX: x - r * 1.3, maxX: x + r * 1.3, minZ: z - r * 1.3, maxZ: z + r * 1.3 });
  }
  const inner = radiusX * 0.62;
  const lamps: PlaceLayout['lamps'] = [];
  for (const z of [lane.startZ - 3, lane.startZ - 9])
    for (const side of [-1, 1])
      lamps.push({ position: [side * 2.5, 1.6, z], color: [1, 0.7, 0.4], radiusMeters: 6 });
  return {
    structure: [
      { name: 'thicket', sketch: thicket },
      { name: 'trees', sketch: trees },
      { name: 'boulders', sketch: stones },
    ],
    floor: {
      minX: -radiusX * 1.15,
      maxX: radiusX * 1.15,
      minZ: -radiusZ * 1.15,
      maxZ: radiusZ * 1.15,
      finish: asked(
        plan.surfaces.floor,
        random.chance(0.6) ? finish('leaves', [1, 1, 0.95]) : finish('grass'),
      ),
      shade,
      cell: 0.6,
    },
    lane,
    orbit: { x: 0, z: 0, radius: 4.2 },
    wallSlots: [],
    standAreas: [
      { minX: -inner, maxX: -lane.halfWidth, minZ: -radiusZ * 0.6, maxZ: radiusZ * 0.55 },
      { minX: lane.halfWidth, maxX: inner, minZ: -radiusZ * 0.6, maxZ: radiusZ * 0.55 },
    ],
    obstacles,
    furnishings: [
      { kind: 'rock', where: 'free', count: [3, 5] },
      { kind: 'log', where: 'free', count: [1, 2] },
      { kind: 'stump', where: 'free', count: [2, 3] },
      { kind: 'bush', where: 'free', count: [3, 5] },
      { kind: 'tree', where: 'free', count: [1, 3] },
      { kind: 'tent', where: 'free', count: [0, 1] },
    ],
    outdoor: true,
    lamps,
    ambient: 0.4,
  };
}
