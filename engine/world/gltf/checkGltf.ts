import { DirectorError } from '../../errors.ts';
import { type Gltf, type GltfAccessor, gltfSchema } from './gltfSchema.ts';
import { MAX_ACCESSOR_BYTES } from './limits.ts';

/** Extensions that change what is read from a file, and that are read. */
const READ_EXTENSIONS = [
  'EXT_mesh_gpu_instancing',
  'EXT_meshopt_compression',
  'EXT_texture_webp',
  'KHR_accessor_float16',
  'KHR_accessor_float64',
  'KHR_draco_mesh_compression',
  'KHR_implicit_shapes',
  'KHR_materials_emissive_strength',
  'KHR_materials_pbrSpecularGlossiness',
  'KHR_mesh_primitive_restart',
  'KHR_mesh_quantization',
  'KHR_physics_rigid_bodies',
  'KHR_texture_basisu',
  'KHR_texture_transform',
  'OMI_physics_body',
  'OMI_physics_shape',
];

/** Extensions that a file may require and that add nothing a world is made of: light, gloss, names. */
const HARMLESS_EXTENSIONS = [
  'EXT_mesh_features',
  'EXT_structural_metadata',
  'KHR_lights_punctual',
  'KHR_materials_anisotropy',
  'KHR_materials_clearcoat',
  'KHR_materials_diffuse_transmission',
  'KHR_materials_dispersion',
  'KHR_materials_ior',
  'KHR_materials_iridescence',
  'KHR_materials_sheen',
  'KHR_materials_specular',
  'KHR_materials_transmission',
  'KHR_materials_unlit',
  'KHR_materials_variants',
  'KHR_materials_volume',
  'KHR_xmp_json_ld',
];

const SUPPORTED = new Set([...READ_EXTENSIONS, ...HARMLESS_EXTENSIONS]);

export const COMPONENT_BYTES: Readonly<Record<number, number>> = {
  5120: 1,
  5121: 1,
  5122: 2,
  5123: 2,
  5125: 4,
  5126: 4,
  5130: 8,
  5131: 2,
};

export const ELEMENT_COMPONENTS: Readonly<Record<GltfAccessor['type'], number>> = {
  SCALAR: 1,
  VEC2: 2,
  VEC3: 3,
  VEC4: 4,
  MAT2: 4,
  MAT3: 9,
  MAT4: 16,
};

/** EXT_meshopt_compression on a buffer view, as far as its bounds go. */
interface MeshoptView {
  buffer: number;
  byteOffset?: number;
  byteLength: number;
  byteStride: number;
  count: number;
}

export function invalid(name: string, why: string, details?: Record<string, unknown>): DirectorError {
  return new DirectorError('WORLD_INVALID', `${name} is not valid glTF: ${why}.`, details ? { details } : {});
}

/**
 * Checks the JSON's shape, version and required extensions, before any buffer is read.
 * Throws WORLD_INVALID naming the place, WORLD_UNSUPPORTED naming the version or the extension.
 */
export function checkShape(json: unknown, name: string): Gltf {
  const version = (json as { asset?: { version?: unknown } } | null)?.asset?.version;
  if (typeof version === 'string' && !/^2\.\d+$/.test(version))
    throw new DirectorError('WORLD_UNSUPPORTED', `${name} is glTF ${version}; glTF 2.0 is read.`, {
      suggestion: 'Export the world as glTF 2.0.',
      details: { version },
    });
  const parsed = gltfSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw invalid(name, `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? 'wrong shape'}`);
  }
  const gltf = parsed.data;
  const { minVersion } = gltf.asset;
  if (minVersion !== undefined && minVersion !== '2.0')
    throw new DirectorError(
      'WORLD_UNSUPPORTED',
      `${name} needs a reader of glTF ${minVersion}; glTF 2.0 is read.`,
    );
  for (const extension of gltf.extensionsRequired ?? [])
    if (!SUPPORTED.has(extension))
      throw new DirectorError(
        'WORLD_UNSUPPORTED',
        `${name} requires the glTF extension ${extension}, which is not read.`,
        {
          suggestion: `Export the world without ${extension}.`,
          details: { extension },
        },
      );
  checkReferences(gltf, name);
  return gltf;
}

/** Every index into another list points at something that is there. */
function checkReferences(gltf: Gltf, name: string): void {
  const size = (list: readonly unknown[] | undefined) => list?.length ?? 0;
  const check = (
    index: number | undefined,
    list: readonly unknown[] | undefined,
    place: string,
    what: string,
  ) => {
    if (index !== undefined && index >= size(list))
      throw invalid(name, `${place} points at ${what} ${index} and there are ${size(list)}`);
  };
  check(gltf.scene, gltf.scenes, 'scene', 'scene');
  gltf.scenes?.forEach((scene, i) => {
    scene.nodes?.forEach(node => {
      check(node, gltf.nodes, `scenes.${i}`, 'node');
    });
  });
  gltf.nodes?.forEach((node, i) => {
    check(node.mesh, gltf.meshes, `nodes.${i}.mesh`, 'mesh');
    check(node.skin, gltf.skins, `nodes.${i}.skin`, 'skin');
    node.children?.forEach(child => {
      check(child, gltf.nodes, `nodes.${i}.children`, 'node');
    });
  });
  gltf.meshes?.forEach((mesh, i) => {
    mesh.primitives.forEach((primitive, k) => {
      const place = `meshes.${i}.primitives.${k}`;
      check(primitive.indices, gltf.accessors, `${place}.indices`, 'accessor');
      check(primitive.material, gltf.materials, `${place}.material`, 'material');
      for (const attributes of [primitive.attributes, ...(primitive.targets ?? [])])
        for (const [semantic, accessor] of Object.entries(attributes))
          check(accessor, gltf.accessors, `${place}.${semantic}`, 'accessor');
    });
  });
  gltf.skins?.forEach((skin, i) => {
    check(skin.inverseBindMatrices, gltf.accessors, `skins.${i}.inverseBindMatrices`, 'accessor');
    skin.joints.forEach(joint => {
      check(joint, gltf.nodes, `skins.${i}.joints`, 'node');
    });
  });
  gltf.accessors?.forEach((accessor, i) => {
    check(accessor.bufferView, gltf.bufferViews, `accessors.${i}`, 'buffer view');
    check(
      accessor.sparse?.indices.bufferView,
      gltf.bufferViews,
      `accessors.${i}.sparse.indices`,
      'buffer view',
    );
    check(
      accessor.sparse?.values.bufferView,
      gltf.bufferViews,
      `accessors.${i}.sparse.values`,
      'buffer view',
    );
  });
  gltf.bufferViews?.forEach((view, i) => {
    check(view.buffer, gltf.buffers, `bufferViews.${i}`, 'buffer');
  });
  gltf.images?.forEach((image, i) => {
    check(image.bufferView, gltf.bufferViews, `images.${i}`, 'buffer view');
  });
  gltf.textures?.forEach((texture, i) => {
    check(texture.source, gltf.images, `textures.${i}.source`, 'image');
    check(texture.sampler, gltf.samplers, `textures.${i}.sampler`, 'sampler');
  });
  gltf.materials?.forEach((material, i) => {
    check(material.pbrMetallicRoughness?.baseColorTexture?.index, gltf.textures, `materials.${i}`, 'texture');
  });
}

/**
 * Checks that every buffer view lies in its buffer and every accessor in its view, sparse indices included,
 * and that what the accessors decode to stays within bounds. `buffers[i]` is undefined only for the fallback
 * buffer of EXT_meshopt_compression, which has no bytes of its own.
 * Throws WORLD_INVALID or WORLD_TOO_LARGE.
 */
export function checkBounds(gltf: Gltf, buffers: readonly (Uint8Array | undefined)[], name: string): void {
  const views = gltf.bufferViews ?? [];
  views.forEach((view, i) => {
    const compressed = meshoptOf(view.extensions, name, i);
    if (compressed) {
      if (compressed.buffer >= buffers.length)
        throw invalid(name, `bufferViews.${i} points at a buffer that is not there`);
      checkRange(compressed, buffers[compressed.buffer], `bufferViews.${i} (compressed)`, name);
      if (compressed.byteStride * compressed.count > view.byteLength)
        throw invalid(name, `bufferViews.${i} decompresses to more than its ${view.byteLength} bytes`);
    } else checkRange(view, buffers[view.buffer], `bufferViews.${i}`, name);
  });
  let total = 0;
  (gltf.accessors ?? []).forEach((accessor, i) => {
    const place = `accessors.${i}`;
    const componentBytes = COMPONENT_BYTES[accessor.componentType];
    if (!componentBytes)
      throw invalid(name, `${place} has the unknown component type ${accessor.componentType}`);
    const elementBytes = componentBytes * ELEMENT_COMPONENTS[accessor.type];
    total += accessor.count * elementBytes;
    if (total > MAX_ACCESSOR_BYTES)
      throw new DirectorError(
        'WORLD_TOO_LARGE',
        `${name} decodes to more than ${MAX_ACCESSOR_BYTES / 2 ** 30} GiB.`,
        {
          details: { limitBytes: MAX_ACCESSOR_BYTES },
        },
      );
    if (accessor.bufferView !== undefined) {
      const view = views[accessor.bufferView];
      const stride = view?.byteStride ?? elementBytes;
      if (stride < elementBytes)
        throw invalid(name, `${place} has elements of ${elementBytes} bytes in a stride of ${stride}`);
      const offset = accessor.byteOffset ?? 0;
      const end = offset + (accessor.count - 1) * stride + elementBytes;
      if (end > (view?.byteLength ?? 0))
        throw invalid(name, `${place} needs ${end} bytes of a buffer view of ${view?.byteLength ?? 0}`, {
          accessor: i,
        });
    }
    if (accessor.sparse) checkSparse(gltf, buffers, accessor, accessor.sparse, elementBytes, place, name);
  });
}

function checkSparse(
  gltf: Gltf,
  buffers: readonly (Uint8Array | undefined)[],
  accessor: GltfAccessor,
  sparse: NonNullable<GltfAccessor['sparse']>,
  elementBytes: number,
  place: string,
  name: string,
): void {
  const views = gltf.bufferViews ?? [];
  const indexBytes = { 5121: 1, 5123: 2, 5125: 4 }[sparse.indices.componentType];
  if (!indexBytes)
    throw invalid(name, `${place}.sparse.indices has the component type ${sparse.indices.componentType}`);
  if (sparse.count > accessor.count) throw invalid(name, `${place} replaces more elements than it has`);
  const indexView = views[sparse.indices.bufferView];
  const valueView = views[sparse.values.bufferView];
  const indexOffset = sparse.indices.byteOffset ?? 0;
  const valueOffset = sparse.values.byteOffset ?? 0;
  if (!indexView || indexOffset + sparse.count * indexBytes > indexView.byteLength)
    throw invalid(name, `${place}.sparse.indices reaches past its buffer view`);
  if (!valueView || valueOffset + sparse.count * elementBytes > valueView.byteLength)
    throw invalid(name, `${place}.sparse.values reaches past its buffer view`);
  const buffer = buffers[indexView.buffer];
  if (!buffer || indexView.extensions?.['EXT_meshopt_compression']) return;
  const data = new DataView(buffer.buffer, buffer.byteOffset + (indexView.byteOffset ?? 0) + indexOffset);
  for (let k = 0; k < sparse.count; k++) {
    const index =
      indexBytes === 1
        ? data.getUint8(k)
        : indexBytes === 2
          ? data.getUint16(k * 2, true)
          : data.getUint32(k * 4, true);
    if (index >= accessor.count)
      throw invalid(name, `${place}.sparse replaces element ${index} of ${accessor.count}`);
  }
}

function checkRange(
  range: { byteOffset?: number | undefined; byteLength: number },
  buffer: Uint8Array | undefined,
  place: string,
  name: string,
): void {
  if (!buffer) throw invalid(name, `${place} lies in a buffer that has no bytes`);
  const end = (range.byteOffset ?? 0) + range.byteLength;
  if (end > buffer.byteLength)
    throw invalid(name, `${place} ends at byte ${end} of a buffer of ${buffer.byteLength}`);
}

function meshoptOf(
  extensions: Record<string, unknown> | undefined,
  name: string,
  view: number,
): MeshoptView | undefined {
  const found = extensions?.['EXT_meshopt_compression'];
  if (found === undefined) return undefined;
  const { buffer, byteOffset, byteLength, byteStride, count } = (found ?? {}) as Partial<MeshoptView>;
  const natural = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  if (
    !natural(buffer) ||
    !natural(byteLength) ||
    !natural(byteStride) ||
    !natural(count) ||
    !natural(byteOffset ?? 0)
  )
    throw invalid(name, `bufferViews.${view}.extensions.EXT_meshopt_compression is broken`);
  return { buffer, byteOffset: byteOffset ?? 0, byteLength, byteStride, count };
}
