/**
 * The software camera's inner loops. One module, because all of them work on one linear memory.
 *
 * A visibility buffer (Burns & Hunt, "The Visibility Buffer", JCGT 2013): triangles are rasterised to depth
 * and a record number only, then every visible sample is shaded once from its record. Vertices are snapped to
 * 1/256 pixel and edge functions are exact integers with a top-left rule, so triangles that share an edge
 * neither overlap nor leave a gap. Depth and barycentric coordinates come from planes of the unsnapped
 * triangle in homogeneous form (Olano & Greer, "Triangle scan conversion using 2D homogeneous coordinates",
 * 1997), so they need no clipping; only coverage is clipped, at the near plane and at a guard band.
 *
 * Camera space here is x right, y down, z forward; picture coordinates have pixel (0,0) at its centre.
 * The host owns the memory; the structures below are written by packWorld.ts and packTextures.ts.
 *
 * Meshlet, 64 bytes:  v128 box centre | v128 box half size | u32 firstVertex, vertexCount, firstTriangle,
 *                     triangleCount | u32 part, node | 8 unused
 * Part, 48 bytes:     u32 texture (0 none), u32 flags, u32 nodeId, f32 alphaCutoff | v128 base colour | v128 emissive
 * Node, 16 bytes:     u32 flags | 12 unused
 * Texture:            u32 levelCount, f32 width, f32 height, u32 unused, then per level u32 texels, f32 width,
 *                     f32 height, u32 rowBytes. Texels are 4 × u16 linear light, alpha-premultiplied where the
 *                     material is masked, with a border of one wrapped texel on every side.
 * Record, 104 bytes:  f64 plane w (a,b,c), plane p1, plane p2 | u32 vertex 0,1,2 | u32 part | u16 back, mirrored |
 *                     f32 lowest, highest w. w is 1/z; p1/w and p2/w are the barycentric coordinates of
 *                     vertices 1 and 2.
 */

/** Where the host may allocate: behind the blocks below. */
export { __heap_base };

const RECORD_BYTES: usize = 104;
const MESHLET_BYTES: usize = 64;
const MAX_MESHLET_VERTICES: usize = 256;

const PART_NORMALS: u32 = 1;
const PART_COLORS: u32 = 2;
const PART_DOUBLE_SIDED: u32 = 4;
const PART_MASKED: u32 = 8;

const NODE_VISIBLE: u32 = 1;
const NODE_MIRRORED: u32 = 2;
const NODE_MOVER: u32 = 4;

/** Written by the host. VIEW: 4 × v128 columns of cameraFromWorld. PLANES: 5 × (normal, offset), world, inside ≥ 0. */
export const VIEW: usize = memory.data(64, 16);
export const PLANES: usize = memory.data(80, 16);
/** Columns of worldFromNode, then columns of its normal matrix: 7 × v128. */
export const NODE_MATRIX: usize = memory.data(112, 16);
/** v128 each: eye, ray per pixel x, ray per pixel y, ray at pixel (0,0), all in world axes. */
export const RAYS: usize = memory.data(64, 16);
/** f32: sunDirection 0, sunColor 4, skyAmbient 8, groundAmbient 12, zenith 16, horizon 20, fogColor 24, fogDensity 28, exposure 29. */
export const LIGHT: usize = memory.data(128, 16);
/** 8 × f32: position 0..2, 1/radius² 3, colour 4..6. */
export const POINTS: usize = memory.data(256, 16);
/** 3 × v128 rows (x,y,z,offset): texel u, texel v, height towards the sun, of a world point; then f32 metres per texel. */
export const SUN: usize = memory.data(64, 16);

const SCRATCH: usize = memory.data(8192, 16);
const CLIP_A: usize = memory.data(512, 16);
const CLIP_B: usize = memory.data(512, 16);
const LANES: usize = memory.data(256, 16);
const SHADOW_RECORD: usize = memory.data(112, 16);

let positions: usize = 0;
let worldPositions: usize = 0;
let normals: usize = 0;
let worldNormals: usize = 0;
let uvs: usize = 0;
let colors: usize = 0;
let triangles: usize = 0;
let records: usize = 0;
let recordCount: u32 = 0;

export function setGeometry(
  positionsAt: usize, worldPositionsAt: usize, normalsAt: usize, worldNormalsAt: usize,
  uvsAt: usize, colorsAt: usize, trianglesAt: usize, recordsAt: usize,
): void {
  positions = positionsAt;
  worldPositions = worldPositionsAt;
  normals = normalsAt;
  worldNormals = worldNormalsAt;
  uvs = uvsAt;
  colors = colorsAt;
  triangles = trianglesAt;
  records = recordsAt;
}

let depths: usize = 0;
let ids: usize = 0;
let width: i32 = 0;
let height: i32 = 0;
let stride: i32 = 0;

/** Where rasterTriangle draws: `stride` is a multiple of 16 samples, and rows are padded to it. */
export function setTarget(depthsAt: usize, idsAt: usize, targetWidth: i32, targetHeight: i32, targetStride: i32): void {
  depths = depthsAt;
  ids = idsAt;
  width = targetWidth;
  height = targetHeight;
  stride = targetStride;
}

let focalX: f64 = 1;
let focalY: f64 = 1;
let centerX: f64 = 0;
let centerY: f64 = 0;
let near: f64 = 0.02;

export function setProjection(fx: f64, fy: f64, cx: f64, cy: f64, nearMeters: f64): void {
  focalX = fx;
  focalY = fy;
  centerX = cx;
  centerY = cy;
  near = nearMeters;
}

/** Fills a rectangle of a depth plane. x and width in multiples of 4. */
export function fillDepth(at: usize, planeStride: i32, x: i32, y: i32, w: i32, h: i32, value: f32): void {
  const v = f32x4.splat(value);
  for (let row = y; row < y + h; row++) {
    let p = at + <usize>(row * planeStride + x) * 4;
    const end = p + <usize>w * 4;
    for (; p < end; p += 16) v128.store(p, v);
  }
}

export function clearTarget(): void {
  memory.fill(depths, 0, <usize>(stride * height) * 4);
  memory.fill(ids, 0, <usize>(stride * height) * 4);
  recordCount = 0;
}

// ---------------------------------------------------------------- nodes

@inline function normalize3(v: v128): v128 {
  const s = f32x4.mul(v, v);
  const length2 = f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2);
  return length2 > 0 ? f32x4.mul(v, f32x4.splat(1 / sqrt<f32>(length2))) : v;
}

@inline function transformPoint(m: usize, v: v128): v128 {
  const x = v128.shuffle<f32>(v, v, 0, 0, 0, 0);
  const y = v128.shuffle<f32>(v, v, 1, 1, 1, 1);
  const z = v128.shuffle<f32>(v, v, 2, 2, 2, 2);
  return f32x4.add(
    f32x4.add(f32x4.mul(v128.load(m), x), f32x4.mul(v128.load(m, 16), y)),
    f32x4.add(f32x4.mul(v128.load(m, 32), z), v128.load(m, 48)),
  );
}

/** Moves the vertices of meshlets [at, at + count) to the world by NODE_MATRIX and fits their boxes. */
export function transformMeshlets(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += MESHLET_BYTES) {
    const first = load<u32>(at, 32);
    const end = first + load<u32>(at, 36);
    let low = f32x4.splat(Infinity);
    let high = f32x4.splat(-Infinity);
    for (let v = first; v < end; v++) {
      const o = <usize>v * 16;
      const p = transformPoint(NODE_MATRIX, v128.load(positions + o));
      v128.store(worldPositions + o, p);
      low = f32x4.min(low, p);
      high = f32x4.max(high, p);
      const n = v128.load(normals + o);
      const nx = v128.shuffle<f32>(n, n, 0, 0, 0, 0);
      const ny = v128.shuffle<f32>(n, n, 1, 1, 1, 1);
      const nz = v128.shuffle<f32>(n, n, 2, 2, 2, 2);
      v128.store(worldNormals + o, normalize3(f32x4.add(
        f32x4.add(f32x4.mul(v128.load(NODE_MATRIX, 64), nx), f32x4.mul(v128.load(NODE_MATRIX, 80), ny)),
        f32x4.mul(v128.load(NODE_MATRIX, 96), nz),
      )));
    }
    v128.store(at, f32x4.mul(f32x4.add(low, high), f32x4.splat(0.5)));
    v128.store(at, f32x4.mul(f32x4.sub(high, low), f32x4.splat(0.5)), 16);
  }
}

// ---------------------------------------------------------------- rasteriser

/** Alpha of a masked part at a sample, from the level nearest to the finer axis, so that thin leaves do not vanish. */
function alphaAt(record: usize, x: i32, y: i32): f32 {
  const fx = <f64>x;
  const fy = <f64>y;
  const z = 1 / (load<f64>(record) * fx + load<f64>(record, 8) * fy + load<f64>(record, 16));
  let b1 = (load<f64>(record, 24) * fx + load<f64>(record, 32) * fy + load<f64>(record, 40)) * z;
  let b2 = (load<f64>(record, 48) * fx + load<f64>(record, 56) * fy + load<f64>(record, 64)) * z;
  b1 = min(max(b1, 0), 1);
  b2 = min(max(b2, 0), 1);
  const v0 = load<u32>(record, 72);
  const v1 = load<u32>(record, 76);
  const v2 = load<u32>(record, 80);
  const part = <usize>load<u32>(record, 84);
  const b0 = 1 - b1 - b2;
  let alpha: f64 = <f64>load<f32>(part, 28);
  if (load<u32>(part, 4) & PART_COLORS) {
    alpha *= b0 * <f64>load<f32>(colors + <usize>v0 * 16, 12) + b1 * <f64>load<f32>(colors + <usize>v1 * 16, 12) + b2 * <f64>load<f32>(colors + <usize>v2 * 16, 12);
  }
  const texture = <usize>load<u32>(part);
  if (texture) {
    const u0 = <f64>load<f32>(uvs + <usize>v0 * 8);
    const w0 = <f64>load<f32>(uvs + <usize>v0 * 8, 4);
    const du1 = <f64>load<f32>(uvs + <usize>v1 * 8) - u0;
    const dv1 = <f64>load<f32>(uvs + <usize>v1 * 8, 4) - w0;
    const du2 = <f64>load<f32>(uvs + <usize>v2 * 8) - u0;
    const dv2 = <f64>load<f32>(uvs + <usize>v2 * 8, 4) - w0;
    const u = u0 + b1 * du1 + b2 * du2;
    const v = w0 + b1 * dv1 + b2 * dv2;
    const wa = load<f64>(record);
    const wb = load<f64>(record, 8);
    const tw = <f64>load<f32>(texture, 4) * z;
    const th = <f64>load<f32>(texture, 8) * z;
    const p1a = load<f64>(record, 24);
    const p1b = load<f64>(record, 32);
    const p2a = load<f64>(record, 48);
    const p2b = load<f64>(record, 56);
    const ux = (p1a * du1 + p2a * du2 + (u0 - u) * wa) * tw;
    const vx = (p1a * dv1 + p2a * dv2 + (w0 - v) * wa) * th;
    const uy = (p1b * du1 + p2b * du2 + (u0 - u) * wb) * tw;
    const vy = (p1b * dv1 + p2b * dv2 + (w0 - v) * wb) * th;
    const rho2 = <f32>min(ux * ux + vx * vx, uy * uy + vy * vy);
    const lod = max(<f32>0, approximateHalfLog2(rho2));
    const level = min(<i32>(lod + 0.5), load<i32>(texture) - 1);
    alpha *= <f64>f32x4.extract_lane(sampleLevel(texture + 16 + (<usize>level << 4), <f32>(u - floor(u)), <f32>(v - floor(v))), 3) * (1.0 / 65535.0);
  }
  return <f32>alpha;
}

/** log2(√x), off by at most 0.05: the float's own exponent with a straight line for its mantissa. */
@inline function approximateHalfLog2(x: f32): f32 {
  return (<f32>reinterpret<i32>(x) * 1.1920928955078125e-7 - 126.9427) * 0.5;
}

@inline function clampEdge(e: i64): i32 {
  return <i32>min<i64>(max<i64>(e, -0x20000000), 0x20000000);
}

/**
 * Draws one triangle into the target: where it covers a sample and its value is greater than what is there.
 * @param x0 snapped corners, 1/256 sample, within ±2²¹; either winding, no zero area.
 * @param minX range of samples to look at, inside the target.
 * @param a the value's plane: a·x + b·y + c, clamped to [low, high].
 * @param masked record of a masked triangle, or 0.
 */
function rasterTriangle(
  x0: i32, y0: i32, x1: i32, y1: i32, x2: i32, y2: i32,
  minX: i32, maxX: i32, minY: i32, maxY: i32,
  a: f64, b: f64, c: f64, low: f32, high: f32, id: u32, masked: usize,
): void {
  if (<i64>(x1 - x0) * <i64>(y2 - y0) < <i64>(x2 - x0) * <i64>(y1 - y0)) {
    let t = x1;
    x1 = x2;
    x2 = t;
    t = y1;
    y1 = y2;
    y2 = t;
  }
  // Edge k is positive inside: A·x + B·y + C over whole samples; the −1 keeps ties for top and left edges only.
  const a0 = y0 - y1;
  const b0 = x1 - x0;
  const a1 = y1 - y2;
  const b1 = x2 - x1;
  const a2 = y2 - y0;
  const b2 = x0 - x2;
  const c0 = (-<i64>a0 * x0 - <i64>b0 * y0 + (a0 > 0 || (a0 == 0 && b0 > 0) ? 0 : -1)) >> 8;
  const c1 = (-<i64>a1 * x1 - <i64>b1 * y1 + (a1 > 0 || (a1 == 0 && b1 > 0) ? 0 : -1)) >> 8;
  const c2 = (-<i64>a2 * x2 - <i64>b2 * y2 + (a2 > 0 || (a2 == 0 && b2 > 0) ? 0 : -1)) >> 8;

  const startX = minX & ~3;
  // Small triangles are one block; large ones go over 8×8 blocks, so that empty ones cost one test.
  const small = maxX - startX < 16 && maxY - minY < 16;
  const blockWidth = small ? 16 : 8;
  const blockHeight = small ? 16 : 8;
  const reach = small ? 0 : 7;

  const up0 = (max(a0, 0) + max(b0, 0)) * reach;
  const up1 = (max(a1, 0) + max(b1, 0)) * reach;
  const up2 = (max(a2, 0) + max(b2, 0)) * reach;
  const down0 = (min(a0, 0) + min(b0, 0)) * reach;
  const down1 = (min(a1, 0) + min(b1, 0)) * reach;
  const down2 = (min(a2, 0) + min(b2, 0)) * reach;

  const lanes = i32x4(0, 1, 2, 3);
  const lanes0 = i32x4.mul(lanes, i32x4.splat(a0));
  const lanes1 = i32x4.mul(lanes, i32x4.splat(a1));
  const lanes2 = i32x4.mul(lanes, i32x4.splat(a2));
  const lanesV = f32x4.mul(f32x4(0, 1, 2, 3), f32x4.splat(<f32>a));
  const stepX0 = i32x4.splat(a0 * 4);
  const stepX1 = i32x4.splat(a1 * 4);
  const stepX2 = i32x4.splat(a2 * 4);
  const stepY0 = i32x4.splat(b0);
  const stepY1 = i32x4.splat(b1);
  const stepY2 = i32x4.splat(b2);
  const stepXV = f32x4.splat(<f32>a * 4);
  const stepYV = f32x4.splat(<f32>b);
  const lowV = f32x4.splat(low);
  const highV = f32x4.splat(high);
  const idV = i32x4.splat(id);
  const zero = i32x4.splat(0);

  for (let by = minY; by <= maxY; by += blockHeight) {
    const endY = min(by + blockHeight - 1, maxY);
    for (let bx = startX; bx <= maxX; bx += blockWidth) {
      const e0 = <i64>a0 * bx + <i64>b0 * by + c0;
      const e1 = <i64>a1 * bx + <i64>b1 * by + c1;
      const e2 = <i64>a2 * bx + <i64>b2 * by + c2;
      let inside = false;
      if (!small) {
        if ((e0 + up0) < 0 || (e1 + up1) < 0 || (e2 + up2) < 0) continue;
        inside = (e0 + down0) >= 0 && (e1 + down1) >= 0 && (e2 + down2) >= 0;
      }
      let rowV = f32x4.add(f32x4.splat(<f32>(a * <f64>bx + b * <f64>by + c)), lanesV);
      let at = <usize>(by * stride + bx) << 2;
      const groups = (min(bx + blockWidth - 1, maxX) - bx) >> 2;
      if (inside && !masked) {
        for (let y = by; y <= endY; y++) {
          let value = rowV;
          let p = at;
          for (let g = 0; g <= groups; g++) {
            const clamped = f32x4.min(f32x4.max(value, lowV), highV);
            const old = v128.load(depths + p);
            const mask = f32x4.gt(clamped, old);
            if (v128.any_true(mask)) {
              v128.store(depths + p, v128.bitselect(clamped, old, mask));
              if (ids) v128.store(ids + p, v128.bitselect(idV, v128.load(ids + p), mask));
            }
            value = f32x4.add(value, stepXV);
            p += 16;
          }
          rowV = f32x4.add(rowV, stepYV);
          at += <usize>stride << 2;
        }
        continue;
      }
      let row0 = i32x4.add(i32x4.splat(clampEdge(e0)), lanes0);
      let row1 = i32x4.add(i32x4.splat(clampEdge(e1)), lanes1);
      let row2 = i32x4.add(i32x4.splat(clampEdge(e2)), lanes2);
      for (let y = by; y <= endY; y++) {
        let v0 = row0;
        let v1 = row1;
        let v2 = row2;
        let value = rowV;
        let p = at;
        for (let g = 0; g <= groups; g++) {
          let mask = i32x4.ge_s(v128.or(v128.or(v0, v1), v2), zero);
          if (v128.any_true(mask)) {
            const clamped = f32x4.min(f32x4.max(value, lowV), highV);
            const old = v128.load(depths + p);
            mask = v128.and(mask, f32x4.gt(clamped, old));
            if (masked && v128.any_true(mask)) mask = maskByAlpha(mask, masked, bx + (g << 2), y);
            if (v128.any_true(mask)) {
              v128.store(depths + p, v128.bitselect(clamped, old, mask));
              if (ids) v128.store(ids + p, v128.bitselect(idV, v128.load(ids + p), mask));
            }
          }
          v0 = i32x4.add(v0, stepX0);
          v1 = i32x4.add(v1, stepX1);
          v2 = i32x4.add(v2, stepX2);
          value = f32x4.add(value, stepXV);
          p += 16;
        }
        row0 = i32x4.add(row0, stepY0);
        row1 = i32x4.add(row1, stepY1);
        row2 = i32x4.add(row2, stepY2);
        rowV = f32x4.add(rowV, stepYV);
        at += <usize>stride << 2;
      }
    }
  }
}

function maskByAlpha(mask: v128, record: usize, x: i32, y: i32): v128 {
  const cutoff = load<f32>(<usize>load<u32>(record, 84), 12);
  v128.store(LANES, mask);
  for (let k = 0; k < 4; k++) {
    const lane = LANES + (<usize>k << 2);
    if (load<i32>(lane) != 0 && alphaAt(record, x + k, y) < cutoff) store<i32>(lane, 0);
  }
  return v128.load(LANES);
}

// ---------------------------------------------------------------- triangles seen by the camera

const CLIP_NEAR: u32 = 1;
const CLIP_GUARD: u32 = 2;
/** Samples; 256 times this stays within 2²¹, which the edge functions count on. */
const GUARD: f64 = 8000;

@inline function snap(value: f64): i32 {
  return <i32>nearest(value * 256);
}

@inline function snapX(x: f64, z: f64): i32 {
  return snap(focalX * x * (1 / z) + centerX);
}

@inline function snapY(y: f64, z: f64): i32 {
  return snap(focalY * y * (1 / z) + centerY);
}

/** Scratch per vertex, 32 bytes: v128 camera-space position | i32 snapped x, y | f32 1/z | u32 clip. */
function transformToScratch(first: u32, count: u32): void {
  let at = SCRATCH;
  let from = worldPositions + <usize>first * 16;
  for (let i: u32 = 0; i < count; i++, at += 32, from += 16) {
    const p = transformPoint(VIEW, v128.load(from));
    v128.store(at, p);
    const z = <f64>f32x4.extract_lane(p, 2);
    // Written so that a NaN counts as too near.
    if (!(z >= near)) {
      store<u32>(at, CLIP_NEAR, 28);
      continue;
    }
    const inverse = 1 / z;
    // As snapX and snapY do it, bit for bit: a clipped neighbour goes through those.
    const x = focalX * <f64>f32x4.extract_lane(p, 0) * inverse + centerX;
    const y = focalY * <f64>f32x4.extract_lane(p, 1) * inverse + centerY;
    if (!(abs(x) <= GUARD && abs(y) <= GUARD)) {
      store<u32>(at, CLIP_GUARD, 28);
      continue;
    }
    store<i32>(at, snap(x), 16);
    store<i32>(at, snap(y), 20);
    store<f32>(at, <f32>inverse, 24);
    store<u32>(at, 0, 28);
  }
}

/** Writes the record's planes and vertices from three scratch vertices. */
function writeRecord(record: usize, s0: usize, s1: usize, s2: usize, first: u32, part: usize, back: bool, flip: bool): void {
  const x0 = <f64>load<f32>(s0);
  const y0 = <f64>load<f32>(s0, 4);
  const z0 = <f64>load<f32>(s0, 8);
  const x1 = <f64>load<f32>(s1);
  const y1 = <f64>load<f32>(s1, 4);
  const z1 = <f64>load<f32>(s1, 8);
  const x2 = <f64>load<f32>(s2);
  const y2 = <f64>load<f32>(s2, 4);
  const z2 = <f64>load<f32>(s2, 8);
  const m0x = y1 * z2 - z1 * y2;
  const m0y = z1 * x2 - x1 * z2;
  const m0z = x1 * y2 - y1 * x2;
  const m1x = y2 * z0 - z2 * y0;
  const m1y = z2 * x0 - x2 * z0;
  const m1z = x2 * y0 - y2 * x0;
  const m2x = y0 * z1 - z0 * y1;
  const m2y = z0 * x1 - x0 * z1;
  const m2z = x0 * y1 - y0 * x1;
  const det = x0 * m0x + y0 * m0y + z0 * m0z;
  if (abs(det) < 1e-30) {
    // The eye lies in the triangle's plane: only snapping makes a sliver of it visible.
    const w = 1 / max(max(max(z0, z1), z2), near);
    store<f64>(record, 0);
    store<f64>(record, 0, 8);
    store<f64>(record, w, 16);
    store<f64>(record, 0, 24);
    store<f64>(record, 0, 32);
    store<f64>(record, w / 3, 40);
    store<f64>(record, 0, 48);
    store<f64>(record, 0, 56);
    store<f64>(record, w / 3, 64);
  } else {
    const inverse = 1 / det;
    writePlane(record, (m0x + m1x + m2x) * inverse, (m0y + m1y + m2y) * inverse, (m0z + m1z + m2z) * inverse);
    writePlane(record + 24, m1x * inverse, m1y * inverse, m1z * inverse);
    writePlane(record + 48, m2x * inverse, m2y * inverse, m2z * inverse);
  }
  store<u32>(record, first + <u32>((s0 - SCRATCH) >> 5), 72);
  store<u32>(record, first + <u32>((s1 - SCRATCH) >> 5), 76);
  store<u32>(record, first + <u32>((s2 - SCRATCH) >> 5), 80);
  store<u32>(record, <u32>part, 84);
  store<u16>(record, back ? 1 : 0, 88);
  store<u16>(record, flip ? 1 : 0, 90);
}

/** The linear form m·d over camera rays d = ((x − cx)/fx, (y − cy)/fy, 1), as a·x + b·y + c over samples. */
@inline function writePlane(at: usize, mx: f64, my: f64, mz: f64): void {
  const a = mx / focalX;
  const b = my / focalY;
  store<f64>(at, a);
  store<f64>(at, b, 8);
  store<f64>(at, mz - a * centerX - b * centerY, 16);
}

/** Rasterises a piece of a record's triangle, given by snapped corners, where it is in the picture. */
function drawSnapped(
  record: usize, id: u32, masked: bool,
  x0: i32, y0: i32, x1: i32, y1: i32, x2: i32, y2: i32, low: f32, high: f32,
): void {
  const minX = max((min(min(x0, x1), x2) + 255) >> 8, 0);
  const maxX = min(max(max(x0, x1), x2) >> 8, width - 1);
  const minY = max((min(min(y0, y1), y2) + 255) >> 8, 0);
  const maxY = min(max(max(y0, y1), y2) >> 8, height - 1);
  if (minX > maxX || minY > maxY) return;
  rasterTriangle(
    x0, y0, x1, y1, x2, y2, minX, maxX, minY, maxY,
    load<f64>(record), load<f64>(record, 8), load<f64>(record, 16), low, high, id, masked ? record : 0,
  );
}

/** Sutherland–Hodgman against nx·x + ny·y + nz·z + offset ≥ 0; corners are 3 × f64. Returns the corner count. */
function clipPolygon(from: usize, to: usize, count: i32, nx: f64, ny: f64, nz: f64, offset: f64): i32 {
  let kept = 0;
  for (let i = 0; i < count; i++) {
    const p = from + <usize>i * 24;
    const q = from + <usize>(i + 1 == count ? 0 : i + 1) * 24;
    const dp = nx * load<f64>(p) + ny * load<f64>(p, 8) + nz * load<f64>(p, 16) + offset;
    const dq = nx * load<f64>(q) + ny * load<f64>(q, 8) + nz * load<f64>(q, 16) + offset;
    if (dp >= 0) {
      memory.copy(to + <usize>kept * 24, p, 24);
      kept++;
    }
    if ((dp >= 0) != (dq >= 0)) {
      // Always from the inner corner, so that both triangles of an edge get the same point.
      const inner = dp >= 0 ? p : q;
      const outer = dp >= 0 ? q : p;
      const t = dp >= 0 ? dp / (dp - dq) : dq / (dq - dp);
      const out = to + <usize>kept * 24;
      store<f64>(out, load<f64>(inner) + t * (load<f64>(outer) - load<f64>(inner)));
      store<f64>(out, load<f64>(inner, 8) + t * (load<f64>(outer, 8) - load<f64>(inner, 8)), 8);
      store<f64>(out, load<f64>(inner, 16) + t * (load<f64>(outer, 16) - load<f64>(inner, 16)), 16);
      kept++;
    }
  }
  return kept;
}

@inline function pushCorner(at: usize, s: usize): void {
  store<f64>(at, <f64>load<f32>(s));
  store<f64>(at, <f64>load<f32>(s, 4), 8);
  store<f64>(at, <f64>load<f32>(s, 8), 16);
}

/** A triangle that reaches before the near plane or beyond the guard band. */
function drawClipped(s0: usize, s1: usize, s2: usize, first: u32, part: usize, flip: bool, doubleSided: bool, masked: bool): void {
  pushCorner(CLIP_A, s0);
  pushCorner(CLIP_A + 24, s1);
  pushCorner(CLIP_A + 48, s2);
  let count = clipPolygon(CLIP_A, CLIP_B, 3, 0, 0, 1, -near);
  if (count < 3) return;
  count = clipPolygon(CLIP_B, CLIP_A, count, focalX, 0, centerX + GUARD, 0);
  count = clipPolygon(CLIP_A, CLIP_B, count, -focalX, 0, GUARD - centerX, 0);
  count = clipPolygon(CLIP_B, CLIP_A, count, 0, focalY, centerY + GUARD, 0);
  count = clipPolygon(CLIP_A, CLIP_B, count, 0, -focalY, GUARD - centerY, 0);
  if (count < 3) return;
  let record: usize = 0;
  const x0 = snapX(load<f64>(CLIP_B), load<f64>(CLIP_B, 16));
  const y0 = snapY(load<f64>(CLIP_B, 8), load<f64>(CLIP_B, 16));
  for (let i = 1; i + 1 < count; i++) {
    const p = CLIP_B + <usize>i * 24;
    const x1 = snapX(load<f64>(p), load<f64>(p, 16));
    const y1 = snapY(load<f64>(p, 8), load<f64>(p, 16));
    const x2 = snapX(load<f64>(p, 24), load<f64>(p, 40));
    const y2 = snapY(load<f64>(p, 32), load<f64>(p, 40));
    const area = <i64>(x1 - x0) * (y2 - y0) - <i64>(x2 - x0) * (y1 - y0);
    if (area == 0) continue;
    const back = area > 0 != flip;
    if (back && !doubleSided) continue;
    if (!record) {
      record = records + <usize>recordCount * RECORD_BYTES;
      writeRecord(record, s0, s1, s2, first, part, back, flip);
      store<f32>(record, Infinity, 92);
      store<f32>(record, 0, 96);
      recordCount++;
    }
    const za = load<f64>(CLIP_B, 16);
    const zb = load<f64>(p, 16);
    const zc = load<f64>(p, 40);
    const low = <f32>(1 / max(max(za, zb), zc));
    const high = <f32>(1 / min(min(za, zb), zc));
    store<f32>(record, min(low, load<f32>(record, 92)), 92);
    store<f32>(record, max(high, load<f32>(record, 96)), 96);
    drawSnapped(record, recordCount, masked, x0, y0, x1, y1, x2, y2, low, high);
  }
}

/** Draws every visible meshlet into the target; call clearTarget first. */
export function drawMeshlets(at: usize, count: i32): void {
  for (let i = 0; i < count; i++, at += MESHLET_BYTES) {
    const nodeFlags = load<u32>(<usize>load<u32>(at, 52));
    if (!(nodeFlags & NODE_VISIBLE)) continue;
    if (outsideFrustum(at)) continue;
    const flip = (nodeFlags & NODE_MIRRORED) != 0;
    const part = <usize>load<u32>(at, 48);
    const flags = load<u32>(part, 4);
    const doubleSided = (flags & PART_DOUBLE_SIDED) != 0;
    const masked = (flags & PART_MASKED) != 0;
    const first = load<u32>(at, 32);
    transformToScratch(first, load<u32>(at, 36));
    let t = triangles + <usize>load<u32>(at, 40) * 4;
    const end = t + <usize>load<u32>(at, 44) * 4;
    for (; t < end; t += 4) {
      const s0 = SCRATCH + (<usize>load<u8>(t) << 5);
      const s1 = SCRATCH + (<usize>load<u8>(t, 1) << 5);
      const s2 = SCRATCH + (<usize>load<u8>(t, 2) << 5);
      const k0 = load<u32>(s0, 28);
      const k1 = load<u32>(s1, 28);
      const k2 = load<u32>(s2, 28);
      if (k0 & k1 & k2 & CLIP_NEAR) continue;
      if (k0 | k1 | k2) {
        drawClipped(s0, s1, s2, first, part, flip, doubleSided, masked);
        continue;
      }
      const x0 = load<i32>(s0, 16);
      const y0 = load<i32>(s0, 20);
      const x1 = load<i32>(s1, 16);
      const y1 = load<i32>(s1, 20);
      const x2 = load<i32>(s2, 16);
      const y2 = load<i32>(s2, 20);
      const area = <i64>(x1 - x0) * (y2 - y0) - <i64>(x2 - x0) * (y1 - y0);
      if (area == 0) continue;
      // glTF fronts are counter-clockwise with y up, so their area is negative with y down.
      const back = area > 0 != flip;
      if (back && !doubleSided) continue;
      const minX = max((min(min(x0, x1), x2) + 255) >> 8, 0);
      const maxX = min(max(max(x0, x1), x2) >> 8, width - 1);
      const minY = max((min(min(y0, y1), y2) + 255) >> 8, 0);
      const maxY = min(max(max(y0, y1), y2) >> 8, height - 1);
      if (minX > maxX || minY > maxY) continue;
      const record = records + <usize>recordCount * RECORD_BYTES;
      writeRecord(record, s0, s1, s2, first, part, back, flip);
      recordCount++;
      const w0 = load<f32>(s0, 24);
      const w1 = load<f32>(s1, 24);
      const w2 = load<f32>(s2, 24);
      const low = min(min(w0, w1), w2);
      const high = max(max(w0, w1), w2);
      store<f32>(record, low, 92);
      store<f32>(record, high, 96);
      rasterTriangle(
        x0, y0, x1, y1, x2, y2, minX, maxX, minY, maxY,
        load<f64>(record), load<f64>(record, 8), load<f64>(record, 16),
        low, high, recordCount, masked ? record : 0,
      );
    }
  }
}

function outsideFrustum(meshlet: usize): bool {
  const center = v128.load(meshlet);
  const half = v128.load(meshlet, 16);
  for (let k: usize = 0; k < 80; k += 16) {
    const plane = v128.load(PLANES + k);
    const s = f32x4.add(f32x4.mul(plane, center), f32x4.mul(f32x4.abs(plane), half));
    if (f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2) + f32x4.extract_lane(plane, 3) < 0) return true;
  }
  return false;
}

export function countRecords(): u32 {
  return recordCount;
}

// ---------------------------------------------------------------- the sun's shadow map

@inline function dotRow(row: usize, x: f32, y: f32, z: f32): f32 {
  return load<f32>(row) * x + load<f32>(row, 4) * y + load<f32>(row, 8) * z + load<f32>(row, 12);
}

/** Draws meshlets whose node has all of `want` and none of `avoid` among its flags into the target as heights towards the sun (SUN). */
export function drawShadows(at: usize, count: i32, want: u32, avoid: u32): void {
  ids = 0;
  for (let i = 0; i < count; i++, at += MESHLET_BYTES) {
    const nodeFlags = load<u32>(<usize>load<u32>(at, 52));
    if ((nodeFlags & want) != want || nodeFlags & avoid) continue;
    const part = <usize>load<u32>(at, 48);
    const masked = (load<u32>(part, 4) & PART_MASKED) != 0;
    const first = load<u32>(at, 32);
    const vertexCount = load<u32>(at, 36);
    for (let v: u32 = 0; v < vertexCount; v++) {
      const p = worldPositions + <usize>(first + v) * 16;
      const x = load<f32>(p);
      const y = load<f32>(p, 4);
      const z = load<f32>(p, 8);
      const s = SCRATCH + (<usize>v << 5);
      store<f32>(s, dotRow(SUN, x, y, z));
      store<f32>(s, dotRow(SUN + 16, x, y, z), 4);
      store<f32>(s, dotRow(SUN + 32, x, y, z), 8);
    }
    let t = triangles + <usize>load<u32>(at, 40) * 4;
    const end = t + <usize>load<u32>(at, 44) * 4;
    for (; t < end; t += 4) {
      drawShadowTriangle(
        SCRATCH + (<usize>load<u8>(t) << 5), SCRATCH + (<usize>load<u8>(t, 1) << 5), SCRATCH + (<usize>load<u8>(t, 2) << 5),
        first, part, masked,
      );
    }
  }
}

function drawShadowTriangle(s0: usize, s1: usize, s2: usize, first: u32, part: usize, masked: bool): void {
  const x0 = <f64>load<f32>(s0);
  const y0 = <f64>load<f32>(s0, 4);
  const z0 = <f64>load<f32>(s0, 8);
  const x1 = <f64>load<f32>(s1);
  const y1 = <f64>load<f32>(s1, 4);
  const z1 = <f64>load<f32>(s1, 8);
  const x2 = <f64>load<f32>(s2);
  const y2 = <f64>load<f32>(s2, 4);
  const z2 = <f64>load<f32>(s2, 8);
  // The map covers the world; what a mover carries far out of it casts no shadow. NaN fails here too.
  if (!(abs(x0) < GUARD && abs(y0) < GUARD && abs(x1) < GUARD && abs(y1) < GUARD && abs(x2) < GUARD && abs(y2) < GUARD)) return;
  const area = (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  const ix0 = snap(x0);
  const iy0 = snap(y0);
  const ix1 = snap(x1);
  const iy1 = snap(y1);
  const ix2 = snap(x2);
  const iy2 = snap(y2);
  if (<i64>(ix1 - ix0) * (iy2 - iy0) == <i64>(ix2 - ix0) * (iy1 - iy0) || abs(area) < 1e-12) return;
  const inverse = 1 / area;
  const a1 = (y2 - y0) * inverse;
  const b1 = (x0 - x2) * inverse;
  const c1 = -a1 * x0 - b1 * y0;
  const a2 = (y0 - y1) * inverse;
  const b2 = (x1 - x0) * inverse;
  const c2 = -a2 * x0 - b2 * y0;
  const minX = max((min(min(ix0, ix1), ix2) + 255) >> 8, 0);
  const maxX = min(max(max(ix0, ix1), ix2) >> 8, width - 1);
  const minY = max((min(min(iy0, iy1), iy2) + 255) >> 8, 0);
  const maxY = min(max(max(iy0, iy1), iy2) >> 8, height - 1);
  if (minX > maxX || minY > maxY) return;
  if (masked) {
    store<f64>(SHADOW_RECORD, 0);
    store<f64>(SHADOW_RECORD, 0, 8);
    store<f64>(SHADOW_RECORD, 1, 16);
    store<f64>(SHADOW_RECORD, a1, 24);
    store<f64>(SHADOW_RECORD, b1, 32);
    store<f64>(SHADOW_RECORD, c1, 40);
    store<f64>(SHADOW_RECORD, a2, 48);
    store<f64>(SHADOW_RECORD, b2, 56);
    store<f64>(SHADOW_RECORD, c2, 64);
    store<u32>(SHADOW_RECORD, first + <u32>((s0 - SCRATCH) >> 5), 72);
    store<u32>(SHADOW_RECORD, first + <u32>((s1 - SCRATCH) >> 5), 76);
    store<u32>(SHADOW_RECORD, first + <u32>((s2 - SCRATCH) >> 5), 80);
    store<u32>(SHADOW_RECORD, <u32>part, 84);
  }
  rasterTriangle(
    ix0, iy0, ix1, iy1, ix2, iy2, minX, maxX, minY, maxY,
    a1 * (z1 - z0) + a2 * (z2 - z0), b1 * (z1 - z0) + b2 * (z2 - z0), z0 + c1 * (z1 - z0) + c2 * (z2 - z0),
    <f32>min(min(z0, z1), z2), <f32>max(max(z0, z1), z2), 0, masked ? SHADOW_RECORD : 0,
  );
}

// ---------------------------------------------------------------- textures

@inline function lerp(a: v128, b: v128, t: v128): v128 {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), t));
}

/** Bilinear texel of one level, rgba 0–65535; u and v in [0, 1]. */
@inline function sampleLevel(level: usize, u: f32, v: f32): v128 {
  const x = u * load<f32>(level, 4) + 0.5;
  const y = v * load<f32>(level, 8) + 0.5;
  const ix = <i32>x;
  const iy = <i32>y;
  const rowBytes = <usize>load<u32>(level, 12);
  const p = <usize>load<u32>(level) + <usize>iy * rowBytes + (<usize>ix << 3);
  const top = v128.load(p);
  const bottom = v128.load(p + rowBytes);
  const tx = f32x4.splat(x - <f32>ix);
  const ty = f32x4.splat(y - <f32>iy);
  const left = lerp(
    f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(top)),
    f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(bottom)), ty,
  );
  const right = lerp(
    f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(top)),
    f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(bottom)), ty,
  );
  return lerp(left, right, tx);
}

/** Trilinear texel, rgba 0–65535; lod 0 is the full size. */
@inline function sampleTexture(texture: usize, u: f32, v: f32, lod: f32): v128 {
  const last = load<i32>(texture) - 1;
  if (lod <= 0 || last == 0) return sampleLevel(texture + 16, u, v);
  const level = <i32>lod;
  if (level >= last) return sampleLevel(texture + 16 + (<usize>last << 4), u, v);
  const at = texture + 16 + (<usize>level << 4);
  return lerp(sampleLevel(at, u, v), sampleLevel(at + 16, u, v), f32x4.splat(lod - <f32>level));
}

// ---------------------------------------------------------------- shading

let sampleX: usize = 0;
let sampleY: usize = 0;
let sampleId: usize = 0;
let sampleW: usize = 0;
let sampleAlbedo: usize = 0;
let sampleNormal: usize = 0;
let sampleEmissive: usize = 0;
let sampleGradX: usize = 0;
let sampleGradY: usize = 0;
let sampleR: usize = 0;
let sampleG: usize = 0;
let sampleB: usize = 0;

/** Row buffers for `capacity` samples: 16 bytes a sample for three of them, 4 for nine, 96 in all. */
export function setSampleBuffers(at: usize, capacity: usize): void {
  sampleAlbedo = at;
  sampleNormal = at + capacity * 16;
  sampleEmissive = at + capacity * 32;
  sampleX = at + capacity * 48;
  sampleY = at + capacity * 52;
  sampleId = at + capacity * 56;
  sampleW = at + capacity * 60;
  sampleGradX = at + capacity * 64;
  sampleGradY = at + capacity * 68;
  sampleR = at + capacity * 72;
  sampleG = at + capacity * 76;
  sampleB = at + capacity * 80;
}

let lodBias: f32 = 0;
let shadowMap: usize = 0;
let moverMap: usize = 0;
let shadowSize: i32 = 0;
let moverX0: f32 = 0;
let moverY0: f32 = 0;
let moverX1: f32 = 0;
let moverY1: f32 = 0;
let pointCount: i32 = 0;
let anyEmissive: bool = false;

/** Maps are shadowSize², or 0 for none; the mover map is looked at only inside its rectangle of texels. */
export function setShading(
  bias: f32, emissive: bool, points: i32, map: usize, movers: usize, size: i32,
  x0: f32, y0: f32, x1: f32, y1: f32,
): void {
  lodBias = bias;
  anyEmissive = emissive;
  pointCount = points;
  shadowMap = map;
  moverMap = movers;
  shadowSize = size;
  moverX0 = x0;
  moverY0 = y0;
  moverX1 = x1;
  moverY1 = y1;
}

@inline function planeAt(record: usize, x: f64, y: f64): f32 {
  return <f32>(load<f64>(record) * x + load<f64>(record, 8) * y + load<f64>(record, 16));
}

@inline function maxNumber(a: f32, b: f32): f32 {
  return a > b ? a : b;
}

/** Sets albedo, normal, emissive, 1/z and the shadow plane's slope of `count` samples from their records. */
function interpolateSamples(count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const sunR = v128.load(SUN);
  const sunU = v128.load(SUN, 16);
  const sunL = v128.load(SUN, 32);
  const texelMeters = load<f32>(SUN, 48);
  let i = 0;
  while (i < count) {
    const id = load<u32>(sampleId + (<usize>i << 2));
    // 32 at most: single-precision steps from a double-precision start stay exact enough for textures.
    const limit = min(count, i + 32);
    let end = i + 1;
    while (end < limit && load<u32>(sampleId + (<usize>end << 2)) == id) end++;
    if (id == 0) {
      for (let k = i; k < end; k += 4) v128.store(sampleW + (<usize>k << 2), zero);
      i = end;
      continue;
    }
    const record = records + <usize>(id - 1) * RECORD_BYTES;
    const part = <usize>load<u32>(record, 84);
    const flags = load<u32>(part, 4);
    const v0 = <usize>load<u32>(record, 72);
    const v1 = <usize>load<u32>(record, 76);
    const v2 = <usize>load<u32>(record, 80);

    const startX = load<f32>(sampleX + (<usize>i << 2));
    const startY = load<f32>(sampleY + (<usize>i << 2));
    const wStart = f32x4.splat(planeAt(record, <f64>startX, <f64>startY));
    const p1Start = f32x4.splat(planeAt(record + 24, <f64>startX, <f64>startY));
    const p2Start = f32x4.splat(planeAt(record + 48, <f64>startX, <f64>startY));
    // A sample may lie a snapping step outside its triangle; nearly edge-on, the plane runs away there.
    const lowW = f32x4.splat(load<f32>(record, 92));
    const highW = f32x4.splat(load<f32>(record, 96));
    const wa = <f32>load<f64>(record);
    const wb = <f32>load<f64>(record, 8);
    const p1a = <f32>load<f64>(record, 24);
    const p1b = <f32>load<f64>(record, 32);
    const p2a = <f32>load<f64>(record, 48);
    const p2b = <f32>load<f64>(record, 56);
    const corner = v128.load(worldPositions + v0 * 16);
    const edge1 = f32x4.sub(v128.load(worldPositions + v1 * 16), corner);
    const edge2 = f32x4.sub(v128.load(worldPositions + v2 * 16), corner);

    const cross = f32x4.sub(
      f32x4.mul(v128.shuffle<f32>(edge1, edge1, 1, 2, 0, 3), v128.shuffle<f32>(edge2, edge2, 2, 0, 1, 3)),
      f32x4.mul(v128.shuffle<f32>(edge1, edge1, 2, 0, 1, 3), v128.shuffle<f32>(edge2, edge2, 1, 2, 0, 3)),
    );
    let gradX: f32 = 0;
    let gradY: f32 = 0;
    if (shadowMap) {
      // Rows of SUN hold unit axes over metres per texel; the height's slope per texel along them.
      const alongL = dot3(cross, sunL);
      const scale = alongL != 0 ? -(texelMeters * texelMeters) / alongL : 0;
      gradX = dot3(cross, sunR) * scale;
      gradY = dot3(cross, sunU) * scale;
      const steepest: f32 = texelMeters * <f32>8;
      gradX = min(max(gradX, -steepest), steepest);
      gradY = min(max(gradY, -steepest), steepest);
    }
    const facing = load<u16>(record, 88) ? f32x4.splat(-1) : one;
    let n0: v128;
    let n1 = zero;
    let n2 = zero;
    const smooth = (flags & PART_NORMALS) != 0;
    if (smooth) {
      n0 = v128.load(worldNormals + v0 * 16);
      n1 = f32x4.mul(f32x4.sub(v128.load(worldNormals + v1 * 16), n0), facing);
      n2 = f32x4.mul(f32x4.sub(v128.load(worldNormals + v2 * 16), n0), facing);
      n0 = f32x4.mul(n0, facing);
    } else {
      const mirrored = load<u16>(record, 90) ? f32x4.splat(-1) : one;
      n0 = f32x4.mul(f32x4.mul(normalize3(cross), facing), mirrored);
    }
    const base = v128.load(part, 16);
    const colored = (flags & PART_COLORS) != 0;
    let c0 = zero;
    let c1 = zero;
    let c2 = zero;
    if (colored) {
      c0 = v128.load(colors + v0 * 16);
      c1 = f32x4.mul(f32x4.sub(v128.load(colors + v1 * 16), c0), base);
      c2 = f32x4.mul(f32x4.sub(v128.load(colors + v2 * 16), c0), base);
      c0 = f32x4.mul(c0, base);
    }
    const texture = <usize>load<u32>(part);
    let u0: f32 = 0;
    let t0: f32 = 0;
    let du1: f32 = 0;
    let dv1: f32 = 0;
    let du2: f32 = 0;
    let dv2: f32 = 0;
    let textureWidth: f32 = 0;
    let textureHeight: f32 = 0;
    if (texture) {
      u0 = load<f32>(uvs + v0 * 8);
      t0 = load<f32>(uvs + v0 * 8, 4);
      du1 = load<f32>(uvs + v1 * 8) - u0;
      dv1 = load<f32>(uvs + v1 * 8, 4) - t0;
      du2 = load<f32>(uvs + v2 * 8) - u0;
      dv2 = load<f32>(uvs + v2 * 8, 4) - t0;
      textureWidth = load<f32>(texture, 4);
      textureHeight = load<f32>(texture, 8);
    }
    const emissive = v128.load(part, 32);
    const masked = (flags & PART_MASKED) != 0 && texture != 0;
    const texelScale = f32x4.mul(base, f32x4.splat(1 / 65535));

    for (let k = i; k < end; k += 4) {
      const o = <usize>k << 2;
      const dx = f32x4.sub(v128.load(sampleX + o), f32x4.splat(startX));
      const dy = f32x4.sub(v128.load(sampleY + o), f32x4.splat(startY));
      const w = f32x4.min(highW, f32x4.max(lowW, f32x4.add(wStart, f32x4.add(f32x4.mul(dx, f32x4.splat(wa)), f32x4.mul(dy, f32x4.splat(wb))))));
      const p1 = f32x4.add(p1Start, f32x4.add(f32x4.mul(dx, f32x4.splat(p1a)), f32x4.mul(dy, f32x4.splat(p1b))));
      const p2 = f32x4.add(p2Start, f32x4.add(f32x4.mul(dx, f32x4.splat(p2a)), f32x4.mul(dy, f32x4.splat(p2b))));
      const z = f32x4.div(one, w);
      const b1 = f32x4.min(f32x4.max(f32x4.mul(p1, z), zero), one);
      const b2 = f32x4.min(f32x4.max(f32x4.mul(p2, z), zero), f32x4.sub(one, b1));
      v128.store(sampleW + o, w);
      v128.store(sampleGradX + o, f32x4.splat(gradX));
      v128.store(sampleGradY + o, f32x4.splat(gradY));

      const normalAt = sampleNormal + (<usize>k << 4);
      if (smooth) {
        v128.store(normalAt, f32x4.add(n0, f32x4.add(f32x4.mul(n1, v128.shuffle<f32>(b1, b1, 0, 0, 0, 0)), f32x4.mul(n2, v128.shuffle<f32>(b2, b2, 0, 0, 0, 0)))));
        v128.store(normalAt, f32x4.add(n0, f32x4.add(f32x4.mul(n1, v128.shuffle<f32>(b1, b1, 1, 1, 1, 1)), f32x4.mul(n2, v128.shuffle<f32>(b2, b2, 1, 1, 1, 1)))), 16);
        v128.store(normalAt, f32x4.add(n0, f32x4.add(f32x4.mul(n1, v128.shuffle<f32>(b1, b1, 2, 2, 2, 2)), f32x4.mul(n2, v128.shuffle<f32>(b2, b2, 2, 2, 2, 2)))), 32);
        v128.store(normalAt, f32x4.add(n0, f32x4.add(f32x4.mul(n1, v128.shuffle<f32>(b1, b1, 3, 3, 3, 3)), f32x4.mul(n2, v128.shuffle<f32>(b2, b2, 3, 3, 3, 3)))), 48);
      } else {
        v128.store(normalAt, n0);
        v128.store(normalAt, n0, 16);
        v128.store(normalAt, n0, 32);
        v128.store(normalAt, n0, 48);
      }
      if (anyEmissive) {
        const emissiveAt = sampleEmissive + (<usize>k << 4);
        v128.store(emissiveAt, emissive);
        v128.store(emissiveAt, emissive, 16);
        v128.store(emissiveAt, emissive, 32);
        v128.store(emissiveAt, emissive, 48);
      }
      const albedoAt = sampleAlbedo + (<usize>k << 4);
      if (colored) {
        v128.store(albedoAt, f32x4.add(c0, f32x4.add(f32x4.mul(c1, v128.shuffle<f32>(b1, b1, 0, 0, 0, 0)), f32x4.mul(c2, v128.shuffle<f32>(b2, b2, 0, 0, 0, 0)))));
        v128.store(albedoAt, f32x4.add(c0, f32x4.add(f32x4.mul(c1, v128.shuffle<f32>(b1, b1, 1, 1, 1, 1)), f32x4.mul(c2, v128.shuffle<f32>(b2, b2, 1, 1, 1, 1)))), 16);
        v128.store(albedoAt, f32x4.add(c0, f32x4.add(f32x4.mul(c1, v128.shuffle<f32>(b1, b1, 2, 2, 2, 2)), f32x4.mul(c2, v128.shuffle<f32>(b2, b2, 2, 2, 2, 2)))), 32);
        v128.store(albedoAt, f32x4.add(c0, f32x4.add(f32x4.mul(c1, v128.shuffle<f32>(b1, b1, 3, 3, 3, 3)), f32x4.mul(c2, v128.shuffle<f32>(b2, b2, 3, 3, 3, 3)))), 48);
      }
      if (texture) {
        const u = f32x4.add(f32x4.splat(u0), f32x4.add(f32x4.mul(b1, f32x4.splat(du1)), f32x4.mul(b2, f32x4.splat(du2))));
        const v = f32x4.add(f32x4.splat(t0), f32x4.add(f32x4.mul(b1, f32x4.splat(dv1)), f32x4.mul(b2, f32x4.splat(dv2))));
        // d(u)/dx = (dU/dx − u·dw/dx)·z with U = u·w linear over the picture; u relative to u0 keeps the digits.
        const ru = f32x4.sub(u, f32x4.splat(u0));
        const rv = f32x4.sub(v, f32x4.splat(t0));
        const zw = f32x4.mul(z, f32x4.splat(textureWidth));
        const zh = f32x4.mul(z, f32x4.splat(textureHeight));
        const ux = f32x4.mul(zw, f32x4.sub(f32x4.splat(p1a * du1 + p2a * du2), f32x4.mul(ru, f32x4.splat(wa))));
        const vx = f32x4.mul(zh, f32x4.sub(f32x4.splat(p1a * dv1 + p2a * dv2), f32x4.mul(rv, f32x4.splat(wa))));
        const uy = f32x4.mul(zw, f32x4.sub(f32x4.splat(p1b * du1 + p2b * du2), f32x4.mul(ru, f32x4.splat(wb))));
        const vy = f32x4.mul(zh, f32x4.sub(f32x4.splat(p1b * dv1 + p2b * dv2), f32x4.mul(rv, f32x4.splat(wb))));
        const rho2 = f32x4.max(
          f32x4.add(f32x4.mul(ux, ux), f32x4.mul(vx, vx)),
          f32x4.add(f32x4.mul(uy, uy), f32x4.mul(vy, vy)),
        );
        const lod = f32x4.add(
          f32x4.mul(f32x4.sub(f32x4.mul(f32x4.convert_i32x4_s(rho2), f32x4.splat(1.1920928955078125e-7)), f32x4.splat(126.9427)), f32x4.splat(0.5)),
          f32x4.splat(lodBias),
        );
        v128.store(LANES, f32x4.sub(u, f32x4.floor(u)));
        v128.store(LANES, f32x4.sub(v, f32x4.floor(v)), 16);
        v128.store(LANES, lod, 32);
        const lanes = min(end - k, 4);
        for (let lane: usize = 0; lane < <usize>lanes; lane++) {
          const from = LANES + (lane << 2);
          let texel = sampleTexture(texture, load<f32>(from), load<f32>(from, 16), load<f32>(from, 32));
          if (masked) texel = f32x4.div(texel, f32x4.splat(maxNumber(f32x4.extract_lane(texel, 3), 1) * (1 / <f32>65535)));
          const to = albedoAt + (lane << 4);
          if (colored) v128.store(to, f32x4.mul(v128.load(to), f32x4.mul(texel, f32x4.splat(1 / <f32>65535))));
          else v128.store(to, f32x4.mul(texel, texelScale));
        }
      } else if (!colored) {
        v128.store(albedoAt, base);
        v128.store(albedoAt, base, 16);
        v128.store(albedoAt, base, 32);
        v128.store(albedoAt, base, 48);
      }
    }
    i = end;
  }
}

@inline function dot3(a: v128, b: v128): f32 {
  const s = f32x4.mul(a, b);
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2);
}

/** Share of sun that reaches a sample: a tent over 4×4 texels, each compared with the receiver's own plane there. */
@inline function sunlightAt(map: usize, u: f32, v: f32, height: f32, gradX: f32, gradY: f32): f32 {
  const x = floor<f32>(u);
  const y = floor<f32>(v);
  const ix = <i32>x;
  const iy = <i32>y;
  if (<u32>(ix - 1) >= <u32>(shadowSize - 3) || <u32>(iy - 1) >= <u32>(shadowSize - 3)) return 1;
  const fx = u - x;
  const fy = v - y;
  // Heights of the receiver's plane at the four columns, then a step per row.
  let plane = f32x4.add(
    f32x4.splat(height - gradY * (fy + 1)),
    f32x4.mul(f32x4.sub(f32x4(-1, 0, 1, 2), f32x4.splat(fx)), f32x4.splat(gradX)),
  );
  const step = f32x4.splat(gradY);
  const one = f32x4.splat(1);
  let p = map + (<usize>((iy - 1) * shadowSize + ix - 1) << 2);
  const rowBytes = <usize>shadowSize << 2;
  let sum = v128.and(f32x4.le(v128.load(p), plane), f32x4.splat(1 - fy));
  plane = f32x4.add(plane, step);
  p += rowBytes;
  sum = f32x4.add(sum, v128.and(f32x4.le(v128.load(p), plane), one));
  plane = f32x4.add(plane, step);
  p += rowBytes;
  sum = f32x4.add(sum, v128.and(f32x4.le(v128.load(p), plane), one));
  plane = f32x4.add(plane, step);
  p += rowBytes;
  sum = f32x4.add(sum, v128.and(f32x4.le(v128.load(p), plane), f32x4.splat(fy)));
  return (
    ((1 - fx) * f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + f32x4.extract_lane(sum, 2) + fx * f32x4.extract_lane(sum, 3)) *
    (1 / <f32>9)
  );
}

@inline function splatAt(at: usize): v128 {
  return v128.load32_splat(at);
}

/** exp(x) for x ≤ 0: 2^n by the exponent bits, 2^f by a minimax polynomial of degree 4 (relative error 4e-6). */
@inline function expNegative(x: v128): v128 {
  const t = f32x4.max(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(-126));
  const n = f32x4.floor(t);
  const f = f32x4.sub(t, n);
  let r = f32x4.splat(0.013676);
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.0516905));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.2416384));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.6929662));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(1.0000037));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(r, scale);
}

@inline function clamp01(v: v128): v128 {
  return f32x4.min(f32x4.max(v, f32x4.splat(0)), f32x4.splat(1));
}

/** Lights `count` interpolated samples into linear sampleR, G, B, exposed and held to 0–1. */
function lightSamples(count: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const eyeX = splatAt(RAYS);
  const eyeY = splatAt(RAYS + 4);
  const eyeZ = splatAt(RAYS + 8);
  const exposure = splatAt(LIGHT + 116);
  const density = f32x4.neg(splatAt(LIGHT + 112));
  const biasMeters: f32 = load<f32>(SUN, 48) * 0.5;
  for (let i = 0; i < count; i += 4) {
    const o = <usize>i << 2;
    const x = v128.load(sampleX + o);
    const y = v128.load(sampleY + o);
    const rayX = f32x4.add(splatAt(RAYS + 48), f32x4.add(f32x4.mul(x, splatAt(RAYS + 16)), f32x4.mul(y, splatAt(RAYS + 32))));
    const rayY = f32x4.add(splatAt(RAYS + 52), f32x4.add(f32x4.mul(x, splatAt(RAYS + 20)), f32x4.mul(y, splatAt(RAYS + 36))));
    const rayZ = f32x4.add(splatAt(RAYS + 56), f32x4.add(f32x4.mul(x, splatAt(RAYS + 24)), f32x4.mul(y, splatAt(RAYS + 40))));
    const rayLength = f32x4.sqrt(f32x4.add(f32x4.add(f32x4.mul(rayX, rayX), f32x4.mul(rayY, rayY)), f32x4.mul(rayZ, rayZ)));
    const w = v128.load(sampleW + o);
    const surface = f32x4.gt(w, zero);
    let red = zero;
    let green = zero;
    let blue = zero;
    if (v128.any_true(surface)) {
      const z = f32x4.div(one, v128.bitselect(w, one, surface));
      const px = f32x4.add(eyeX, f32x4.mul(rayX, z));
      const py = f32x4.add(eyeY, f32x4.mul(rayY, z));
      const pz = f32x4.add(eyeZ, f32x4.mul(rayZ, z));

      const at = <usize>i << 4;
      const na = v128.load(sampleNormal + at);
      const nb = v128.load(sampleNormal + at, 16);
      const nc = v128.load(sampleNormal + at, 32);
      const nd = v128.load(sampleNormal + at, 48);
      const nab = v128.shuffle<f32>(na, nb, 0, 4, 1, 5);
      const ncd = v128.shuffle<f32>(nc, nd, 0, 4, 1, 5);
      let nx = v128.shuffle<f32>(nab, ncd, 0, 1, 4, 5);
      let ny = v128.shuffle<f32>(nab, ncd, 2, 3, 6, 7);
      let nz = v128.shuffle<f32>(v128.shuffle<f32>(na, nb, 2, 6, 2, 6), v128.shuffle<f32>(nc, nd, 2, 6, 2, 6), 0, 1, 4, 5);
      const length2 = f32x4.add(f32x4.add(f32x4.mul(nx, nx), f32x4.mul(ny, ny)), f32x4.mul(nz, nz));
      const inverse = f32x4.div(one, f32x4.sqrt(f32x4.max(length2, f32x4.splat(1e-20))));
      nx = f32x4.mul(nx, inverse);
      ny = f32x4.mul(ny, inverse);
      nz = f32x4.mul(nz, inverse);

      const up = f32x4.add(f32x4.mul(ny, f32x4.splat(0.5)), f32x4.splat(0.5));
      red = f32x4.add(splatAt(LIGHT + 48), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 32), splatAt(LIGHT + 48))));
      green = f32x4.add(splatAt(LIGHT + 52), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 36), splatAt(LIGHT + 52))));
      blue = f32x4.add(splatAt(LIGHT + 56), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 40), splatAt(LIGHT + 56))));

      let sun = f32x4.max(zero, f32x4.add(
        f32x4.add(f32x4.mul(nx, splatAt(LIGHT)), f32x4.mul(ny, splatAt(LIGHT + 4))), f32x4.mul(nz, splatAt(LIGHT + 8)),
      ));
      if (shadowMap) {
        const lit = v128.and(f32x4.gt(sun, zero), surface);
        if (v128.any_true(lit)) sun = shadeSun(sun, lit, o, px, py, pz, biasMeters);
      }
      red = f32x4.add(red, f32x4.mul(sun, splatAt(LIGHT + 16)));
      green = f32x4.add(green, f32x4.mul(sun, splatAt(LIGHT + 20)));
      blue = f32x4.add(blue, f32x4.mul(sun, splatAt(LIGHT + 24)));

      for (let k = 0; k < pointCount; k++) {
        const light = POINTS + (<usize>k << 5);
        const lx = f32x4.sub(splatAt(light), px);
        const ly = f32x4.sub(splatAt(light + 4), py);
        const lz = f32x4.sub(splatAt(light + 8), pz);
        const d2 = f32x4.add(f32x4.add(f32x4.mul(lx, lx), f32x4.mul(ly, ly)), f32x4.mul(lz, lz));
        const t = f32x4.max(zero, f32x4.sub(one, f32x4.mul(d2, splatAt(light + 12))));
        if (!v128.any_true(t)) continue;
        const facing = f32x4.max(zero, f32x4.add(f32x4.add(f32x4.mul(nx, lx), f32x4.mul(ny, ly)), f32x4.mul(nz, lz)));
        const amount = f32x4.mul(f32x4.mul(t, t), f32x4.div(facing, f32x4.sqrt(f32x4.max(d2, f32x4.splat(1e-12)))));
        red = f32x4.add(red, f32x4.mul(amount, splatAt(light + 16)));
        green = f32x4.add(green, f32x4.mul(amount, splatAt(light + 20)));
        blue = f32x4.add(blue, f32x4.mul(amount, splatAt(light + 24)));
      }

      const aa = v128.load(sampleAlbedo + at);
      const ab = v128.load(sampleAlbedo + at, 16);
      const ac = v128.load(sampleAlbedo + at, 32);
      const ad = v128.load(sampleAlbedo + at, 48);
      const aab = v128.shuffle<f32>(aa, ab, 0, 4, 1, 5);
      const acd = v128.shuffle<f32>(ac, ad, 0, 4, 1, 5);
      red = f32x4.mul(red, v128.shuffle<f32>(aab, acd, 0, 1, 4, 5));
      green = f32x4.mul(green, v128.shuffle<f32>(aab, acd, 2, 3, 6, 7));
      blue = f32x4.mul(blue, v128.shuffle<f32>(v128.shuffle<f32>(aa, ab, 2, 6, 2, 6), v128.shuffle<f32>(ac, ad, 2, 6, 2, 6), 0, 1, 4, 5));
      if (anyEmissive) {
        const ea = v128.load(sampleEmissive + at);
        const eb = v128.load(sampleEmissive + at, 16);
        const ec = v128.load(sampleEmissive + at, 32);
        const ed = v128.load(sampleEmissive + at, 48);
        const eab = v128.shuffle<f32>(ea, eb, 0, 4, 1, 5);
        const ecd = v128.shuffle<f32>(ec, ed, 0, 4, 1, 5);
        red = f32x4.add(red, v128.shuffle<f32>(eab, ecd, 0, 1, 4, 5));
        green = f32x4.add(green, v128.shuffle<f32>(eab, ecd, 2, 3, 6, 7));
        blue = f32x4.add(blue, v128.shuffle<f32>(v128.shuffle<f32>(ea, eb, 2, 6, 2, 6), v128.shuffle<f32>(ec, ed, 2, 6, 2, 6), 0, 1, 4, 5));
      }
      const clear = expNegative(f32x4.mul(density, f32x4.mul(z, rayLength)));
      red = lerp(splatAt(LIGHT + 96), red, clear);
      green = lerp(splatAt(LIGHT + 100), green, clear);
      blue = lerp(splatAt(LIGHT + 104), blue, clear);
    }
    if (!v128.all_true<i32>(surface)) {
      // Elevation through a square root, so that the horizon's colour stays near the horizon.
      const high = f32x4.sqrt(clamp01(f32x4.div(rayY, rayLength)));
      red = v128.bitselect(red, lerp(splatAt(LIGHT + 80), splatAt(LIGHT + 64), high), surface);
      green = v128.bitselect(green, lerp(splatAt(LIGHT + 84), splatAt(LIGHT + 68), high), surface);
      blue = v128.bitselect(blue, lerp(splatAt(LIGHT + 88), splatAt(LIGHT + 72), high), surface);
    }
    v128.store(sampleR + o, clamp01(f32x4.mul(red, exposure)));
    v128.store(sampleG + o, clamp01(f32x4.mul(green, exposure)));
    v128.store(sampleB + o, clamp01(f32x4.mul(blue, exposure)));
  }
}

@inline function shadeSun(sun: v128, lit: v128, o: usize, px: v128, py: v128, pz: v128, biasMeters: f32): v128 {
  const u = f32x4.add(splatAt(SUN + 12), f32x4.add(f32x4.add(f32x4.mul(px, splatAt(SUN)), f32x4.mul(py, splatAt(SUN + 4))), f32x4.mul(pz, splatAt(SUN + 8))));
  const v = f32x4.add(splatAt(SUN + 28), f32x4.add(f32x4.add(f32x4.mul(px, splatAt(SUN + 16)), f32x4.mul(py, splatAt(SUN + 20))), f32x4.mul(pz, splatAt(SUN + 24))));
  const h = f32x4.add(splatAt(SUN + 44), f32x4.add(f32x4.add(f32x4.mul(px, splatAt(SUN + 32)), f32x4.mul(py, splatAt(SUN + 36))), f32x4.mul(pz, splatAt(SUN + 40))));
  v128.store(LANES, u);
  v128.store(LANES, v, 16);
  v128.store(LANES, h, 32);
  v128.store(LANES, lit, 48);
  v128.store(LANES, sun, 64);
  for (let lane: usize = 0; lane < 16; lane += 4) {
    const at = LANES + lane;
    if (load<i32>(at, 48) == 0) continue;
    const gradX = load<f32>(sampleGradX + o + lane);
    const gradY = load<f32>(sampleGradY + o + lane);
    const lu = load<f32>(at);
    const lv = load<f32>(at, 16);
    const height = load<f32>(at, 32) + biasMeters + 0.25 * (abs(gradX) + abs(gradY));
    let light = sunlightAt(shadowMap, lu, lv, height, gradX, gradY);
    if (moverMap && lu > moverX0 && lu < moverX1 && lv > moverY0 && lv < moverY1) {
      light = min(light, sunlightAt(moverMap, lu, lv, height, gradX, gradY));
    }
    store<f32>(at, light * load<f32>(at, 64), 64);
  }
  return v128.load(LANES, 64);
}

// ---------------------------------------------------------------- output

/** sRGB of linear 0–1, times 255: the curve's power part as a polynomial of √x fitted for x ≥ 0.0031308 (error below 0.1). */
@inline function encodeSrgb255(x: v128): v128 {
  const s = f32x4.sqrt(x);
  let r = f32x4.splat(SRGB5);
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB4));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB3));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB2));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB1));
  r = f32x4.add(f32x4.mul(r, s), f32x4.splat(SRGB0));
  return v128.bitselect(r, f32x4.mul(x, f32x4.splat(12.92 * 255)), f32x4.gt(x, f32x4.splat(0.0031308)));
}

const SRGB0: f32 = -10.227465838891101;
const SRGB1: f32 = 387.0697712091994;
const SRGB2: f32 = -357.6606238417681;
const SRGB3: f32 = 517.9781443307176;
const SRGB4: f32 = -413.9710233273923;
const SRGB5: f32 = 131.89402021728878;

@inline function encodePixels(at: usize, red: v128, green: v128, blue: v128): void {
  const r = i32x4.trunc_sat_f32x4_s(f32x4.nearest(encodeSrgb255(red)));
  const g = i32x4.trunc_sat_f32x4_s(f32x4.nearest(encodeSrgb255(green)));
  const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(encodeSrgb255(blue)));
  v128.store(at, v128.or(v128.or(r, i32x4.shl(g, 8)), v128.or(i32x4.shl(b, 16), i32x4.splat(0xff000000))));
}

/** Shades the target at one sample a pixel into rgba rows of `stride` pixels. */
export function shadeSingle(out: usize): void {
  for (let x = 0; x < stride; x += 4) {
    const first = <f32>x;
    v128.store(sampleX + (<usize>x << 2), f32x4(first, first + 1, first + 2, first + 3));
  }
  for (let y = 0; y < height; y++) {
    const rowY = f32x4.splat(<f32>y);
    const row = <usize>(y * stride) << 2;
    for (let x: usize = 0; x < <usize>stride << 2; x += 16) v128.store(sampleY + x, rowY);
    memory.copy(sampleId, ids + row, <usize>stride << 2);
    interpolateSamples(width);
    lightSamples(width);
    for (let x: usize = 0; x < <usize>width << 2; x += 16) {
      encodePixels(out + row + x, v128.load(sampleR + x), v128.load(sampleG + x), v128.load(sampleB + x));
    }
  }
}

@inline function pushSample(n: i32, x: f32, y: f32, id: u32): void {
  const o = <usize>n << 2;
  store<f32>(sampleX + o, x);
  store<f32>(sampleY + o, y);
  store<u32>(sampleId + o, id);
}

/**
 * Shades a target of 2×2 samples a pixel into rgba rows of `outStride` pixels: once, at the centre, where all
 * four samples show one triangle; at each sample elsewhere, averaged in linear light.
 */
export function shadeQuad(out: usize, outStride: i32): void {
  const outWidth = width >> 1;
  const outHeight = height >> 1;
  for (let y = 0; y < outHeight; y++) {
    const top = ids + (<usize>(2 * y * stride) << 2);
    const bottom = top + (<usize>stride << 2);
    const sy = <f32>y * <f32>2;
    let n = 0;
    for (let x = 0; x < outWidth; x++) {
      const o = <usize>x << 3;
      const id0 = load<u32>(top + o);
      const id1 = load<u32>(top + o, 4);
      const id2 = load<u32>(bottom + o);
      const id3 = load<u32>(bottom + o, 4);
      const sx = <f32>x * <f32>2;
      if (id0 == id1 && id0 == id2 && id0 == id3) {
        pushSample(n, sx + 0.5, sy + 0.5, id0);
        n++;
      } else {
        pushSample(n, sx, sy, id0);
        pushSample(n + 1, sx, sy + 1, id2);
        pushSample(n + 2, sx + 1, sy, id1);
        pushSample(n + 3, sx + 1, sy + 1, id3);
        n += 4;
      }
    }
    // A group of four past the end reads positions of the row before; keep them finite.
    for (let k = n; k < n + 4; k++) pushSample(k, 0, 0, 0);
    interpolateSamples(n);
    lightSamples(n);
    // Compacts in place: pixel x never reads behind where it writes.
    n = 0;
    for (let x = 0; x < outWidth; x++) {
      const o = <usize>x << 2;
      const from = <usize>n << 2;
      const id = <usize>x << 3;
      const first = load<u32>(top + id);
      if (first == load<u32>(top + id, 4) && first == load<u32>(bottom + id) && first == load<u32>(bottom + id, 4)) {
        store<f32>(sampleR + o, load<f32>(sampleR + from));
        store<f32>(sampleG + o, load<f32>(sampleG + from));
        store<f32>(sampleB + o, load<f32>(sampleB + from));
        n++;
      } else {
        store<f32>(sampleR + o, averageFour(sampleR + from));
        store<f32>(sampleG + o, averageFour(sampleG + from));
        store<f32>(sampleB + o, averageFour(sampleB + from));
        n += 4;
      }
    }
    const row = <usize>(y * outStride) << 2;
    for (let x: usize = 0; x < <usize>outWidth << 2; x += 16) {
      encodePixels(out + row + x, v128.load(sampleR + x), v128.load(sampleG + x), v128.load(sampleB + x));
    }
  }
}

@inline function averageFour(at: usize): f32 {
  return (load<f32>(at) + load<f32>(at, 4) + load<f32>(at, 8) + load<f32>(at, 12)) * 0.25;
}

/** Metres along the viewing axis and node ids of the target, tightly packed rows of `width`. */
export function writeDepthAndNode(depthOut: usize, nodeOut: usize): void {
  for (let y = 0; y < height; y++) {
    const row = <usize>(y * stride) << 2;
    for (let x: usize = 0; x < <usize>width; x++) {
      const id = load<u32>(ids + row + (x << 2));
      let z: f32 = Infinity;
      let node: u32 = 0;
      if (id) {
        z = 1 / load<f32>(depths + row + (x << 2));
        node = load<u32>(<usize>load<u32>(records + <usize>(id - 1) * RECORD_BYTES, 84), 8);
      }
      store<f32>(depthOut, z);
      store<u16>(nodeOut, <u16>node);
      depthOut += 4;
      nodeOut += 2;
    }
  }
}
