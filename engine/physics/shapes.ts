import type { HP_ShapeId } from '@babylonjs/havok';
import { DirectorError } from '../errors.ts';
import { MAX_COORDINATE_METERS } from '../world/gltf/limits.ts';
import { transformPoints } from '../world/gltf/matrices.ts';
import type { WorldNode } from '../world/worldModel.ts';
import { type Havok, withHeap } from './havok.ts';

/** A node's triangles in world axes around an origin, checked. */
export interface BodyGeometry {
  /** xyz per vertex, metres. */
  positions: Float32Array;
  indices: Uint32Array;
}

/**
 * Gathers a node's parts in world axes, relative to `origin` in metres. Infinity or an index out of range would
 * trap the WASM and cost the instance, so both are refused here: WORLD_INVALID, WORLD_TOO_LARGE.
 */
export function bodyGeometry(node: WorldNode, origin: readonly [number, number, number]): BodyGeometry {
  const vertexTotal = node.parts.reduce((sum, part) => sum + part.positions.length, 0);
  const indexTotal = node.parts.reduce((sum, part) => sum + part.indices.length, 0);
  const positions = new Float32Array(vertexTotal);
  const indices = new Uint32Array(indexTotal);
  const placement = Float64Array.from(node.worldFromNode);
  for (let k = 0; k < 3; k++) placement[12 + k] -= origin[k as 0 | 1 | 2];
  let vertex = 0;
  let index = 0;
  for (const part of node.parts) {
    const count = part.positions.length / 3;
    positions.set(transformPoints(placement, part.positions), vertex * 3);
    for (let i = 0; i < part.indices.length; i++) {
      const local = part.indices[i];
      if (local >= count) throw invalid(node, `index ${local} points past its ${count} vertices`);
      indices[index++] = vertex + local;
    }
    vertex += count;
  }
  for (let i = 0; i < positions.length; i++) {
    if (!Number.isFinite(positions[i])) throw invalid(node, 'a position is not finite');
    if (Math.abs(positions[i]) > MAX_COORDINATE_METERS)
      throw new DirectorError(
        'WORLD_TOO_LARGE',
        `${node.name} reaches further than ${MAX_COORDINATE_METERS / 1000} km.`,
      );
  }
  return { positions, indices };
}

function invalid(node: WorldNode, why: string): DirectorError {
  return new DirectorError('WORLD_INVALID', `${node.name} cannot be made solid: ${why}.`, {
    details: { node: node.name },
  });
}

/** A shape of the triangles as they are, two-sided. */
export function meshShape(havok: Havok, { positions, indices }: BodyGeometry): HP_ShapeId {
  return withHeap(havok, positions, vertices =>
    withHeap(havok, indices, triangles => {
      const [, shape] = havok.api.HP_Shape_CreateMesh(
        vertices,
        positions.length / 3,
        triangles,
        indices.length / 3,
      );
      return shape;
    }),
  );
}

/** Directions that a hull's vertices are picked in; 128 keep a sphere's volume within 5 %. */
const HULL_DIRECTIONS = 128;

/** The convex hull of the vertices, reduced to the outermost in each of HULL_DIRECTIONS where there are more. */
export function hullShape(havok: Havok, positions: Float32Array): HP_ShapeId {
  const points = positions.length / 3 <= HULL_DIRECTIONS ? positions : outermost(positions);
  return withHeap(
    havok,
    points,
    vertices => havok.api.HP_Shape_CreateConvexHull(vertices, points.length / 3)[1],
  );
}

function outermost(positions: Float32Array): Float32Array {
  const picked = new Set<number>();
  for (let d = 0; d < HULL_DIRECTIONS; d++) {
    // Fibonacci sphere: evenly spread and the same everywhere.
    const y = 1 - (2 * d + 1) / HULL_DIRECTIONS;
    const radius = Math.sqrt(1 - y * y);
    const angle = d * Math.PI * (3 - Math.sqrt(5));
    const x = radius * Math.cos(angle);
    const z = radius * Math.sin(angle);
    let best = -Infinity;
    let bestVertex = 0;
    for (let i = 0; i < positions.length; i += 3) {
      const reach = x * positions[i] + y * positions[i + 1] + z * positions[i + 2];
      if (reach > best) {
        best = reach;
        bestVertex = i;
      }
    }
    picked.add(bestVertex);
  }
  return Float32Array.from([...picked].flatMap(i => [...positions.subarray(i, i + 3)]));
}
