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
 * Texture:            u32 levelCount, f32 width, f32 height, u32 unused, then per level u32 texels, f32 width ×
 *                     32768, f32 height × 32768, u32 rowBytes. Texels are 4 × u16 linear light 0–32767,
 *                     alpha-premultiplied where the material is masked, with a border of one wrapped texel.
 * Record, 104 bytes:  f64 plane w (a,b,c), plane p1, plane p2 | u32 vertex 0,1,2 | u32 part | u16 back, mirrored |
 *                     f32 lowest, highest w | u32 shade (0 none yet). w is 1/z; p1/w and p2/w are the
 *                     barycentric coordinates b1, b2 of vertices 1 and 2.
 * Shade, 144 bytes:   v128 normal, its change with b1, b2 | v128 colour, its changes | f32 u, v, their changes with
 *                     b1, b2 | f32 dU/dx, dV/dx, dU/dy, dV/dy (U = u·w) | f32 shadow plane's slope per texel u, v
 */

/** Where the host may allocate: behind the blocks below. */
export { __heap_base };

const RECORD_BYTES: usize = 104;
const SHADE_BYTES: usize = 144;
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
/** 3 × v128 rows (x,y,z,offset): texel u, texel v, height towards the sun, of a world point; then f32 metres per texel, map units per metre. */
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
let shades: usize = 0;
let shadeCount: u32 = 0;

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

/** Room for the shades of as many triangles as can be seen at once. */
export function setShades(at: usize): void {
  shades = at;
}

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
  shadeCount = 0;
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
      low = f32x4.pmin(low, p);
      high = f32x4.pmax(high, p);
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
            const clamped = f32x4.pmin(f32x4.pmax(value, lowV), highV);
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
            const clamped = f32x4.pmin(f32x4.pmax(value, lowV), highV);
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

/**
 * Keeps those of four samples from (x, y) on whose alpha reaches the record's cutoff. The level of detail is that
 * of the first sample and of its finer axis, so that thin leaves do not vanish in the distance.
 */
function maskByAlpha(mask: v128, record: usize, x: i32, y: i32): v128 {
  const part = <usize>load<u32>(record, 84);
  const v0 = <usize>load<u32>(record, 72);
  const v1 = <usize>load<u32>(record, 76);
  const v2 = <usize>load<u32>(record, 80);
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const lanes = f32x4(0, 1, 2, 3);
  const wa = <f32>load<f64>(record);
  const wb = <f32>load<f64>(record, 8);
  const p1a = <f32>load<f64>(record, 24);
  const p1b = <f32>load<f64>(record, 32);
  const p2a = <f32>load<f64>(record, 48);
  const p2b = <f32>load<f64>(record, 56);
  const w0 = planeAt(record, <f64>x, <f64>y);
  const z = f32x4.div(one, f32x4.add(f32x4.splat(w0), f32x4.mul(lanes, f32x4.splat(wa))));
  const p1 = f32x4.add(f32x4.splat(planeAt(record + 24, <f64>x, <f64>y)), f32x4.mul(lanes, f32x4.splat(p1a)));
  const p2 = f32x4.add(f32x4.splat(planeAt(record + 48, <f64>x, <f64>y)), f32x4.mul(lanes, f32x4.splat(p2a)));
  const b1 = f32x4.pmin(one, f32x4.pmax(zero, f32x4.mul(p1, z)));
  const b2 = f32x4.pmin(f32x4.sub(one, b1), f32x4.pmax(zero, f32x4.mul(p2, z)));
  let alpha = splatAt(part + 28);
  if (load<u32>(part, 4) & PART_COLORS) {
    const a0 = load<f32>(colors + v0 * 16, 12);
    alpha = f32x4.mul(alpha, mix3(
      f32x4.splat(a0),
      f32x4.splat(load<f32>(colors + v1 * 16, 12) - a0), f32x4.splat(load<f32>(colors + v2 * 16, 12) - a0), b1, b2,
    ));
  }
  const texture = <usize>load<u32>(part);
  if (texture) {
    const u0 = load<f32>(uvs + v0 * 8);
    const t0 = load<f32>(uvs + v0 * 8, 4);
    const du1 = load<f32>(uvs + v1 * 8) - u0;
    const dv1 = load<f32>(uvs + v1 * 8, 4) - t0;
    const du2 = load<f32>(uvs + v2 * 8) - u0;
    const dv2 = load<f32>(uvs + v2 * 8, 4) - t0;
    const u = mix3(f32x4.splat(u0), f32x4.splat(du1), f32x4.splat(du2), b1, b2);
    const v = mix3(f32x4.splat(t0), f32x4.splat(dv1), f32x4.splat(dv2), b1, b2);
    const z0 = f32x4.extract_lane(z, 0);
    const ru = f32x4.extract_lane(u, 0) - u0;
    const rv = f32x4.extract_lane(v, 0) - t0;
    const scaleU = load<f32>(texture, 4) * z0;
    const scaleV = load<f32>(texture, 8) * z0;
    const ux = (p1a * du1 + p2a * du2 - ru * wa) * scaleU;
    const vx = (p1a * dv1 + p2a * dv2 - rv * wa) * scaleV;
    const uy = (p1b * du1 + p2b * du2 - ru * wb) * scaleU;
    const vy = (p1b * dv1 + p2b * dv2 - rv * wb) * scaleV;
    const rhoX = ux * ux + vx * vx;
    const rhoY = uy * uy + vy * vy;
    const lod = approximateHalfLog2(rhoX < rhoY ? rhoX : rhoY);
    const level = lod > 0 ? min(<i32>(lod + 0.5), load<i32>(texture) - 1) : 0;
    const at = texture + 16 + (<usize>level << 4);
    v128.store(LANES, f32x4.sub(u, f32x4.floor(u)));
    v128.store(LANES, f32x4.sub(v, f32x4.floor(v)), 16);
    v128.store(LANES, zero, 32);
    const bits = i32x4.bitmask(mask);
    for (let k = 0; k < 4; k++) {
      if (!(bits & (1 << k))) continue;
      const lane = LANES + (<usize>k << 2);
      store<f32>(lane, <f32>i16x8.extract_lane_s(sampleLevel(at, load<f32>(lane), load<f32>(lane, 16)), 3) * TEXEL_UNIT, 32);
    }
    alpha = f32x4.mul(alpha, v128.load(LANES, 32));
  }
  return v128.and(mask, f32x4.ge(alpha, splatAt(part + 12)));
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
  store<u32>(record, 0, 100);
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
  // A border of four texels stays empty: receivers outside the map read it, and are lit.
  const minX = max((min(min(ix0, ix1), ix2) + 255) >> 8, 4);
  const maxX = min(max(max(ix0, ix1), ix2) >> 8, width - 5);
  const minY = max((min(min(iy0, iy1), iy2) + 255) >> 8, 4);
  const maxY = min(max(max(iy0, iy1), iy2) >> 8, height - 5);
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

/** a + (b − a)·t in 16-bit fixed point, t in [0, 32767] standing for 0–1. */
@inline function lerpFixed(a: v128, b: v128, t: i32): v128 {
  return i16x8.add(a, i16x8.q15mulr_sat_s(i16x8.sub(b, a), i16x8.splat(<i16>t)));
}

const TEXEL_UNIT: f32 = 1 / <f32>32767;

/** Bilinear texel of one level in the low four 16-bit lanes, rgba 0–32767; u and v in [0, 1]. */
@inline function sampleLevel(level: usize, u: f32, v: f32): v128 {
  // Texel (0, 0) has its centre at a half, and the border shifts all by one: +0.5 in 1/32768 texel.
  const x = <i32>(u * load<f32>(level, 4) + 16384);
  const y = <i32>(v * load<f32>(level, 8) + 16384);
  const rowBytes = <usize>load<u32>(level, 12);
  const p = <usize>load<u32>(level) + <usize>(y >> 15) * rowBytes + (<usize>(x >> 15) << 3);
  const both = lerpFixed(v128.load(p), v128.load(p + rowBytes), y & 0x7fff);
  return lerpFixed(both, v128.shuffle<i64>(both, both, 1, 1), x & 0x7fff);
}

/**
 * Texel at a level of detail (0 is the full size), as sampleLevel gives it. Two levels are blended only in the
 * middle half between them ("brilinear"): half the fetches of trilinear filtering, and still no seam.
 */
@inline function sampleTexture(texture: usize, u: f32, v: f32, lod: f32): v128 {
  const last = load<i32>(texture) - 1;
  const level = lod > 0 ? <i32>lod : 0;
  if (level >= last) return sampleLevel(texture + 16 + (<usize>last << 4), u, v);
  const at = texture + 16 + (<usize>level << 4);
  const blend = (lod - <f32>level) * 2 - 0.5;
  if (blend <= 0) return sampleLevel(at, u, v);
  if (blend >= 1) return sampleLevel(at + 16, u, v);
  return lerpFixed(sampleLevel(at, u, v), sampleLevel(at + 16, u, v), <i32>(blend * 32767));
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

/** Maps are shadowSize² × i16 as quantizeHeights writes them, or 0 for none; the mover map is looked at only inside its rectangle of texels. */
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

/** Fills in what shading needs of a record that turned out to be seen, and returns where it is. */
function prepareShade(record: usize): usize {
  const shade = shades + <usize>shadeCount * SHADE_BYTES;
  shadeCount++;
  store<u32>(record, <u32>shade, 100);
  const part = <usize>load<u32>(record, 84);
  const flags = load<u32>(part, 4);
  const v0 = <usize>load<u32>(record, 72);
  const v1 = <usize>load<u32>(record, 76);
  const v2 = <usize>load<u32>(record, 80);
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
    const texelMeters = load<f32>(SUN, 48);
    const alongL = dot3(cross, v128.load(SUN, 32));
    const scale = alongL != 0 ? -(texelMeters * texelMeters) / alongL : 0;
    const steepest: f32 = texelMeters * <f32>8;
    gradX = min(max(dot3(cross, v128.load(SUN)) * scale, -steepest), steepest);
    gradY = min(max(dot3(cross, v128.load(SUN, 16)) * scale, -steepest), steepest);
  }
  store<f32>(shade, gradX, 136);
  store<f32>(shade, gradY, 140);

  const facing = f32x4.splat(load<u16>(record, 88) ? -1 : 1);
  if (flags & PART_NORMALS) {
    const n0 = v128.load(worldNormals + v0 * 16);
    v128.store(shade, f32x4.mul(n0, facing));
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(worldNormals + v1 * 16), n0), facing), 16);
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(worldNormals + v2 * 16), n0), facing), 32);
  } else {
    const mirrored = f32x4.splat(load<u16>(record, 90) ? -1 : 1);
    v128.store(shade, f32x4.mul(f32x4.mul(normalize3(cross), facing), mirrored));
  }
  if (flags & PART_COLORS) {
    const base = v128.load(part, 16);
    const c0 = v128.load(colors + v0 * 16);
    v128.store(shade, f32x4.mul(c0, base), 48);
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(colors + v1 * 16), c0), base), 64);
    v128.store(shade, f32x4.mul(f32x4.sub(v128.load(colors + v2 * 16), c0), base), 80);
  }
  const texture = <usize>load<u32>(part);
  if (texture) {
    const u0 = load<f32>(uvs + v0 * 8);
    const t0 = load<f32>(uvs + v0 * 8, 4);
    const du1 = load<f32>(uvs + v1 * 8) - u0;
    const dv1 = load<f32>(uvs + v1 * 8, 4) - t0;
    const du2 = load<f32>(uvs + v2 * 8) - u0;
    const dv2 = load<f32>(uvs + v2 * 8, 4) - t0;
    const p1a = <f32>load<f64>(record, 24);
    const p1b = <f32>load<f64>(record, 32);
    const p2a = <f32>load<f64>(record, 48);
    const p2b = <f32>load<f64>(record, 56);
    store<f32>(shade, u0, 96);
    store<f32>(shade, t0, 100);
    store<f32>(shade, du1, 104);
    store<f32>(shade, dv1, 108);
    store<f32>(shade, du2, 112);
    store<f32>(shade, dv2, 116);
    store<f32>(shade, p1a * du1 + p2a * du2, 120);
    store<f32>(shade, p1a * dv1 + p2a * dv2, 124);
    store<f32>(shade, p1b * du1 + p2b * du2, 128);
    store<f32>(shade, p1b * dv1 + p2b * dv2, 132);
  }
  return shade;
}

@inline function mix3(a: v128, da: v128, db: v128, t1: v128, t2: v128): v128 {
  return f32x4.add(a, f32x4.add(f32x4.mul(da, t1), f32x4.mul(db, t2)));
}

/** Sets albedo, normal, emissive, 1/z and the shadow plane's slope of samples [from, to) from their records. */
function interpolateSamples(from: i32, to: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  let i = from;
  while (i < to) {
    const id = load<u32>(sampleId + (<usize>i << 2));
    // 32 at most: single-precision steps from a double-precision start stay exact enough for textures.
    const limit = min(to, i + 32);
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
    let shade = <usize>load<u32>(record, 100);
    if (!shade) shade = prepareShade(record);

    const startX = load<f32>(sampleX + (<usize>i << 2));
    const startY = load<f32>(sampleY + (<usize>i << 2));
    const wStart = f32x4.splat(planeAt(record, <f64>startX, <f64>startY));
    const p1Start = f32x4.splat(planeAt(record + 24, <f64>startX, <f64>startY));
    const p2Start = f32x4.splat(planeAt(record + 48, <f64>startX, <f64>startY));
    // A sample may lie a snapping step outside its triangle; nearly edge-on, the plane runs away there.
    const lowW = splatAt(record + 92);
    const highW = splatAt(record + 96);
    const wa = f32x4.splat(<f32>load<f64>(record));
    const wb = f32x4.splat(<f32>load<f64>(record, 8));
    const p1a = f32x4.splat(<f32>load<f64>(record, 24));
    const p1b = f32x4.splat(<f32>load<f64>(record, 32));
    const p2a = f32x4.splat(<f32>load<f64>(record, 48));
    const p2b = f32x4.splat(<f32>load<f64>(record, 56));
    const smooth = (flags & PART_NORMALS) != 0;
    const colored = (flags & PART_COLORS) != 0;
    const texture = <usize>load<u32>(part);
    const masked = (flags & PART_MASKED) != 0 && texture != 0;
    const base = v128.load(part, 16);
    const texelScale = f32x4.mul(base, f32x4.splat(TEXEL_UNIT));

    for (let k = i; k < end; k += 4) {
      const o = <usize>k << 2;
      const dx = f32x4.sub(v128.load(sampleX + o), f32x4.splat(startX));
      const dy = f32x4.sub(v128.load(sampleY + o), f32x4.splat(startY));
      const w = f32x4.pmin(highW, f32x4.pmax(lowW, mix3(wStart, wa, wb, dx, dy)));
      const z = f32x4.div(one, w);
      const b1 = f32x4.pmin(one, f32x4.pmax(zero, f32x4.mul(mix3(p1Start, p1a, p1b, dx, dy), z)));
      const b2 = f32x4.pmin(f32x4.sub(one, b1), f32x4.pmax(zero, f32x4.mul(mix3(p2Start, p2a, p2b, dx, dy), z)));
      v128.store(sampleW + o, w);
      v128.store(sampleGradX + o, splatAt(shade + 136));
      v128.store(sampleGradY + o, splatAt(shade + 140));

      const normalAt = sampleNormal + (<usize>k << 4);
      const n0 = v128.load(shade);
      if (smooth) {
        const n1 = v128.load(shade, 16);
        const n2 = v128.load(shade, 32);
        v128.store(normalAt, mix3(n0, n1, n2, v128.shuffle<f32>(b1, b1, 0, 0, 0, 0), v128.shuffle<f32>(b2, b2, 0, 0, 0, 0)));
        v128.store(normalAt, mix3(n0, n1, n2, v128.shuffle<f32>(b1, b1, 1, 1, 1, 1), v128.shuffle<f32>(b2, b2, 1, 1, 1, 1)), 16);
        v128.store(normalAt, mix3(n0, n1, n2, v128.shuffle<f32>(b1, b1, 2, 2, 2, 2), v128.shuffle<f32>(b2, b2, 2, 2, 2, 2)), 32);
        v128.store(normalAt, mix3(n0, n1, n2, v128.shuffle<f32>(b1, b1, 3, 3, 3, 3), v128.shuffle<f32>(b2, b2, 3, 3, 3, 3)), 48);
      } else {
        v128.store(normalAt, n0);
        v128.store(normalAt, n0, 16);
        v128.store(normalAt, n0, 32);
        v128.store(normalAt, n0, 48);
      }
      if (anyEmissive) {
        const emissive = v128.load(part, 32);
        const emissiveAt = sampleEmissive + (<usize>k << 4);
        v128.store(emissiveAt, emissive);
        v128.store(emissiveAt, emissive, 16);
        v128.store(emissiveAt, emissive, 32);
        v128.store(emissiveAt, emissive, 48);
      }
      const albedoAt = sampleAlbedo + (<usize>k << 4);
      if (colored) {
        const c0 = v128.load(shade, 48);
        const c1 = v128.load(shade, 64);
        const c2 = v128.load(shade, 80);
        v128.store(albedoAt, mix3(c0, c1, c2, v128.shuffle<f32>(b1, b1, 0, 0, 0, 0), v128.shuffle<f32>(b2, b2, 0, 0, 0, 0)));
        v128.store(albedoAt, mix3(c0, c1, c2, v128.shuffle<f32>(b1, b1, 1, 1, 1, 1), v128.shuffle<f32>(b2, b2, 1, 1, 1, 1)), 16);
        v128.store(albedoAt, mix3(c0, c1, c2, v128.shuffle<f32>(b1, b1, 2, 2, 2, 2), v128.shuffle<f32>(b2, b2, 2, 2, 2, 2)), 32);
        v128.store(albedoAt, mix3(c0, c1, c2, v128.shuffle<f32>(b1, b1, 3, 3, 3, 3), v128.shuffle<f32>(b2, b2, 3, 3, 3, 3)), 48);
      }
      if (texture) {
        // d(u)/dx = (dU/dx − u·dw/dx)·z with U = u·w linear over the picture; u relative to u0 keeps the digits.
        const ru = f32x4.add(f32x4.mul(b1, splatAt(shade + 104)), f32x4.mul(b2, splatAt(shade + 112)));
        const rv = f32x4.add(f32x4.mul(b1, splatAt(shade + 108)), f32x4.mul(b2, splatAt(shade + 116)));
        const u = f32x4.add(splatAt(shade + 96), ru);
        const v = f32x4.add(splatAt(shade + 100), rv);
        const zw = f32x4.mul(z, splatAt(texture + 4));
        const zh = f32x4.mul(z, splatAt(texture + 8));
        const ux = f32x4.mul(zw, f32x4.sub(splatAt(shade + 120), f32x4.mul(ru, wa)));
        const vx = f32x4.mul(zh, f32x4.sub(splatAt(shade + 124), f32x4.mul(rv, wa)));
        const uy = f32x4.mul(zw, f32x4.sub(splatAt(shade + 128), f32x4.mul(ru, wb)));
        const vy = f32x4.mul(zh, f32x4.sub(splatAt(shade + 132), f32x4.mul(rv, wb)));
        const rho2 = f32x4.pmax(
          f32x4.add(f32x4.mul(ux, ux), f32x4.mul(vx, vx)),
          f32x4.add(f32x4.mul(uy, uy), f32x4.mul(vy, vy)),
        );
        // log2(√rho2): exponent and mantissa of the float, the mantissa's bow as a parabola (error below 0.01).
        const straight = f32x4.mul(f32x4.convert_i32x4_s(rho2), f32x4.splat(1.1920928955078125e-7));
        const mantissa = f32x4.sub(straight, f32x4.floor(straight));
        const bow = f32x4.mul(f32x4.mul(mantissa, f32x4.sub(one, mantissa)), f32x4.splat(0.346));
        const lod = f32x4.add(f32x4.mul(f32x4.sub(f32x4.add(straight, bow), f32x4.splat(127)), f32x4.splat(0.5)), f32x4.splat(lodBias));
        v128.store(LANES, f32x4.sub(u, f32x4.floor(u)));
        v128.store(LANES, f32x4.sub(v, f32x4.floor(v)), 16);
        v128.store(LANES, lod, 32);
        const lanesEnd = LANES + (<usize>min(end - k, 4) << 2);
        let to = albedoAt;
        for (let lane = LANES; lane < lanesEnd; lane += 4, to += 16) {
          let texel = f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_s(
            sampleTexture(texture, load<f32>(lane), load<f32>(lane, 16), load<f32>(lane, 32)),
          ));
          if (masked) texel = f32x4.div(texel, f32x4.splat(maxNumber(f32x4.extract_lane(texel, 3), 1) * TEXEL_UNIT));
          if (colored) v128.store(to, f32x4.mul(v128.load(to), f32x4.mul(texel, f32x4.splat(TEXEL_UNIT))));
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

/** Samples shaded at a time: their buffers then stay in the first-level cache. A multiple of 4. */
const CHUNK: i32 = 128;

function shadeSamples(count: i32): void {
  for (let from = 0; from < count; from += CHUNK) {
    const to = min(from + CHUNK, count);
    interpolateSamples(from, to);
    lightSamples(from, to);
  }
}

@inline function dot3(a: v128, b: v128): f32 {
  const s = f32x4.mul(a, b);
  return f32x4.extract_lane(s, 0) + f32x4.extract_lane(s, 1) + f32x4.extract_lane(s, 2);
}

@inline function splatAt(at: usize): v128 {
  return v128.load32_splat(at);
}

/** exp(x) for x ≤ 0: 2^n by the exponent bits, 2^f by a minimax polynomial of degree 4 (relative error 4e-6). */
@inline function expNegative(x: v128): v128 {
  const t = f32x4.pmax(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(-126));
  const n = f32x4.floor(t);
  const f = f32x4.sub(t, n);
  let r = f32x4.splat(0.013676);
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.0516905));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.2416384));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(0.6929662));
  r = f32x4.add(f32x4.mul(r, f), f32x4.splat(1.0000037));
  // 1.5·2²³ leaves n + 127 in the lowest bits, negative n included.
  const scale = i32x4.shl(f32x4.add(n, f32x4.splat(12582912 + 127)), 23);
  return f32x4.mul(r, scale);
}

@inline function clamp01(v: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), v));
}

/** Lights interpolated samples [from, to) into linear sampleR, G, B, exposed and held to 0–1. */
function lightSamples(from: i32, to: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const eyeX = splatAt(RAYS);
  const eyeY = splatAt(RAYS + 4);
  const eyeZ = splatAt(RAYS + 8);
  const exposure = splatAt(LIGHT + 116);
  const density = f32x4.neg(splatAt(LIGHT + 112));
  for (let i = from; i < to; i += 4) {
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
      const inverse = f32x4.div(one, f32x4.sqrt(f32x4.pmax(length2, f32x4.splat(1e-20))));
      nx = f32x4.mul(nx, inverse);
      ny = f32x4.mul(ny, inverse);
      nz = f32x4.mul(nz, inverse);

      const up = f32x4.add(f32x4.mul(ny, f32x4.splat(0.5)), f32x4.splat(0.5));
      red = f32x4.add(splatAt(LIGHT + 48), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 32), splatAt(LIGHT + 48))));
      green = f32x4.add(splatAt(LIGHT + 52), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 36), splatAt(LIGHT + 52))));
      blue = f32x4.add(splatAt(LIGHT + 56), f32x4.mul(up, f32x4.sub(splatAt(LIGHT + 40), splatAt(LIGHT + 56))));

      let sun = f32x4.pmax(zero, f32x4.add(
        f32x4.add(f32x4.mul(nx, splatAt(LIGHT)), f32x4.mul(ny, splatAt(LIGHT + 4))), f32x4.mul(nz, splatAt(LIGHT + 8)),
      ));
      if (shadowMap) {
        const lit = v128.and(f32x4.gt(sun, zero), surface);
        if (v128.any_true(lit)) sun = f32x4.mul(sun, sunShare(o, px, py, pz));
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
        const t = f32x4.pmax(zero, f32x4.sub(one, f32x4.mul(d2, splatAt(light + 12))));
        if (!v128.any_true(t)) continue;
        const facing = f32x4.pmax(zero, f32x4.add(f32x4.add(f32x4.mul(nx, lx), f32x4.mul(ny, ly)), f32x4.mul(nz, lz)));
        const amount = f32x4.mul(f32x4.mul(t, t), f32x4.div(facing, f32x4.sqrt(f32x4.pmax(d2, f32x4.splat(1e-12)))));
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

/**
 * Turns a rectangle of a target of heights into 16-bit map texels, `perMeter` of them a metre: half the memory
 * of floats, which is what a look-up waits for. x and w in multiples of 8; nothing becomes −32768.
 */
export function quantizeHeights(from: usize, to: usize, mapStride: i32, x: i32, y: i32, w: i32, h: i32, perMeter: f32): void {
  const scale = f32x4.splat(perMeter);
  for (let row = y; row < y + h; row++) {
    const at = <usize>(row * mapStride + x);
    for (let k: usize = 0; k < <usize>w; k += 8) {
      const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from + ((at + k) << 2)), scale)));
      const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(from + ((at + k) << 2), 16), scale)));
      v128.store(to + ((at + k) << 1), i16x8.narrow_i32x4_s(a, b));
    }
  }
}

/**
 * Shares of sun that reach four samples: a tent over 4×4 texels each, every texel compared with the height of
 * the receiver's own plane there, so that a plane does not shade itself. `height` is in the map's units.
 */
@inline function sunlight(map: usize, u: v128, v: v128, height: v128, gradX: v128, gradY: v128): v128 {
  const one = f32x4.splat(1);
  const floorU = f32x4.floor(u);
  const floorV = f32x4.floor(v);
  const fx = f32x4.sub(u, floorU);
  const fy = f32x4.sub(v, floorV);
  // Held inside the map: its border is never drawn on, so what lies outside is lit.
  const inside = f32x4.splat(<f32>(shadowSize - 4));
  const x = f32x4.pmin(inside, f32x4.pmax(f32x4.splat(0), f32x4.sub(floorU, one)));
  const y = f32x4.pmin(inside, f32x4.pmax(f32x4.splat(0), f32x4.sub(floorV, one)));
  const texel = i32x4.add(i32x4.mul(toInteger(y), i32x4.splat(shadowSize)), toInteger(x));
  v128.store(LANES, i32x4.add(i32x4.shl(texel, 1), i32x4.splat(<i32>map)));
  // Weights in 1/256 of the first column and row; the last ones' are what is missing to 256.
  v128.store(LANES, toInteger(f32x4.mul(f32x4.sub(one, fx), f32x4.splat(256))), 16);
  v128.store(LANES, toInteger(f32x4.mul(f32x4.sub(one, fy), f32x4.splat(256))), 32);
  // Height of the receiver's plane at the first of the 4×4 texels, and its steps.
  const first = f32x4.sub(f32x4.sub(height, f32x4.mul(gradY, f32x4.add(fy, one))), f32x4.mul(gradX, f32x4.add(fx, one)));
  v128.store(LANES, toInteger(f32x4.pmin(f32x4.splat(32000), f32x4.pmax(f32x4.splat(-32000), first))), 48);
  v128.store(LANES, toInteger(gradX), 64);
  v128.store(LANES, toInteger(gradY), 80);
  const a = sunOfSample(LANES);
  const b = sunOfSample(LANES + 4);
  const c = sunOfSample(LANES + 8);
  const d = sunOfSample(LANES + 12);
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  const sum = i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
  return f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.splat(1 / <f32>(9 * 65536)));
}

/** Nearest integers of four floats within ±2²²: adding 1.5·2²³ leaves them in the lowest bits. */
@inline function toInteger(v: v128): v128 {
  return i32x4.sub(f32x4.add(v, f32x4.splat(12582912)), f32x4.splat(12582912));
}

/** Four sums whose total is 9 · 65536 times the share of sun of one sample, from its lane of the scratch. */
@inline function sunOfSample(lane: usize): v128 {
  const p = <usize>load<u32>(lane);
  const rowBytes = <usize>shadowSize << 1;
  const rows01 = v128.load64_lane(p + rowBytes, v128.load64_zero(p), 1);
  const rows23 = v128.load64_lane(p + rowBytes * 3, v128.load64_zero(p + rowBytes * 2), 1);
  const lower = i16x8(0, 0, 0, 0, -1, -1, -1, -1);
  const full = i16x8.splat(256);
  const gradY = v128.load16_splat(lane + 80);
  const plane01 = i16x8.add(
    i16x8.add(v128.load16_splat(lane + 48), v128.and(gradY, lower)),
    i16x8.mul(v128.load16_splat(lane + 64), i16x8(0, 1, 2, 3, 0, 1, 2, 3)),
  );
  const plane23 = i16x8.add(plane01, i16x8.add(gradY, gradY));
  const firstY = v128.load16_splat(lane + 32);
  const firstX = v128.load16_splat(lane + 16);
  const weights01 = v128.bitselect(full, firstY, lower);
  const weights23 = v128.bitselect(i16x8.sub(full, firstY), full, lower);
  const columns = i16x8.add(
    v128.andnot(weights01, i16x8.gt_s(rows01, plane01)),
    v128.andnot(weights23, i16x8.gt_s(rows23, plane23)),
  );
  const weightsX = v128.bitselect(
    v128.bitselect(i16x8.sub(full, firstX), full, i16x8(0, 0, 0, -1, 0, 0, 0, -1)),
    firstX,
    i16x8(0, -1, -1, -1, 0, -1, -1, -1),
  );
  return i32x4.dot_i16x8_s(columns, weightsX);
}

@inline function sunRow(row: usize, px: v128, py: v128, pz: v128): v128 {
  return f32x4.add(
    splatAt(row + 12),
    f32x4.add(f32x4.add(f32x4.mul(px, splatAt(row)), f32x4.mul(py, splatAt(row + 4))), f32x4.mul(pz, splatAt(row + 8))),
  );
}

/** Shares of sun at four world points: what stands still and what moves have a map each. */
@inline function sunShare(o: usize, px: v128, py: v128, pz: v128): v128 {
  const u = sunRow(SUN, px, py, pz);
  const v = sunRow(SUN + 16, px, py, pz);
  const gradX = v128.load(sampleGradX + o);
  const gradY = v128.load(sampleGradY + o);
  const slope = f32x4.add(f32x4.abs(gradX), f32x4.abs(gradY));
  // Half a texel's width and a quarter of its slope: smaller shows acne on smooth shapes, larger lets light under walls.
  const bias = f32x4.add(f32x4.splat(load<f32>(SUN, 48) * 0.5), f32x4.mul(slope, f32x4.splat(0.25)));
  const perMeter = splatAt(SUN + 52);
  const height = f32x4.mul(f32x4.add(sunRow(SUN + 32, px, py, pz), bias), perMeter);
  const stepX = f32x4.mul(gradX, perMeter);
  const stepY = f32x4.mul(gradY, perMeter);
  let share = sunlight(shadowMap, u, v, height, stepX, stepY);
  if (moverMap) {
    const near = v128.and(
      v128.and(f32x4.gt(u, f32x4.splat(moverX0)), f32x4.lt(u, f32x4.splat(moverX1))),
      v128.and(f32x4.gt(v, f32x4.splat(moverY0)), f32x4.lt(v, f32x4.splat(moverY1))),
    );
    // Texels outside the rectangle are left over from earlier: only lanes inside may look.
    if (v128.any_true(near)) {
      share = v128.bitselect(f32x4.pmin(share, sunlight(moverMap, u, v, height, stepX, stepY)), share, near);
    }
  }
  return share;
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
  // Adding 2²³ rounds to an integer and leaves it in the float's lowest bits.
  const byte = i32x4.splat(0xff);
  const r = v128.and(f32x4.add(encodeSrgb255(red), f32x4.splat(8388608)), byte);
  const g = v128.and(f32x4.add(encodeSrgb255(green), f32x4.splat(8388608)), byte);
  const b = v128.and(f32x4.add(encodeSrgb255(blue), f32x4.splat(8388608)), byte);
  v128.store(at, v128.or(v128.or(r, i32x4.shl(g, 8)), v128.or(i32x4.shl(b, 16), i32x4.splat(0xff000000))));
}

/** Shades the target at one sample a pixel into tight rgba rows; up to 3 pixels past the last are written. */
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
    shadeSamples(width);
    for (let x: usize = 0; x < <usize>width << 2; x += 16) {
      encodePixels(out + <usize>(y * width) * 4 + x, v128.load(sampleR + x), v128.load(sampleG + x), v128.load(sampleB + x));
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
 * Shades a target of 2×2 samples a pixel into tight rgba rows: once, at the centre, where all
 * four samples show one triangle; at each sample elsewhere, averaged in linear light.
 */
export function shadeQuad(out: usize): void {
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
    shadeSamples(n);
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
    const row = <usize>(y * outWidth) << 2;
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
