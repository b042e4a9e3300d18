import type { SoftwareCamera } from '../../../engine/camera/softwareCamera.ts';
import { type Backdrop, backdropDirection, backdropPlace } from '../../../engine/world/backdrop.ts';
import { findSky } from '../surface/findSky.ts';
import type { TextureView } from '../texture/textureViews.ts';
import { fillSphere } from './fillSphere.ts';
import { type OpenPixels, openPixels } from './openPixels.ts';

/** So close to what was reconstructed a picture shows its edge, … */
const EDGE_PIXELS = 1.5;
/** … and over so many pixels more its colours come in: no seam where two pictures meet. */
const FADE_PIXELS = 6;
/** Of all directions: less is slits in a wall. */
const LEAST_SHARE = 0.0005;
/** What is known of a direction that no picture shows, as a weight: a few degrees from what one shows it prevails. */
const GUESS_WEIGHT = 0.002;
/** Sine of the elevation up to which above and below pass into each other. */
const HORIZON = 0.1;
/** So much of a picture's height at its top and bottom is taken for what lies above and below. */
const BAND = 0.1;

/**
 * What the pictures show past all surface: the sky, the far end of a street or a corridor, what could not be measured. Put
 * at infinity, because nothing tells how far it is: right where the camera was, and a picture farther away from there.
 * One picture wins each direction (those first that show most), because they show what is near from different sides. What none
 * shows is blurred from what is around it, and farther off has the colour of the sky, or of the pictures' tops, above
 * the horizon, and below it that of their bottoms.
 *
 * @param camera in the world that was reconstructed.
 * @param width of the backdrop, a power of two.
 * @returns undefined where surface covers what the pictures show.
 */
export function paintBackdrop(
  camera: SoftwareCamera,
  views: readonly TextureView[],
  width: number,
): Backdrop | undefined {
  const height = width >> 1;
  const open = views
    .map((view, index) => ({ view, index, pixels: openPixels(camera, view) }))
    .filter(({ pixels }) => pixels.share > 0)
    .sort((a, b) => b.pixels.share - a.pixels.share || a.index - b.index);
  const sums = new Float32Array(4 * width * height);
  for (const { view, pixels } of open) paint(sums, width, view, pixels);
  if (paintedShare(sums, width) < LEAST_SHARE) return undefined;
  const above = skyColor(open) ?? bandColor(views, 0, BAND);
  const below = bandColor(views, 1 - BAND, 1);
  for (let y = 0; y < height; y++) {
    const [, up] = backdropDirection(0.5, (y + 0.5) / height);
    const share = Math.min(1, Math.max(0, 0.5 + up / (2 * HORIZON)));
    const guess = above.map((value, k) => value * share + below[k] * (1 - share));
    for (let i = 4 * y * width; i < 4 * (y + 1) * width; i += 4) {
      const weight = GUESS_WEIGHT * (1 - sums[i + 3]);
      for (let k = 0; k < 3; k++) sums[i + k] += weight * guess[k];
      sums[i + 3] += weight;
    }
  }
  fillSphere(sums, width, height);
  const rgb = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++)
    for (let k = 0; k < 3; k++) rgb[3 * i + k] = Math.round(sums[4 * i + k] / sums[4 * i + 3]);
  return { width, height, rgb };
}

/** Adds a picture's colours wherever those before it left weight. */
function paint(sums: Float32Array, width: number, view: TextureView, open: OpenPixels): void {
  const { picture, cameraFromWorld, intrinsics } = view;
  const { rotation: r } = cameraFromWorld;
  const { fx, fy, cx, cy } = intrinsics;
  const height = width >> 1;
  const [scaleX, scaleY] = [open.width / picture.width, open.height / picture.height];
  const line = 3 * picture.width;
  const { first, last } = rowsOf(view, open, height);
  const level = Array.from({ length: width }, (_, x) => backdropDirection((x + 0.5) / width, 0.5));
  for (let y = first; y <= last; y++) {
    const [, dy, toNorth] = backdropDirection(0.5, (y + 0.5) / height);
    for (let x = 0; x < width; x++) {
      const at = 4 * (y * width + x);
      const left = 1 - sums[at + 3];
      if (left < 1e-3) continue;
      const dx = -toNorth * level[x][0];
      const dz = -toNorth * level[x][2];
      const z = r[6] * dx + r[7] * dy + r[8] * dz;
      if (z <= 0.05) continue;
      const u = (fx * (r[0] * dx + r[1] * dy + r[2] * dz)) / z + cx;
      const v = (fy * (r[3] * dx + r[4] * dy + r[5] * dz)) / z + cy;
      if (u < 0 || v < 0 || u >= picture.width - 1 || v >= picture.height - 1) continue;
      const margin =
        open.margin[Math.floor((v + 0.5) * scaleY) * open.width + Math.floor((u + 0.5) * scaleX)];
      if (margin <= EDGE_PIXELS) continue;
      const weight = left * Math.min(1, (margin - EDGE_PIXELS) / FADE_PIXELS);
      const [column, row] = [Math.floor(u), Math.floor(v)];
      const [right, down] = [u - column, v - row];
      const p = line * row + 3 * column;
      for (let k = p; k < p + 3; k++) {
        const upper = picture.rgb[k] * (1 - right) + picture.rgb[k + 3] * right;
        const lower = picture.rgb[k + line] * (1 - right) + picture.rgb[k + line + 3] * right;
        sums[at + k - p] += weight * (upper * (1 - down) + lower * down);
      }
      sums[at + 3] += weight;
    }
  }
}

/** Rows of the backdrop that the open pixels of a view lie in: few, where they are the end of a corridor. */
function rowsOf(
  { cameraFromWorld: { rotation: r }, intrinsics }: TextureView,
  { width, height, margin }: OpenPixels,
  rows: number,
): { first: number; last: number } {
  let [first, last] = [rows - 1, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (margin[y * width + x] <= EDGE_PIXELS) continue;
      const a = (((x + 0.5) * intrinsics.width) / width - 0.5 - intrinsics.cx) / intrinsics.fx;
      const b = (((y + 0.5) * intrinsics.height) / height - 0.5 - intrinsics.cy) / intrinsics.fy;
      const [, v] = backdropPlace(
        r[0] * a + r[3] * b + r[6],
        r[1] * a + r[4] * b + r[7],
        r[2] * a + r[5] * b + r[8],
      );
      first = Math.min(first, Math.floor(v * rows) - 2);
      last = Math.max(last, Math.floor(v * rows) + 2);
    }
  return { first: Math.max(0, first), last: Math.min(rows - 1, last) };
}

function paintedShare(sums: Float32Array, width: number): number {
  const height = width >> 1;
  let share = 0;
  for (let y = 0; y < height; y++) {
    const area = Math.cos((0.5 - (y + 0.5) / height) * Math.PI);
    for (let x = 0; x < width; x++) share += area * sums[4 * (y * width + x) + 3];
  }
  return (share * Math.PI) / (2 * width * height);
}

/** Mean of the sky where no surface hides it, sRGB; undefined where the pictures show none. */
function skyColor(
  open: readonly { view: TextureView; pixels: OpenPixels }[],
): [number, number, number] | undefined {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (const { view, pixels } of open) {
    const { rgb, width, height } = view.picture;
    const sky = findSky(rgb, width, height);
    for (let i = 0; i < sky.length; i++) {
      if (!sky[i]) continue;
      const row = Math.floor(((Math.floor(i / width) + 0.5) * pixels.height) / height);
      if (pixels.margin[row * pixels.width + Math.floor((((i % width) + 0.5) * pixels.width) / width)] === 0)
        continue;
      for (let k = 0; k < 3; k++) sum[k] += rgb[3 * i + k];
      count++;
    }
  }
  return count > 0 ? [sum[0] / count, sum[1] / count, sum[2] / count] : undefined;
}

/** Mean colour between two heights of all pictures, 0 at the top and 1 at the bottom. */
function bandColor(views: readonly TextureView[], from: number, to: number): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  let count = 0;
  for (const { picture } of views) {
    const { rgb, width, height } = picture;
    const end = 3 * width * Math.ceil(to * height);
    for (let i = 3 * width * Math.floor(from * height); i < end; i += 3, count++)
      for (let k = 0; k < 3; k++) sum[k] += rgb[i + k];
  }
  return [sum[0] / count, sum[1] / count, sum[2] / count];
}
