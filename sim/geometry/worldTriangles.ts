import type { WorldModel } from '../../engine/world/worldModel.ts';

/**
 * Every triangle of a world in the world's frame. Zero-area triangles are kept (their indices still count)
 * but never hit by rays. Owned by whoever made it; readers do not write.
 */
export interface WorldTriangles {
  /** xyz per vertex, world frame, metres. */
  positions: Float64Array;
  /** Three per triangle, counter-clockwise seen from the front, mirrored nodes already turned. */
  indices: Uint32Array;
  /** Index into WorldModel.nodes, per triangle. */
  node: Uint32Array;
  /** 1 where the triangle's material shows both sides. */
  doubleSided: Uint8Array;
  /** Unit normal per triangle; zero where the triangle has no area. */
  normals: Float64Array;
  /** m² per triangle. */
  areas: Float64Array;
  min: [number, number, number];
  max: [number, number, number];
}

export function collectTriangles(model: WorldModel): WorldTriangles {
  let vertexCount = 0;
  let triangleCount = 0;
  for (const node of model.nodes)
    for (const part of node.parts) {
      vertexCount += part.positions.length / 3;
      triangleCount += Math.floor(part.indices.length / 3);
    }
  const positions = new Float64Array(vertexCount * 3);
  const indices = new Uint32Array(triangleCount * 3);
  const node = new Uint32Array(triangleCount);
  const doubleSided = new Uint8Array(triangleCount);
  let vertex = 0;
  let triangle = 0;
  for (let nodeIndex = 0; nodeIndex < model.nodes.length; nodeIndex++) {
    const worldNode = model.nodes[nodeIndex];
    const m = worldNode.worldFromNode;
    const mirrored = determinant3(m) < 0;
    for (const part of worldNode.parts) {
      const base = vertex;
      for (let i = 0; i < part.positions.length; i += 3, vertex++) {
        const x = part.positions[i];
        const y = part.positions[i + 1];
        const z = part.positions[i + 2];
        positions[3 * vertex] = m[0] * x + m[4] * y + m[8] * z + m[12];
        positions[3 * vertex + 1] = m[1] * x + m[5] * y + m[9] * z + m[13];
        positions[3 * vertex + 2] = m[2] * x + m[6] * y + m[10] * z + m[14];
      }
      const bothSides = model.materials[part.material]?.doubleSided ? 1 : 0;
      for (let i = 0; i + 2 < part.indices.length; i += 3, triangle++) {
        indices[3 * triangle] = base + part.indices[i];
        indices[3 * triangle + 1] = base + part.indices[i + (mirrored ? 2 : 1)];
        indices[3 * triangle + 2] = base + part.indices[i + (mirrored ? 1 : 2)];
        node[triangle] = nodeIndex;
        doubleSided[triangle] = bothSides;
      }
    }
  }
  return measure({ positions, indices, node, doubleSided });
}

function determinant3(m: Float64Array): number {
  return (
    m[0] * (m[5] * m[10] - m[6] * m[9]) -
    m[4] * (m[1] * m[10] - m[2] * m[9]) +
    m[8] * (m[1] * m[6] - m[2] * m[5])
  );
}

function measure(
  soup: Pick<WorldTriangles, 'positions' | 'indices' | 'node' | 'doubleSided'>,
): WorldTriangles {
  const { positions: p, indices } = soup;
  const count = indices.length / 3;
  const normals = new Float64Array(count * 3);
  const areas = new Float64Array(count);
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  for (let t = 0; t < count; t++) {
    const a = 3 * indices[3 * t];
    const b = 3 * indices[3 * t + 1];
    const c = 3 * indices[3 * t + 2];
    const ux = p[b] - p[a];
    const uy = p[b + 1] - p[a + 1];
    const uz = p[b + 2] - p[a + 2];
    const vx = p[c] - p[a];
    const vy = p[c + 1] - p[a + 1];
    const vz = p[c + 2] - p[a + 2];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const length = Math.hypot(nx, ny, nz);
    areas[t] = length / 2;
    if (length > 0) {
      normals[3 * t] = nx / length;
      normals[3 * t + 1] = ny / length;
      normals[3 * t + 2] = nz / length;
    }
    growBox(min, max, p, a);
    growBox(min, max, p, b);
    growBox(min, max, p, c);
  }
  return { ...soup, normals, areas, min, max };
}

/** Makes a box reach a point, whose x is at `at`. */
export function growBox(min: number[], max: number[], positions: Float64Array, at: number): void {
  for (let axis = 0; axis < 3; axis++) {
    const value = positions[at + axis];
    if (value < min[axis]) min[axis] = value;
    if (value > max[axis]) max[axis] = value;
  }
}
