import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { detectCorners } from '../../../pipeline/score/detectCorners.ts';
import { measureExposure, scoreExposure } from '../../../pipeline/score/exposure.ts';
import { scoreFlicker } from '../../../pipeline/score/flicker.ts';
import { createPopDetector } from '../../../pipeline/score/popDetector.ts';
import { measureBlur, scoreSharpness } from '../../../pipeline/score/sharpness.ts';
import { quantile, ramp } from '../../../pipeline/score/statistics.ts';
import { correlate, makeThumbnail } from '../../../pipeline/score/thumbnail.ts';

const [W, H] = [160, 90];

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

describe('sharpness', () => {
  it('falls with blur, step by step', () => {
    const blurs = [0, 1, 2, 4].map(radius => measureBlur(picture(radius), W, H));
    for (let i = 1; i < blurs.length; i++) expect(blurs[i]).toBeGreaterThan(blurs[i - 1] + 0.05);
    expect(blurs[0]).toBeLessThan(0.3);
    expect(measureBlur(new Uint8Array(W * H).fill(9), W, H)).toBe(1);
  });
  it('counts the blurrier half', () => {
    expect(scoreSharpness([0.2, 0.2, 0.6, 0.6]).value).toBeCloseTo(0.6);
  });
});

describe('exposure', () => {
  it('is full for a middling picture and none for a black or white one', () => {
    const of = (level: number) => scoreExposure([measureExposure(new Uint8Array(4000).fill(level))]);
    expect(of(128)).toMatchObject({ score: 1, value: 1 });
    expect(of(2)).toMatchObject({ score: 0, value: 0 });
    expect(of(255).score).toBe(0);
  });
});

describe('flicker', () => {
  it("has VBench's value", () => {
    expect(scoreFlicker([0, 51], [0, 0]).value).toBeCloseTo((255 - 25.5) / 255, 5);
    expect(scoreFlicker([51, 51], [0, 0]).score).toBe(1);
    expect(scoreFlicker([51, 51], [30, 30]).score).toBe(0);
  });
});

describe('corners', () => {
  it('sit on corners, one in a cell, and not where a point is already', () => {
    const image = new Uint8Array(W * H).fill(60);
    for (let y = 30; y < 60; y++) image.fill(200, y * W + 60, y * W + 100);
    const all = detectCorners(image, W, H, new Float32Array(), 16);
    expect(all.length / 2).toBeGreaterThanOrEqual(4);
    for (let i = 0; i < all.length; i += 2) {
      const distance = Math.min(
        ...[60, 100].flatMap(x => [30, 60].map(y => Math.hypot(all[i] - x, all[i + 1] - y))),
      );
      expect(distance).toBeLessThan(8);
    }
    expect(detectCorners(image, W, H, all, 16)).toHaveLength(0);
    expect(detectCorners(new Uint8Array(W * H).fill(60), W, H, new Float32Array(), 16)).toHaveLength(0);
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
  it('interpolates quantiles and clamps ramps', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([0, 10], 0.25)).toBe(2.5);
    expect(quantile([], 0.5)).toBeNaN();
    expect([ramp(5, 0, 10), ramp(-1, 0, 10), ramp(0.3, 0.6, 0.2)]).toEqual([0.5, 0, expect.closeTo(0.75)]);
  });
});
