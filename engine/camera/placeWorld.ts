import type { Material, WorldModel } from '../world/worldModel.ts';
import {
  type LoadedCameraKernel,
  MESHLET_BYTES,
  NODE_BYTES,
  PART_BYTES,
  PART_COLORS,
  PART_DOUBLE_SIDED,
  PART_MASKED,
  PART_NORMALS,
  RECORD_BYTES,
} from './cameraKernel.ts';
import { buildMipLevels } from './packTextures.ts';
import type { PackedWorld } from './packWorld.ts';

/** Byte offsets of a world in the kernel's memory. */
export interface PlacedWorld {
  nodes: number;
  meshlets: number;
  positions: number;
  worldPositions: number;
  normals: number;
  worldNormals: number;
  uvs: number;
  colors: number;
  triangles: number;
  /** Room for a record of every triangle. */
  records: number;
}

/** Copies the packed world and its textures into the kernel's memory. World positions and node flags stay to be filled in. */
export function placeWorld(world: WorldModel, packed: PackedWorld, kernel: LoadedCameraKernel): PlacedWorld {
  const put = (data: Float32Array | Uint8Array | Uint16Array) => {
    // 16 bytes more than asked for: the kernel loads whole vectors.
    const at = kernel.allocate(data.byteLength + 16);
    new Uint8Array(kernel.memory.buffer, at, data.byteLength).set(
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    );
    return at;
  };
  const textures = new Map<string, number>();
  const textureFor = (material: Material, masked: boolean): number => {
    const image = material.baseColorImage === undefined ? undefined : world.images[material.baseColorImage];
    if (!image || image.width < 1 || image.height < 1) return 0;
    const key = `${material.baseColorImage}/${masked}`;
    const known = textures.get(key);
    if (known !== undefined) return known;
    const levels = buildMipLevels(image, masked).map(level => ({
      ...level,
      at: put(level.texels as Uint16Array),
    }));
    const at = kernel.allocate(16 + levels.length * 16);
    const integers = new Uint32Array(kernel.memory.buffer, at, 4 + levels.length * 4);
    const floats = new Float32Array(kernel.memory.buffer, at, 4 + levels.length * 4);
    integers[0] = levels.length;
    floats[1] = image.width;
    floats[2] = image.height;
    levels.forEach((level, i) => {
      integers[4 + i * 4] = level.at;
      floats[5 + i * 4] = level.width * 32768;
      floats[6 + i * 4] = level.height * 32768;
      integers[7 + i * 4] = (level.width + 2) * 8;
    });
    textures.set(key, at);
    return at;
  };

  const lowestAlphas = new Map<number, number>();
  const lowestAlpha = (image: number): number => {
    let lowest = lowestAlphas.get(image);
    if (lowest === undefined) {
      lowest = 255;
      const { pixels } = world.images[image];
      for (let i = 3; i < pixels.length; i += 4) if (pixels[i] < lowest) lowest = pixels[i];
      lowestAlphas.set(image, lowest);
    }
    return lowest / 255;
  };
  /** Masks cost the rasteriser a texel a sample; many materials ask for one and have nothing to cut. */
  const cutsAnything = (material: Material, cutoff: number, vertexAlpha: number): boolean => {
    const { baseColorImage } = material;
    const texel =
      baseColorImage !== undefined && world.images[baseColorImage] ? lowestAlpha(baseColorImage) : 1;
    return material.baseColor[3] * texel * vertexAlpha < cutoff;
  };

  const parts = kernel.allocate(packed.parts.length * PART_BYTES);
  packed.parts.forEach((part, i) => {
    const material = world.materials[part.material];
    const cutoff = material.alphaMode === 'blend' ? 0.5 : material.alphaCutoff;
    const masked = material.alphaMode !== 'opaque' && cutsAnything(material, cutoff, part.lowestVertexAlpha);
    const texture = part.hasUvs ? textureFor(material, masked) : 0;
    const integers = new Uint32Array(kernel.memory.buffer, parts + i * PART_BYTES, 12);
    const floats = new Float32Array(kernel.memory.buffer, parts + i * PART_BYTES, 12);
    integers[0] = texture;
    integers[1] =
      (part.hasNormals ? PART_NORMALS : 0) |
      (part.hasColors ? PART_COLORS : 0) |
      (material.doubleSided ? PART_DOUBLE_SIDED : 0) |
      (masked ? PART_MASKED : 0);
    integers[2] = part.node + 1;
    floats[3] = cutoff;
    floats.set(material.baseColor, 4);
    floats.set(material.emissive ?? [0, 0, 0], 8);
  });
  const nodes = kernel.allocate(world.nodes.length * NODE_BYTES);
  const meshlets = kernel.allocate(packed.meshlets.length * MESHLET_BYTES);
  packed.meshlets.forEach((meshlet, i) => {
    new Uint32Array(kernel.memory.buffer, meshlets + i * MESHLET_BYTES + 32, 6).set([
      meshlet.firstVertex,
      meshlet.vertexCount,
      meshlet.firstTriangle,
      meshlet.triangleCount,
      parts + meshlet.part * PART_BYTES,
      nodes + meshlet.node * NODE_BYTES,
    ]);
  });
  return {
    nodes,
    meshlets,
    positions: put(packed.positions),
    worldPositions: kernel.allocate(packed.vertexCount * 16),
    normals: put(packed.normals),
    worldNormals: kernel.allocate(packed.vertexCount * 16),
    uvs: put(packed.uvs),
    colors: put(packed.colors),
    triangles: put(packed.triangles),
    records: kernel.allocate(packed.triangleCount * RECORD_BYTES),
  };
}
