import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { createBlockFlow } from '../../../pipeline/score/blockFlow.ts';
import { createFrameReader } from '../../../pipeline/score/frameReader.ts';

const halve = (image: Uint8Array, width: number, height: number) => {
  const w = width >> 1;
  return Uint8Array.from({ length: w * (height >> 1) }, (_, i) => {
    const p = 2 * Math.floor(i / w) * width + 2 * (i % w);
    return (image[p] + image[p + 1] + image[p + width] + image[p + width + 1] + 2) >> 2;
  });
};

const PULL = 3;
const MISSED = 256;
const MARGIN = 7;

/** The kernel's search in plain TypeScript, on half-size images, with the guess at 0 and no field before. */
function oracle(a: Uint8Array, b: Uint8Array, w: number, h: number) {
  const [columns, rows] = [w >> 3, h >> 3];
  const vectors = Array.from({ length: columns * rows }, () => [0, 0]);
  const blocks = vectors.map((_, index) => {
    const [bx, by] = [index % columns, Math.floor(index / columns)];
    const [x, y] = [bx * 8, by * 8];
    const pixels = (image: Uint8Array, px: number, py: number) =>
      Array.from({ length: 64 }, (_, i) => image[(py + (i >> 3)) * w + px + (i & 7)]);
    const block = pixels(a, x, y);
    const mean = (block.reduce((sum, level) => sum + level, 0) + 32) >> 6;
    const texture = block.reduce((sum, level) => sum + Math.abs(level - mean), 0) / 64;
    if (x < MARGIN || y < MARGIN || x + MARGIN + 8 > w || y + MARGIN + 8 > h)
      return { motion: [0, 0], residual: -1, change: 0, texture };
    const plain = (dx: number, dy: number) => {
      if (x + dx < 0 || y + dy < 0 || x + dx + 8 > w || y + dy + 8 > h) return undefined;
      const there = pixels(b, x + dx, y + dy);
      const sum = block.reduce((total, level, i) => total + level - there[i], 0);
      const shift = (sum + 32) >> 6;
      return {
        sum,
        cost: block.reduce((total, level, i) => total + Math.abs(level - there[i] - shift), 0),
      };
    };
    let best = { x: 0, y: 0, cost: Number.POSITIVE_INFINITY };
    const consider = (dx: number, dy: number) => {
      const found = plain(dx, dy);
      if (!found) return;
      const cost = found.cost + PULL * (Math.abs(dx) + Math.abs(dy));
      if (cost < best.cost) best = { x: dx, y: dy, cost };
    };
    consider(0, 0);
    for (const neighbour of [
      bx > 0 ? index - 1 : -1,
      index - columns,
      by > 0 && bx + 1 < columns ? index - columns + 1 : -1,
    ])
      if (neighbour >= 0) consider(vectors[neighbour][0], vectors[neighbour][1]);
    if (best.cost > MISSED)
      for (const reach of [8, 4, 2]) {
        const centre = best;
        for (const dy of [-reach, 0, reach])
          for (const dx of [-reach, 0, reach]) if (dx || dy) consider(centre.x + dx, centre.y + dy);
      }
    for (let step = 0; step < 24; step++) {
      const centre = best;
      for (const [dx, dy] of [
        [1, 0],
        [-1, 0],
        [0, 1],
        [0, -1],
      ])
        consider(centre.x + dx, centre.y + dy);
      if (best === centre) break;
    }
    vectors[index] = [best.x, best.y];
    const here = plain(best.x, best.y)!;
    const vertex = (before: number | undefined, after: number | undefined) => {
      if (before === undefined || after === undefined) return 0;
      const bend = before + after - 2 * here.cost;
      return bend <= 0 ? 0 : Math.max(-0.5, Math.min(0.5, (before - after) / (2 * bend)));
    };
    return {
      motion: [
        2 * (best.x + vertex(plain(best.x - 1, best.y)?.cost, plain(best.x + 1, best.y)?.cost)),
        2 * (best.y + vertex(plain(best.x, best.y - 1)?.cost, plain(best.x, best.y + 1)?.cost)),
      ],
      residual: here.cost / 64,
      change: -here.sum / 64,
      texture,
    };
  });
  return blocks;
}

describe('createBlockFlow', () => {
  it('agrees with the plain oracle', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.integer({ min: 48, max: 110 }),
        fc.integer({ min: 48, max: 90 }),
        fc.constantFrom('noise', 'near', 'shifted'),
        async (seed, width, height, kind) => {
          const random = createRandom(seed);
          const world = Uint8Array.from({ length: 40_000 }, () => random.integer(256));
          const view = (shift: number) =>
            Uint8Array.from(
              { length: width * height },
              (_, i) => world[((Math.floor(i / width) >> 2) + 20) * 200 + (((i % width) + shift) >> 2)],
            );
          const a = view(0);
          const b =
            kind === 'noise'
              ? a.map(() => random.integer(256))
              : kind === 'near'
                ? a.map(level => Math.min(255, level + random.integer(20)))
                : view(10);
          const flow = await createBlockFlow(width, height);
          expect(flow.next(a)).toBeUndefined();
          const field = flow.next(b)!;
          const [w, h] = [width >> 1, height >> 1];
          const expected = oracle(halve(a, width, height), halve(b, width, height), w, h);
          expected.forEach(({ motion, residual, change, texture }, i) => {
            expect(field.motions[2 * i]).toBeCloseTo(motion[0], 4);
            expect(field.motions[2 * i + 1]).toBeCloseTo(motion[1], 4);
            expect(field.residuals[i]).toBeCloseTo(residual, 4);
            expect(field.changes[i]).toBeCloseTo(change, 4);
            expect(field.textures[i]).toBeCloseTo(texture, 4);
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('tells how unlike blocks are on other ways than those found', async () => {
    const [width, height] = [96, 80];
    const random = createRandom(5);
    const [a, b] = [0, 0].map(() => Uint8Array.from({ length: width * height }, () => random.integer(256)));
    const flow = await createBlockFlow(width, height);
    flow.next(a);
    const { columns, rows } = flow.next(b)!;
    const given = Float32Array.from({ length: 3 * columns * rows }, (_, i) =>
      i % 3 === 2 ? random.integer(40) - 20 : random.integer(48) - 24,
    );
    given[3 * 7] = Number.NaN;
    const found = flow.differencesAt(given);
    const [w, h] = [width >> 1, height >> 1];
    const [from, to] = [halve(a, width, height), halve(b, width, height)];
    found.forEach((difference, block) => {
      const [x, y] = [8 * (block % columns), 8 * Math.floor(block / columns)];
      const sums: number[] = [];
      for (let dy = -1; dy <= 1; dy++)
        for (let dx = -1; dx <= 1; dx++) {
          const [u, v] = [
            x + Math.round(given[3 * block] / 2) + dx,
            y + Math.round(given[3 * block + 1] / 2) + dy,
          ];
          if (!(u >= 0 && v >= 0 && u + 8 <= w && v + 8 <= h)) continue;
          let sum = 0;
          for (let i = 0; i < 64; i++)
            sum += Math.abs(
              to[(v + (i >> 3)) * w + u + (i & 7)] -
                from[(y + (i >> 3)) * w + x + (i & 7)] -
                given[3 * block + 2],
            );
          sums.push(sum / 64);
        }
      expect(difference).toBeCloseTo(sums.length > 0 ? Math.min(...sums) : -1, 4);
    });
    expect(found[7]).toBe(-1);
  });

  it('finds a shift, and takes a change of the light for light', async () => {
    const [width, height] = [192, 128];
    const random = createRandom(3);
    const world = Float32Array.from({ length: 300 * 200 }, () => random.next() * 150);
    // Squares of six pixels: finer detail is gone at half the size.
    const view = (shift: number, brighter: number) =>
      Uint8Array.from(
        { length: width * height },
        (_, i) =>
          world[
            Math.floor((Math.floor(i / width) + 60) / 6) * 300 + Math.floor(((i % width) + 60 + shift) / 6)
          ] + brighter,
      );
    const flow = await createBlockFlow(width, height);
    flow.next(view(0, 0));
    const field = flow.next(view(8, 20))!;
    const judged = Array.from(field.residuals.keys()).filter(i => field.residuals[i] >= 0);
    const right = judged.filter(
      i => Math.abs(field.motions[2 * i] + 8) < 1.2 && Math.abs(field.motions[2 * i + 1]) < 1.2,
    );
    expect(right.length / judged.length).toBeGreaterThan(0.9);
    for (const i of right) expect(field.changes[i]).toBeCloseTo(20, 0);
    const back = flow.backward();
    expect(back.motions[2 * (right[0] ?? 0)]).toBeCloseTo(8, 0);
  });
});

describe('createFrameReader', () => {
  it('stretches video range as swscale does', async () => {
    const [width, height] = [20, 13];
    const coded = Uint8Array.from({ length: width * height }, (_, i) => Math.min(255, i));
    const { own } = (await createFrameReader(width, height, true)).next(coded);
    // The conversion of libswscale/swscale.c, in 15 bits, then rounded.
    const expected = coded.map(level => {
      const wide = (Math.min(level << 7, 30189) * 19077 - 39057361) >> 14;
      return Math.max(0, Math.min(255, (wide + 64) >> 7));
    });
    expect(own).toEqual(expected);
  });
  it('gives the mean difference of all pixels, and halves what is large', async () => {
    const [width, height] = [750, 40];
    const random = createRandom(5);
    const [a, b] = [0, 1].map(() => Uint8Array.from({ length: width * height }, () => random.integer(256)));
    const reader = await createFrameReader(width, height);
    expect([reader.width, reader.height]).toEqual([375, 20]);
    expect(reader.next(a).difference).toBe(0);
    const { gray, difference } = reader.next(b);
    expect(gray).toEqual(halve(b, width, height));
    expect(difference).toBeCloseTo(
      a.reduce((sum, level, i) => sum + Math.abs(level - b[i]), 0) / a.length,
      9,
    );
    expect((await createFrameReader(720, 40)).width).toBe(720);
  });
});

it('tells the median of the motions around a block', async () => {
  const random = createRandom(6);
  const { columns, rows, mediansAround } = await createBlockFlow(304, 176);
  const motions = Float32Array.from({ length: 2 * columns * rows }, () => random.range(-9, 9));
  const medians = mediansAround(motions);
  for (let y = 2; y < rows - 2; y++)
    for (let x = 2; x < columns - 2; x++)
      for (const axis of [0, 1]) {
        const around = Array.from(
          { length: 25 },
          (_, i) => motions[2 * ((y - 2 + Math.floor(i / 5)) * columns + x - 2 + (i % 5)) + axis],
        );
        around.sort((a, b) => a - b);
        expect(medians[axis * columns * rows + y * columns + x]).toBe(around[12]);
      }
});
