import type { CameraView, Lighting } from '../../../engine/camera/cameraTypes.ts';
import type { ImageRgba, WorldModel } from '../../../engine/world/worldModel.ts';

type V = [number, number, number];
const sub = (a: V, b: V): V => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: V, b: V) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: V, b: V): V => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const unit = (a: V): V => {
  const l = Math.hypot(...a);
  return [a[0] / l, a[1] / l, a[2] / l];
};
const mix = (a: number, b: number, t: number) => a + (b - a) * t;

interface Triangle {
  corners: [V, V, V];
  normals?: [V, V, V];
  uvs?: [number, number][];
  colors?: [number, number, number, number][];
  material: number;
  node: number;
}

export interface Hit {
  depth: number;
  nodeId: number;
  /** Number of the triangle in the world, so that tests can tell edges. */
  triangle: number;
  /** sRGB bytes. */
  color: V;
}

/**
 * The oracle of the software camera: one ray a pixel against every triangle in double precision, textures by
 * brute-force sampling of plainly averaged mip levels. No shadows. Slow and simple.
 */
export function createReferenceCamera(world: WorldModel) {
  const triangles = flatten(world);
  const mips = world.images.map(mipChain);

  return {
    trace(view: CameraView, lighting: Lighting, pixelX: number, pixelY: number): Hit {
      const m = view.worldFromCamera;
      const eye: V = [m[12], m[13], m[14]];
      const rayAt = (x: number, y: number): V => {
        const cx = (x - view.cx) / view.fx;
        const cy = -(y - view.cy) / view.fy;
        return [m[0] * cx + m[4] * cy - m[8], m[1] * cx + m[5] * cy - m[9], m[2] * cx + m[6] * cy - m[10]];
      };
      const ray = rayAt(pixelX, pixelY);
      let best: { depth: number; triangle: number; b1: number; b2: number; front: boolean } | undefined;
      triangles.forEach((triangle, index) => {
        const hit = intersect(triangle, eye, ray);
        if (!hit || hit.depth < (view.nearMeters ?? 0.02) || (best && hit.depth >= best.depth)) return;
        if (!hit.front && !world.materials[triangle.material].doubleSided) return;
        best = { ...hit, triangle: index };
      });
      if (!best) return { depth: Infinity, nodeId: 0, triangle: -1, color: background(unit(ray), lighting) };
      const triangle = triangles[best.triangle];
      // How the texture's coordinates change to the next pixel: along the triangle's plane, by plain differences.
      const uvAt = (x: number, y: number) => {
        const hit = intersect(triangle, eye, rayAt(x, y), true);
        return hit ? interpolate(triangle.uvs, hit.b1, hit.b2, 2) : [0, 0];
      };
      const right = uvAt(pixelX + 1e-3, pixelY).map(
        (value, k) => (value - uvAt(pixelX - 1e-3, pixelY)[k]) / 2e-3,
      );
      const down = uvAt(pixelX, pixelY + 1e-3).map(
        (value, k) => (value - uvAt(pixelX, pixelY - 1e-3)[k]) / 2e-3,
      );
      const point: V = [0, 1, 2].map(k => eye[k] + ray[k] * (best?.depth ?? 0)) as V;
      const color = shade(triangle, best, point, eye, right, down, lighting);
      return { depth: best.depth, nodeId: triangle.node + 1, triangle: best.triangle, color };
    },
  };

  function shade(
    triangle: Triangle,
    hit: { b1: number; b2: number; front: boolean },
    point: V,
    eye: V,
    right: number[],
    down: number[],
    lighting: Lighting,
  ): V {
    const material = world.materials[triangle.material];
    const [c0, c1, c2] = triangle.corners;
    let normal = triangle.normals
      ? unit(interpolate(triangle.normals, hit.b1, hit.b2, 3) as V)
      : unit(cross(sub(c1, c0), sub(c2, c0)));
    if (!hit.front) normal = normal.map(value => -value) as V;
    const albedo = [...material.baseColor];
    if (triangle.colors) {
      const color = interpolate(triangle.colors, hit.b1, hit.b2, 4);
      for (let k = 0; k < 3; k++) albedo[k] *= color[k];
    }
    if (triangle.uvs && material.baseColorImage !== undefined) {
      const chain = mips[material.baseColorImage];
      const size = [chain[0].width, chain[0].height];
      const length = (d: number[]) => Math.hypot(d[0] * size[0], d[1] * size[1]);
      const lod = Math.log2(Math.max(length(right), length(down)));
      const [u, v] = interpolate(triangle.uvs, hit.b1, hit.b2, 2);
      const texel = sample(chain, u, v, lod);
      for (let k = 0; k < 3; k++) albedo[k] *= texel[k];
    }
    const sun = unit([...lighting.sunDirection]);
    const up = normal[1] * 0.5 + 0.5;
    const fog = Math.exp(-lighting.fogDensityPerMeter * Math.hypot(...sub(point, eye)));
    return [0, 1, 2].map(k => {
      let light = mix(lighting.groundAmbient[k], lighting.skyAmbient[k], up);
      light += Math.max(0, dot(normal, sun)) * lighting.sunColor[k];
      for (const lamp of lighting.pointLights ?? []) {
        const to = sub([...lamp.position], point);
        const distance = Math.hypot(...to);
        const fall = Math.max(0, 1 - (distance / lamp.radiusMeters) ** 2) ** 2;
        light += (Math.max(0, dot(normal, to)) / distance) * fall * lamp.color[k];
      }
      const radiance = albedo[k] * light + (material.emissive?.[k] ?? 0);
      return encode(mix(lighting.fogColor[k], radiance, fog) * lighting.exposure);
    }) as V;
  }
}

function background(ray: V, lighting: Lighting): V {
  const t = Math.sqrt(Math.max(0, ray[1]));
  return [0, 1, 2].map(k =>
    encode(mix(lighting.background.horizon[k], lighting.background.zenith[k], t) * lighting.exposure),
  ) as V;
}

function encode(linear: number): number {
  const x = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055));
}

function interpolate(values: number[][] | undefined, b1: number, b2: number, size: number): number[] {
  if (!values) return new Array<number>(size).fill(0);
  return Array.from(
    { length: size },
    (_, k) => (1 - b1 - b2) * values[0][k] + b1 * values[1][k] + b2 * values[2][k],
  );
}

/** Möller–Trumbore; `plane` leaves out the test whether the point is inside. */
function intersect(triangle: Triangle, eye: V, ray: V, plane = false) {
  const [c0, c1, c2] = triangle.corners;
  const e1 = sub(c1, c0);
  const e2 = sub(c2, c0);
  const p = cross(ray, e2);
  const det = dot(e1, p);
  if (det === 0) return undefined;
  const t = sub(eye, c0);
  const b1 = dot(t, p) / det;
  const q = cross(t, e1);
  const b2 = dot(ray, q) / det;
  if (!plane && (b1 < 0 || b2 < 0 || b1 + b2 > 1)) return undefined;
  return { depth: dot(e2, q) / det, b1, b2, front: det > 0 };
}

function flatten(world: WorldModel): Triangle[] {
  const all: Triangle[] = [];
  world.nodes.forEach((node, nodeIndex) => {
    const m = node.worldFromNode;
    const point = (p: number[]): V =>
      [0, 1, 2].map(r => m[r] * p[0] + m[4 + r] * p[1] + m[8 + r] * p[2] + m[12 + r]) as V;
    const columns: V[] = [0, 4, 8].map(c => [m[c], m[c + 1], m[c + 2]]);
    const determinant = dot(columns[0], cross(columns[1], columns[2]));
    const cofactors = [
      cross(columns[1], columns[2]),
      cross(columns[2], columns[0]),
      cross(columns[0], columns[1]),
    ];
    const direction = (n: number[]): V =>
      unit(
        [0, 1, 2].map(
          r =>
            Math.sign(determinant) *
            (cofactors[0][r] * n[0] + cofactors[1][r] * n[1] + cofactors[2][r] * n[2]),
        ) as V,
      );
    for (const part of node.parts) {
      const pick = (array: Float32Array, size: number, vertex: number) => [
        ...array.subarray(vertex * size, vertex * size + size),
      ];
      for (let t = 0; t < part.indices.length; t += 3) {
        // A mirrored node turns its triangles around; their order is restored, as glTF demands.
        const order = determinant < 0 ? [0, 2, 1] : [0, 1, 2];
        const vertices = order.map(k => part.indices[t + k]);
        const { normals, uvs, colors } = part;
        all.push({
          corners: vertices.map(v => point(pick(part.positions, 3, v))) as [V, V, V],
          normals: normals && (vertices.map(v => direction(pick(normals, 3, v))) as [V, V, V]),
          uvs: uvs && (vertices.map(v => pick(uvs, 2, v)) as [number, number][]),
          colors: colors && (vertices.map(v => pick(colors, 4, v)) as [number, number, number, number][]),
          material: part.material,
          node: nodeIndex,
        });
      }
    }
  });
  return all;
}

interface Level {
  width: number;
  height: number;
  rgb: Float64Array;
}

/** Mip levels of a power-of-two image: every texel the mean of four. */
function mipChain(image: ImageRgba): Level[] {
  const { width, height, pixels } = image;
  const rgb = new Float64Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    for (let k = 0; k < 3; k++) {
      const c = pixels[i * 4 + k] / 255;
      rgb[i * 3 + k] = c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }
  }
  const chain: Level[] = [{ width, height, rgb }];
  for (;;) {
    const last = chain[chain.length - 1];
    if (last.width === 1 && last.height === 1) return chain;
    const w = last.width / 2;
    const h = last.height / 2;
    const next = new Float64Array(w * h * 3);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++)
        for (let k = 0; k < 3; k++) {
          const at = (dx: number, dy: number) => last.rgb[((2 * y + dy) * last.width + 2 * x + dx) * 3 + k];
          next[(y * w + x) * 3 + k] = (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 4;
        }
    chain.push({ width: w, height: h, rgb: next });
  }
}

function bilinear(level: Level, u: number, v: number): number[] {
  const x = u * level.width - 0.5;
  const y = v * level.height - 0.5;
  const wrap = (i: number, n: number) => ((i % n) + n) % n;
  const at = (i: number, j: number, k: number) =>
    level.rgb[(wrap(j, level.height) * level.width + wrap(i, level.width)) * 3 + k];
  const i = Math.floor(x);
  const j = Math.floor(y);
  return [0, 1, 2].map(k =>
    mix(mix(at(i, j, k), at(i + 1, j, k), x - i), mix(at(i, j + 1, k), at(i + 1, j + 1, k), x - i), y - j),
  );
}

/** Two levels blended in the middle half between them, as the kernel documents it. */
function sample(chain: Level[], u: number, v: number, lod: number): number[] {
  const clamped = Math.min(Math.max(lod, 0), chain.length - 1);
  const level = Math.floor(clamped);
  const fine = bilinear(chain[level], u, v);
  const coarse = bilinear(chain[Math.min(level + 1, chain.length - 1)], u, v);
  const t = Math.min(1, Math.max(0, (clamped - level) * 2 - 0.5));
  return fine.map((value, k) => mix(value, coarse[k], t));
}
