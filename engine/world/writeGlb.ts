import {
  Accessor,
  Document,
  type Buffer as GltfBuffer,
  type Material as GltfMaterial,
  MathUtils,
  type Mesh,
  type mat4,
  type Texture,
  WebIO,
} from '@gltf-transform/core';
import { KHRMaterialsEmissiveStrength } from '@gltf-transform/extensions';
import { DirectorError } from '../errors.ts';
import { composeMatrix, transformNormals, transformPoints } from './gltf/matrices.ts';
import { encodePng } from './images.ts';
import type { Material, MeshPart, WorldModel, WorldNode } from './worldModel.ts';

/**
 * Writes a WorldModel as GLB 2.0: every node by its name, dynamic ones with `motion` and `massKilograms` in
 * their extras, `inferred` in the primitive's, textures as PNG, vertex colours as 16-bit fractions. Parts and
 * arrays that nodes share are written once. The same model gives the same bytes.
 * Throws WORLD_INVALID where the model holds a number that is not finite or an index out of range.
 */
export async function writeGlb(model: WorldModel): Promise<Uint8Array> {
  const document = new Document();
  const root = document.getRoot();
  root.getAsset().generator = 'Sora Director';
  const buffer = document.createBuffer();
  const materials = await writeMaterials(document, model);
  const writer = new MeshWriter(document, buffer, materials);
  const scene = document.createScene('world');
  root.setDefaultScene(scene);
  for (const worldNode of model.nodes) {
    const { parts, translation, rotation, scale } = splitPlacement(worldNode);
    const node = document
      .createNode(worldNode.name)
      .setTranslation(translation)
      .setRotation(rotation)
      .setScale(scale);
    const mesh = writer.mesh(worldNode.name, parts);
    if (mesh) node.setMesh(mesh);
    const extras: Record<string, unknown> = { ...worldNode.extras };
    if (worldNode.motion === 'dynamic') {
      extras['motion'] = 'dynamic';
      if (worldNode.massKilograms !== undefined) extras['massKilograms'] = worldNode.massKilograms;
    }
    if (Object.keys(extras).length > 0) node.setExtras(extras);
    scene.addChild(node);
  }
  return new WebIO().registerExtensions([KHRMaterialsEmissiveStrength]).writeBinary(document);
}

type Vector3 = [number, number, number];
type Vector4 = [number, number, number, number];

/** A node's place as translation, rotation and scale, which is all glTF allows; shear goes into the vertices. */
function splitPlacement(node: WorldNode): {
  parts: MeshPart[];
  translation: Vector3;
  rotation: Vector4;
  scale: Vector3;
} {
  const m = node.worldFromNode;
  if (m.length !== 16 || !m.every(Number.isFinite)) throw broken(node.name, 'its place is not finite');
  const translation: Vector3 = [0, 0, 0];
  const rotation: Vector4 = [0, 0, 0, 1];
  const scale: Vector3 = [1, 1, 1];
  MathUtils.decompose([...m] as mat4, translation, rotation, scale);
  const again = composeMatrix(translation, rotation, scale);
  const size = Math.max(...m.map(Math.abs));
  const exact = again.every((value, i) => Math.abs(value - m[i]) <= 1e-9 * size);
  const unitRotation = Math.abs(Math.hypot(...rotation) - 1) < 1e-6;
  if (exact && unitRotation) return { parts: node.parts, translation, rotation, scale };
  const parts = node.parts.map(part => ({
    ...part,
    positions: transformPoints(m, part.positions),
    ...(part.normals ? { normals: transformNormals(m, part.normals) } : {}),
  }));
  return { parts, translation: [0, 0, 0], rotation: [0, 0, 0, 1], scale: [1, 1, 1] };
}

function broken(node: string, why: string): DirectorError {
  return new DirectorError('WORLD_INVALID', `The world cannot be written: ${node}: ${why}.`, {
    details: { node },
  });
}

/** Makes each array an accessor once and each list of parts a mesh once, however many nodes share them. */
class MeshWriter {
  private readonly accessors = new Map<Float32Array | Uint32Array, Accessor>();
  private readonly partIds = new Map<MeshPart, number>();
  private readonly meshes = new Map<string, Mesh>();
  private readonly document: Document;
  private readonly buffer: GltfBuffer;
  private readonly materials: readonly GltfMaterial[];

  constructor(document: Document, buffer: GltfBuffer, materials: readonly GltfMaterial[]) {
    this.document = document;
    this.buffer = buffer;
    this.materials = materials;
  }

  mesh(node: string, parts: readonly MeshPart[]): Mesh | undefined {
    const filled = parts.filter(part => part.indices.length > 0);
    if (filled.length === 0) return undefined;
    const key = filled.map(part => this.partId(part)).join(',');
    let mesh = this.meshes.get(key);
    if (!mesh) {
      mesh = this.document.createMesh(node);
      for (const part of filled) mesh.addPrimitive(this.primitive(node, part));
      this.meshes.set(key, mesh);
    }
    return mesh;
  }

  private partId(part: MeshPart): number {
    const id = this.partIds.get(part) ?? this.partIds.size;
    this.partIds.set(part, id);
    return id;
  }

  private primitive(node: string, part: MeshPart) {
    const vertexCount = part.positions.length / 3;
    checkPart(node, part, vertexCount);
    const material = this.materials[part.material];
    if (!material) throw broken(node, `material ${part.material} is not in the model`);
    const primitive = this.document
      .createPrimitive()
      .setMaterial(material)
      .setIndices(this.accessor(part.indices, 'SCALAR', () => shortest(part.indices, vertexCount)))
      .setAttribute(
        'POSITION',
        this.accessor(part.positions, 'VEC3', () => part.positions),
      );
    const { normals, uvs, colors } = part;
    if (normals)
      primitive.setAttribute(
        'NORMAL',
        this.accessor(normals, 'VEC3', () => unitNormals(normals)),
      );
    if (uvs)
      primitive.setAttribute(
        'TEXCOORD_0',
        this.accessor(uvs, 'VEC2', () => uvs),
      );
    if (colors)
      primitive.setAttribute(
        'COLOR_0',
        this.accessor(colors, 'VEC4', () => unorm16(colors)).setNormalized(true),
      );
    if (part.inferred) primitive.setExtras({ inferred: true });
    return primitive;
  }

  private accessor(
    key: Float32Array | Uint32Array,
    type: 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4',
    make: () => Float32Array | Uint32Array | Uint16Array,
  ): Accessor {
    let accessor = this.accessors.get(key);
    if (!accessor) {
      const array = make() as Float32Array<ArrayBuffer>;
      accessor = this.document
        .createAccessor()
        .setType(Accessor.Type[type])
        .setArray(array)
        .setBuffer(this.buffer);
      this.accessors.set(key, accessor);
    }
    return accessor;
  }
}

function checkPart(node: string, part: MeshPart, vertexCount: number): void {
  const lengths: [Float32Array | undefined, number, string][] = [
    [part.positions, 3, 'positions'],
    [part.normals, 3, 'normals'],
    [part.uvs, 2, 'uvs'],
    [part.colors, 4, 'colours'],
  ];
  for (const [values, components, what] of lengths) {
    if (!values) continue;
    if (values.length !== components * vertexCount)
      throw broken(node, `its ${what} do not match ${vertexCount} vertices`);
    if (!values.every(Number.isFinite)) throw broken(node, `its ${what} are not all finite`);
  }
  if (part.indices.length % 3 !== 0 || part.indices.some(index => index >= vertexCount))
    throw broken(node, `its indices are no triangles of ${vertexCount} vertices`);
}

/** 16-bit indices where they suffice; 65535 itself would mean a restart. */
function shortest(indices: Uint32Array, vertexCount: number): Uint16Array | Uint32Array {
  return vertexCount <= 65535 ? Uint16Array.from(indices) : indices;
}

/** glTF wants unit normals; one without a direction becomes +Y. */
function unitNormals(normals: Float32Array): Float32Array {
  const out = new Float32Array(normals.length);
  for (let i = 0; i < normals.length; i += 3) {
    const length = Math.hypot(normals[i], normals[i + 1], normals[i + 2]);
    if (length < 1e-20) out[i + 1] = 1;
    else for (let k = 0; k < 3; k++) out[i + k] = normals[i + k] / length;
  }
  return out;
}

function unorm16(colors: Float32Array): Uint16Array {
  return Uint16Array.from(colors, value => Math.round(Math.min(1, Math.max(0, value)) * 65535));
}

async function writeMaterials(document: Document, model: WorldModel): Promise<GltfMaterial[]> {
  const textures: Texture[] = [];
  for (const [i, image] of model.images.entries())
    textures.push(
      document
        .createTexture(`image-${i}`)
        .setMimeType('image/png')
        .setImage((await encodePng(image)) as Uint8Array<ArrayBuffer>),
    );
  return model.materials.map(material => {
    const written = document
      .createMaterial(material.name)
      .setBaseColorFactor(material.baseColor.map(unit) as Vector4)
      .setRoughnessFactor(unit(material.roughness))
      .setMetallicFactor(unit(material.metallic))
      .setDoubleSided(material.doubleSided)
      .setAlphaMode(material.alphaMode.toUpperCase() as 'OPAQUE' | 'MASK' | 'BLEND');
    if (material.alphaMode === 'mask') written.setAlphaCutoff(Math.max(0, material.alphaCutoff));
    const texture = material.baseColorImage === undefined ? undefined : textures[material.baseColorImage];
    if (material.baseColorImage !== undefined && !texture)
      throw broken(material.name, 'its image is not in the model');
    if (texture) written.setBaseColorTexture(texture);
    writeEmissive(document, written, material);
    return written;
  });
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** glTF's emissive factor ends at 1; brighter light takes KHR_materials_emissive_strength. */
function writeEmissive(document: Document, written: GltfMaterial, { emissive }: Material): void {
  if (!emissive) return;
  const strength = Math.max(1, ...emissive);
  written.setEmissiveFactor(emissive.map(value => Math.max(0, value) / strength) as Vector3);
  if (strength === 1) return;
  const extension = document.createExtension(KHRMaterialsEmissiveStrength);
  written.setExtension(
    'KHR_materials_emissive_strength',
    extension.createEmissiveStrength().setEmissiveStrength(strength),
  );
}
