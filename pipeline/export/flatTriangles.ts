import { transformNormals, transformPoints } from '../../engine/world/gltf/matrices.ts';
import { srgbOfLinear, texelAt } from '../../engine/world/texelAt.ts';
import type { WorldModel } from '../../engine/world/worldModel.ts';

export interface FlatPart {
  /** Name of the node. */
  node: string;
  /** xyz per vertex, world frame. */
  positions: Float32Array;
  normals?: Float32Array;
  uvs?: Float32Array;
  /** sRGB, 8 bits, rgb per vertex. */
  colors: Uint8Array;
  indices: Uint32Array;
  material: number;
}

/**
 * A model's parts in the world's frame, one after the other.
 * @param withTextures whether a vertex has its texel's colour too, for formats that know no textures
 */
export function flatParts(model: WorldModel, withTextures = false): FlatPart[] {
  return model.nodes.flatMap(node =>
    node.parts.map(part => {
      const count = part.positions.length / 3;
      const { baseColor, baseColorImage } = model.materials[part.material];
      const image = withTextures && baseColorImage !== undefined ? model.images[baseColorImage] : undefined;
      const colors = new Uint8Array(3 * count);
      for (let v = 0; v < count; v++) {
        const texel = image && part.uvs ? texelAt(image, part.uvs[2 * v], part.uvs[2 * v + 1]) : [1, 1, 1];
        for (let k = 0; k < 3; k++)
          colors[3 * v + k] = srgbByte(baseColor[k] * texel[k] * (part.colors ? part.colors[4 * v + k] : 1));
      }
      return {
        node: node.name,
        positions: transformPoints(node.worldFromNode, part.positions),
        ...(part.normals ? { normals: transformNormals(node.worldFromNode, part.normals) } : {}),
        ...(part.uvs ? { uvs: part.uvs } : {}),
        colors,
        indices: part.indices,
        material: part.material,
      };
    }),
  );
}

export function srgbByte(linear: number): number {
  return Math.round(255 * srgbOfLinear(linear));
}
