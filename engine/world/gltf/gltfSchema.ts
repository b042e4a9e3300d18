import { z } from 'zod';

/** The part of glTF 2.0 that a world is read from. Unknown properties are kept: extensions and extras live there. */

const index = z.int().min(0);
const finite = z.number();
const vector = (length: number) => z.array(finite).length(length);
const extensions = z.record(z.string(), z.unknown());

const textureInfo = z.looseObject({ index, texCoord: index.optional(), extensions: extensions.optional() });

export const accessorSchema = z.looseObject({
  bufferView: index.optional(),
  byteOffset: index.optional(),
  componentType: z.int(),
  normalized: z.boolean().optional(),
  count: z.int().min(1),
  type: z.enum(['SCALAR', 'VEC2', 'VEC3', 'VEC4', 'MAT2', 'MAT3', 'MAT4']),
  sparse: z
    .looseObject({
      count: z.int().min(1),
      indices: z.looseObject({ bufferView: index, byteOffset: index.optional(), componentType: z.int() }),
      values: z.looseObject({ bufferView: index, byteOffset: index.optional() }),
    })
    .optional(),
});

export const gltfSchema = z.looseObject({
  asset: z.looseObject({ version: z.string(), minVersion: z.string().optional() }),
  extensionsUsed: z.array(z.string()).optional(),
  extensionsRequired: z.array(z.string()).optional(),
  scene: index.optional(),
  scenes: z.array(z.looseObject({ nodes: z.array(index).optional() })).optional(),
  nodes: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        mesh: index.optional(),
        skin: index.optional(),
        children: z.array(index).optional(),
        matrix: vector(16).optional(),
        translation: vector(3).optional(),
        rotation: vector(4).optional(),
        scale: vector(3).optional(),
        weights: z.array(finite).optional(),
        extensions: extensions.optional(),
        extras: z.unknown().optional(),
      }),
    )
    .optional(),
  meshes: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        primitives: z
          .array(
            z.looseObject({
              attributes: z.record(z.string(), index),
              indices: index.optional(),
              material: index.optional(),
              mode: z.int().min(0).max(6).optional(),
              targets: z.array(z.record(z.string(), index)).optional(),
              extensions: extensions.optional(),
              extras: z.unknown().optional(),
            }),
          )
          .min(1),
        weights: z.array(finite).optional(),
      }),
    )
    .optional(),
  skins: z
    .array(z.looseObject({ joints: z.array(index).min(1), inverseBindMatrices: index.optional() }))
    .optional(),
  accessors: z.array(accessorSchema).optional(),
  bufferViews: z
    .array(
      z.looseObject({
        buffer: index,
        byteOffset: index.optional(),
        byteLength: z.int().min(1),
        byteStride: z.int().min(4).max(252).optional(),
        extensions: extensions.optional(),
      }),
    )
    .optional(),
  buffers: z
    .array(
      z.looseObject({
        uri: z.string().optional(),
        byteLength: z.int().min(1),
        extensions: extensions.optional(),
      }),
    )
    .optional(),
  images: z
    .array(
      z.looseObject({
        uri: z.string().optional(),
        bufferView: index.optional(),
        mimeType: z.string().optional(),
      }),
    )
    .optional(),
  samplers: z.array(z.looseObject({})).optional(),
  textures: z
    .array(
      z.looseObject({
        source: index.optional(),
        sampler: index.optional(),
        extensions: extensions.optional(),
      }),
    )
    .optional(),
  materials: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        pbrMetallicRoughness: z
          .looseObject({
            baseColorFactor: vector(4).optional(),
            baseColorTexture: textureInfo.optional(),
            metallicFactor: finite.optional(),
            roughnessFactor: finite.optional(),
          })
          .optional(),
        emissiveFactor: vector(3).optional(),
        alphaMode: z.enum(['OPAQUE', 'MASK', 'BLEND']).optional(),
        alphaCutoff: finite.optional(),
        doubleSided: z.boolean().optional(),
        extensions: extensions.optional(),
      }),
    )
    .optional(),
});

export type Gltf = z.infer<typeof gltfSchema>;
export type GltfAccessor = z.infer<typeof accessorSchema>;
export type GltfNode = NonNullable<Gltf['nodes']>[number];
export type GltfMaterial = NonNullable<Gltf['materials']>[number];
export type GltfPrimitive = NonNullable<Gltf['meshes']>[number]['primitives'][number];
