/** Coloured points, as points.ply holds them. */
export interface PointCloud {
  /** xyz per point, metres, world frame. */
  positions: Float32Array;
  /** sRGB, 8 bits, rgb per point. */
  colors: Uint8Array;
}

const BYTES_PER_POINT = 15;

/** Binary little-endian PLY 1.0 (Turk 1994): float x y z, uchar red green blue. Throws RangeError on unlike lengths. */
export function writePly({ positions, colors }: PointCloud): Uint8Array {
  const count = positions.length / 3;
  if (colors.length !== positions.length || !Number.isInteger(count))
    throw new RangeError(`${positions.length} coordinates do not match ${colors.length} colour values`);
  const header = new TextEncoder().encode(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment metres, right-handed, +Y up',
      `element vertex ${count}`,
      'property float x',
      'property float y',
      'property float z',
      'property uchar red',
      'property uchar green',
      'property uchar blue',
      'end_header',
      '',
    ].join('\n'),
  );
  const bytes = new Uint8Array(header.length + count * BYTES_PER_POINT);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  for (let i = 0, at = header.length; i < count; i++, at += BYTES_PER_POINT) {
    for (let k = 0; k < 3; k++) {
      view.setFloat32(at + k * 4, positions[i * 3 + k], true);
      bytes[at + 12 + k] = colors[i * 3 + k];
    }
  }
  return bytes;
}
