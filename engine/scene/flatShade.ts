import type { MeshPart } from '../world/worldModel.ts';

type FlatPart = Required<Pick<MeshPart, 'positions' | 'normals' | 'indices'>> &
  Pick<MeshPart, 'uvs' | 'colors'>;

/** The part with three vertices of its own per triangle and the triangle's normal at each: what 'no normals' means in a WorldModel. */
export function flatShade(part: MeshPart): FlatPart {
  const { indices } = part;
  const expand = (values: Float32Array, components: number): Float32Array => {
    const out = new Float32Array(indices.length * components);
    for (let i = 0; i < indices.length; i++)
      for (let k = 0; k < components; k++) out[i * components + k] = values[indices[i] * components + k];
    return out;
  };
  const positions = expand(part.positions, 3);
  const normals = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i += 9) {
    const ux = positions[i + 3] - positions[i];
    const uy = positions[i + 4] - positions[i + 1];
    const uz = positions[i + 5] - positions[i + 2];
    const vx = positions[i + 6] - positions[i];
    const vy = positions[i + 7] - positions[i + 1];
    const vz = positions[i + 8] - positions[i + 2];
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    const length = Math.hypot(x, y, z);
    if (length === 0) continue;
    for (let k = 0; k < 9; k += 3) normals.set([x / length, y / length, z / length], i + k);
  }
  const flat: FlatPart = { positions, normals, indices: Uint32Array.from(indices, (_, i) => i) };
  if (part.uvs) flat.uvs = expand(part.uvs, 2);
  if (part.colors) flat.colors = expand(part.colors, 4);
  return flat;
}
