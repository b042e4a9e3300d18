import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSoftwareCamera, type SoftwareCamera } from '../../../../engine/camera/softwareCamera.ts';
import { type Backdrop, backdropColor } from '../../../../engine/world/backdrop.ts';
import { openPixels } from '../../../../pipeline/lift/backdrop/openPixels.ts';
import { paintBackdrop } from '../../../../pipeline/lift/backdrop/paintBackdrop.ts';
import { findBlack } from '../../../../pipeline/lift/surface/findBlack.ts';
import type { TextureView } from '../../../../pipeline/lift/texture/textureViews.ts';
import { box, worldOf } from '../../../engine/solids.ts';

const [WIDTH, HEIGHT, FOCAL] = [160, 120, 100];
type Rgb = readonly [number, number, number];
const WALL: Rgb = [120, 60, 30];

/** Looks down −Z from the height of 1.6 m; OpenCV axes. `beyond` is what it shows where no wall is, by pixel. */
function view(x: number, beyond: (column: number, row: number) => Rgb, hidden?: Uint8Array): TextureView {
  const rgb = new Uint8Array(3 * WIDTH * HEIGHT);
  for (let row = 0; row < HEIGHT; row++)
    for (let column = 0; column < WIDTH; column++) {
      // The wall stands 4 m off: 3 m wide and as high as the eye, so that its upper edge is the picture's middle.
      const right = x + (4 * (column - (WIDTH - 1) / 2)) / FOCAL;
      const isWall = Math.abs(right) < 1.5 && row > (HEIGHT - 1) / 2;
      rgb.set(isWall ? WALL : beyond(column, row), 3 * (row * WIDTH + column));
    }
  const pixels = WIDTH * HEIGHT;
  const gray = Uint8Array.from({ length: pixels }, (_, i) => rgb[3 * i + 1]);
  const black = findBlack(gray, WIDTH, HEIGHT);
  return {
    intrinsics: {
      fx: FOCAL,
      fy: FOCAL,
      cx: (WIDTH - 1) / 2,
      cy: (HEIGHT - 1) / 2,
      width: WIDTH,
      height: HEIGHT,
    },
    cameraFromWorld: {
      rotation: Float64Array.of(1, 0, 0, 0, -1, 0, 0, 0, -1),
      translation: Float64Array.of(-x, 1.6, 0),
    },
    center: [x, 1.6, 0],
    picture: { width: WIDTH, height: HEIGHT, rgb },
    depth: {
      width: WIDTH,
      height: HEIGHT,
      inverseDepth: new Float32Array(pixels),
      confidence: new Float32Array(pixels),
      deviation: new Float32Array(pixels),
    },
    hidden,
    doubtful: undefined,
    black,
    sharpness: 1,
  };
}

/** The direction of a pixel of such a view. */
const through = (column: number, row: number): [number, number, number] => [
  (column - (WIDTH - 1) / 2) / FOCAL,
  ((HEIGHT - 1) / 2 - row) / FOCAL,
  -1,
];

const pattern = (column: number, row: number): Rgb => [column, 2 * row, 80];

let camera: SoftwareCamera;
let closed: SoftwareCamera;
beforeAll(async () => {
  camera = await createSoftwareCamera(worldOf(box('wall', [0, 0.8, -4.1], [3, 1.6, 0.2])));
  closed = await createSoftwareCamera(worldOf(box('wall', [0, 0, -4.1], [18, 18, 0.2])));
});
afterAll(() => {
  camera.dispose();
  closed.dispose();
});

function painted(views: readonly TextureView[]): Backdrop {
  const backdrop = paintBackdrop(camera, views, 512);
  if (!backdrop) throw new Error('nothing was painted');
  return backdrop;
}

describe('openPixels', () => {
  test('knows how far from surface, masks and the border every open pixel is', () => {
    const hidden = new Uint8Array(WIDTH * HEIGHT);
    hidden[20 * WIDTH + 30] = 1;
    const { margin, width, height, share } = openPixels(camera, view(0, pattern, hidden));
    const isOpen = (x: number, y: number) =>
      x >= 0 && y >= 0 && x < width && y < height && margin[y * width + x] > 0;
    expect(isOpen(30, 20)).toBe(false);
    expect(isOpen(80, 90)).toBe(false);
    expect(isOpen(80, 30)).toBe(true);
    expect(share).toBeCloseTo(margin.filter(value => value > 0).length / margin.length, 12);
    for (let y = 0; y < height; y += 3)
      for (let x = 0; x < width; x += 3) {
        if (!isOpen(x, y)) continue;
        let nearest = Infinity;
        for (let j = -1; j <= height; j++)
          for (let i = -1; i <= width; i++)
            if (!isOpen(i, j)) {
              // The way of a king: straight and diagonal steps.
              const [a, b] = [Math.abs(i - x), Math.abs(j - y)];
              nearest = Math.min(nearest, Math.max(a, b) - Math.min(a, b) + Math.SQRT2 * Math.min(a, b));
            }
        expect(margin[y * width + x]).toBeCloseTo(nearest, 3);
      }
  });
});

describe('paintBackdrop', () => {
  test('shows in a direction what the picture shows there past the wall, and never the wall', () => {
    const backdrop = painted([view(0, pattern)]);
    for (const [column, row] of [
      [80, 20],
      [40, 40],
      [120, 30],
      [140, 90],
    ]) {
      const color = backdropColor(backdrop, ...through(column, row));
      pattern(column, row).forEach((value, k) => {
        expect(Math.abs(color[k] - value)).toBeLessThan(4);
      });
    }
    // Behind the wall it is what is around it: the wall's own blue is 30.
    const behind = backdropColor(backdrop, ...through(80, 64));
    expect(behind[2]).toBeGreaterThan(60);
  });

  test('passes over what a mask hides, and takes it from another picture', () => {
    const hidden = new Uint8Array(WIDTH * HEIGHT);
    for (let y = 10; y < 40; y++) hidden.fill(1, y * WIDTH + 60, y * WIDTH + 100);
    const walker: Rgb = [255, 0, 0];
    const masked = (column: number, row: number): Rgb =>
      column >= 60 && column < 100 && row >= 10 && row < 40 ? walker : pattern(column, row);
    const alone = backdropColor(painted([view(0, masked, hidden)]), ...through(80, 25));
    expect(alone[0]).toBeLessThan(120);
    const both = backdropColor(painted([view(0, masked, hidden), view(0.2, pattern)]), ...through(80, 25));
    pattern(80, 25).forEach((value, k) => {
      expect(Math.abs(both[k] - value)).toBeLessThan(4);
    });
  });

  test('takes a black hole in a picture for nothing', () => {
    const isHole = (column: number, row: number) => column >= 60 && column < 100 && row >= 10 && row < 40;
    const holed = (column: number, row: number): Rgb => (isHole(column, row) ? [0, 0, 0] : [180, 160, 140]);
    for (const value of backdropColor(painted([view(0, holed)]), ...through(80, 25)))
      expect(value).toBeGreaterThan(100);
  });

  test('continues a sky to the zenith and behind, and the ground below the horizon', () => {
    const sky: Rgb = [90, 140, 220];
    const ground: Rgb = [100, 90, 70];
    const backdrop = painted([view(0, (_, row) => (row < HEIGHT / 2 ? sky : ground))]);
    for (const [x, y, z] of [
      [0, 1, 0],
      [0, 0.5, 1],
      [1, 0.4, 0.2],
    ])
      backdropColor(backdrop, x, y, z).forEach((value, k) => {
        expect(Math.abs(value - sky[k])).toBeLessThan(6);
      });
    // The pictures' lowest tenth: wall and ground.
    const below = backdropColor(backdrop, 0, -1, 0.3);
    expect(below[0]).toBeGreaterThan(ground[0] - 6);
    expect(below[2]).toBeLessThan(ground[2] + 6);
  });

  test('is none where surface covers what the pictures show', () => {
    expect(paintBackdrop(closed, [view(0, pattern)], 512)).toBeUndefined();
  });
});
