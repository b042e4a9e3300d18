import type { ImageRgba } from '../../../engine/world/worldModel.ts';
import type { Blend } from './levelSeams.ts';
import type { Chart } from './makeCharts.ts';
import { MARGIN, type Packing } from './packCharts.ts';
import { rasterTriangle } from './rasterTriangle.ts';
import type { ViewScores } from './scoreViews.ts';
import type { TextureView } from './textureViews.ts';
import { exposureShift, findWitnesses, outvote } from './witnesses.ts';

/** Views that show less than this of a texel do not count. */
const LEAST_WEIGHT = 0.01;
/** Alpha of a texel that a triangle only touches, until one that holds its centre paints it. */
const PROVISIONAL = 1;

/** Fills the atlas: each texel from the point of the surface that it shows, looked up in the views of its triangle. */
export function paintAtlas(
  positions: Float32Array,
  indices: Uint32Array,
  charts: readonly Chart[],
  packing: Packing,
  blend: Blend,
  chosen: Int16Array,
  scores: ViewScores,
  views: readonly TextureView[],
): ImageRgba {
  const { width, height } = packing;
  const pixels = new Uint8Array(4 * width * height);
  const count = views.length;
  const layers = views.map(({ picture }) => ({ ...picture, corners: new Float64Array(21) }));
  const used: Layer[] = [];
  const asked = views.map(({ picture }) => ({ ...picture, corners: new Float64Array(21) }));
  const witnesses: Layer[] = [];
  const told = new Float32Array(3 * count);
  for (const [i, chart] of charts.entries())
    for (const face of chart.faces) {
      const [a, b, c] = [indices[3 * face], indices[3 * face + 1], indices[3 * face + 2]];
      used.length = 0;
      for (let view = 0; view < count; view++) {
        const weights = [
          blend.weights[a * count + view],
          blend.weights[b * count + view],
          blend.weights[c * count + view],
        ];
        const isWhole = weights[0] > 0 && weights[1] > 0 && weights[2] > 0;
        // A view that does not show a corner shows something else there.
        if (!isWhole && view !== chosen[face]) continue;
        const isAlone = weights[0] === 0 && weights[1] === 0 && weights[2] === 0;
        for (let k = 0; k < 3; k++) {
          const v = indices[3 * face + k];
          const weight = isAlone ? 1 : weights[k];
          setCorner(
            layers[view].corners,
            k,
            views[view],
            positions,
            v,
            weight,
            blend.offsets,
            v * count + view,
          );
        }
        used.push(layers[view]);
      }
      witnesses.length = 0;
      for (const view of findWitnesses([a, b, c], chosen[face], scores)) {
        const shift = exposureShift([a, b, c], chosen[face], view, scores);
        if (!shift) continue;
        const { corners } = asked[view];
        for (let k = 0; k < 3; k++) {
          setCorner(corners, k, views[view], positions, indices[3 * face + k], 1, blend.offsets, 0);
          for (let channel = 0; channel < 3; channel++) corners[7 * k + 4 + channel] = shift[channel];
        }
        witnesses.push(asked[view]);
      }
      const [au, av] = texelOf(positions, a, chart, packing, i);
      const [bu, bv] = texelOf(positions, b, chart, packing, i);
      const [cu, cv] = texelOf(positions, c, chart, packing, i);
      const paint = (
        x: number,
        y: number,
        shareA: number,
        shareB: number,
        shareC: number,
        isInner: boolean,
      ) => {
        const at = 4 * (y * width + x);
        if (!isInner && pixels[at + 3] !== 0) return;
        paintTexel(used, shareA, shareB, shareC, pixels, at);
        for (const [w, witness] of witnesses.entries()) ask(witness, shareA, shareB, shareC, told, 3 * w);
        outvote(told, witnesses.length, pixels, at);
        pixels[at + 3] = isInner ? 255 : PROVISIONAL;
      };
      const inner = (x: number, y: number, shareA: number, shareB: number, shareC: number) => {
        paint(x, y, shareA, shareB, shareC, true);
        return true;
      };
      rasterTriangle(au - 0.5, av - 0.5, bu - 0.5, bv - 0.5, cu - 0.5, cv - 0.5, inner);
      // A triangle between texel centres needs the texels that it touches as well.
      for (let side = 0; side < 3; side++) {
        const length = Math.hypot([bu - au, cu - bu, au - cu][side], [bv - av, cv - bv, av - cv][side]);
        const steps = Math.ceil(length);
        for (let step = 0; step <= steps; step++) {
          const t = steps > 0 ? step / steps : 0;
          const [sa, sb, sc] = side === 0 ? [1 - t, t, 0] : side === 1 ? [0, 1 - t, t] : [t, 0, 1 - t];
          const x = Math.floor(sa * au + sb * bu + sc * cu);
          const y = Math.floor(sa * av + sb * bv + sc * cv);
          paint(x, y, sa, sb, sc, false);
        }
      }
    }
  dilate(pixels, width, height, MARGIN);
  fillRest(pixels);
  return { width, height, pixels };
}

/** Where a vertex lies in the atlas, in texels from its corner. */
export function texelOf(
  p: Float32Array,
  vertex: number,
  { u, v, minU, minV }: Chart,
  { x, y }: Packing,
  chart: number,
): [number, number] {
  const at = 3 * vertex;
  return [
    u[0] * p[at] + u[1] * p[at + 1] + u[2] * p[at + 2] - minU + x[chart],
    v[0] * p[at] + v[1] * p[at + 1] + v[2] * p[at + 2] - minV + y[chart],
  ];
}

/** One view of a triangle: homogeneous pixel, weight and offset at its three corners. */
interface Layer {
  rgb: Uint8Array;
  width: number;
  height: number;
  /** [x, y, w, weight, red, green, blue] × 3. */
  corners: Float64Array;
}

function setCorner(
  corners: Float64Array,
  corner: number,
  { intrinsics: { fx, fy, cx, cy }, cameraFromWorld }: TextureView,
  p: Float32Array,
  vertex: number,
  weight: number,
  offsets: Float32Array,
  slot: number,
): void {
  const { rotation: r, translation: t } = cameraFromWorld;
  const [x, y, z] = [p[3 * vertex], p[3 * vertex + 1], p[3 * vertex + 2]];
  const d = r[6] * x + r[7] * y + r[8] * z + t[2];
  const at = 7 * corner;
  corners[at] = fx * (r[0] * x + r[1] * y + r[2] * z + t[0]) + cx * d;
  corners[at + 1] = fy * (r[3] * x + r[4] * y + r[5] * z + t[1]) + cy * d;
  corners[at + 2] = d;
  corners[at + 3] = weight;
  for (let k = 0; k < 3; k++) corners[at + 4 + k] = offsets[3 * slot + k];
}

function paintTexel(
  layers: readonly Layer[],
  a: number,
  b: number,
  c: number,
  pixels: Uint8Array,
  to: number,
): void {
  let [red, green, blue, total] = [0, 0, 0, 0];
  for (const { rgb, width, height, corners: k } of layers) {
    const weight = Math.max(a * k[3] + b * k[10] + c * k[17], 1e-4);
    if (weight < LEAST_WEIGHT && layers.length > 1) continue;
    const depth = a * k[2] + b * k[9] + c * k[16];
    const x = Math.min(width - 1.001, Math.max(0, (a * k[0] + b * k[7] + c * k[14]) / depth));
    const y = Math.min(height - 1.001, Math.max(0, (a * k[1] + b * k[8] + c * k[15]) / depth));
    const left = Math.floor(x);
    const top = Math.floor(y);
    const sx = x - left;
    const sy = y - top;
    const at = 3 * (top * width + left);
    const below = at + 3 * width;
    const w00 = (1 - sx) * (1 - sy) * weight;
    const w10 = sx * (1 - sy) * weight;
    const w01 = (1 - sx) * sy * weight;
    const w11 = sx * sy * weight;
    red +=
      w00 * rgb[at] +
      w10 * rgb[at + 3] +
      w01 * rgb[below] +
      w11 * rgb[below + 3] +
      weight * (a * k[4] + b * k[11] + c * k[18]);
    green +=
      w00 * rgb[at + 1] +
      w10 * rgb[at + 4] +
      w01 * rgb[below + 1] +
      w11 * rgb[below + 4] +
      weight * (a * k[5] + b * k[12] + c * k[19]);
    blue +=
      w00 * rgb[at + 2] +
      w10 * rgb[at + 5] +
      w01 * rgb[below + 2] +
      w11 * rgb[below + 5] +
      weight * (a * k[6] + b * k[13] + c * k[20]);
    total += weight;
  }
  pixels[to] = clampByte(red / total);
  pixels[to + 1] = clampByte(green / total);
  pixels[to + 2] = clampByte(blue / total);
}

/** The colour of a witness at a texel, from its nearest pixel, exposure evened. */
function ask(
  { rgb, width, height, corners: k }: Layer,
  a: number,
  b: number,
  c: number,
  told: Float32Array,
  to: number,
): void {
  const depth = a * k[2] + b * k[9] + c * k[16];
  const x = Math.min(width - 1, Math.max(0, Math.round((a * k[0] + b * k[7] + c * k[14]) / depth)));
  const y = Math.min(height - 1, Math.max(0, Math.round((a * k[1] + b * k[8] + c * k[15]) / depth)));
  const at = 3 * (y * width + x);
  for (let channel = 0; channel < 3; channel++) told[to + channel] = rgb[at + channel] + k[4 + channel];
}

function clampByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5;
}

/** Repeats painted texels outwards so many steps; alpha tells what is painted. */
function dilate(pixels: Uint8Array, width: number, height: number, steps: number): void {
  for (let step = 0; step < steps; step++) {
    const found: number[] = [];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const at = y * width + x;
        if (pixels[4 * at + 3] !== 0) continue;
        const from =
          x > 0 && pixels[4 * at - 1] !== 0
            ? at - 1
            : x < width - 1 && pixels[4 * at + 7] !== 0
              ? at + 1
              : y > 0 && pixels[4 * (at - width) + 3] !== 0
                ? at - width
                : y < height - 1 && pixels[4 * (at + width) + 3] !== 0
                  ? at + width
                  : -1;
        if (from >= 0) found.push(at, from);
      }
    for (let i = 0; i < found.length; i += 2) {
      const [at, from] = [4 * found[i], 4 * found[i + 1]];
      for (let k = 0; k < 4; k++) pixels[at + k] = pixels[from + k];
    }
  }
}

/** Gives what is left the mean colour: far mip levels take it in, and JPEG spends nothing on it. */
function fillRest(pixels: Uint8Array): void {
  const sum = [0, 0, 0];
  let count = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] === 0) continue;
    for (let k = 0; k < 3; k++) sum[k] += pixels[i + k];
    count++;
  }
  const mean = sum.map(s => (count > 0 ? Math.round(s / count) : 128));
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] === 0) for (let k = 0; k < 3; k++) pixels[i + k] = mean[k];
    pixels[i + 3] = 255;
  }
}
