import type { MeshPart } from '../worldModel.ts';
import { readColliderName } from './colliderNames.ts';
import type { Gltf, GltfNode } from './gltfSchema.ts';
import { type ImplicitShape, implicitShape } from './implicitShapes.ts';

/** What a node of a file says about touching. */
export interface DeclaredCollision {
  /** The node's own mesh: seen and solid, solid only; absent where nothing is said of it. */
  ownMesh?: 'solid' | 'only';
  /** Name of the thing that the collider stands for, as naming conventions have it. */
  standsFor?: string;
  /** Another mesh of the file, or triangles made of an implicit shape, that is touched at this node's place. */
  mesh?: number;
  shape?: Omit<MeshPart, 'material'>;
}

interface Geometry {
  mesh?: unknown;
  node?: unknown;
  shape?: unknown;
}

/**
 * Reads what a node declares: KHR_physics_rigid_bodies (`collider.geometry` with a mesh, a node's mesh or a shape of
 * KHR_implicit_shapes), OMI_physics_body with OMI_physics_shape, else the naming conventions of game tools on the node
 * or on a parent that groups colliders. Triggers touch nothing.
 */
export function readCollision(gltf: Gltf, node: GltfNode, groupNames: readonly string[]): DeclaredCollision {
  const khr = node.extensions?.['KHR_physics_rigid_bodies'] as
    | { collider?: { geometry?: Geometry } }
    | undefined;
  const omi = node.extensions?.['OMI_physics_body'] as { collider?: Geometry } | undefined;
  const geometry = khr?.collider?.geometry ?? khr?.collider ?? omi?.collider;
  if (geometry)
    return readGeometry(gltf, node, geometry as Geometry, khr ? 'KHR_implicit_shapes' : 'OMI_physics_shape');
  const named = readColliderName(node.name ?? '');
  if (named) return { ownMesh: named.role, standsFor: named.base };
  // 'colliders' above a list of plain names.
  const grouped = groupNames.some(name => {
    const group = readColliderName(name);
    return group?.role === 'only' && group.base === '';
  });
  return grouped ? { ownMesh: 'only', standsFor: node.name ?? '' } : {};
}

function readGeometry(
  gltf: Gltf,
  node: GltfNode,
  geometry: Geometry,
  shapesExtension: string,
): DeclaredCollision {
  const meshOf = (value: unknown) =>
    typeof value === 'number' && gltf.meshes?.[value] !== undefined ? value : undefined;
  const viaNode = typeof geometry.node === 'number' ? gltf.nodes?.[geometry.node]?.mesh : undefined;
  let mesh = meshOf(geometry.mesh) ?? meshOf(viaNode);
  if (typeof geometry.shape === 'number') {
    const { shapes } = ((gltf as { extensions?: Record<string, unknown> }).extensions?.[shapesExtension] ??
      {}) as { shapes?: ImplicitShape[] };
    const shape = Array.isArray(shapes) ? shapes[geometry.shape] : undefined;
    const part = shape && implicitShape(shape);
    if (part) return { shape: part };
    // OMI's hulls and triangle meshes name their mesh in the shape.
    const kind = shape?.[String(shape.type)] as { mesh?: unknown } | undefined;
    mesh = meshOf(kind?.mesh) ?? meshOf(shape?.['mesh']);
  }
  if (mesh === undefined) return {};
  return mesh === node.mesh ? { ownMesh: 'solid' } : { mesh };
}
