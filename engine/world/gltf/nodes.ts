import { DirectorError } from '../../errors.ts';
import { invalid } from './checkGltf.ts';
import type { Gltf, GltfNode } from './gltfSchema.ts';
import { MAX_NODES } from './limits.ts';
import { composeMatrix, multiplyMatrices } from './matrices.ts';

/** A node of the scene that is read, with its place in the world. */
export interface PlacedNode {
  /** Index into the file's nodes. */
  index: number;
  node: GltfNode;
  /** 4×4 column-major. */
  worldFromNode: Float64Array;
  /** Names of the nodes above it, the nearest first. */
  groupNames: readonly string[];
}

/**
 * The nodes under the file's default scene (its first where it names none, all roots where it has no scenes),
 * parents before children, in file order. Throws WORLD_INVALID where a node is met twice: glTF nodes form
 * strict trees, and a cycle would never end.
 */
export function placeNodes(gltf: Gltf, name: string): PlacedNode[] {
  const nodes = gltf.nodes ?? [];
  if (nodes.length > MAX_NODES)
    throw new DirectorError(
      'WORLD_TOO_LARGE',
      `${name} has ${nodes.length} nodes; ${MAX_NODES} are read at most.`,
    );
  const scene = gltf.scenes?.[gltf.scene ?? 0];
  const roots = scene ? (scene.nodes ?? []) : rootsOf(nodes);
  const placed: PlacedNode[] = [];
  const met = new Uint8Array(nodes.length);
  const pending: {
    index: number;
    worldFromParent: Float64Array | undefined;
    groupNames: readonly string[];
  }[] = [];
  for (const index of [...roots].reverse())
    pending.push({ index, worldFromParent: undefined, groupNames: [] });
  for (let next = pending.pop(); next; next = pending.pop()) {
    const node = nodes[next.index];
    if (!node) continue;
    if (met[next.index]) throw invalid(name, `node ${next.index} is reached twice; nodes must form a tree`);
    met[next.index] = 1;
    const local = localMatrix(node);
    const worldFromNode = next.worldFromParent ? multiplyMatrices(next.worldFromParent, local) : local;
    if (!worldFromNode.every(Number.isFinite))
      throw invalid(name, `the place of node ${next.index} is not finite`);
    placed.push({ index: next.index, node, worldFromNode, groupNames: next.groupNames });
    // Long chains of named nodes would make long lists of them; a group of colliders is never far above.
    const groupNames = node.name ? [node.name, ...next.groupNames.slice(0, 3)] : next.groupNames;
    for (const child of [...(node.children ?? [])].reverse())
      pending.push({ index: child, worldFromParent: worldFromNode, groupNames });
  }
  return placed;
}

function rootsOf(nodes: readonly GltfNode[]): number[] {
  const children = new Set(nodes.flatMap(node => node.children ?? []));
  return nodes.map((_, index) => index).filter(index => !children.has(index));
}

function localMatrix(node: GltfNode): Float64Array {
  if (node.matrix) return Float64Array.from(node.matrix);
  return composeMatrix(node.translation ?? [0, 0, 0], node.rotation ?? [0, 0, 0, 1], node.scale ?? [1, 1, 1]);
}
