import { finish } from '../geometry/finishes.ts';
import { spaceNoise } from '../geometry/shade.ts';
import { type Finish, Sketch } from '../geometry/sketch.ts';
import { chain, rotationX, rotationY, rotationZ, translation } from '../geometry/transforms.ts';
import type { ThingRecipe } from './thing.ts';

const STONE = finish('stone', [0.95, 0.93, 0.88]);
const IRON = finish('metal', [0.14, 0.15, 0.16]);
const BARK = finish('bark', [1, 0.95, 0.9]);
const GLASS = finish('skin', [0.08, 0.11, 0.14]);
const RUBBER = finish('skin', [0.05, 0.05, 0.055]);
const STEEL = finish('metal', [0.62, 0.64, 0.66]);
const WATER = finish('skin', [0.12, 0.3, 0.36]);

/** Adds a lump with everything below the floor pressed flat onto it. */
function pressOntoFloor(sketch: Sketch, lump: Sketch): void {
  for (const part of lump.parts) {
    const positions = part.positions.map((value, i) => (i % 3 === 1 ? Math.max(0, value) : value));
    sketch.append(part.finish, { ...part, positions });
  }
}

/** A lump of rock whose underside lies on the floor. */
export function drawRock(
  sketch: Sketch,
  rock: Finish,
  radii: [number, number, number],
  seed: number,
  segments = 12,
): void {
  const bump = (x: number, y: number, z: number) =>
    0.5 * (spaceNoise(seed, x * 1.7 + 9, y * 1.7 + 9, z * 1.7 + 9) - 0.5) +
    0.22 * (spaceNoise(seed, x * 4 + 9, y * 4 + 9, z * 4 + 9) - 0.5);
  pressOntoFloor(sketch, new Sketch().ball(rock, [0, radii[1] * 0.55, 0], radii, { segments, bump }));
}

export function drawTree(sketch: Sketch, height: number, seed: number, leaf: Finish): void {
  const trunk = height * 0.045;
  sketch.lathe(
    BARK,
    [0, 0, 0],
    [
      [trunk * 1.7, 0],
      [trunk * 1.1, height * 0.06],
      [trunk * 0.9, height * 0.4],
      [trunk * 0.35, height * 0.82],
    ],
    9,
  );
  const spread = height * 0.2;
  for (let i = 0; i < 7; i++) {
    const angle = i * 2.4 + seed;
    const up = height * (0.5 + 0.06 * i);
    const out = i === 6 ? 0 : spread * (1 - i * 0.08);
    const r = height * (0.15 - 0.006 * i);
    sketch.ball(leaf, [Math.cos(angle) * out * 0.75, up, Math.sin(angle) * out * 0.75], [r, r * 0.8, r], {
      segments: 10,
      bump: (x, y, z) => 0.5 * (spaceNoise(seed + i, x * 2.5 + 9, y * 2.5 + 9, z * 2.5 + 9) - 0.5),
    });
  }
}

const LEAVES: Finish[] = [
  finish('foliage', [0.95, 1, 0.85], { doubleSided: true, cutout: true }),
  finish('foliage', [0.75, 0.85, 0.6], { doubleSided: true, cutout: true }),
  finish('foliage', [1.25, 1, 0.6], { doubleSided: true, cutout: true }),
];

export const OUTDOOR_THINGS: Record<string, ThingRecipe> = {
  tree: {
    massKilograms: 400,
    fixed: true,
    draw: (sketch, { random }) =>
      drawTree(sketch, random.range(4.2, 6), random.integer(1000), random.pick(LEAVES)),
  },
  bush: {
    massKilograms: 20,
    fixed: true,
    draw(sketch, { random }) {
      const leaf = random.pick(LEAVES);
      for (let i = 0; i < 4; i++) {
        const r = random.range(0.28, 0.42);
        const seed = random.integer(1000);
        const bump = (x: number, y: number, z: number) =>
          0.5 * (spaceNoise(seed, x * 3 + 9, y * 3 + 9, z * 3 + 9) - 0.5);
        const center: [number, number, number] = [
          random.range(-0.25, 0.25),
          r * 0.7,
          random.range(-0.25, 0.25),
        ];
        pressOntoFloor(sketch, new Sketch().ball(leaf, center, [r, r * 0.9, r], { segments: 10, bump }));
      }
    },
  },
  rock: {
    massKilograms: 300,
    draw: (sketch, { random, main }) =>
      drawRock(
        sketch,
        main(finish('rock', [1, 0.98, 0.94])),
        [random.range(0.4, 0.7), random.range(0.3, 0.5), random.range(0.35, 0.6)],
        random.integer(1000),
      ),
  },
  log: {
    massKilograms: 120,
    draw(sketch, { main }) {
      sketch.within(chain(translation(-0.9, 0.19, 0), rotationZ(-Math.PI / 2), rotationY(Math.PI / 12)), () =>
        sketch.lathe(
          main(BARK),
          [0, 0, 0],
          [
            [0.197, 0],
            [0.197, 0.9],
            [0.197, 1.8],
          ],
          12,
          { smooth: false },
        ),
      );
    },
  },
  stump: {
    massKilograms: 80,
    draw(sketch, { main }) {
      sketch.lathe(
        main(BARK),
        [0, 0, 0],
        [
          [0.36, 0],
          [0.27, 0.12],
          [0.25, 0.42],
        ],
        12,
      );
      sketch.cylinder(finish('wood', [0.9, 0.75, 0.55]), [0, 0.42, 0], 0.23, 0.012, { segments: 12 });
    },
  },
  tent: {
    massKilograms: 12,
    draw: (sketch, { main, random }) => {
      const cloth = main(
        finish(
          'fabric',
          random.pick([
            [0.75, 0.3, 0.1],
            [0.2, 0.45, 0.3],
            [0.25, 0.35, 0.6],
          ]),
        ),
      );
      sketch.wedge(cloth, [0, 0, 0], [1.7, 1.25, 2.1], 0.5, { cell: 0.5 });
      sketch.wedge(finish('skin', [0.06, 0.06, 0.06]), [0, 0, 1.055], [0.7, 0.9, 0.01], 0.5);
    },
  },
  statue: {
    massKilograms: 350,
    draw(sketch, { main }) {
      const stone = main(finish('marble', [0.92, 0.9, 0.86]));
      sketch.box(STONE, [0, 0, 0], [0.74, 0.12, 0.74]);
      sketch.box(STONE, [0, 0.12, 0], [0.6, 0.6, 0.6], { skip: ['-y'], cell: 0.4 });
      sketch.box(STONE, [0, 0.72, 0], [0.68, 0.08, 0.68]);
      sketch.lathe(
        stone,
        [0, 0.8, 0],
        [
          [0.24, 0],
          [0.2, 0.3],
          [0.17, 0.62],
          [0.23, 0.86],
          [0.2, 1],
          [0.07, 1.07],
          [0.065, 1.12],
        ],
        14,
      );
      sketch.ball(stone, [0, 2.04, 0.01], [0.115, 0.15, 0.13], { segments: 12 });
      for (const x of [-1, 1])
        sketch.within(chain(translation(x * 0.22, 1.72, 0), rotationZ(x * 0.12)), () =>
          sketch.lathe(
            stone,
            [0, -0.62, 0],
            [
              [0.05, 0],
              [0.06, 0.3],
              [0.075, 0.62],
            ],
            8,
          ),
        );
    },
  },
  column: {
    massKilograms: 1200,
    fixed: true,
    draw(sketch, { main }) {
      const stone = main(finish('marble', [0.95, 0.92, 0.86]));
      sketch.box(stone, [0, 0, 0], [0.7, 0.2, 0.7]);
      sketch.lathe(
        stone,
        [0, 0.2, 0],
        [
          [0.28, 0],
          [0.25, 0.1],
          [0.24, 1.1],
          [0.22, 2.2],
        ],
        16,
      );
      sketch.box(stone, [0, 2.4, 0], [0.6, 0.16, 0.6]);
    },
  },
  altar: {
    massKilograms: 700,
    draw(sketch, { main }) {
      const stone = main(STONE);
      sketch.box(stone, [0, 0, 0], [1.7, 0.12, 0.9]);
      sketch.box(stone, [0, 0.12, 0], [1.4, 0.7, 0.62], { skip: ['-y'], cell: 0.5 });
      sketch.box(stone, [0, 0.82, 0], [1.75, 0.13, 0.92], { cell: 0.6 });
      sketch.lathe(
        finish('metal', [0.8, 0.6, 0.22]),
        [0, 0.95, 0],
        [
          [0.1, 0],
          [0.04, 0.05],
          [0.04, 0.14],
          [0.2, 0.24],
          [0.17, 0.23],
        ],
        16,
      );
      for (const x of [-0.6, 0.6]) {
        sketch.cylinder(finish('skin', [0.9, 0.86, 0.74]), [x, 0.95, 0], 0.035, 0.26, { segments: 8 });
        sketch.lathe(
          finish('skin', [1, 0.8, 0.4], { emissive: [2.2, 1.2, 0.35] }),
          [x, 1.21, 0],
          [
            [0.012, 0],
            [0.018, 0.03],
            [0, 0.08],
          ],
          6,
        );
      }
    },
  },
  'street lamp': {
    massKilograms: 90,
    fixed: true,
    draw(sketch, { main }) {
      const iron = main(IRON);
      sketch.lathe(
        iron,
        [0, 0, 0],
        [
          [0.16, 0],
          [0.15, 0.35],
          [0.07, 0.5],
          [0.055, 3.2],
        ],
        10,
      );
      sketch.lathe(
        finish('skin', [1, 0.93, 0.78], { emissive: [1.5, 1.1, 0.6] }),
        [0, 3.2, 0],
        [
          [0.12, 0],
          [0.2, 0.4],
        ],
        6,
        { smooth: false },
      );
      sketch.lathe(
        iron,
        [0, 3.6, 0],
        [
          [0.26, 0],
          [0.04, 0.2],
          [0.02, 0.3],
        ],
        6,
        { smooth: false },
      );
    },
  },
  hydrant: {
    massKilograms: 60,
    draw(sketch, { main }) {
      const red = main(finish('metal', [0.72, 0.09, 0.06]));
      sketch.lathe(
        red,
        [0, 0, 0],
        [
          [0.17, 0],
          [0.17, 0.05],
          [0.12, 0.07],
          [0.12, 0.5],
          [0.16, 0.52],
          [0.15, 0.58],
          [0.05, 0.68],
          [0.04, 0.74],
        ],
        14,
      );
      for (const turn of [0, Math.PI / 2, Math.PI])
        sketch.within(chain(translation(0, 0.38, 0), rotationY(turn), rotationX(Math.PI / 2)), () =>
          sketch.cylinder(STEEL, [0, 0.1, 0], 0.055, 0.09, { segments: 8 }),
        );
    },
  },
  mailbox: {
    massKilograms: 55,
    draw(sketch, { main }) {
      const body = main(finish('metal', [0.1, 0.2, 0.5]));
      for (const x of [-0.2, 0.2])
        for (const z of [-0.18, 0.18]) sketch.box(IRON, [x, 0, z], [0.06, 0.18, 0.06]);
      sketch.box(body, [0, 0.18, 0], [0.52, 0.86, 0.48], { cell: 0.4 });
      sketch.within(chain(translation(0, 1.04, 0.24), rotationX(-Math.PI / 2)), () =>
        sketch.lathe(
          body,
          [0, 0, 0],
          [
            [0.26, 0],
            [0.26, 0.48],
          ],
          16,
        ),
      );
      sketch.box(IRON, [0, 0.84, 0.245], [0.36, 0.05, 0.02]);
      sketch.box(finish('skin', [0.9, 0.88, 0.8]), [0, 0.5, 0.243], [0.24, 0.2, 0.008]);
    },
  },
  planter: {
    massKilograms: 90,
    draw(sketch, { main, random }) {
      const box = main(finish('concrete', [0.9, 0.86, 0.8]));
      sketch.box(box, [0, 0, 0], [1.2, 0.42, 0.5], { cell: 0.5 });
      sketch.box(finish('dirt', [0.5, 0.45, 0.4]), [0, 0.42, 0], [1.08, 0.02, 0.38]);
      for (let i = 0; i < 5; i++) {
        const seed = random.integer(1000);
        const bloom = random.pick([
          LEAVES[0],
          LEAVES[1],
          finish('foliage', [1.9, 0.5, 0.9], { doubleSided: true, cutout: true }),
        ]);
        sketch.ball(bloom, [-0.44 + i * 0.22, 0.58, 0], [0.16, 0.2, 0.17], {
          segments: 8,
          bump: (x, y, z) => 0.6 * (spaceNoise(seed, x * 3 + 9, y * 3 + 9, z * 3 + 9) - 0.5),
        });
      }
    },
  },
  fountain: {
    massKilograms: 2500,
    fixed: true,
    draw(sketch, { main }) {
      const stone = main(STONE);
      sketch.lathe(
        stone,
        [0, 0, 0],
        [
          [1.3, 0],
          [1.3, 0.45],
          [1.38, 0.48],
          [1.38, 0.56],
          [1.16, 0.56],
          [1.16, 0.4],
        ],
        20,
        { smooth: false },
      );
      sketch.cylinder(WATER, [0, 0.4, 0], 1.16, 0.03, { segments: 20 });
      sketch.lathe(
        stone,
        [0, 0.43, 0],
        [
          [0.3, 0],
          [0.16, 0.15],
          [0.13, 0.7],
          [0.55, 0.86],
          [0.58, 0.94],
          [0.5, 0.92],
        ],
        16,
      );
      sketch.cylinder(WATER, [0, 1.33, 0], 0.5, 0.02, { segments: 16 });
      sketch.lathe(
        stone,
        [0, 1.35, 0],
        [
          [0.1, 0],
          [0.08, 0.3],
          [0.14, 0.4],
          [0.02, 0.5],
        ],
        12,
      );
    },
  },
  well: {
    massKilograms: 1500,
    fixed: true,
    draw(sketch, { main }) {
      sketch.lathe(
        main(STONE),
        [0, 0, 0],
        [
          [0.72, 0],
          [0.7, 0.78],
          [0.76, 0.8],
          [0.76, 0.9],
          [0.52, 0.9],
          [0.52, 0.6],
        ],
        18,
      );
      sketch.cylinder(WATER, [0, 0.58, 0], 0.52, 0.03, { segments: 16 });
      for (const x of [-0.62, 0.62])
        sketch.box(finish('wood', [0.6, 0.48, 0.36]), [x, 0.9, 0], [0.1, 1.1, 0.1]);
      sketch.box(finish('wood', [0.6, 0.48, 0.36]), [0, 1.5, 0], [1.14, 0.08, 0.08], { skip: ['-x', '+x'] });
      sketch.within(rotationY(Math.PI / 2), () =>
        sketch.wedge(finish('planks', [0.75, 0.5, 0.4]), [0, 2, 0], [1.3, 0.5, 1.7], 0.5, { cell: 0.5 }),
      );
    },
  },
  'parked car': {
    massKilograms: 1300,
    alongLane: true,
    draw: (sketch, { main, random }) => {
      const wheels = [
        [-0.72, -1.25],
        [0.72, -1.25],
        [-0.72, 1.25],
        [0.72, 1.25],
      ];
      drawCarBody(
        sketch,
        main(
          finish(
            'metal',
            random.pick([
              [0.6, 0.09, 0.07],
              [0.12, 0.25, 0.5],
              [0.72, 0.72, 0.7],
              [0.2, 0.34, 0.24],
            ]),
          ),
        ),
      );
      for (const [x, z] of wheels) sketch.within(translation(x, 0.32, z), () => drawWheel(sketch));
    },
  },
};

/** Front at +Z, without its wheels, resting height included. */
export function drawCarBody(sketch: Sketch, paint: Finish): void {
  sketch.box(paint, [0, 0.26, 0], [1.66, 0.5, 4.1], { cell: 0.6 });
  sketch.box(GLASS, [0, 0.76, -0.25], [1.44, 0.5, 1.9]);
  sketch.box(paint, [0, 1.24, -0.25], [1.4, 0.06, 1.8], { cell: 0.6 });
  for (const x of [-0.71, 0.71])
    for (const z of [-1.18, -0.2, 0.68]) sketch.box(paint, [x, 0.76, z], [0.06, 0.49, 0.08]);
  // A sloped windscreen and rear window.
  sketch.within(chain(translation(0, 0.76, 0.95), rotationY(-Math.PI / 2)), () =>
    sketch.wedge(GLASS, [0, 0, 0], [0.52, 0.5, 1.4], 0.02),
  );
  sketch.within(chain(translation(0, 0.76, -1.42), rotationY(Math.PI / 2)), () =>
    sketch.wedge(GLASS, [0, 0, 0], [0.46, 0.5, 1.4], 0.02),
  );
  for (const x of [-0.6, 0.6]) {
    sketch.box(finish('skin', [0.95, 0.93, 0.85]), [x, 0.5, 2.055], [0.32, 0.14, 0.02]);
    sketch.box(finish('skin', [0.6, 0.05, 0.04]), [x, 0.52, -2.055], [0.3, 0.12, 0.02]);
  }
  sketch.box(GLASS, [0, 0.3, 2.06], [1.5, 0.12, 0.06]);
  sketch.box(finish('skin', [0.85, 0.85, 0.8]), [0, 0.38, -2.06], [0.5, 0.11, 0.02]);
}

/** About its own centre, axle along x. */
export function drawWheel(sketch: Sketch): void {
  sketch.within(rotationZ(Math.PI / 2), () => {
    sketch.lathe(
      RUBBER,
      [0, -0.1, 0],
      [
        [0.29, 0],
        [0.32, 0.03],
        [0.32, 0.17],
        [0.29, 0.2],
      ],
      16,
    );
    sketch.lathe(
      STEEL,
      [0, -0.108, 0],
      [
        [0.18, 0],
        [0.19, 0.216],
      ],
      6,
      { smooth: false },
    );
  });
}
