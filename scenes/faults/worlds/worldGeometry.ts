import type { MeshPart, WorldModel, WorldNode } from '../../../engine/world/worldModel.ts';
import { identity } from '../../geometry/transforms.ts';
import type { Vector3 } from '../../scene.ts';

/** A triangle in the world's frame, metres, counter-clockwise from its front. */
export type WorldTriangle = readonly [Vector3, Vector3, Vector3];

/** A copy whose nodes and parts can be changed; arrays are shared until they are replaced. */
export function cloneModel(model: WorldModel): WorldModel {
  return {
    nodes: model.nodes.map(node => ({ ...node, parts: node.parts.map(part => ({ ...part })) })),
    materials: [...model.materials],
    images: model.images,
  };
}

export function transformPoint(m: Float64Array, x: number, y: number, z: number): Vector3 {
  return [
    m[0] * x + m[4] * y + m[8] * z + m[12],
    m[1] * x + m[5] * y + m[9] * z + m[13],
    m[2] * x + m[6] * y + m[10] * z + m[14],
  ];
}

/** The triangles of a node or of a whole model. */
export function worldTriangles(nodes: readonly WorldNode[]): WorldTriangle[] {
  const triangles: WorldTriangle[] = [];
  for (const node of nodes)
    for (const { positions: p, indices } of node.parts)
      for (let i = 0; i + 2 < indices.length; i += 3)
        triangles.push(
          [0, 1, 2].map(k => {
            const v = 3 * indices[i + k];
            return transformPoint(node.worldFromNode, p[v], p[v + 1], p[v + 2]);
          }) as unknown as WorldTriangle,
        );
  return triangles;
}

export function boundsOf(nodes: readonly WorldNode[]): { min: Vector3; max: Vector3 } {
  const min: Vector3 = [Infinity, Infinity, Infinity];
  const max: Vector3 = [-Infinity, -Infinity, -Infinity];
  for (const node of nodes)
    for (const { positions: p } of node.parts)
      for (let i = 0; i < p.length; i += 3)
        transformPoint(node.worldFromNode, p[i], p[i + 1], p[i + 2]).forEach((value, axis) => {
          min[axis] = Math.min(min[axis], value);
          max[axis] = Math.max(max[axis], value);
        });
  return { min, max };
}

/** Whether something that moves by itself comes into the bounds of a prism: it is solid inside, whatever is cut out of it. */
export function hasMovable(
  nodes: readonly WorldNode[],
  outline: readonly (readonly [x: number, z: number])[],
  low: number,
  high: number,
): boolean {
  const span = (axis: 0 | 1) => outline.map(point => point[axis]);
  const [x, z] = [span(0), span(1)];
  return nodes
    .filter(node => node.motion === 'dynamic')
    .map(node => boundsOf([node]))
    .some(
      ({ min, max }) =>
        min[0] < Math.max(...x) &&
        max[0] > Math.min(...x) &&
        min[1] < high &&
        max[1] > low &&
        min[2] < Math.max(...z) &&
        max[2] > Math.min(...z),
    );
}

/** m². */
export function areaOf([a, b, c]: WorldTriangle): number {
  const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  return Math.hypot(u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]) / 2;
}

/** Unit normal; zero for a triangle without area. */
export function normalOf([a, b, c]: WorldTriangle): Vector3 {
  const u = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  const v = [c[0] - a[0], c[1] - a[1], c[2] - a[2]];
  const n: Vector3 = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  const length = Math.hypot(...n);
  return length > 0 ? [n[0] / length, n[1] / length, n[2] / length] : [0, 0, 0];
}

/** A part from triangles in the world's frame, each with corners of its own; for a node at the origin. */
export function partOf(triangles: readonly WorldTriangle[], material: number): MeshPart {
  const positions = new Float32Array(triangles.length * 9);
  triangles.flat(2).forEach((value, i) => {
    positions[i] = value;
  });
  return { positions, indices: Uint32Array.from({ length: triangles.length * 3 }, (_, i) => i), material };
}

/** Replaces what `change` gives something for by that: the other triangles keep their vertices. */
export function replaceTriangles(
  node: WorldNode,
  change: (triangle: WorldTriangle) => readonly WorldTriangle[] | undefined,
): number {
  let changed = 0;
  const added: MeshPart[] = [];
  for (const part of node.parts) {
    const { positions: p, indices } = part;
    const kept: number[] = [];
    const made: WorldTriangle[] = [];
    for (let i = 0; i + 2 < indices.length; i += 3) {
      const triangle = [0, 1, 2].map(k => {
        const v = 3 * indices[i + k];
        return transformPoint(node.worldFromNode, p[v], p[v + 1], p[v + 2]);
      }) as unknown as WorldTriangle;
      const other = change(triangle);
      if (other === undefined) kept.push(indices[i], indices[i + 1], indices[i + 2]);
      else {
        changed++;
        made.push(...other);
      }
    }
    part.indices = Uint32Array.from(kept);
    if (made.length > 0) added.push(intoNode(partOf(made, part.material), node.worldFromNode));
  }
  if (changed > 0) node.parts = [...node.parts.filter(part => part.indices.length > 0), ...added];
  return changed;
}

/** Adds a static or dynamic node whose triangles are in the world's frame. */
export function addNode(
  model: WorldModel,
  name: string,
  triangles: readonly WorldTriangle[],
  motion: WorldNode['motion'] = 'static',
): WorldNode {
  const names = new Set(model.nodes.map(node => node.name));
  let unique = name;
  for (let k = 2; names.has(unique); k++) unique = `${name}_${k}`;
  if (model.materials.length === 0)
    model.materials.push({
      name: 'plain',
      baseColor: [0.6, 0.6, 0.6, 1],
      roughness: 0.9,
      metallic: 0,
      doubleSided: false,
      alphaMode: 'opaque',
      alphaCutoff: 0.5,
    });
  const opaque = Math.max(
    0,
    model.materials.findIndex(material => !material.doubleSided && material.alphaMode === 'opaque'),
  );
  // A dynamic body's origin is where it is turned about: the middle of its own geometry.
  const node: WorldNode = { name: unique, worldFromNode: identity(), parts: [], motion };
  node.parts = [partOf(triangles, opaque)];
  if (motion === 'dynamic') {
    const { min, max } = boundsOf([node]);
    node.worldFromNode = identity();
    for (let axis = 0; axis < 3; axis++) node.worldFromNode[12 + axis] = (min[axis] + max[axis]) / 2;
    node.parts = node.parts.map(part => intoNode(part, node.worldFromNode));
    node.massKilograms = 15;
  }
  model.nodes.push(node);
  return node;
}

/** World-frame positions into a node's frame. */
function intoNode(part: MeshPart, worldFromNode: Float64Array): MeshPart {
  const inverse = invertAffine(worldFromNode);
  const positions = new Float32Array(part.positions.length);
  for (let i = 0; i < positions.length; i += 3)
    positions.set(
      transformPoint(inverse, part.positions[i], part.positions[i + 1], part.positions[i + 2]),
      i,
    );
  return { ...part, positions };
}

function invertAffine(m: Float64Array): Float64Array {
  const c = [
    m[5] * m[10] - m[9] * m[6],
    m[9] * m[2] - m[1] * m[10],
    m[1] * m[6] - m[5] * m[2],
    m[8] * m[6] - m[4] * m[10],
    m[0] * m[10] - m[8] * m[2],
    m[4] * m[2] - m[0] * m[6],
    m[4] * m[9] - m[8] * m[5],
    m[8] * m[1] - m[0] * m[9],
    m[0] * m[5] - m[4] * m[1],
  ];
  const det = m[0] * c[0] + m[4] * c[1] + m[8] * c[2];
  const out = identity();
  for (let column = 0; column < 3; column++)
    for (let row = 0; row < 3; row++) out[4 * column + row] = c[3 * column + row] / det;
  const t = transformPoint(out, m[12], m[13], m[14]);
  out[12] = -t[0];
  out[13] = -t[1];
  out[14] = -t[2];
  return out;
}
