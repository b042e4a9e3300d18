import { createRandom } from '../../../engine/random.ts';
import type {
  ImageRgba,
  Material,
  MeshPart,
  WorldModel,
  WorldNode,
} from '../../../engine/world/worldModel.ts';

export const IDENTITY = Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1);

export function translation(x: number, y: number, z: number): Float64Array {
  return Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1);
}

export function plainMaterial(name: string, changes: Partial<Material> = {}): Material {
  return {
    name,
    baseColor: [1, 1, 1, 1],
    roughness: 1,
    metallic: 0,
    doubleSided: false,
    alphaMode: 'opaque',
    alphaCutoff: 0.5,
    ...changes,
  };
}

/** Smooth noise with a checker under it: something to see at every scale. */
export function patternImage(size: number, seed: number): ImageRgba {
  const random = createRandom(`pattern-${seed}`);
  const pixels = new Uint8Array(size * size * 4);
  const tint = [random.range(0.4, 1), random.range(0.4, 1), random.range(0.4, 1)];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const checker = ((x >> 4) ^ (y >> 4)) & 1 ? 200 : 110;
      const value = checker + random.range(-40, 40);
      for (let k = 0; k < 3; k++) pixels[(y * size + x) * 4 + k] = value * tint[k];
      pixels[(y * size + x) * 4 + 3] = 255;
    }
  }
  return { width: size, height: size, pixels };
}

/** Axis-aligned box; `inward` turns it into a room. Every side is cut into cells × cells squares. */
export function boxPart(
  size: readonly [number, number, number],
  material: number,
  options: { inward?: boolean; cells?: number; uvPerMeter?: number } = {},
): MeshPart {
  const { inward = false, cells = 1, uvPerMeter = 1 } = options;
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  for (let axis = 0; axis < 3; axis++) {
    const a = (axis + 1) % 3;
    const b = (axis + 2) % 3;
    for (const side of [-1, 1]) {
      const first = positions.length / 3;
      const normal = [0, 0, 0];
      normal[axis] = inward ? -side : side;
      for (let j = 0; j <= cells; j++) {
        for (let i = 0; i <= cells; i++) {
          const point = [0, 0, 0];
          point[axis] = (side * size[axis]) / 2;
          point[a] = (i / cells - 0.5) * size[a];
          point[b] = (j / cells - 0.5) * size[b];
          positions.push(...point);
          normals.push(...normal);
          uvs.push(point[a] * uvPerMeter, point[b] * uvPerMeter);
        }
      }
      for (let j = 0; j < cells; j++) {
        for (let i = 0; i < cells; i++) {
          const p = first + j * (cells + 1) + i;
          const q = p + cells + 1;
          if (side > 0 !== inward) indices.push(p, p + 1, q + 1, p, q + 1, q);
          else indices.push(p, q + 1, p + 1, p, q, q + 1);
        }
      }
    }
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    uvs: Float32Array.from(uvs),
    indices: Uint32Array.from(indices),
    material,
  };
}

/** Unit-normal sphere of rings × 2·rings quads. */
export function spherePart(radius: number, material: number, rings: number): MeshPart {
  const positions: number[] = [];
  const normals: number[] = [];
  const uvs: number[] = [];
  const indices: number[] = [];
  const columns = rings * 2;
  for (let j = 0; j <= rings; j++) {
    for (let i = 0; i <= columns; i++) {
      const theta = (Math.PI * j) / rings;
      const phi = (2 * Math.PI * (i % columns)) / columns;
      const n = [Math.sin(theta) * Math.cos(phi), Math.cos(theta), Math.sin(theta) * Math.sin(phi)];
      normals.push(...n);
      positions.push(...n.map(value => value * radius));
      uvs.push(i / columns, j / rings);
    }
  }
  for (let j = 0; j < rings; j++) {
    for (let i = 0; i < columns; i++) {
      const p = j * (columns + 1) + i;
      const q = p + columns + 1;
      if (j > 0) indices.push(p, p + 1, q + 1);
      if (j < rings - 1) indices.push(p, q + 1, q);
    }
  }
  return {
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    uvs: Float32Array.from(uvs),
    indices: Uint32Array.from(indices),
    material,
  };
}

export function node(name: string, worldFromNode: Float64Array, ...parts: MeshPart[]): WorldNode {
  return { name, worldFromNode, parts, motion: 'static' };
}

/** A furnished open-roofed room: textured walls, spheres and boxes, about `triangles` triangles. */
export function sampleRoom(triangles: number, seed = 1): WorldModel {
  const random = createRandom(`room-${seed}`);
  const images = [patternImage(512, 1), patternImage(256, 2), patternImage(256, 3)];
  const materials = [
    plainMaterial('walls', { baseColorImage: 0 }),
    plainMaterial('things', { baseColorImage: 1, baseColor: [1, 0.8, 0.6, 1] }),
    plainMaterial('balls', { baseColorImage: 2, baseColor: [0.7, 0.9, 1, 1] }),
  ];
  const room = boxPart([10, 4, 14], 0, { inward: true, cells: 8, uvPerMeter: 0.5 });
  // Without its ceiling, so that the sun comes in.
  room.indices = room.indices.filter((_, i) => {
    const t = i - (i % 3);
    return !(room.normals && room.normals[room.indices[t] * 3 + 1] < -0.5);
  });
  const nodes = [node('room', translation(0, 2, 0), room)];
  let left = triangles - room.indices.length / 3;
  for (let i = 0; left > 0; i++) {
    const part =
      i % 2
        ? spherePart(random.range(0.2, 0.6), 2, 12)
        : boxPart([random.range(0.3, 1), random.range(0.3, 2), random.range(0.3, 1)], 1, { cells: 6 });
    const height = part.positions.reduce((low, value, k) => (k % 3 === 1 ? Math.min(low, value) : low), 0);
    nodes.push(
      node(`thing-${i}`, translation(random.range(-4.5, 4.5), -height, random.range(-6.5, 4)), part),
    );
    left -= part.indices.length / 3;
  }
  return { nodes, materials, images };
}
