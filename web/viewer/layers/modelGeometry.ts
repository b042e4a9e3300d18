import { transformPoints } from '../../../engine/world/gltf/matrices.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import type { TintGeometry } from './tintMaterial.ts';

/**
 * Nodes as one geometry in world space.
 * @param paint sRGB rgba, 0–1, of a node; null takes the vertices' own (linear) colours.
 */
export function modelGeometry(
  nodes: readonly WorldNode[],
  paint: (node: WorldNode) => readonly [number, number, number, number] | null,
): TintGeometry {
  let vertices = 0;
  let count = 0;
  for (const { parts } of nodes)
    for (const part of parts) {
      vertices += part.positions.length / 3;
      count += part.indices.length;
    }
  const positions = new Float32Array(vertices * 3);
  const colors = new Float32Array(vertices * 4).fill(1);
  const indices = new Uint32Array(count);
  let vertex = 0;
  let index = 0;
  for (const node of nodes) {
    const color = paint(node);
    for (const part of node.parts) {
      const partVertices = part.positions.length / 3;
      positions.set(transformPoints(node.worldFromNode, part.positions), vertex * 3);
      for (let i = 0; i < partVertices; i++) {
        const at = (vertex + i) * 4;
        if (color) colors.set(color, at);
        else if (part.colors) for (let k = 0; k < 3; k++) colors[at + k] = sRgb(part.colors[i * 4 + k]);
      }
      for (const local of part.indices) indices[index++] = vertex + local;
      vertex += partVertices;
    }
  }
  return { positions, indices, colors };
}

/** Linear light to sRGB, close enough for a heat map. */
function sRgb(linear: number): number {
  return Math.max(0, linear) ** (1 / 2.2);
}

/** A colour for each object, far apart from its neighbours': steps of the golden ratio around the colour circle. */
export function objectColor(index: number): [number, number, number, number] {
  const hue = (index * 0.618034 + 0.55) % 1;
  const channel = (offset: number) => {
    const k = (offset + hue * 12) % 12;
    return 0.6 - 0.28 * Math.max(-1, Math.min(k - 3, 9 - k, 1));
  };
  return [channel(0), channel(8), channel(4), 1];
}
