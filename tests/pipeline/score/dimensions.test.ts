import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { measureBanding } from '../../../pipeline/score/banding.ts';
import { measureBlockiness } from '../../../pipeline/score/blockiness.ts';
import { measureExposure, scoreExposure } from '../../../pipeline/score/exposure.ts';
import type { FrameStep } from '../../../pipeline/score/frameSteps.ts';
import { findRepeats } from '../../../pipeline/score/freezes.ts';
import type { Look } from '../../../pipeline/score/looks.ts';
import { measureNoise } from '../../../pipeline/score/noise.ts';
import { createPictures } from '../../../pipeline/score/picture.ts';
import { createPopDetector } from '../../../pipeline/score/popDetector.ts';
import { leastEdge, measureBlur, scoreSharpness } from '../../../pipeline/score/sharpness.ts';
import { falling, quantile, rising } from '../../../pipeline/score/statistics.ts';
import { createStillPixels } from '../../../pipeline/score/stillPixels.ts';
import { correlate, makeThumbnail } from '../../../pipeline/score/thumbnail.ts';

const [W, H] = [160, 90];
const take = await createPictures();

/** Random squares of 6 pixels, blurred by `radius` box means each way. */
function picture(radius: number, seed = 1): Uint8Array {
  const random = createRandom(seed);
  const squares = Float32Array.from({ length: 30 * 20 }, () => random.range(20, 230));
  const read = (x: number, y: number) =>
    squares[
      Math.floor(Math.min(H - 1, Math.max(0, y)) / 6) * 30 + Math.floor(Math.min(W - 1, Math.max(0, x)) / 6)
    ];
  return Uint8Array.from({ length: W * H }, (_, i) => {
    let sum = 0;
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) sum += read((i % W) + dx, Math.floor(i / W) + dy);
    return sum / (2 * radius + 1) ** 2;
  });
}

/** A look of which a test sets what it is about. */
const look = (parts: Partial<Look>): Look => ({
  fromSeconds: 0,
  toSeconds: 0.25,
  blur: 0.3,
  exposure: { meanLevel: 120, contrastLevels: 50, clippedShare: 0 },
  banding: 0,
  blackShare: 0,
  detail: { noise: 0, blockiness: 0 },
  ...parts,
});
const histogramOf = (levels: Iterable<number>) => {
  const histogram = new Uint32Array(256);
  for (const level of levels) histogram[level]++;
  return histogram;
};

describe('sharpness', () => {
  it('falls with blur, step by step', () => {
    const blurs = [0, 1, 2, 4].map(radius => measureBlur(take(picture(radius), W, H), 0));
    for (let i = 1; i < blurs.length; i++) expect(blurs[i]).toBeGreaterThan(blurs[i - 1] + 0.05);
    expect(blurs[0]).toBeLessThan(0.3);
    expect(measureBlur(take(new Uint8Array(W * H).fill(9), W, H), 0)).toBe(1);
  });
  it('is not raised by noise or bands, and is the same in a darker picture', () => {
    const random = createRandom(5);
    const clean = picture(1);
    const blurOf = (gray: Uint8Array, noise: number, contrast: number) =>
      measureBlur(take(gray, W, H), leastEdge(noise, contrast));
    const before = blurOf(clean, 0, 50);
    const noisy = clean.map(level => Math.max(0, Math.min(255, level + 2 * random.normal())));
    expect(blurOf(noisy, 2, 50)).toBeCloseTo(before, 1);
    const banded = clean.map(level => Math.round(level / 6) * 6);
    expect(blurOf(banded, 0, 50)).toBeCloseTo(before, 1);
    const dark = clean.map(level => level / 8);
    expect(blurOf(dark, 0, 50 / 8)).toBeCloseTo(before, 1);
  });
  it('counts the blurrier half, and says when', () => {
    const looks = [0.2, 0.2, 0.6, 0.6].map((blur, i) =>
      look({ blur, fromSeconds: i / 4, toSeconds: (i + 1) / 4 }),
    );
    const { value, where } = scoreSharpness(looks);
    expect(value).toBeCloseTo(0.6);
    expect(where).toEqual([{ fromSeconds: 0.5, toSeconds: 1 }]);
  });
});

describe('exposure', () => {
  const of = (levels: number[]) => scoreExposure([look({ exposure: measureExposure(histogramOf(levels)) })]);
  const middling = Array.from({ length: 2000 }, (_, i) => 40 + (i % 160));
  it('is high for a middling picture and low for a black or white one', () => {
    expect(of(middling).score).toBeGreaterThan(0.6);
    expect(of(middling.map(() => 2)).score).toBeLessThan(0.05);
    expect(of(middling.map(() => 255)).score).toBeLessThan(0.05);
  });
  it('falls with every step of light or darkness, also where clipping was dimmed afterwards', () => {
    const gains = (all: number[]) =>
      all.map(gain => of(middling.map(level => Math.min(255, Math.round(level * gain)))).score);
    for (const scores of [gains([1, 1.6, 2.2, 3]), gains([1, 0.7, 0.5, 0.3, 0.1])])
      for (let i = 1; i < scores.length; i++) expect(scores[i]).toBeLessThan(scores[i - 1]);
    const blown = middling.map(level => Math.min(255, Math.round(level * 1.8)));
    const dimmed = blown.map(level => Math.round(level * 0.6));
    expect(of(blown).value).toBeLessThan(0.7);
    expect(of(dimmed).value).toBeCloseTo(of(blown).value, 1);
  });
});

describe('noise', () => {
  it('is the standard deviation that was added, whatever the slope', () => {
    for (const sigma of [2, 5, 12]) {
      const random = createRandom(sigma);
      const slope = Uint8Array.from({ length: W * H }, (_, i) =>
        Math.round(60 + (i % W) * 0.6 + sigma * random.normal()),
      );
      const found = measureNoise(take(slope, W, H));
      expect(found).toBeGreaterThan(0.7 * sigma);
      expect(found).toBeLessThan(1.2 * sigma);
    }
    expect(measureNoise(take(new Uint8Array(W * H).fill(90), W, H))).toBe(0);
  });
});

describe('blockiness', () => {
  it('sees a grid of 8 pixels, and no other', () => {
    const grid = (size: number) =>
      Uint8Array.from(
        { length: W * H },
        (_, i) => 100 + 12 * ((Math.floor((i % W) / size) + Math.floor(i / W / size)) % 2),
      );
    expect(measureBlockiness(take(grid(8), W, H))).toBeGreaterThan(5);
    expect(measureBlockiness(take(grid(7), W, H))).toBeLessThan(0.3);
    expect(measureBlockiness(take(picture(2), W, H))).toBeLessThan(0.3);
  });
});

describe('banding', () => {
  it('rises as levels go', () => {
    const random = createRandom(2);
    const levels = Array.from({ length: 40_000 }, () =>
      Math.round(Math.min(250, Math.max(5, 120 + 45 * random.normal()))),
    );
    const found = [256, 64, 32, 16].map(count =>
      measureBanding(
        histogramOf(
          levels.map(level => Math.round(Math.round((level / 255) * (count - 1)) * (255 / (count - 1)))),
        ),
      ),
    );
    expect(found[0]).toBeLessThan(0.05);
    for (let i = 1; i < found.length; i++) expect(found[i]).toBeGreaterThan(found[i - 1] + 0.02);
    expect(found[3]).toBeGreaterThan(0.8);
  });
});

describe('repeats', () => {
  const step: FrameStep = {
    timeSeconds: 0,
    difference: 0,
    likeness: 1,
    residual: 0,
    explained: 1,
    medianMotion: 0,
    topMotion: 0,
    ownMotion: 0,
    light: [],
    camera: undefined,
  };
  /** A picture a frame where `shown` is another number than before. */
  const repeatsOf = (shown: readonly number[], noise = 0) =>
    findRepeats({
      steps: shown.slice(1).map((picture, i) => {
        const moves = picture !== shown[i];
        return { ...step, difference: noise + (moves ? 15 : 0), medianMotion: moves ? 6 : 0.2 };
      }),
    });
  const frames = Array.from({ length: 40 }, (_, i) => i);
  const count = (repeats: readonly boolean[]) => repeats.filter(Boolean).length;

  it('are frames that stand while the rest moves, under noise too', () => {
    const frozen = frames.map(i => (i >= 12 && i < 18 ? 12 : i));
    for (const noise of [0, 4]) {
      const repeats = repeatsOf(frozen, noise);
      expect(count(repeats)).toBe(5);
      expect(repeats.slice(12, 17)).toEqual(Array(5).fill(true));
    }
    expect(count(repeatsOf(frames))).toBe(0);
  });
  it('are none of a lower rate of pictures, but for what is held for longer', () => {
    const slow = frames.map(i => Math.floor(i / 5));
    expect(count(repeatsOf(slow))).toBe(0);
    expect(count(repeatsOf(frames.map(i => Math.floor((i * 24) / 30))))).toBe(0);
    expect(count(repeatsOf(slow.map(picture => (picture === 4 ? 3 : picture))))).toBe(4);
  });
});

describe('still pixels', () => {
  const [w, h] = [320, 192];
  /** A scene that slides by, with a frozen square, a line of strokes, or neither. */
  const run = async (shift: number, paint: (frame: Uint8Array) => void) => {
    const random = createRandom(8);
    const world = Uint8Array.from({ length: 100 * 100 }, () => random.integer(256));
    const still = await createStillPixels(w, h);
    for (let look = 0; look < 8; look++) {
      const frame = Uint8Array.from(
        { length: w * h },
        (_, i) => world[Math.floor(i / w / 8) * 100 + ((Math.floor((i % w) / 8) + look * shift) % 100)],
      );
      paint(frame);
      still.add(frame);
    }
    return still.finish();
  };
  it('are none in a scene that moves', async () => {
    const { frozenShare, fixedOfEdges } = await run(3, () => {});
    expect(frozenShare).toBeLessThan(0.01);
    expect(fixedOfEdges).toBeLessThan(0.1);
  });
  it('are found where they are painted over it, as dead pixels and as an overlay', async () => {
    const clean = await run(3, () => {});
    const square = await run(3, frame => {
      for (let y = 64; y < 112; y++) frame.fill(128, y * w + 64, y * w + 128);
    });
    expect(square.frozenShare).toBeCloseTo((48 * 64) / (w * h), 2);
    const strokes = await run(3, frame => {
      for (let x = 40; x < 280; x += 12)
        for (let y = 160; y < 180; y++) frame.fill(250, y * w + x, y * w + x + 5);
    });
    expect(strokes.fixedEdgeShare).toBeGreaterThan(clean.fixedEdgeShare + 0.005);
  });
});

describe('pops', () => {
  const [columns, rows] = [20, 10];
  const run = (
    levels: (frame: number, block: number) => number,
    differences: (frame: number) => number = () => 5,
  ) => {
    const detector = createPopDetector(columns, rows);
    return Array.from({ length: 12 }, (_, frame) =>
      detector.next(
        Float32Array.from({ length: columns * rows }, (_, block) => levels(frame, block)),
        differences(frame),
        frame,
        frame / 24,
      ),
    ).flat();
  };
  const inside = (block: number) => block % columns > 4 && block % columns < 8 && block > 80 && block < 160;
  it('are spikes in time that touch', () => {
    const pops = run((frame, block) => (frame === 6 && inside(block) ? 30 : 2));
    expect(pops).toHaveLength(1);
    expect(pops[0]).toMatchObject({
      frame: 6,
      area: 12 / 200,
      box: { left: 0.25, right: 0.4 },
      strength: 30,
    });
  });
  it('are seen beside an edge that is there all the time', () => {
    const pops = run((frame, block) => (frame === 6 && inside(block) ? 12 : block % columns === 4 ? 7 : 2));
    expect(pops).toMatchObject([{ frame: 6, area: 12 / 200 }]);
  });
  it('are not a change of focus or light, which touches the whole picture', () => {
    expect(run((frame, block) => (frame === 6 ? (inside(block) ? 30 : 6) : 2))).toEqual([]);
  });
  it('are not things that move for a while, single blocks, the whole picture, or a step after a repeated frame', () => {
    expect(run((frame, block) => (frame > 5 && inside(block) ? 30 : 2))).toEqual([]);
    expect(run((frame, block) => (frame === 6 && block === 90 ? 30 : 2))).toEqual([]);
    expect(run(frame => (frame === 6 ? 30 : 2))).toEqual([]);
    expect(
      run(
        (frame, block) => (frame === 6 && inside(block) ? 30 : 2),
        frame => (frame === 5 ? 0.1 : 5),
      ),
    ).toEqual([]);
  });
});

describe('thumbnails', () => {
  it('are alike in any light and focus, and unlike for another picture', () => {
    const view = makeThumbnail(picture(0), W, H);
    expect(correlate(view, makeThumbnail(picture(2), W, H))).toBeGreaterThan(0.8);
    expect(
      correlate(
        view,
        makeThumbnail(
          picture(0).map(level => level * 0.5),
          W,
          H,
        ),
      ),
    ).toBeGreaterThan(0.99);
    expect(correlate(view, makeThumbnail(picture(0, 9), W, H))).toBeLessThan(0.5);
  });
});

describe('statistics', () => {
  it('interpolates quantiles, and falls and rises for ever', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNaN();
    expect([falling(0, 2), falling(2, 2), falling(-1, 2), rising(6, 2)]).toEqual([1, 0.5, 1, 0.75]);
    expect(falling(1e6, 2)).toBeGreaterThan(falling(2e6, 2));
  });
});
