import { dropStrangers } from './dropStrangers.ts';
import type { TextureView } from './textureViews.ts';

/** What every view offers every vertex. Arrays are [vertex][view]. */
export interface ViewScores {
  views: number;
  /** −ln of how well the view shows it; infinite where it does not. */
  cost: Float32Array;
  /** sRGB 0–255 ×3, the mean of a few pixels around; 0 where the cost is infinite. */
  color: Uint8Array;
  /** Per vertex, metres that a pixel of the nearest view covers when looked at squarely; 0 where none sees it. */
  footprintMeters: Float32Array;
}

/** How far behind the depth of a view a vertex may lie and still be what the view shows there: metres and share. */
const TOLERANCE_RELATIVE = 0.02;
/** A vertex this share of its depth in front of what a view shows was looked through. */
const THROUGH_RELATIVE = 0.1;
/** Beside a step in depth, pixels may show what lies behind or before it. */
const STEP_PIXELS = 2;
const STEP_RELATIVE = 0.06;
const STEP_FACTOR = 0.15;
/** A view without depth here, or that looks through, is a poor witness. */
const UNKNOWN_FACTOR = 0.05;
/** Lenses and codecs are worst at the rim. */
const RIM_PIXELS = 24;
/** Colours this near (largest channel, of 255) agree; a view that fewer than this share of the others agree with … */
const AGREEING = 40;
const AGREEING_SHARE = 0.3;
/** … shows something that passed by, or a gleam: it costs as much more as a picture e³ times coarser in area. */
const OUTLIER_COST = 3;

/**
 * Rates views as Waechter, Moehrle and Goesele (Let There Be Color!, ECCV 2014, section 3.1) do, with three
 * deviations: per vertex instead of per face; by the area in pixels and the sharpness of the whole picture instead
 * of the integral of gradients, which prefers pictures of whatever stands in front; and outliers by counting who
 * agrees (their section 3.2 fits a Gaussian, which needs many views).
 * @param toleranceMeters how far behind a view's depth surface still counts as shown.
 * @param strictSheet per vertex, the number of its sheet, from 1, where a view must have measured the surface itself:
 *   there a colour in doubt must also be one of the sheet's (dropStrangers.ts); else 0.
 */
export function scoreViews(
  positions: Float32Array,
  normals: Float32Array,
  views: readonly TextureView[],
  toleranceMeters: number,
  strictSheet: Uint16Array,
): ViewScores {
  const count = positions.length / 3;
  const cost = new Float32Array(count * views.length).fill(Number.POSITIVE_INFINITY);
  const color = new Uint8Array(3 * count * views.length);
  const doubts = new Uint8Array(count * views.length);
  const footprintMeters = new Float32Array(count);
  for (const [
    l,
    { intrinsics, cameraFromWorld, center, picture, depth, hidden, doubtful, sharpness },
  ] of views.entries()) {
    const { fx, fy, cx, cy } = intrinsics;
    const { width, height } = picture;
    const { rotation: r, translation: t } = cameraFromWorld;
    const toDepthX = depth.width / width;
    const toDepthY = depth.height / height;
    const q = depth.inverseDepth;
    const focal = Math.sqrt(fx * fy);
    for (let v = 0; v < count; v++) {
      const x = positions[3 * v];
      const y = positions[3 * v + 1];
      const z = positions[3 * v + 2];
      const d = r[6] * x + r[7] * y + r[8] * z + t[2];
      if (d < 0.05) continue;
      const px = (fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / d + cx;
      if (px < 2 || px > width - 3) continue;
      const py = (fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / d + cy;
      if (py < 2 || py > height - 3) continue;
      const ex = center[0] - x;
      const ey = center[1] - y;
      const ez = center[2] - z;
      const facing =
        (normals[3 * v] * ex + normals[3 * v + 1] * ey + normals[3 * v + 2] * ez) /
        Math.sqrt(ex * ex + ey * ey + ez * ez);
      if (facing < 0.05) continue;
      const mx = Math.min(
        depth.width - 1 - STEP_PIXELS,
        Math.max(STEP_PIXELS, Math.round((px + 0.5) * toDepthX - 0.5)),
      );
      const my = Math.min(
        depth.height - 1 - STEP_PIXELS,
        Math.max(STEP_PIXELS, Math.round((py + 0.5) * toDepthY - 0.5)),
      );
      const at = my * depth.width + mx;
      if (hidden?.[at]) continue;
      // Depth over shown depth: 1 where this is what the view shows, more behind it, less in front of it.
      const ratio = q[at] * d;
      if (ratio > 0 && d - d / ratio > toleranceMeters + TOLERANCE_RELATIVE * d) continue;
      const isShown = ratio > 1 - THROUGH_RELATIVE || (ratio > 0 && d / ratio - d < toleranceMeters);
      if (strictSheet[v] && !isShown) continue;
      let quality = ((isShown ? 1 : UNKNOWN_FACTOR) * facing * focal * focal * sharpness) / (d * d);
      const rim = Math.min(px, py, width - 1 - px, height - 1 - py);
      if (rim < RIM_PIXELS) quality *= 0.1 + (0.9 * rim) / RIM_PIXELS;
      const around =
        (isStep(q[at - STEP_PIXELS] * d, ratio) ? 1 : 0) +
        (isStep(q[at + STEP_PIXELS] * d, ratio) ? 1 : 0) +
        (isStep(q[at - STEP_PIXELS * depth.width] * d, ratio) ? 1 : 0) +
        (isStep(q[at + STEP_PIXELS * depth.width] * d, ratio) ? 1 : 0);
      if (around > 0) quality *= STEP_FACTOR;
      const slot = v * views.length + l;
      cost[slot] = -Math.log(quality);
      if (doubtful?.[at]) doubts[slot] = 1;
      meanAround(picture.rgb, width, Math.round(px), Math.round(py), color, 3 * slot);
      if (footprintMeters[v] === 0 || d / focal < footprintMeters[v]) footprintMeters[v] = d / focal;
    }
  }
  dropStrangers(cost, color, doubts, strictSheet, views.length);
  addOutlierCosts(cost, color, views.length);
  return { views: views.length, cost, color, footprintMeters };
}

function isStep(beside: number, ratio: number): boolean {
  return beside > 0 && Math.abs(beside - ratio) > STEP_RELATIVE * Math.max(1, ratio);
}

/** Mean of a cross of nine pixels, five wide. */
function meanAround(rgb: Uint8Array, width: number, x: number, y: number, out: Uint8Array, to: number): void {
  const at = 3 * (y * width + x);
  const row = 3 * width;
  for (let k = 0; k < 3; k++) {
    const i = at + k;
    out[to + k] =
      (rgb[i] +
        rgb[i - 3] +
        rgb[i + 3] +
        rgb[i - row] +
        rgb[i + row] +
        rgb[i - 6] +
        rgb[i + 6] +
        rgb[i - 2 * row] +
        rgb[i + 2 * row]) /
      9;
  }
}

function addOutlierCosts(cost: Float32Array, color: Uint8Array, views: number): void {
  const shown: number[] = [];
  for (let first = 0; first < cost.length; first += views) {
    shown.length = 0;
    for (let slot = first; slot < first + views; slot++)
      if (cost[slot] < Number.POSITIVE_INFINITY) shown.push(slot);
    if (shown.length < 4) continue;
    const least = AGREEING_SHARE * (shown.length - 1);
    for (const a of shown) {
      let agreeing = 0;
      for (const b of shown)
        if (
          a !== b &&
          Math.abs(color[3 * a] - color[3 * b]) < AGREEING &&
          Math.abs(color[3 * a + 1] - color[3 * b + 1]) < AGREEING &&
          Math.abs(color[3 * a + 2] - color[3 * b + 2]) < AGREEING
        )
          agreeing++;
      if (agreeing < least) cost[a] += OUTLIER_COST;
    }
  }
}
