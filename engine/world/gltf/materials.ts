import type { Material } from '../worldModel.ts';
import type { Gltf, GltfMaterial } from './gltfSchema.ts';

/** The file's materials as the model has them, and how its primitives find them. */
export interface MaterialReading {
  /** One per material of the file, then the default one where a primitive names none. */
  materials: Material[];
  /** Model index of a primitive's material. */
  indexOf(material: number | undefined): number;
  /** Which TEXCOORD set the base colour uses and what KHR_texture_transform does to it; undefined without a texture. */
  uvSet(material: number | undefined): { set: number; transform(uvs: Float32Array): Float32Array };
  /** Indices into the file's images, in the order of the model's images. */
  images: number[];
}

interface TextureInfo {
  index: number;
  texCoord?: number | undefined;
  extensions?: Record<string, unknown> | undefined;
}

/** Reads the parts of glTF materials that a world keeps. With `withImages` false, textures are left out. */
export function readMaterials(gltf: Gltf, withImages: boolean): MaterialReading {
  const images: number[] = [];
  const definitions = gltf.materials ?? [];
  const imageOf = (info: TextureInfo | undefined): number | undefined => {
    const texture = info && gltf.textures?.[info.index];
    const sourceOf = (extension: string) =>
      (texture?.extensions?.[extension] as { source?: number } | undefined)?.source;
    const source = sourceOf('KHR_texture_basisu') ?? sourceOf('EXT_texture_webp') ?? texture?.source;
    if (!withImages || source === undefined || !gltf.images?.[source]) return undefined;
    const known = images.indexOf(source);
    return known >= 0 ? known : images.push(source) - 1;
  };
  const materials = definitions.map((definition, i) =>
    toMaterial(definition, i, imageOf(baseColorTexture(definition))),
  );
  let defaultIndex: number | undefined;
  return {
    materials,
    images,
    indexOf(material) {
      if (material !== undefined) return material;
      defaultIndex ??= materials.push(defaultMaterial()) - 1;
      return defaultIndex;
    },
    uvSet(material) {
      const info = material === undefined ? undefined : baseColorTexture(definitions[material]);
      const placement = (info?.extensions?.['KHR_texture_transform'] ?? {}) as TextureTransform;
      return {
        set: placement.texCoord ?? info?.texCoord ?? 0,
        transform: uvs => transformUvs(uvs, placement),
      };
    },
  };
}

function baseColorTexture(definition: GltfMaterial | undefined): TextureInfo | undefined {
  const glossy = specularGlossiness(definition);
  return glossy ? glossy.diffuseTexture : definition?.pbrMetallicRoughness?.baseColorTexture;
}

interface SpecularGlossiness {
  diffuseFactor?: [number, number, number, number];
  diffuseTexture?: TextureInfo;
  glossinessFactor?: number;
}

function specularGlossiness(definition: GltfMaterial | undefined): SpecularGlossiness | undefined {
  return definition?.extensions?.['KHR_materials_pbrSpecularGlossiness'] as SpecularGlossiness | undefined;
}

function toMaterial(definition: GltfMaterial, index: number, image: number | undefined): Material {
  const pbr = definition.pbrMetallicRoughness;
  const glossy = specularGlossiness(definition);
  const color = (glossy ? glossy.diffuseFactor : pbr?.baseColorFactor) ?? [1, 1, 1, 1];
  const material: Material = {
    name: definition.name ?? `material-${index}`,
    baseColor: color.map(unit) as Material['baseColor'],
    roughness: unit(glossy ? 1 - (glossy.glossinessFactor ?? 1) : (pbr?.roughnessFactor ?? 1)),
    metallic: glossy ? 0 : unit(pbr?.metallicFactor ?? 1),
    doubleSided: definition.doubleSided ?? false,
    alphaMode: (definition.alphaMode ?? 'OPAQUE').toLowerCase() as Material['alphaMode'],
    alphaCutoff: definition.alphaCutoff ?? 0.5,
  };
  if (image !== undefined) material.baseColorImage = image;
  const emissive = definition.emissiveFactor;
  if (emissive?.some(value => value > 0)) {
    const extension = definition.extensions?.['KHR_materials_emissive_strength'] as
      | { emissiveStrength?: number }
      | undefined;
    const strength = extension?.emissiveStrength ?? 1;
    material.emissive = emissive.map(value => value * strength) as [number, number, number];
  }
  return material;
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** glTF's default material, but not metallic: a bare mesh is plaster rather than a black mirror. */
function defaultMaterial(): Material {
  return {
    name: 'default',
    baseColor: [1, 1, 1, 1],
    roughness: 1,
    metallic: 0,
    doubleSided: false,
    alphaMode: 'opaque',
    alphaCutoff: 0.5,
  };
}

interface TextureTransform {
  offset?: [number, number];
  rotation?: number;
  scale?: [number, number];
  texCoord?: number;
}

/** KHR_texture_transform: translation · rotation · scale, the rotation counter-clockwise in a frame with v down. */
function transformUvs(uvs: Float32Array, placement: TextureTransform): Float32Array {
  const [offsetU, offsetV] = placement.offset ?? [0, 0];
  const [scaleU, scaleV] = placement.scale ?? [1, 1];
  const cos = Math.cos(placement.rotation ?? 0);
  const sin = Math.sin(placement.rotation ?? 0);
  if (offsetU === 0 && offsetV === 0 && scaleU === 1 && scaleV === 1 && sin === 0) return uvs;
  const out = new Float32Array(uvs.length);
  for (let i = 0; i < uvs.length; i += 2) {
    const u = uvs[i] * scaleU;
    const v = uvs[i + 1] * scaleV;
    out[i] = cos * u + sin * v + offsetU;
    out[i + 1] = -sin * u + cos * v + offsetV;
  }
  return out;
}
