import type { WorldModel } from '../../engine/world/worldModel.ts';
import { flatParts } from './flatTriangles.ts';

const VERTEX_BYTES = 15;
const FACE_BYTES = 13;

/**
 * The model as one mesh: binary little-endian PLY, float x y z, uchar red green blue, faces of three. World frame, +Y
 * up. A texture is shown at its vertices.
 */
export function meshPly(model: WorldModel): Uint8Array {
  const parts = flatParts(model, true);
  const vertices = parts.reduce((sum, { positions }) => sum + positions.length / 3, 0);
  const faces = parts.reduce((sum, { indices }) => sum + indices.length / 3, 0);
  const header = new TextEncoder().encode(
    [
      'ply',
      'format binary_little_endian 1.0',
      'comment metres, right-handed, +Y up',
      `element vertex ${vertices}`,
      ...['x', 'y', 'z'].map(name => `property float ${name}`),
      ...['red', 'green', 'blue'].map(name => `property uchar ${name}`),
      `element face ${faces}`,
      'property list uchar int vertex_indices',
      'end_header',
      '',
    ].join('\n'),
  );
  const bytes = new Uint8Array(header.length + vertices * VERTEX_BYTES + faces * FACE_BYTES);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  let at = header.length;
  for (const { positions, colors } of parts)
    for (let v = 0; v < positions.length; v += 3, at += VERTEX_BYTES)
      for (let k = 0; k < 3; k++) {
        view.setFloat32(at + 4 * k, positions[v + k], true);
        bytes[at + 12 + k] = colors[v + k];
      }
  let first = 0;
  for (const { positions, indices } of parts) {
    for (let t = 0; t < indices.length; t += 3, at += FACE_BYTES) {
      bytes[at] = 3;
      for (let k = 0; k < 3; k++) view.setInt32(at + 1 + 4 * k, first + indices[t + k], true);
    }
    first += positions.length / 3;
  }
  return bytes;
}
