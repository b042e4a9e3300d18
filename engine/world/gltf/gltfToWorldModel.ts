import { DirectorError } from '../../errors.ts';
import type { ImageRgba, MeshPart, WorldModel, WorldNode } from '../worldModel.ts';
import { checkBounds, checkShape, invalid } from './checkGltf.ts';
import { type DeclaredCollision, readCollision } from './colliders.ts';
import { decodeDataUri, parseContainer } from './container.ts';
import { accessorFloats, type DecodedAccessor, decodeAccessors } from './decodeAccessors.ts';
import { type DecodeDraco, fillDracoAccessors, usesDraco } from './dracoMesh.ts';
import type { Gltf, GltfNode } from './gltfSchema.ts';
import { MAX_COORDINATE_METERS, MAX_IMAGE_PIXELS, MAX_NODES, MAX_TRIANGLES } from './limits.ts';
import { readMaterials } from './materials.ts';
import { composeMatrix, determinant3, multiplyMatrices } from './matrices.ts';
import { type PlacedNode, placeNodes } from './nodes.ts';
import { type Deformation, type PrimitiveContext, readPrimitive } from './primitives.ts';

export interface GltfReadOptions {
  /** What the file is called in messages. */
  name: string;
  /** Reads a file named beside the .glb or .gltf; `uri` is as the file has it. Throws a DirectorError where it cannot. */
  readResource(uri: string): Promise<Uint8Array>;
  /** Decodes PNG, JPEG or WebP bytes to rgba; absent leaves textures out. Throws a DirectorError. */
  decodeImage?: ((bytes: Uint8Array, what: string) => Promise<ImageRgba>) | undefined;
  /** Unpacks meshes that Draco packed; absent refuses them. */
  decodeDraco?: DecodeDraco | undefined;
}

/**
 * Reads glTF 2.0 (.glb or .gltf bytes) into a WorldModel. Everything is checked before it is decoded.
 * A mirrored node has its mirroring put into its geometry, so that triangles stay counter-clockwise.
 * Errors: INPUT_EMPTY, WORLD_UNREADABLE, WORLD_UNSUPPORTED, WORLD_INVALID, WORLD_EMPTY, WORLD_TOO_LARGE.
 */
export async function gltfToWorldModel(bytes: Uint8Array, options: GltfReadOptions): Promise<WorldModel> {
  const { name } = options;
  const { json, binaryChunk } = parseContainer(bytes, name);
  const gltf = checkShape(json, name);
  const placed = placeNodes(gltf, name);
  const buffers = await readBuffers(gltf, binaryChunk, options);
  checkBounds(gltf, buffers, name);
  const accessors = await decodeAccessors(gltf, buffers, name);
  if (usesDraco(gltf)) {
    if (!options.decodeDraco)
      throw new DirectorError(
        'WORLD_UNSUPPORTED',
        `${name} is packed by Draco, which is not unpacked here.`,
        {
          suggestion: 'Export the world without KHR_draco_mesh_compression, or with meshopt.',
          details: { extension: 'KHR_draco_mesh_compression' },
        },
      );
    await fillDracoAccessors(gltf, buffers, accessors, name, options.decodeDraco);
  }
  const reading = readMaterials(gltf, options.decodeImage !== undefined);
  const nodes = readNodes(gltf, placed, accessors, reading, name);
  const images = await readImages(gltf, buffers, reading.images, options);
  return { nodes, materials: reading.materials, images };
}

async function readBuffers(
  gltf: Gltf,
  binaryChunk: Uint8Array | undefined,
  { name, readResource }: GltfReadOptions,
): Promise<(Uint8Array | undefined)[]> {
  const buffers: (Uint8Array | undefined)[] = [];
  for (const [i, buffer] of (gltf.buffers ?? []).entries()) {
    const meshopt = buffer.extensions?.['EXT_meshopt_compression'] as { fallback?: unknown } | undefined;
    let bytes: Uint8Array | undefined;
    if (buffer.uri !== undefined)
      bytes = decodeDataUri(buffer.uri, `${name}: buffer ${i}`)?.bytes ?? (await readResource(buffer.uri));
    else if (i === 0 && binaryChunk) bytes = binaryChunk;
    else if (meshopt?.fallback !== true)
      throw new DirectorError(
        'WORLD_UNREADABLE',
        `${name}: buffer ${i} has no bytes: no URI and no binary chunk.`,
      );
    if (bytes && bytes.byteLength < buffer.byteLength)
      throw new DirectorError(
        'WORLD_UNREADABLE',
        `${name}: buffer ${i} is cut off: ${buffer.byteLength} bytes are promised and there are ${bytes.byteLength}.`,
      );
    buffers.push(bytes);
  }
  return buffers;
}

function readNodes(
  gltf: Gltf,
  placed: readonly PlacedNode[],
  accessors: readonly DecodedAccessor[],
  materials: ReturnType<typeof readMaterials>,
  file: string,
): WorldNode[] {
  const worldFromNode = new Map(placed.map(({ index, worldFromNode }) => [index, worldFromNode]));
  const names = new Set<string>();
  const uniqueName = (wanted: string) => {
    let name = wanted;
    for (let k = 2; names.has(name); k++) name = `${wanted}_${k}`;
    names.add(name);
    return name;
  };
  const shared = new Map<string, MeshPart[]>();
  const budget = { triangles: MAX_TRIANGLES, vertices: MAX_TRIANGLES };
  const nodes: WorldNode[] = [];
  let triangles = 0;
  const nameOf = (node: GltfNode, index: number) =>
    node.name || (node.mesh !== undefined && gltf.meshes?.[node.mesh]?.name) || `node-${index}`;
  const readMesh = (mesh: number, deformation: Deformation): MeshPart[] =>
    (gltf.meshes?.[mesh]?.primitives ?? [])
      .map((primitive, k) => {
        const place = `meshes.${mesh}.primitives.${k}`;
        const context: PrimitiveContext = { accessors, materials, file, place, budget };
        return readPrimitive(primitive, context, deformation);
      })
      .filter(part => part !== undefined);
  const colliderParts = ({ mesh, shape }: DeclaredCollision): MeshPart[] => {
    if (shape) return [{ ...shape, material: materials.indexOf(undefined) }];
    return mesh === undefined ? [] : memo(shared, `mesh ${mesh}`, () => readMesh(mesh, {}));
  };
  const add = (
    node: GltfNode,
    worldFromInstance: Float64Array,
    parts: MeshPart[],
    name: string,
    collision: WorldNode['collision'],
    key = name,
  ) => {
    triangles += parts.reduce((sum, part) => sum + part.indices.length / 3, 0);
    if (triangles > MAX_TRIANGLES)
      throw new DirectorError('WORLD_TOO_LARGE', `${file} has more than ${MAX_TRIANGLES} triangles.`, {
        suggestion: 'Simplify the world, or split it.',
        details: { limitTriangles: MAX_TRIANGLES },
      });
    const mirrored = determinant3(worldFromInstance) < 0;
    const worldNode: WorldNode = {
      name: uniqueName(name),
      worldFromNode: mirrored ? mirrorMatrix(worldFromInstance) : worldFromInstance,
      parts: mirrored ? memo(shared, `${key} mirrored`, () => parts.map(mirrorPart)) : parts,
      motion: 'static',
      ...(collision && { collision }),
    };
    checkExtent(worldNode, file);
    readMotion(worldNode, node);
    nodes.push(worldNode);
  };
  for (const { index, node, worldFromNode: placement, groupNames } of placed) {
    const declared = readCollision(gltf, node, groupNames);
    const collider = colliderParts(declared);
    if (collider.length > 0)
      add(node, placement, collider, `${nameOf(node, index)}-collider`, {
        role: 'only',
        standsFor: nameOf(node, index),
      });
    if (node.mesh === undefined) continue;
    const mesh = gltf.meshes?.[node.mesh];
    if (!mesh) continue;
    const weights = node.weights ?? mesh.weights;
    const joints = skinMatrices(gltf, node, accessors, worldFromNode, file);
    const deformation: Deformation = {
      ...(weights?.some(weight => weight !== 0) ? { weights } : {}),
      ...(joints ? { worldFromBind: joints } : {}),
    };
    const read = () => readMesh(node.mesh as number, deformation);
    const key = deformation.worldFromBind || node.weights ? `node ${index}` : `mesh ${node.mesh}`;
    const parts = memo(shared, key, read);
    if (parts.length === 0) continue;
    // A skinned mesh stands where its joints are; its own node's place is ignored (glTF 2.0, 3.7.3.3).
    const base = joints ? composeMatrix([0, 0, 0], [0, 0, 0, 1], [1, 1, 1]) : placement;
    const placements = joints ? [base] : instancesOf(node, accessors, base, file);
    if (nodes.length + placements.length > MAX_NODES)
      throw new DirectorError('WORLD_TOO_LARGE', `${file} has more than ${MAX_NODES} nodes and instances.`);
    const { ownMesh: role, standsFor } = declared;
    for (const worldFromInstance of placements)
      add(
        node,
        worldFromInstance,
        parts,
        nameOf(node, index),
        role && { role, ...(role === 'only' && standsFor && { standsFor }) },
        key,
      );
  }
  if (nodes.length === 0) throw new DirectorError('WORLD_EMPTY', `${file} has no triangles.`);
  return nodes;
}

function memo<T>(map: Map<string, T>, key: string, make: () => T): T {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** World-from-bind matrices of a skinned node's joints, or undefined where it has no skin. */
function skinMatrices(
  gltf: Gltf,
  node: GltfNode,
  accessors: readonly DecodedAccessor[],
  worldFromNode: ReadonlyMap<number, Float64Array>,
  file: string,
): Float64Array[] | undefined {
  const skin = node.skin === undefined ? undefined : gltf.skins?.[node.skin];
  if (!skin) return undefined;
  const inverse = skin.inverseBindMatrices === undefined ? undefined : accessors[skin.inverseBindMatrices];
  const values = inverse && accessorFloats(inverse);
  if (values && values.length < skin.joints.length * 16)
    throw invalid(file, `skin ${node.skin} has fewer inverse bind matrices than joints`);
  return skin.joints.map((joint, k) => {
    const worldFromJoint = worldFromNode.get(joint);
    if (!worldFromJoint) throw invalid(file, `joint ${joint} of skin ${node.skin} is not in the scene`);
    return values
      ? multiplyMatrices(worldFromJoint, Float64Array.from(values.subarray(k * 16, k * 16 + 16)))
      : worldFromJoint;
  });
}

/** EXT_mesh_gpu_instancing: one placement per instance; otherwise the node's own. */
function instancesOf(
  node: GltfNode,
  accessors: readonly DecodedAccessor[],
  worldFromNode: Float64Array,
  file: string,
): Float64Array[] {
  const extension = node.extensions?.['EXT_mesh_gpu_instancing'] as
    | { attributes?: Record<string, unknown> }
    | undefined;
  if (!extension?.attributes) return [worldFromNode];
  const values = (semantic: string, components: number) => {
    const index = extension.attributes?.[semantic];
    if (index === undefined) return undefined;
    const accessor = typeof index === 'number' ? accessors[index] : undefined;
    if (accessor?.components !== components)
      throw invalid(file, `the instances of ${node.name ?? 'a node'} have a broken ${semantic}`);
    return accessorFloats(accessor);
  };
  const translations = values('TRANSLATION', 3);
  const rotations = values('ROTATION', 4);
  const scales = values('SCALE', 3);
  const count = Math.max(
    (translations?.length ?? 0) / 3,
    (rotations?.length ?? 0) / 4,
    (scales?.length ?? 0) / 3,
  );
  if (count > MAX_NODES)
    throw new DirectorError(
      'WORLD_TOO_LARGE',
      `${file} has ${count} instances; ${MAX_NODES} are read at most.`,
    );
  return Array.from({ length: count }, (_, k) => {
    const slice = (array: Float32Array | undefined, size: number, fallback: number[]) =>
      array ? [...array.subarray(k * size, k * size + size)] : fallback;
    const local = composeMatrix(
      slice(translations, 3, [0, 0, 0]),
      slice(rotations, 4, [0, 0, 0, 1]),
      slice(scales, 3, [1, 1, 1]),
    );
    const placement = multiplyMatrices(worldFromNode, local);
    if (placement.length !== 16 || !placement.every(Number.isFinite))
      throw invalid(file, `instance ${k} has a place that is not finite`);
    return placement;
  });
}

/** The same place with the mirroring (x → −x) taken out, to be put into the geometry by mirrorPart. */
function mirrorMatrix(matrix: Float64Array): Float64Array {
  const out = Float64Array.from(matrix);
  for (let i = 0; i < 4; i++) out[i] = -out[i];
  return out;
}

function mirrorPart(part: MeshPart): MeshPart {
  const mirrored: MeshPart = {
    ...part,
    positions: flipX(part.positions),
    indices: Uint32Array.from(part.indices),
  };
  if (part.normals) mirrored.normals = flipX(part.normals);
  for (let i = 0; i < mirrored.indices.length; i += 3) {
    mirrored.indices[i + 1] = part.indices[i + 2];
    mirrored.indices[i + 2] = part.indices[i + 1];
  }
  return mirrored;
}

function flipX(values: Float32Array): Float32Array {
  const out = Float32Array.from(values);
  for (let i = 0; i < out.length; i += 3) out[i] = -out[i];
  return out;
}

/** Refuses worlds too large for 32-bit floats, by the corners of each part's box. */
function checkExtent(node: WorldNode, file: string): void {
  const m = node.worldFromNode;
  for (const { positions } of node.parts) {
    let largest = 0;
    for (let i = 0; i < positions.length; i++) largest = Math.max(largest, Math.abs(positions[i]));
    for (let row = 0; row < 3; row++) {
      const reach =
        largest * (Math.abs(m[row]) + Math.abs(m[4 + row]) + Math.abs(m[8 + row])) + Math.abs(m[12 + row]);
      if (reach <= MAX_COORDINATE_METERS) continue;
      const exact = furthest(node, row);
      if (exact > MAX_COORDINATE_METERS)
        throw new DirectorError(
          'WORLD_TOO_LARGE',
          `${file}: ${node.name} reaches ${exact.toPrecision(3)} m from the origin.`,
          {
            suggestion: `Units are metres; scale the world to less than ${MAX_COORDINATE_METERS / 1000} km.`,
            details: { node: node.name, reachMeters: exact, limitMeters: MAX_COORDINATE_METERS },
          },
        );
    }
  }
}

function furthest(node: WorldNode, row: number): number {
  const m = node.worldFromNode;
  let reach = 0;
  for (const { positions: p } of node.parts)
    for (let i = 0; i < p.length; i += 3)
      reach = Math.max(
        reach,
        Math.abs(m[row] * p[i] + m[4 + row] * p[i + 1] + m[8 + row] * p[i + 2] + m[12 + row]),
      );
  return reach;
}

/** Dynamic bodies: our extras (`motion`, `massKilograms`), else KHR_physics_rigid_bodies. Other extras are kept. */
function readMotion(worldNode: WorldNode, node: GltfNode): void {
  const rigid = node.extensions?.['KHR_physics_rigid_bodies'] as
    | { motion?: { mass?: unknown; isKinematic?: unknown } }
    | undefined;
  const extras =
    typeof node.extras === 'object' && node.extras !== null && !Array.isArray(node.extras) ? node.extras : {};
  const { motion, massKilograms, ...rest } = extras as Record<string, unknown>;
  if (motion === 'dynamic' || (motion === undefined && rigid?.motion && rigid.motion.isKinematic !== true)) {
    worldNode.motion = 'dynamic';
    const mass = massKilograms ?? rigid?.motion?.mass;
    if (typeof mass === 'number' && Number.isFinite(mass) && mass > 0) worldNode.massKilograms = mass;
  }
  if (Object.keys(rest).length > 0) worldNode.extras = rest;
}

async function readImages(
  gltf: Gltf,
  buffers: readonly (Uint8Array | undefined)[],
  wanted: readonly number[],
  { name, readResource, decodeImage }: GltfReadOptions,
): Promise<ImageRgba[]> {
  const images: ImageRgba[] = [];
  let pixels = 0;
  for (const index of wanted) {
    const image = gltf.images?.[index];
    const view = image?.bufferView === undefined ? undefined : gltf.bufferViews?.[image.bufferView];
    const what = `${name}: image ${index}`;
    let bytes: Uint8Array | undefined;
    if (view) {
      const start = view.byteOffset ?? 0;
      bytes = buffers[view.buffer]?.subarray(start, start + view.byteLength);
    } else if (image?.uri !== undefined)
      bytes = decodeDataUri(image.uri, what)?.bytes ?? (await readResource(image.uri));
    if (!bytes || !decodeImage) throw invalid(name, `image ${index} has neither a URI nor a buffer view`);
    const decoded = await decodeImage(bytes, what);
    pixels += decoded.width * decoded.height;
    if (pixels > MAX_IMAGE_PIXELS)
      throw new DirectorError(
        'WORLD_TOO_LARGE',
        `${name} has more than ${MAX_IMAGE_PIXELS / 2 ** 20} megapixels of images.`,
      );
    images.push(decoded);
  }
  return images;
}
