import { DirectorError } from '../errors.ts';
import type { Material, MeshPart, WorldModel } from '../world/worldModel.ts';

/** Limits of the kernel's meshlet: vertex numbers are bytes, and its scratch holds this many. */
const MAX_MESHLET_VERTICES = 256;
const MAX_MESHLET_TRIANGLES = 256;

/** A few hundred neighbouring triangles that share a node and a part, with vertices of their own. */
export interface Meshlet {
  node: number;
  part: number;
  firstVertex: number;
  vertexCount: number;
  firstTriangle: number;
  triangleCount: number;
}

/** A world cut into meshlets. Vertex arrays are in the nodes' frames; meshlets of one node are neighbours. */
export interface PackedWorld {
  meshlets: Meshlet[];
  /** [first, end) meshlet of each node. */
  nodeMeshlets: { first: number; end: number }[];
  /** Material, node and which optional vertex data each part has. */
  parts: {
    material: number;
    node: number;
    hasNormals: boolean;
    hasColors: boolean;
    hasUvs: boolean;
    /** 1 where there are no vertex colours. */
    lowestVertexAlpha: number;
  }[];
  vertexCount: number;
  /** xyz1, xyz0, uv and rgba per vertex. */
  positions: Float32Array;
  normals: Float32Array;
  uvs: Float32Array;
  colors: Float32Array;
  /** 4 bytes a triangle: three vertices counted from the meshlet's first, one unused. */
  triangles: Uint8Array;
  triangleCount: number;
}

/**
 * Cuts a world into meshlets.
 * @throws WORLD_INVALID where an index points past its array, or more than 65534 nodes are given.
 */
export function packWorld(world: WorldModel): PackedWorld {
  if (world.nodes.length > 65534)
    throw new DirectorError(
      'WORLD_INVALID',
      `The world has ${world.nodes.length} nodes; a camera tells at most 65534 apart.`,
    );
  const meshlets: Meshlet[] = [];
  const nodeMeshlets: PackedWorld['nodeMeshlets'] = [];
  const parts: PackedWorld['parts'] = [];
  /** Per meshlet: the part's vertices it takes, in order. */
  const sources: { mesh: MeshPart; vertices: Uint32Array }[] = [];
  let triangleCount = 0;
  let vertexCount = 0;
  for (const node of world.nodes)
    for (const part of node.parts) triangleCount += Math.floor(part.indices.length / 3);
  const triangles = new Uint8Array(triangleCount * 4);
  let triangleAt = 0;

  world.nodes.forEach((node, nodeIndex) => {
    const first = meshlets.length;
    for (const mesh of node.parts) {
      checkPart(mesh, node.name, world.materials);
      const part = parts.length;
      parts.push({
        material: mesh.material,
        node: nodeIndex,
        hasNormals: mesh.normals !== undefined,
        hasColors: mesh.colors !== undefined,
        hasUvs: mesh.uvs !== undefined,
        lowestVertexAlpha:
          mesh.colors?.reduce((low, value, i) => (i % 4 === 3 && value < low ? value : low), 1) ?? 1,
      });
      const order = spatialOrder(mesh);
      const localOf = new Map<number, number>();
      let firstTriangle = triangleAt;
      const finish = () => {
        if (triangleAt === firstTriangle) return;
        sources.push({ mesh, vertices: Uint32Array.from(localOf.keys()) });
        meshlets.push({
          node: nodeIndex,
          part,
          firstVertex: vertexCount,
          vertexCount: localOf.size,
          firstTriangle,
          triangleCount: triangleAt - firstTriangle,
        });
        vertexCount += localOf.size;
        localOf.clear();
        firstTriangle = triangleAt;
      };
      for (const triangle of order) {
        if (triangleAt - firstTriangle >= MAX_MESHLET_TRIANGLES || localOf.size + 3 > MAX_MESHLET_VERTICES)
          finish();
        for (let corner = 0; corner < 3; corner++) {
          const vertex = mesh.indices[triangle * 3 + corner];
          let local = localOf.get(vertex);
          if (local === undefined) {
            local = localOf.size;
            localOf.set(vertex, local);
          }
          triangles[triangleAt * 4 + corner] = local;
        }
        triangleAt++;
      }
      finish();
    }
    nodeMeshlets.push({ first, end: meshlets.length });
  });

  const packed: PackedWorld = {
    meshlets,
    nodeMeshlets,
    parts,
    vertexCount,
    positions: new Float32Array(vertexCount * 4),
    normals: new Float32Array(vertexCount * 4),
    uvs: new Float32Array(vertexCount * 2),
    colors: new Float32Array(vertexCount * 4),
    triangles,
    triangleCount,
  };
  let to = 0;
  for (const { mesh, vertices } of sources) {
    for (const from of vertices) {
      copyVertex(packed, to, mesh, from);
      to++;
    }
  }
  return packed;
}

function copyVertex(packed: PackedWorld, to: number, mesh: MeshPart, from: number): void {
  for (let k = 0; k < 3; k++) packed.positions[to * 4 + k] = mesh.positions[from * 3 + k];
  packed.positions[to * 4 + 3] = 1;
  if (mesh.normals) for (let k = 0; k < 3; k++) packed.normals[to * 4 + k] = mesh.normals[from * 3 + k];
  if (mesh.uvs) for (let k = 0; k < 2; k++) packed.uvs[to * 2 + k] = mesh.uvs[from * 2 + k];
  if (mesh.colors) for (let k = 0; k < 4; k++) packed.colors[to * 4 + k] = mesh.colors[from * 4 + k];
}

function checkPart(mesh: MeshPart, node: string, materials: Material[]): void {
  const vertexCount = Math.floor(mesh.positions.length / 3);
  if (!materials[mesh.material])
    throw new DirectorError(
      'WORLD_INVALID',
      `Node "${node}" uses material ${mesh.material}, which does not exist.`,
    );
  for (const index of mesh.indices) {
    if (index >= vertexCount)
      throw new DirectorError('WORLD_INVALID', `Node "${node}" points at vertex ${index} of ${vertexCount}.`);
  }
  const short =
    (mesh.normals && mesh.normals.length < vertexCount * 3 && 'normals') ||
    (mesh.uvs && mesh.uvs.length < vertexCount * 2 && 'uvs') ||
    (mesh.colors && mesh.colors.length < vertexCount * 4 && 'colors');
  if (short) throw new DirectorError('WORLD_INVALID', `Node "${node}" has fewer ${short} than positions.`);
}

/** Triangle numbers such that neighbours in the list are neighbours in space: Morton order of the centroids. */
function spatialOrder(mesh: MeshPart): Uint32Array {
  const count = Math.floor(mesh.indices.length / 3);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  if (count <= MAX_MESHLET_TRIANGLES) return order;
  const low = [Infinity, Infinity, Infinity];
  const high = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < mesh.positions.length; i++) {
    const value = mesh.positions[i];
    if (value < low[i % 3]) low[i % 3] = value;
    if (value > high[i % 3]) high[i % 3] = value;
  }
  const size = Math.max(high[0] - low[0], high[1] - low[1], high[2] - low[2]) || 1;
  // The triangle's number below the code makes every key unique and the sort stable.
  const keys = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    let code = 0;
    for (let axis = 0; axis < 3; axis++) {
      let sum = 0;
      for (let corner = 0; corner < 3; corner++)
        sum += mesh.positions[mesh.indices[t * 3 + corner] * 3 + axis];
      const cell = Math.min(255, Math.max(0, Math.floor((256 * (sum / 3 - low[axis])) / size))) || 0;
      code |= spreadBits(cell) << axis;
    }
    keys[t] = code * 2 ** 28 + t;
  }
  keys.sort();
  for (let i = 0; i < count; i++) order[i] = keys[i] % 2 ** 28;
  return order;
}

/** Puts two zero bits between the bits of a byte. */
function spreadBits(value: number): number {
  let v = value & 0xff;
  v = (v | (v << 8)) & 0x00f00f;
  v = (v | (v << 4)) & 0x0c30c3;
  v = (v | (v << 2)) & 0x249249;
  return v;
}
