import type { PosedDepth } from './checkConsistency.ts';
import { cameraCenter } from './view.ts';

const SRGB_TO_LINEAR = Float32Array.from({ length: 256 }, (_, i) => {
  const c = i / 255;
  return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
});

/** Views blended per vertex: one alone shows exposure seams, many blur. */
const BLENDED_VIEWS = 3;

export interface VertexColors {
  /** Linear rgba per vertex; rgb 0 where `seen` is 0. */
  colors: Float32Array;
  /** 1 where a view saw the vertex unoccluded. */
  seen: Uint8Array;
}

/**
 * Colours vertices from the views that see them best: unoccluded by the view's own depth, near, facing, and
 * away from the picture's rim. Blends the best three, weighted.
 * @param toleranceMeters how far behind the view's depth a vertex may lie and still count as seen.
 * @param onlyWitnessed whether a view must have measured the surface there; else one without depth will do.
 */
export function colorVertices(
  positions: Float32Array,
  normals: Float32Array,
  maps: readonly PosedDepth[],
  toleranceMeters: number,
  onlyWitnessed = false,
): VertexColors {
  const count = positions.length / 3;
  const scores = new Float32Array(count * BLENDED_VIEWS);
  const picks = new Float32Array(count * BLENDED_VIEWS * 3);
  for (const { view, depth } of maps) {
    const { fx, fy, cx, cy, width, height } = view.intrinsics;
    const { rotation: r, translation: t } = view.cameraFromWorld;
    const c = cameraCenter(view.cameraFromWorld);
    for (let v = 0; v < count; v++) {
      const x = positions[3 * v];
      const y = positions[3 * v + 1];
      const z = positions[3 * v + 2];
      const d = r[6] * x + r[7] * y + r[8] * z + t[2];
      if (d < 0.05) continue;
      const u = (fx * (r[0] * x + r[1] * y + r[2] * z + t[0])) / d + cx;
      const w = (fy * (r[3] * x + r[4] * y + r[5] * z + t[1])) / d + cy;
      if (u < 1 || w < 1 || u > width - 2 || w > height - 2) continue;
      const pixel = Math.round(w) * depth.width + Math.round(u);
      if (view.hidden?.[pixel]) continue;
      const q = depth.inverseDepth[pixel];
      // An unknown depth hides nothing for certain, but it is a poor witness.
      const known = q > 0;
      if (onlyWitnessed && (!known || d < 0.9 / q)) continue;
      if (known && d > 1 / q + toleranceMeters + 0.02 * d) continue;
      const ex = c[0] - x;
      const ey = c[1] - y;
      const ez = c[2] - z;
      const facing =
        (normals[3 * v] * ex + normals[3 * v + 1] * ey + normals[3 * v + 2] * ez) /
        Math.sqrt(ex * ex + ey * ey + ez * ez);
      if (facing < 0.05) continue;
      const rim = Math.min(1, Math.min(u, w, width - 1 - u, height - 1 - w) / 24 + 0.1);
      const score = ((known ? 1 : 0.05) * facing * rim) / (d * d);
      let slot = v * BLENDED_VIEWS + BLENDED_VIEWS - 1;
      if (score <= scores[slot]) continue;
      while (slot > v * BLENDED_VIEWS && scores[slot - 1] < score) {
        scores[slot] = scores[slot - 1];
        for (let k = 0; k < 3; k++) picks[3 * slot + k] = picks[3 * slot - 3 + k];
        slot--;
      }
      scores[slot] = score;
      const x0 = Math.floor(u);
      const y0 = Math.floor(w);
      const a = u - x0;
      const b = w - y0;
      const at = (y0 * width + x0) * 3;
      for (let k = 0; k < 3; k++) {
        const top = view.rgb[at + k] * (1 - a) + view.rgb[at + 3 + k] * a;
        const bottom = view.rgb[at + 3 * width + k] * (1 - a) + view.rgb[at + 3 * width + 3 + k] * a;
        picks[3 * slot + k] = top * (1 - b) + bottom * b;
      }
    }
  }
  const colors = new Float32Array(4 * count);
  const seen = new Uint8Array(count);
  for (let v = 0; v < count; v++) {
    colors[4 * v + 3] = 1;
    let total = 0;
    for (let s = v * BLENDED_VIEWS; s < (v + 1) * BLENDED_VIEWS; s++) total += scores[s];
    if (total === 0) continue;
    seen[v] = 1;
    for (let s = v * BLENDED_VIEWS; s < (v + 1) * BLENDED_VIEWS; s++)
      for (let k = 0; k < 3; k++)
        colors[4 * v + k] +=
          (scores[s] / total) * SRGB_TO_LINEAR[Math.min(255, Math.round(picks[3 * s + k]))];
  }
  return { colors, seen };
}
