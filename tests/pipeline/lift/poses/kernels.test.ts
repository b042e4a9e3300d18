import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import {
  createFeatureDetector,
  type Features,
  gaussianTaps,
  loadFeaturesKernel,
} from '../../../../pipeline/lift/poses/detectFeatures.ts';
import { createFeatureMatcher } from '../../../../pipeline/lift/poses/matchFeatures.ts';
import { createPointTracker, loadFlowKernel } from '../../../../pipeline/lift/poses/trackPoints.ts';

/** Smooth random texture: a sum of plane waves, so that it can be sampled anywhere without interpolation. */
function createTexture(seed: number): (x: number, y: number) => number {
  const random = createRandom(seed);
  const waves = Array.from({ length: 24 }, () => ({
    kx: random.range(-0.45, 0.45),
    ky: random.range(-0.45, 0.45),
    phase: random.range(0, 6.28),
  }));
  return (x, y) =>
    128 + waves.reduce((sum, { kx, ky, phase }) => sum + 14 * Math.sin(kx * x + ky * y + phase), 0);
}

function drawGray(width: number, height: number, level: (x: number, y: number) => number): Uint8Array {
  return Uint8Array.from({ length: width * height }, (_, i) =>
    Math.max(0, Math.min(255, Math.round(level(i % width, Math.floor(i / width))))),
  );
}

describe('features kernel', () => {
  it('blurs as the plain separable sum does, borders repeated', async () => {
    const kernel = await loadFeaturesKernel();
    const [width, height] = [37, 21];
    const random = createRandom(1);
    const image = Float32Array.from({ length: width * height }, () => random.next());
    const taps = gaussianTaps(1.7);
    const [src, dst, difference, temporary] = [0, 0, 0, 0].map(() =>
      kernel.allocate(width * height * 4 + 64),
    );
    const row = kernel.allocate(width * 4 + 1024);
    const tapsPointer = kernel.allocate(taps.byteLength);
    new Float32Array(kernel.memory.buffer, src, image.length).set(image);
    new Float32Array(kernel.memory.buffer, tapsPointer, taps.length).set(taps);
    const radius = taps.length - 1;
    kernel.exports.blur(src, dst, difference, temporary, row, width, height, tapsPointer, radius);
    const blurred = new Float32Array(kernel.memory.buffer, dst, image.length);
    const against = new Float32Array(kernel.memory.buffer, difference, image.length);
    const clamp = (value: number, high: number) => Math.max(0, Math.min(high, value));
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let dy = 1 - taps.length; dy < taps.length; dy++)
          for (let dx = 1 - taps.length; dx < taps.length; dx++)
            sum +=
              taps[Math.abs(dy)] *
              taps[Math.abs(dx)] *
              image[clamp(y + dy, height - 1) * width + clamp(x + dx, width - 1)];
        const at = y * width + x;
        expect(Math.abs(blurred[at] - sum)).toBeLessThan(1e-5);
        expect(against[at]).toBe(Math.fround(blurred[at] - image[at]));
      }
  });

  it('describes a patch as the plain histogram of gradients does', async () => {
    const kernel = await loadFeaturesKernel();
    const [width, height] = [64, 64];
    const texture = createTexture(2);
    const image = Float32Array.from(
      { length: width * height },
      (_, i) => texture(i % width, Math.floor(i / width)) / 255,
    );
    const src = kernel.allocate(image.byteLength);
    const out = kernel.allocate(256);
    const scratch = kernel.allocate(4096);
    new Float32Array(kernel.memory.buffer, src, image.length).set(image);
    const [x, y, sigma] = [31.3, 33.6, 2.2];
    kernel.exports.describe(src, width, height, x, y, sigma, out, scratch);
    const descriptor = new Int16Array(kernel.memory.buffer, out, 128);

    const histogram = new Float64Array(6 * 6 * 8);
    const cell = 3 * sigma;
    for (let py = 1; py < height - 1; py++)
      for (let px = 1; px < width - 1; px++) {
        const u = (px - x) / cell;
        const v = (py - y) / cell;
        if (u < -2.5 || v < -2.5 || u >= 2.5 || v >= 2.5) continue;
        const gx = image[py * width + px + 1] - image[py * width + px - 1];
        const gy = image[(py + 1) * width + px] - image[(py - 1) * width + px];
        const magnitude = Math.hypot(gx, gy) * Math.exp(-(u * u + v * v) / 8);
        const angle = (((Math.atan2(gy, gx) / (2 * Math.PI)) * 8 + 8) % 8) as number;
        for (const [i, wu] of [
          [Math.floor(u + 2.5), 1 - ((u + 2.5) % 1)],
          [Math.floor(u + 2.5) + 1, (u + 2.5) % 1],
        ])
          for (const [j, wv] of [
            [Math.floor(v + 2.5), 1 - ((v + 2.5) % 1)],
            [Math.floor(v + 2.5) + 1, (v + 2.5) % 1],
          ])
            for (const [k, wa] of [
              [Math.floor(angle), 1 - (angle % 1)],
              [(Math.floor(angle) + 1) % 8, angle % 1],
            ])
              histogram[(j * 6 + i) * 8 + k] += magnitude * wu * wv * wa;
      }
    const inner: number[] = [];
    for (let j = 1; j <= 4; j++) for (let i = 8; i < 40; i++) inner.push(histogram[j * 48 + i]);
    const total = inner.reduce((sum, value) => sum + value, 0);
    inner.forEach((value, k) => {
      expect(Math.abs(descriptor[k] - 512 * Math.sqrt(value / total))).toBeLessThan(3);
    });
  });

  it('finds blobs where they are, at their scale', async () => {
    const [width, height] = [128, 96];
    const blobs = [
      { x: 40.3, y: 30.7, sigma: 3 },
      { x: 90.5, y: 60.2, sigma: 5 },
    ];
    const gray = drawGray(width, height, (x, y) =>
      blobs.reduce(
        (sum, b) => sum + 150 * Math.exp(-((x - b.x) ** 2 + (y - b.y) ** 2) / (2 * b.sigma ** 2)),
        40,
      ),
    );
    const { positions, scales, count } = (await createFeatureDetector(width, height, 50)).detect(gray);
    for (const blob of blobs) {
      const near = Array.from({ length: count }, (_, i) => i).filter(
        i => Math.hypot(positions[2 * i] - blob.x, positions[2 * i + 1] - blob.y) < 0.25,
      );
      expect(near.some(i => scales[i] / blob.sigma > 0.7 && scales[i] / blob.sigma < 1.4)).toBe(true);
    }
  });
});

describe('matching kernel', () => {
  it('gives the mutual nearest neighbours that a plain search gives', async () => {
    const random = createRandom(3);
    const unit = (values: number[]) => {
      const length = Math.hypot(...values);
      return values.map(value => Math.round((512 * value) / length));
    };
    const raw = Array.from({ length: 80 }, () => Array.from({ length: 128 }, () => random.next() ** 3));
    const make = (rows: number[][]): Features => ({
      count: rows.length,
      positions: Float32Array.from(rows.flatMap((_, i) => [10 * (i % 9), 10 * Math.floor(i / 9)])),
      scales: new Float32Array(rows.length).fill(1),
      descriptors: Int16Array.from(rows.flatMap(unit)),
    });
    const a = make(raw.slice(0, 60));
    const b = make(
      raw
        .slice(20)
        .reverse()
        .map(row => row.map(value => Math.max(0, value + 0.05 * random.normal()))),
    );
    const matches = (await createFeatureMatcher(80)).match(a, b, Number.POSITIVE_INFINITY);
    const dot = (i: number, j: number) => {
      let sum = 0;
      for (let k = 0; k < 128; k++) sum += a.descriptors[128 * i + k] * b.descriptors[128 * j + k];
      return sum;
    };
    const best = (list: number[]) => list.indexOf(Math.max(...list));
    const wanted: number[] = [];
    for (let i = 0; i < a.count; i++) {
      const row = Array.from({ length: b.count }, (_, j) => dot(i, j));
      const j = best(row);
      const column = Array.from({ length: a.count }, (_, k) => dot(k, j));
      if (best(column) !== i) continue;
      const distance = (value: number) => Math.sqrt(Math.max(0, 2 - (2 * value) / 512 ** 2));
      const second = Math.max(...row.filter((_, k) => k !== j), ...column.filter((_, k) => k !== i));
      if (distance(row[j]) <= 0.85 * distance(second) && distance(row[j]) <= 0.75) wanted.push(i, j);
    }
    expect(wanted.length).toBeGreaterThan(60);
    expect(Array.from(matches)).toEqual(wanted);
    expect((await createFeatureMatcher(80)).match(a, b, 0.5).length).toBeLessThan(matches.length);
  });
});

describe('flow kernel', () => {
  it('halves as the plain binomial filter does', async () => {
    const kernel = await loadFlowKernel();
    const [width, height] = [19, 13];
    const random = createRandom(4);
    const image = Float32Array.from({ length: width * height }, () => 255 * random.next());
    const [src, dst, temporary] = [0, 0, 0].map(() => kernel.allocate(width * height * 4));
    new Float32Array(kernel.memory.buffer, src, image.length).set(image);
    kernel.exports.halve(src, dst, temporary, width, height);
    const half = new Float32Array(kernel.memory.buffer, dst, 10 * 7);
    const weights = [1, 4, 6, 4, 1];
    for (let y = 0; y < 7; y++)
      for (let x = 0; x < 10; x++) {
        let sum = 0;
        for (let j = -2; j <= 2; j++)
          for (let i = -2; i <= 2; i++) {
            const sy = Math.max(0, Math.min(height - 1, 2 * y + j));
            const sx = Math.max(0, Math.min(width - 1, 2 * x + i));
            sum += (weights[j + 2] * weights[i + 2] * image[sy * width + sx]) / 256;
          }
        expect(Math.abs(half[y * 10 + x] - sum)).toBeLessThan(1e-3);
      }
  });

  it('follows texture through shift, zoom and a change of light to a tenth of a pixel, and loses what is not there', async () => {
    const [width, height] = [200, 140];
    const texture = createTexture(5);
    const tracker = await createPointTracker(width, height, 100);
    const [a, b, other] = [tracker.createSlot(), tracker.createSlot(), tracker.createSlot()];
    const zoom = 1.01;
    tracker.load(a, drawGray(width, height, texture));
    tracker.load(
      b,
      drawGray(width, height, (x, y) => texture((x - 6.3) / zoom, (y + 3.8) / zoom) + 12),
    );
    tracker.load(other, drawGray(width, height, createTexture(99)));
    const points = Float32Array.from(
      Array.from({ length: 60 }, (_, i) => [40 + 12 * (i % 10), 40 + 11 * Math.floor(i / 10)]).flat(),
    );
    const found = tracker.track(a, b, points, points, 0.7);
    let kept = 0;
    for (let i = 0; i < 60; i++) {
      if (Number.isNaN(found[2 * i])) continue;
      kept++;
      expect(Math.abs(found[2 * i] - (points[2 * i] * zoom + 6.3))).toBeLessThan(0.1);
      expect(Math.abs(found[2 * i + 1] - (points[2 * i + 1] * zoom - 3.8))).toBeLessThan(0.1);
    }
    expect(kept).toBeGreaterThan(50);
    const lost = tracker.track(a, other, points, points, 0.7);
    expect(lost.filter(value => Number.isNaN(value)).length).toBeGreaterThan(100);
  });
});
