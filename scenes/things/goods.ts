import { finish } from '../geometry/finishes.ts';
import { drawPicture } from '../geometry/picture.ts';
import { chain, rotationX, rotationY, rotationZ, translation } from '../geometry/transforms.ts';
import type { ThingRecipe } from './thing.ts';

const STEEL = finish('metal', [0.62, 0.64, 0.66]);
const DARK = finish('metal', [0.16, 0.16, 0.17]);
const RUBBER = finish('skin', [0.06, 0.06, 0.065]);
const SOIL = finish('dirt', [0.5, 0.45, 0.4]);
const LEAF = finish('foliage', [0.75, 1, 0.7], { doubleSided: true, cutout: true });
const GLOW = finish('skin', [1, 0.9, 0.7], { emissive: [1.6, 1.1, 0.5] });
const WHITE = finish('skin', [0.9, 0.9, 0.88]);

export const GOODS: Record<string, ThingRecipe> = {
  crate: {
    massKilograms: 24,
    draw(sketch, { main, random }) {
      const wood = main(finish('wood', [0.95, 0.8, 0.6]));
      const s = random.range(0.55, 0.8);
      const dark = { ...wood, tint: wood.tint.map(c => c * 0.72) as typeof wood.tint };
      sketch.box(dark, [0, 0.002, 0], [s - 0.04, s - 0.04, s - 0.04], { cell: 0.4 });
      const edge = 0.07;
      for (const a of [-1, 1])
        for (const b of [-1, 1]) {
          sketch.box(wood, [(a * (s - edge)) / 2, 0, (b * (s - edge)) / 2], [edge, s, edge]);
          sketch.box(wood, [0, a < 0 ? 0 : s - edge, (b * (s - edge)) / 2], [s - 2 * edge, edge, edge], {
            skip: ['-x', '+x'],
          });
          sketch.box(wood, [(b * (s - edge)) / 2, a < 0 ? 0 : s - edge, 0], [edge, edge, s - 2 * edge], {
            skip: ['-z', '+z'],
          });
        }
    },
  },
  box: {
    massKilograms: 6,
    draw(sketch, { main, random }) {
      sketch.box(
        main(finish('cardboard')),
        [0, 0, 0],
        [random.range(0.4, 0.62), random.range(0.3, 0.5), random.range(0.35, 0.5)],
        { cell: 0.4 },
      );
    },
  },
  barrel: {
    massKilograms: 40,
    draw(sketch, { main, random }) {
      const drum = random.chance(0.5);
      const body = main(
        drum
          ? finish(
              'metal',
              random.pick([
                [0.16, 0.32, 0.55],
                [0.55, 0.18, 0.12],
                [0.3, 0.4, 0.25],
              ]),
            )
          : finish('planks', [0.8, 0.65, 0.5]),
      );
      const hoop = drum ? body : finish('rust', [0.5, 0.5, 0.5]);
      sketch.lathe(
        body,
        [0, 0, 0],
        drum
          ? [
              [0.29, 0],
              [0.29, 0.88],
            ]
          : [
              [0.25, 0],
              [0.31, 0.25],
              [0.325, 0.45],
              [0.31, 0.65],
              [0.25, 0.9],
            ],
        18,
      );
      for (const y of drum ? [0.02, 0.29, 0.57, 0.82] : [0.1, 0.28, 0.58, 0.76]) {
        const r = drum ? 0.302 : 0.318 - Math.abs(y - 0.45) * 0.1;
        sketch.cylinder(hoop, [0, y, 0], r, 0.045, { segments: 18 });
      }
    },
  },
  chest: {
    massKilograms: 30,
    draw(sketch, { main }) {
      const wood = main(finish('planks', [0.6, 0.45, 0.32]));
      sketch.box(wood, [0, 0, 0], [0.9, 0.42, 0.52], { cell: 0.4 });
      sketch.within(chain(translation(-0.45, 0.42, 0), rotationZ(-Math.PI / 2)), () => {
        // Half a cylinder lying along x.
        sketch.within(rotationY(0), () =>
          sketch.lathe(
            wood,
            [0, 0, 0],
            [
              [0.26, 0],
              [0.26, 0.9],
            ],
            16,
          ),
        );
      });
      for (const x of [-0.3, 0.3]) sketch.box(finish('rust'), [x, 0, 0], [0.06, 0.43, 0.54]);
      sketch.box(finish('metal', [0.8, 0.62, 0.25]), [0, 0.32, 0.265], [0.1, 0.14, 0.03]);
    },
  },
  pallet: {
    massKilograms: 20,
    draw(sketch, { main }) {
      const wood = main(finish('wood', [0.9, 0.78, 0.6]));
      for (const x of [-0.55, 0, 0.55]) sketch.box(wood, [x, 0, 0], [0.1, 0.1, 0.8], { cell: 0.4 });
      for (const z of [-0.35, -0.175, 0, 0.175, 0.35])
        sketch.box(wood, [0, 0.1, z], [1.2, 0.022, 0.1], { cell: 0.4 });
      sketch.box(finish('cardboard'), [-0.28, 0.122, 0], [0.5, 0.42, 0.6], { cell: 0.4 });
      sketch.box(finish('cardboard', [0.9, 0.92, 0.95]), [0.28, 0.122, 0.04], [0.46, 0.32, 0.56], {
        cell: 0.4,
      });
    },
  },
  suitcase: {
    massKilograms: 14,
    draw(sketch, { main, random }) {
      const shell = main(
        finish(
          'skin',
          random.pick([
            [0.6, 0.14, 0.12],
            [0.12, 0.22, 0.4],
            [0.2, 0.2, 0.2],
            [0.7, 0.5, 0.15],
          ]),
        ),
      );
      for (const x of [-0.16, 0.16])
        for (const z of [-0.08, 0.08]) sketch.cylinder(RUBBER, [x, 0, z], 0.025, 0.05, { segments: 8 });
      sketch.box(shell, [0, 0.05, 0], [0.44, 0.62, 0.25], { cell: 0.3 });
      for (const x of [-0.14, -0.05, 0.05, 0.14])
        sketch.box(shell, [x, 0.09, 0.13], [0.03, 0.54, 0.012], { skip: ['-z'] });
      for (const x of [-0.1, 0.1]) sketch.box(STEEL, [x, 0.67, -0.08], [0.018, 0.34, 0.018]);
      sketch.box(RUBBER, [0, 1.01, -0.08], [0.24, 0.03, 0.03]);
    },
  },
  bin: {
    massKilograms: 6,
    draw(sketch, { main }) {
      sketch.lathe(
        main(finish('metal', [0.36, 0.42, 0.4])),
        [0, 0, 0],
        [
          [0.19, 0],
          [0.23, 0.62],
        ],
        16,
      );
      sketch.lathe(
        DARK,
        [0, 0.62, 0],
        [
          [0.245, 0],
          [0.245, 0.05],
          [0.12, 0.11],
        ],
        16,
      );
    },
  },
  extinguisher: {
    massKilograms: 9,
    draw(sketch, { main }) {
      sketch.lathe(
        main(finish('metal', [0.75, 0.07, 0.05])),
        [0, 0, 0],
        [
          [0.085, 0],
          [0.09, 0.03],
          [0.09, 0.42],
          [0.03, 0.5],
        ],
        14,
      );
      sketch.cylinder(DARK, [0, 0.5, 0], 0.028, 0.05, { segments: 8 });
      sketch.box(DARK, [0, 0.55, 0.03], [0.03, 0.03, 0.14]);
      sketch.box(WHITE, [0, 0.18, 0.075], [0.08, 0.14, 0.025]);
      sketch.box(RUBBER, [0.085, 0.16, 0.03], [0.025, 0.36, 0.025]);
    },
  },
  'vending machine': {
    massKilograms: 260,
    where: 'wall',
    draw(sketch, { main, random }) {
      const body = main(
        finish(
          'metal',
          random.pick([
            [0.62, 0.1, 0.08],
            [0.1, 0.25, 0.55],
            [0.1, 0.42, 0.38],
          ]),
        ),
      );
      sketch.box(body, [0, 0, 0], [0.98, 1.86, 0.76], { cell: 0.5 });
      sketch.box(DARK, [-0.12, 0.62, 0.385], [0.64, 1.12, 0.02], { skip: ['-z'] });
      for (let row = 0; row < 5; row++)
        for (let column = 0; column < 6; column++)
          sketch.box(
            finish(
              'skin',
              random.pick([
                [0.8, 0.2, 0.15],
                [0.2, 0.5, 0.75],
                [0.85, 0.7, 0.2],
                [0.3, 0.6, 0.3],
              ]),
            ),
            [-0.38 + column * 0.104, 0.68 + row * 0.21, 0.405],
            [0.07, 0.13, 0.025],
            { skip: ['-z'] },
          );
      sketch.box(STEEL, [0.35, 0.9, 0.39], [0.16, 0.5, 0.03], { skip: ['-z'] });
      sketch.box(DARK, [-0.12, 0.22, 0.39], [0.6, 0.22, 0.025], { skip: ['-z'] });
    },
  },
  toolbox: {
    massKilograms: 11,
    draw(sketch, { main }) {
      sketch.box(main(finish('metal', [0.7, 0.12, 0.08])), [0, 0, 0], [0.5, 0.24, 0.24]);
      sketch.wedge(main(finish('metal', [0.7, 0.12, 0.08])), [0, 0.24, 0], [0.24, 0.08, 0.24], 0.5);
      sketch.box(DARK, [0, 0.3, 0], [0.3, 0.04, 0.03]);
    },
  },
  ladder: {
    massKilograms: 12,
    draw(sketch, { main }) {
      const metal = main(finish('metal', [0.8, 0.7, 0.3]));
      const lean = 0.17;
      for (const face of [-1, 1]) {
        sketch.within(chain(translation(0, 0, face * 0.34), rotationX(-face * lean)), () => {
          // The feet are cut level by standing on small pads below.
          for (const x of [-0.24, 0.24]) sketch.box(metal, [x, 0.02, 0], [0.05, 1.86, 0.025]);
          for (let step = 1; step < 7; step++)
            sketch.box(metal, [0, step * 0.27, 0], [0.43, 0.025, 0.06], { skip: ['-x', '+x'] });
        });
        for (const x of [-0.24, 0.24]) sketch.box(RUBBER, [x, 0, face * 0.34], [0.07, 0.03, 0.06]);
      }
      sketch.box(metal, [0, 1.84, 0], [0.54, 0.03, 0.16]);
    },
  },
  cone: {
    massKilograms: 3,
    draw(sketch, { main }) {
      sketch.box(RUBBER, [0, 0, 0], [0.38, 0.035, 0.38]);
      sketch.lathe(
        main(finish('skin', [0.95, 0.28, 0.06])),
        [0, 0.035, 0],
        [
          [0.15, 0],
          [0.03, 0.62],
        ],
        14,
      );
      for (const [y, r] of [
        [0.2, 0.122],
        [0.4, 0.083],
      ])
        sketch.lathe(
          WHITE,
          [0, y, 0],
          [
            [r, 0],
            [r - 0.019, 0.1],
          ],
          14,
        );
    },
  },
  sign: {
    massKilograms: 9,
    draw(sketch, { main }) {
      sketch.box(DARK, [0, 0, 0], [0.44, 0.04, 0.34]);
      sketch.cylinder(STEEL, [0, 0.04, 0], 0.024, 1.06, { segments: 8 });
      sketch.box(main(finish('metal', [0.5, 0.52, 0.55])), [0, 1.1, 0], [0.5, 0.68, 0.03]);
      drawPicture(sketch, 7, [-0.22, 1.13, 0.016], [0.44, 0, 0], [0, 0.62, 0]);
    },
  },
  plant: {
    massKilograms: 8,
    draw(sketch, { main, random }) {
      const pot = main(
        finish(
          'skin',
          random.pick([
            [0.62, 0.3, 0.18],
            [0.7, 0.68, 0.62],
            [0.2, 0.3, 0.34],
          ]),
        ),
      );
      sketch.lathe(
        pot,
        [0, 0, 0],
        [
          [0.13, 0],
          [0.19, 0.3],
          [0.2, 0.34],
          [0.17, 0.34],
        ],
        14,
      );
      sketch.cylinder(SOIL, [0, 0.3, 0], 0.165, 0.03, { segments: 12 });
      const phase = random.range(0, 6);
      for (let i = 0; i < 9; i++) {
        const angle = phase + i * 2.4;
        const reach = random.range(0.07, 0.15);
        const tall = random.range(0.55, 1.0);
        sketch.within(chain(translation(0, 0.3, 0), rotationY(angle), rotationZ(-0.16 - reach)), () => {
          sketch.cylinder(finish('bark', [0.6, 0.8, 0.4]), [0, 0, 0], 0.008, tall * 0.6, { segments: 4 });
          sketch.ball(LEAF, [0, tall * 0.72, 0], [0.09 + reach * 0.3, tall * 0.28, 0.03], { segments: 8 });
        });
      }
    },
  },
  vase: {
    massKilograms: 7,
    draw(sketch, { main, random }) {
      const clay = main(
        finish(
          'skin',
          random.pick([
            [0.66, 0.36, 0.2],
            [0.2, 0.36, 0.55],
            [0.75, 0.72, 0.62],
          ]),
        ),
      );
      sketch.lathe(
        clay,
        [0, 0, 0],
        [
          [0.11, 0],
          [0.22, 0.25],
          [0.23, 0.4],
          [0.1, 0.62],
          [0.13, 0.72],
          [0.1, 0.7],
        ],
        18,
      );
      sketch.lathe(
        finish('skin', [0.25, 0.2, 0.16]),
        [0, 0.36, 0],
        [
          [0.234, 0],
          [0.225, 0.06],
        ],
        18,
      );
    },
  },
  lantern: {
    massKilograms: 60,
    draw(sketch, { main }) {
      const stone = main(finish('concrete', [0.95, 0.93, 0.88]));
      sketch.lathe(
        stone,
        [0, 0, 0],
        [
          [0.24, 0],
          [0.24, 0.1],
          [0.11, 0.16],
          [0.1, 0.62],
          [0.22, 0.7],
          [0.22, 0.76],
        ],
        6,
        { smooth: false },
      );
      sketch.lathe(
        GLOW,
        [0, 0.76, 0],
        [
          [0.13, 0],
          [0.13, 0.24],
        ],
        6,
        { smooth: false },
      );
      for (const angle of [0, 1, 2, 3, 4, 5])
        sketch.cylinder(
          stone,
          [Math.cos((angle * Math.PI) / 3) * 0.15, 0.76, Math.sin((angle * Math.PI) / 3) * 0.15],
          0.022,
          0.24,
          { segments: 5 },
        );
      sketch.lathe(
        stone,
        [0, 1, 0],
        [
          [0.3, 0],
          [0.27, 0.05],
          [0.07, 0.2],
          [0.06, 0.3],
          [0.02, 0.34],
        ],
        6,
        { smooth: false },
      );
    },
  },
  forklift: {
    massKilograms: 2400,
    draw(sketch, { main }) {
      const body = main(finish('metal', [0.85, 0.52, 0.06]));
      for (const x of [-0.46, 0.46])
        for (const z of [-0.55, 0.5])
          sketch.within(chain(translation(x, 0.27, z), rotationZ(Math.PI / 2)), () =>
            sketch.lathe(
              RUBBER,
              [0, -0.1, 0],
              [
                [0.27, 0],
                [0.27, 0.2],
              ],
              14,
            ),
          );
      sketch.box(body, [0, 0.22, -0.05], [0.84, 0.5, 1.6], { cell: 0.5 });
      sketch.box(body, [0, 0.72, -0.6], [0.9, 0.4, 0.6], { skip: ['-y'], cell: 0.5 });
      sketch.box(RUBBER, [0, 0.72, -0.05], [0.5, 0.16, 0.44]);
      for (const x of [-0.4, 0.4])
        for (const z of [-0.5, 0.42])
          sketch.box(DARK, [x, z < 0 ? 1.12 : 0.72, z], [0.05, z < 0 ? 0.9 : 1.3, 0.05]);
      sketch.box(DARK, [0, 2.02, -0.04], [0.9, 0.05, 1.0]);
      for (const x of [-0.26, 0.26]) {
        sketch.box(STEEL, [x, 0.06, 0.82], [0.1, 2.0, 0.1], { cell: 0.7 });
        sketch.box(DARK, [x, 0.06, 1.3], [0.12, 0.05, 0.86]);
      }
      for (const y of [0.4, 0.9, 1.6]) sketch.box(DARK, [0, y, 0.82], [0.44, 0.06, 0.06]);
    },
  },
};
