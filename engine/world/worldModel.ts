/**
 * A world in memory: what scenes/ makes, what world files are read into, what the software camera draws
 * and what physics touches. Metres, right-handed, +Y up. Arrays are owned by the model; readers do not write.
 */

/** One triangle list with one material, in its node's own frame. */
export interface MeshPart {
  /** xyz per vertex, metres, node frame. */
  positions: Float32Array;
  /** Unit xyz per vertex; absent means flat shading from the triangles. */
  normals?: Float32Array;
  /** uv per vertex, v down as in glTF. */
  uvs?: Float32Array;
  /** Linear rgba per vertex, 0–1, multiplied with the material's colour. */
  colors?: Float32Array;
  /** Three per triangle, counter-clockwise seen from the front. */
  indices: Uint32Array;
  /** Index into WorldModel.materials. */
  material: number;
  /** True where this part was completed rather than seen by a camera. */
  inferred?: boolean;
}

export interface WorldNode {
  /** Unique in the world; the glTF node's name. */
  name: string;
  /** 4×4 column-major, from the node's frame to the world's. */
  worldFromNode: Float64Array;
  parts: MeshPart[];
  /** 'dynamic' takes part in physics with its mass; everything else stands still. */
  motion: 'static' | 'dynamic';
  massKilograms?: number;
  /**
   * What the file declares about touching this node; absent where it says nothing. 'only' is touched and never seen,
   * 'solid' is both; `standsFor` names the thing whose collider it is. See splitColliders.
   */
  collision?: { role: 'solid' | 'only'; standsFor?: string };
  /** glTF node extras, kept as read. */
  extras?: Record<string, unknown>;
}

export interface Material {
  name: string;
  /** Linear rgba, 0–1. */
  baseColor: [number, number, number, number];
  /** Index into WorldModel.images; the texels are sRGB. */
  baseColorImage?: number;
  /** Linear rgb of light given off, 0 or more. */
  emissive?: [number, number, number];
  roughness: number;
  metallic: number;
  doubleSided: boolean;
  /** 'mask' cuts where alpha < alphaCutoff (foliage); 'blend' is drawn as mask at 0.5 by the software camera. */
  alphaMode: 'opaque' | 'mask' | 'blend';
  alphaCutoff: number;
}

/** sRGB, 8 bits, rgba interleaved, rows from the top. */
export interface ImageRgba {
  width: number;
  height: number;
  pixels: Uint8Array;
}

export interface WorldModel {
  nodes: WorldNode[];
  materials: Material[];
  images: ImageRgba[];
}
