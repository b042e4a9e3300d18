import type { CameraFromWorld, Intrinsics } from '../types.ts';

/** One registered frame with its picture at the working size of the dense stages. OpenCV axes. */
export interface View {
  /** 0-based index in the video. */
  frame: number;
  timeSeconds: number;
  intrinsics: Intrinsics;
  cameraFromWorld: CameraFromWorld;
  /** Luma, width × height, rows from the top. On shared memory, so that workers read it without a copy. */
  gray: Uint8Array;
  /** sRGB, 3 bytes a pixel, shared as well. */
  rgb: Uint8Array;
  /** 1 on overlays and movers: no depth and no colour of the place; absent where all of it may be used. */
  hidden?: Uint8Array | undefined;
}

/** Depth of one view; inverse depth is 0 where it is unknown. Units of the reconstruction's frame. */
export interface DepthMap {
  width: number;
  height: number;
  /** 1 / z per pixel, z along the optical axis. */
  inverseDepth: Float32Array;
  /** 0–1 per pixel; 0 where inverseDepth is 0. */
  confidence: Float32Array;
  /** Standard deviation of inverseDepth per pixel, as far as the pictures tell. */
  deviation: Float32Array;
}

/** Camera centre in the world: −Rᵀ t. */
export function cameraCenter({ rotation: r, translation: t }: CameraFromWorld): [number, number, number] {
  return [
    -(r[0] * t[0] + r[3] * t[1] + r[6] * t[2]),
    -(r[1] * t[0] + r[4] * t[1] + r[7] * t[2]),
    -(r[2] * t[0] + r[5] * t[1] + r[8] * t[2]),
  ];
}

/** The intrinsics of the same camera on a picture of another size; pixel (0, 0) is a pixel's centre. */
export function scaleIntrinsics(intrinsics: Intrinsics, width: number, height: number): Intrinsics {
  const sx = width / intrinsics.width;
  const sy = height / intrinsics.height;
  return {
    fx: intrinsics.fx * sx,
    fy: intrinsics.fy * sy,
    cx: (intrinsics.cx + 0.5) * sx - 0.5,
    cy: (intrinsics.cy + 0.5) * sy - 0.5,
    width,
    height,
  };
}

/** The view at half its size, luma averaged over 2 × 2 pixels. */
export function halfView(view: View): View {
  const { width, height } = view.intrinsics;
  const [w, h] = [width >> 1, height >> 1];
  const gray = new Uint8Array(w * h);
  for (let y = 0; y < h; y++)
    for (let x = 0; x < w; x++) {
      const i = 2 * y * width + 2 * x;
      gray[y * w + x] =
        (view.gray[i] + view.gray[i + 1] + view.gray[i + width] + view.gray[i + width + 1] + 2) >> 2;
    }
  return { ...view, intrinsics: scaleIntrinsics(view.intrinsics, w, h), gray };
}

/**
 * Pixel of one view, and its homogeneous mapping into another: x_other ~ base · (x, y, 1) + q · offset for a
 * point at inverse depth q of the first view.
 */
export interface EpipolarMap {
  /** 3×3 row-major: K₂ R₂ R₁ᵀ K₁⁻¹. */
  base: Float64Array;
  /** K₂ (t₂ − R₂ R₁ᵀ t₁). */
  offset: [number, number, number];
}

export function epipolarMap(
  from: { intrinsics: Intrinsics; cameraFromWorld: CameraFromWorld },
  to: { intrinsics: Intrinsics; cameraFromWorld: CameraFromWorld },
): EpipolarMap {
  const a = from.cameraFromWorld.rotation;
  const b = to.cameraFromWorld.rotation;
  const relative = new Float64Array(9);
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++)
      relative[i * 3 + j] = b[i * 3] * a[j * 3] + b[i * 3 + 1] * a[j * 3 + 1] + b[i * 3 + 2] * a[j * 3 + 2];
  const ta = from.cameraFromWorld.translation;
  const tb = to.cameraFromWorld.translation;
  const t = [0, 1, 2].map(
    i => tb[i] - (relative[i * 3] * ta[0] + relative[i * 3 + 1] * ta[1] + relative[i * 3 + 2] * ta[2]),
  );
  const k = from.intrinsics;
  const l = to.intrinsics;
  const base = new Float64Array(9);
  const rows = [
    [l.fx, 0, l.cx],
    [0, l.fy, l.cy],
    [0, 0, 1],
  ];
  for (let i = 0; i < 3; i++) {
    const r = [0, 1, 2].map(
      j => rows[i][0] * relative[j] + rows[i][1] * relative[3 + j] + rows[i][2] * relative[6 + j],
    );
    base[i * 3] = r[0] / k.fx;
    base[i * 3 + 1] = r[1] / k.fy;
    base[i * 3 + 2] = r[2] - (r[0] * k.cx) / k.fx - (r[1] * k.cy) / k.fy;
  }
  return {
    base,
    offset: [l.fx * t[0] + l.cx * t[2], l.fy * t[1] + l.cy * t[2], t[2]],
  };
}
