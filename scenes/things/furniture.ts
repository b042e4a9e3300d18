import { finish } from '../geometry/finishes.ts';
import { drawPicture } from '../geometry/picture.ts';
import type { Finish, Sketch } from '../geometry/sketch.ts';
import { chain, rotationX, rotationY, translation } from '../geometry/transforms.ts';
import type { ThingRecipe } from './thing.ts';

const OAK = finish('wood', [0.95, 0.85, 0.72]);
const WALNUT = finish('wood', [0.5, 0.36, 0.26]);
const STEEL = finish('metal', [0.62, 0.64, 0.66]);
const DARK = finish('metal', [0.16, 0.16, 0.17]);
const CUSHIONS: Finish[] = [
  finish('fabric', [0.6, 0.22, 0.16]),
  finish('fabric', [0.2, 0.36, 0.5]),
  finish('fabric', [0.42, 0.46, 0.3]),
  finish('fabric', [0.72, 0.6, 0.42]),
];
const PAPER_WHITE = finish('skin', [0.9, 0.88, 0.82]);

/** Four legs whose outer faces lie in the rectangle width × depth. */
function legs(
  sketch: Sketch,
  wood: Finish,
  width: number,
  depth: number,
  height: number,
  thick: number,
): void {
  for (const x of [-1, 1])
    for (const z of [-1, 1])
      sketch.box(wood, [(x * (width - thick)) / 2, 0, (z * (depth - thick)) / 2], [thick, height, thick], {
        skip: ['+y'],
      });
}

function seatWithBack(sketch: Sketch, cloth: Finish, width: number, seats: number): void {
  const depth = 0.86;
  const arm = 0.17;
  sketch.box(WALNUT, [0, 0, 0], [width - 0.1, 0.09, depth - 0.14]);
  sketch.box(cloth, [0, 0.09, 0], [width, 0.2, depth], { cell: 0.5 });
  for (const side of [-1, 1])
    sketch.box(cloth, [(side * (width - arm)) / 2, 0.29, 0], [arm, 0.33, depth], { skip: ['-y'], cell: 0.4 });
  sketch.box(cloth, [0, 0.29, -depth / 2 + 0.11], [width - 2 * arm, 0.55, 0.22], { skip: ['-y'], cell: 0.5 });
  const seat = (width - 2 * arm) / seats;
  for (let i = 0; i < seats; i++)
    sketch.box(
      cloth,
      [-(width / 2 - arm) + (i + 0.5) * seat, 0.29, 0.09],
      [seat - 0.02, 0.14, depth - 0.24],
      { skip: ['-y'], cell: 0.5 },
    );
}

export const FURNITURE: Record<string, ThingRecipe> = {
  chair: {
    massKilograms: 6,
    draw(sketch, { main }) {
      const wood = main(OAK);
      legs(sketch, wood, 0.42, 0.42, 0.44, 0.045);
      sketch.box(wood, [0, 0.44, 0], [0.45, 0.035, 0.45]);
      for (const x of [-0.19, 0.19])
        sketch.box(wood, [x, 0.475, -0.195], [0.045, 0.46, 0.04], { skip: ['-y'] });
      for (const y of [0.58, 0.72, 0.85])
        sketch.box(wood, [0, y, -0.195], [0.34, 0.07, 0.022], { skip: ['-x', '+x'] });
    },
  },
  stool: {
    massKilograms: 4,
    draw(sketch, { main }) {
      const wood = main(OAK);
      for (const angle of [0.5, 2.07, 3.64, 5.21])
        sketch.cylinder(wood, [Math.cos(angle) * 0.14, 0, Math.sin(angle) * 0.14], 0.022, 0.6, {
          segments: 6,
        });
      sketch.cylinder(wood, [0, 0.6, 0], 0.19, 0.045, { segments: 14 });
      sketch.cylinder(DARK, [0, 0.2, 0], 0.15, 0.02, { segments: 10 });
    },
  },
  table: {
    massKilograms: 28,
    draw(sketch, { main, random }) {
      const wood = main(OAK);
      const [width, depth] = [random.range(1.3, 1.7), random.range(0.8, 0.95)];
      legs(sketch, wood, width - 0.1, depth - 0.1, 0.7, 0.07);
      sketch.box(wood, [0, 0.62, 0], [width - 0.16, 0.08, depth - 0.16]);
      sketch.box(wood, [0, 0.7, 0], [width, 0.04, depth], { cell: 0.6 });
      const glaze = finish(
        'skin',
        random.pick([
          [0.7, 0.3, 0.2],
          [0.2, 0.42, 0.5],
          [0.8, 0.75, 0.6],
        ]),
      );
      sketch.lathe(
        glaze,
        [random.range(-0.3, 0.3), 0.74, 0],
        [
          [0.07, 0],
          [0.16, 0.07],
          [0.17, 0.09],
          [0.15, 0.085],
        ],
        14,
      );
      sketch.box(finish('books'), [-width / 2 + 0.25, 0.74, 0.12], [0.22, 0.07, 0.3]);
      sketch.cylinder(PAPER_WHITE, [width / 2 - 0.25, 0.74, 0.16], 0.04, 0.1, { segments: 10 });
    },
  },
  desk: {
    massKilograms: 34,
    where: 'wall',
    draw(sketch, { main }) {
      const wood = main(WALNUT);
      sketch.box(wood, [0, 0.71, 0], [1.4, 0.04, 0.68], { cell: 0.6 });
      sketch.box(wood, [0.48, 0, -0.01], [0.4, 0.71, 0.6], { skip: ['+y'], cell: 0.5 });
      for (let i = 0; i < 3; i++) {
        sketch.box(wood, [0.48, 0.06 + i * 0.21, 0.3], [0.36, 0.19, 0.02], { skip: ['-z'] });
        sketch.box(STEEL, [0.48, 0.15 + i * 0.21, 0.32], [0.12, 0.02, 0.02], { skip: ['-z'] });
      }
      sketch.box(wood, [-0.66, 0, 0], [0.04, 0.71, 0.6], { skip: ['+y'] });
      sketch.box(DARK, [-0.2, 0.75, -0.14], [0.2, 0.02, 0.16]);
      sketch.box(DARK, [-0.2, 0.77, -0.16], [0.04, 0.12, 0.03]);
      sketch.box(DARK, [-0.2, 0.85, -0.13], [0.54, 0.33, 0.03]);
      drawPicture(sketch, 7, [-0.44, 0.87, -0.113], [0.48, 0, 0], [0, 0.29, 0]);
      sketch.box(PAPER_WHITE, [0.2, 0.75, 0.1], [0.22, 0.03, 0.3]);
    },
  },
  sofa: {
    massKilograms: 55,
    where: 'wall',
    draw: (sketch, { main, random }) => seatWithBack(sketch, main(random.pick(CUSHIONS)), 1.9, 2),
  },
  armchair: {
    massKilograms: 30,
    draw: (sketch, { main, random }) => seatWithBack(sketch, main(random.pick(CUSHIONS)), 0.98, 1),
  },
  bed: {
    massKilograms: 70,
    where: 'wall',
    draw(sketch, { main, random }) {
      const cloth = main(random.pick(CUSHIONS));
      legs(sketch, WALNUT, 1.44, 2, 0.2, 0.08);
      sketch.box(WALNUT, [0, 0.2, 0], [1.5, 0.14, 2.06], { cell: 0.7 });
      sketch.box(WALNUT, [0, 0.34, -1.0], [1.5, 0.66, 0.06], { skip: ['-y'], cell: 0.5 });
      sketch.box(PAPER_WHITE, [0, 0.34, 0.03], [1.42, 0.2, 1.92], { skip: ['-y'], cell: 0.5 });
      sketch.box(cloth, [0, 0.34, 0.36], [1.46, 0.23, 1.28], { skip: ['-y'], cell: 0.4 });
      for (const x of [-0.36, 0.36])
        sketch.ball(PAPER_WHITE, [x, 0.58, -0.68], [0.3, 0.09, 0.2], { segments: 10 });
    },
  },
  bench: {
    massKilograms: 26,
    where: 'wall',
    draw(sketch, { main, random }) {
      const wood = main(OAK);
      const width = random.range(1.15, 1.4);
      for (const x of [-1, 1]) {
        sketch.box(DARK, [x * (width / 2 - 0.14), 0, 0], [0.06, 0.4, 0.38], { skip: ['+y'] });
        sketch.box(DARK, [x * (width / 2 - 0.14), 0.44, -0.17], [0.05, 0.4, 0.03], { skip: ['-y'] });
      }
      for (const z of [-0.13, 0, 0.13]) sketch.box(wood, [0, 0.4, z], [width, 0.04, 0.115], { cell: 0.6 });
      for (const y of [0.58, 0.72]) sketch.box(wood, [0, y, -0.145], [width, 0.1, 0.025], { cell: 0.6 });
    },
  },
  shelf: {
    massKilograms: 60,
    where: 'wall',
    draw(sketch, { main, random }) {
      const steel = main(finish('metal', [0.35, 0.42, 0.5]));
      const [width, depth, height] = [1.1, 0.42, 1.9];
      legs(sketch, steel, width, depth, height, 0.04);
      for (let level = 0; level < 4; level++) {
        const y = 0.1 + level * 0.56;
        sketch.box(steel, [0, y, 0], [width - 0.002, 0.03, depth - 0.002]);
        let x = -width / 2 + 0.1;
        while (level < 4 && x < width / 2 - 0.3) {
          const size = random.range(0.16, 0.32);
          const goods = random.pick([
            finish('cardboard'),
            finish('metal', [0.6, 0.25, 0.18]),
            finish('skin', [0.25, 0.4, 0.55]),
            finish('wood'),
          ]);
          sketch.box(
            goods,
            [x + size / 2, y + 0.03, random.range(-0.03, 0.03)],
            [size, random.range(0.14, 0.4), random.range(0.22, 0.32)],
          );
          x += size + random.range(0.02, 0.12);
        }
      }
    },
  },
  bookshelf: {
    massKilograms: 110,
    where: 'wall',
    draw(sketch, { main }) {
      const wood = main(WALNUT);
      const [width, depth, height, board] = [1.1, 0.34, 2.16, 0.035];
      for (const side of [-1, 1])
        sketch.box(wood, [(side * (width - board)) / 2, 0, 0], [board, height, depth], { cell: 0.6 });
      sketch.box(wood, [0, 0, 0], [width - 2 * board, 0.1, depth - 0.02], { skip: ['+x', '-x'] });
      for (let level = 0; level < 6; level++)
        sketch.box(wood, [0, 0.1 + level * 0.4, 0], [width - 2 * board, board, depth - 0.01], {
          skip: ['+x', '-x'],
        });
      sketch.box(wood, [0, 0, -depth / 2 + 0.01], [width - 2 * board, height, 0.02], {
        skip: ['+x', '-x'],
        cell: 0.7,
      });
      const books = finish('books');
      for (let level = 0; level < 5; level++)
        sketch.box(
          books,
          [0, 0.1 + level * 0.4 + board, -0.01],
          [width - 2 * board, 0.4 - board - 0.05, depth - 0.12],
          { skip: ['+x', '-x', '-z', '-y'] },
        );
    },
  },
  cabinet: {
    massKilograms: 38,
    where: 'wall',
    draw(sketch, { main, random }) {
      const body = main(
        finish(
          'metal',
          random.pick([
            [0.5, 0.56, 0.52],
            [0.62, 0.6, 0.54],
            [0.32, 0.4, 0.48],
          ]),
        ),
      );
      sketch.box(body, [0, 0, 0], [0.84, 1.02, 0.4], { cell: 0.45 });
      for (let i = 0; i < 3; i++) {
        sketch.box(body, [0, 0.06 + i * 0.315, 0.205], [0.78, 0.29, 0.014], { skip: ['-z'], cell: 0.4 });
        sketch.box(STEEL, [0, 0.24 + i * 0.315, 0.222], [0.2, 0.03, 0.02], { skip: ['-z'] });
        sketch.box(PAPER_WHITE, [-0.24, 0.235 + i * 0.315, 0.216], [0.1, 0.05, 0.006], { skip: ['-z'] });
      }
      sketch.lathe(
        finish('skin', [0.66, 0.36, 0.2]),
        [0.2, 1.02, 0],
        [
          [0.06, 0],
          [0.09, 0.12],
          [0.05, 0.22],
          [0.06, 0.26],
        ],
        12,
      );
      sketch.box(finish('books'), [-0.18, 1.02, 0], [0.3, 0.12, 0.22]);
    },
  },
  locker: {
    massKilograms: 48,
    where: 'wall',
    draw(sketch, { main }) {
      const body = main(finish('metal', [0.2, 0.34, 0.48]));
      sketch.box(body, [0, 0, 0], [0.96, 1.86, 0.42], { cell: 0.5 });
      for (const x of [-0.32, 0, 0.32]) {
        sketch.box(body, [x, 0.05, 0.214], [0.29, 1.76, 0.012], { skip: ['-z'], cell: 0.4 });
        for (const y of [1.5, 1.56, 1.62])
          sketch.box(DARK, [x, y, 0.222], [0.16, 0.016, 0.006], { skip: ['-z'] });
        sketch.box(STEEL, [x + 0.1, 0.95, 0.232], [0.03, 0.1, 0.025], { skip: ['-z'] });
      }
    },
  },
  wardrobe: {
    massKilograms: 75,
    where: 'wall',
    draw(sketch, { main }) {
      const wood = main(WALNUT);
      const dark = { ...wood, tint: wood.tint.map(c => c * 0.7) as typeof wood.tint };
      sketch.box(wood, [0, 0, 0], [1.2, 2, 0.56], { cell: 0.5 });
      sketch.box(wood, [0, 2, 0], [1.28, 0.06, 0.62]);
      for (const x of [-0.295, 0.295]) {
        sketch.box(wood, [x, 0.1, 0.288], [0.55, 1.8, 0.016], { skip: ['-z'], cell: 0.5 });
        for (const y of [0.2, 1.1]) sketch.box(dark, [x, y, 0.303], [0.38, 0.7, 0.014], { skip: ['-z'] });
        sketch.box(finish('metal', [0.75, 0.6, 0.3]), [x * 0.16, 1, 0.31], [0.03, 0.14, 0.03], {
          skip: ['-z'],
        });
      }
    },
  },
  lamp: {
    massKilograms: 5,
    draw(sketch, { main }) {
      sketch.lathe(
        DARK,
        [0, 0, 0],
        [
          [0.17, 0],
          [0.16, 0.03],
          [0.02, 0.05],
          [0.015, 1.35],
        ],
        14,
      );
      sketch.lathe(
        main(finish('fabric', [1.1, 0.95, 0.7], { emissive: [0.5, 0.38, 0.2] })),
        [0, 1.3, 0],
        [
          [0.2, 0],
          [0.13, 0.28],
        ],
        16,
      );
    },
  },
  clock: {
    massKilograms: 40,
    where: 'wall',
    draw(sketch, { main }) {
      const wood = main(WALNUT);
      sketch.box(wood, [0, 0, 0], [0.5, 0.4, 0.32]);
      sketch.box(wood, [0, 0.4, 0], [0.36, 1.05, 0.26], { skip: ['-y'], cell: 0.4 });
      sketch.box(wood, [0, 1.45, 0], [0.48, 0.48, 0.32]);
      sketch.wedge(wood, [0, 1.93, 0], [0.54, 0.16, 0.34], 0.5);
      sketch.box(finish('metal', [0.8, 0.65, 0.3]), [0, 0.6, 0.135], [0.2, 0.7, 0.012], { skip: ['-z'] });
      sketch.within(chain(translation(0, 1.69, 0.16), rotationX(Math.PI / 2)), () => {
        sketch.cylinder(PAPER_WHITE, [0, 0, 0], 0.19, 0.012, { segments: 20 });
        sketch.box(DARK, [0, 0.012, -0.06], [0.02, 0.004, 0.13]);
        sketch.within(rotationY(1.2), () => sketch.box(DARK, [0, 0.012, -0.04], [0.025, 0.005, 0.09]));
      });
    },
  },
  television: {
    massKilograms: 24,
    where: 'wall',
    draw(sketch, { main }) {
      sketch.box(WALNUT, [0, 0, 0], [1.3, 0.46, 0.4], { cell: 0.5 });
      sketch.box(DARK, [0, 0.46, 0], [0.4, 0.03, 0.22]);
      sketch.box(DARK, [0, 0.49, 0], [0.08, 0.06, 0.05]);
      sketch.box(main(DARK), [0, 0.55, 0], [1.12, 0.66, 0.05]);
      drawPicture(
        sketch,
        11,
        [-0.53, 0.58, 0.027],
        [1.06, 0, 0],
        [0, 0.6, 0],
        finish('paper', [0.6, 0.7, 0.9]),
      );
    },
  },
  piano: {
    massKilograms: 210,
    where: 'wall',
    draw(sketch, { main }) {
      const wood = main(finish('wood', [0.3, 0.19, 0.13]));
      sketch.box(wood, [0, 0, -0.14], [1.46, 1.2, 0.32], { cell: 0.5 });
      sketch.box(wood, [0, 0.6, 0.16], [1.46, 0.12, 0.28], { skip: ['-z'] });
      for (const x of [-0.68, 0.68]) sketch.box(wood, [x, 0, 0.25], [0.09, 0.6, 0.09], { skip: ['+y'] });
      sketch.box(PAPER_WHITE, [0, 0.72, 0.2], [1.3, 0.025, 0.15], { skip: ['-y'] });
      for (let i = 0; i < 24; i++)
        if (i % 7 !== 2 && i % 7 !== 6)
          sketch.box(DARK, [-0.62 + i * 0.054, 0.745, 0.16], [0.024, 0.02, 0.09], { skip: ['-y'] });
      drawPicture(sketch, 15, [-0.2, 0.84, 0.03], [0.4, 0, 0], [0, 0.28, 0]);
    },
  },
  rug: {
    massKilograms: 8,
    draw(sketch, { main, random }) {
      const pile = main(
        finish(
          'carpet',
          random.pick([
            [0.6, 0.2, 0.15],
            [0.2, 0.3, 0.5],
            [0.6, 0.5, 0.3],
          ]),
        ),
      );
      sketch.box(pile, [0, 0, 0], [1.5, 0.012, 1.05], { cell: 0.5 });
    },
  },
};
