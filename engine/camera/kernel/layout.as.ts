/**
 * The camera kernel's memory: layouts of what placeWorld.ts writes and of what the kernel adds, and the fixed
 * blocks that the host fills in before each picture.
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

export const RECORD_BYTES: usize = 104;
export const SHADE_BYTES: usize = 144;
export const MESHLET_BYTES: usize = 64;

export const PART_NORMALS: u32 = 1;
export const PART_COLORS: u32 = 2;
export const PART_DOUBLE_SIDED: u32 = 4;
export const PART_MASKED: u32 = 8;

export const NODE_VISIBLE: u32 = 1;
export const NODE_MIRRORED: u32 = 2;

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

/** 32 bytes for each of a meshlet's 256 vertices at most; draw.as.ts and shadowMap.as.ts say what they hold. */
export const SCRATCH: usize = memory.data(8192, 16);
/** Where a vector is put whose lanes are then read one by one. */
export const LANES: usize = memory.data(256, 16);
