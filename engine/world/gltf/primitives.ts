import type { MeshPart } from '../worldModel.ts';
import { invalid } from './checkGltf.ts';
import { accessorFloats, type DecodedAccessor } from './decodeAccessors.ts';
import type { GltfPrimitive } from './gltfSchema.ts';
import type { MaterialReading } from './materials.ts';
import { transformNormals, transformPoints } from './matrices.ts';

const MODE_TRIANGLES = 4;
const MODE_STRIP = 5;
const MODE_FAN = 6;

/** What bends a mesh away from its stored vertices: default morph weights, joints at rest. */
export interface Deformation {
  weights?: readonly number[];
  /** 4×4 per joint, from bind space to the world's. */
  worldFromBind?: readonly Float64Array[];
}

export interface PrimitiveContext {
  accessors: readonly DecodedAccessor[];
  materials: MaterialReading;
  /** Names the file and the primitive in refusals. */
  file: string;
  place: string;
}

/**
 * One glTF primitive as a MeshPart, or undefined where it has no triangles (points, lines, too few vertices).
 * Throws WORLD_INVALID: attributes of unlike lengths or types, indices out of range, positions not finite.
 */
export function readPrimitive(
  primitive: GltfPrimitive,
  context: PrimitiveContext,
  deformation: Deformation,
): MeshPart | undefined {
  const { file, place } = context;
  const mode = primitive.mode ?? MODE_TRIANGLES;
  if (mode < MODE_TRIANGLES) return undefined;
  const stored = attribute(primitive, 'POSITION', [3], context);
  if (!stored) return undefined;
  const vertexCount = stored.length / 3;
  let positions = stored;
  let normals = sameLength(attribute(primitive, 'NORMAL', [3], context), 3, vertexCount, 'NORMAL', context);
  if (deformation.weights && primitive.targets) {
    positions = morph(positions, primitive, 'POSITION', deformation.weights, context);
    normals = normals && morph(normals, primitive, 'NORMAL', deformation.weights, context);
  }
  if (deformation.worldFromBind)
    ({ positions, normals } = skin(positions, normals, primitive, deformation.worldFromBind, context));
  const broken = positions.findIndex(value => !Number.isFinite(value));
  if (broken >= 0)
    throw invalid(file, `${place}: vertex ${Math.floor(broken / 3)} has a position that is not finite`, {
      primitive: place,
    });
  if (normals && !normals.every(Number.isFinite)) throw invalid(file, `${place}: a normal is not finite`);

  const indices = readTriangles(primitive, mode, vertexCount, context);
  if (indices.length === 0) return undefined;
  const part: MeshPart = { positions, indices, material: context.materials.indexOf(primitive.material) };
  if (normals) part.normals = normals;
  const uvSet = context.materials.uvSet(primitive.material);
  const uvs = sameLength(
    attribute(primitive, `TEXCOORD_${uvSet.set}`, [2], context),
    2,
    vertexCount,
    'TEXCOORD',
    context,
  );
  if (uvs) part.uvs = uvSet.transform(uvs);
  const colors = readColors(primitive, vertexCount, context);
  if (colors) part.colors = colors;
  if ((primitive.extras as { inferred?: unknown } | undefined)?.inferred === true) part.inferred = true;
  return part;
}

function attribute(
  primitive: GltfPrimitive,
  semantic: string,
  components: readonly number[],
  { accessors, file, place }: PrimitiveContext,
): Float32Array | undefined {
  const index = primitive.attributes[semantic];
  const accessor = index === undefined ? undefined : accessors[index];
  if (!accessor) return undefined;
  if (!components.includes(accessor.components))
    throw invalid(file, `${place}: ${semantic} has ${accessor.components} components`);
  return accessorFloats(accessor);
}

function sameLength(
  values: Float32Array | undefined,
  components: number,
  vertexCount: number,
  semantic: string,
  { file, place }: PrimitiveContext,
): Float32Array | undefined {
  if (values && values.length !== components * vertexCount)
    throw invalid(
      file,
      `${place}: ${semantic} has ${values.length / components} elements for ${vertexCount} vertices`,
    );
  return values;
}

function readColors(
  primitive: GltfPrimitive,
  vertexCount: number,
  context: PrimitiveContext,
): Float32Array | undefined {
  const index = primitive.attributes['COLOR_0'];
  const components = index === undefined ? 4 : (context.accessors[index]?.components ?? 4);
  const values = attribute(primitive, 'COLOR_0', [3, 4], context);
  sameLength(values, components, vertexCount, 'COLOR_0', context);
  if (!values) return undefined;
  if (!values.every(Number.isFinite))
    throw invalid(context.file, `${context.place}: a vertex colour is not finite`);
  if (components === 4) return values;
  const rgba = new Float32Array(vertexCount * 4);
  for (let i = 0; i < vertexCount; i++) {
    rgba.set(values.subarray(i * 3, i * 3 + 3), i * 4);
    rgba[i * 4 + 3] = 1;
  }
  return rgba;
}

/** Indices as a triangle list: strips and fans unrolled (glTF 2.0, 3.7.2.1), restarts honoured. */
function readTriangles(
  primitive: GltfPrimitive,
  mode: number,
  vertexCount: number,
  context: PrimitiveContext,
): Uint32Array {
  const { accessors, file, place } = context;
  let order: ArrayLike<number>;
  let restart = -1;
  if (primitive.indices === undefined) order = Uint32Array.from({ length: vertexCount }, (_, i) => i);
  else {
    const accessor = accessors[primitive.indices];
    const array = accessor?.array;
    if (
      !(array instanceof Uint8Array || array instanceof Uint16Array || array instanceof Uint32Array) ||
      accessor?.components !== 1
    )
      throw invalid(file, `${place}: indices are not unsigned integers`);
    order = array;
    restart = 2 ** (8 * array.BYTES_PER_ELEMENT) - 1;
  }
  for (let i = 0; i < order.length; i++) {
    const index = order[i];
    if (index >= vertexCount && !(index === restart && mode !== MODE_TRIANGLES))
      throw invalid(file, `${place}: index ${index} at ${i} points past its ${vertexCount} vertices`, {
        primitive: place,
      });
  }
  if (mode === MODE_TRIANGLES) return Uint32Array.from(order).subarray(0, order.length - (order.length % 3));
  const triangles: number[] = [];
  let start = 0;
  for (let i = 0; i <= order.length; i++) {
    if (i < order.length && !(order[i] === restart && restart >= vertexCount)) continue;
    for (let k = start; k + 2 < i; k++) {
      const flip = (k - start) & 1;
      if (mode === MODE_STRIP) triangles.push(order[k], order[k + 1 + flip], order[k + 2 - flip]);
      else if (mode === MODE_FAN) triangles.push(order[start], order[k + 1], order[k + 2]);
    }
    start = i + 1;
  }
  return Uint32Array.from(triangles);
}

function morph(
  base: Float32Array,
  primitive: GltfPrimitive,
  semantic: string,
  weights: readonly number[],
  context: PrimitiveContext,
): Float32Array {
  const out = Float32Array.from(base);
  primitive.targets?.forEach((target, k) => {
    const weight = weights[k] ?? 0;
    const offsets =
      weight === 0 ? undefined : attribute({ ...primitive, attributes: target }, semantic, [3], context);
    if (!offsets) return;
    sameLength(offsets, 3, base.length / 3, `target ${k}`, context);
    for (let i = 0; i < out.length; i++) out[i] += weight * offsets[i];
  });
  return out;
}

/** Linear blend skinning with the joints where the file's nodes put them (glTF 2.0, 3.7.3.3). */
function skin(
  positions: Float32Array,
  normals: Float32Array | undefined,
  primitive: GltfPrimitive,
  worldFromBind: readonly Float64Array[],
  context: PrimitiveContext,
): { positions: Float32Array; normals: Float32Array | undefined } {
  const vertexCount = positions.length / 3;
  const weights = attribute(primitive, 'WEIGHTS_0', [4], context);
  const jointAccessor = context.accessors[primitive.attributes['JOINTS_0'] ?? -1];
  if (!weights || !jointAccessor) return { positions, normals };
  sameLength(weights, 4, vertexCount, 'WEIGHTS_0', context);
  if (jointAccessor.array.length !== vertexCount * 4)
    throw invalid(context.file, `${context.place}: JOINTS_0 does not match its ${vertexCount} vertices`);
  const outPositions = new Float32Array(positions.length);
  const outNormals = normals && new Float32Array(normals.length);
  const blended = new Float64Array(16);
  for (let v = 0; v < vertexCount; v++) {
    blended.fill(0);
    let total = 0;
    for (let k = 0; k < 4; k++) {
      const weight = weights[v * 4 + k];
      if (weight === 0) continue;
      const joint = jointAccessor.array[v * 4 + k] as number;
      const matrix = worldFromBind[joint];
      if (!matrix)
        throw invalid(
          context.file,
          `${context.place}: vertex ${v} hangs on joint ${joint}, which is not there`,
        );
      for (let i = 0; i < 16; i++) blended[i] += weight * matrix[i];
      total += weight;
    }
    if (total > 0) for (let i = 0; i < 16; i++) blended[i] /= total;
    outPositions.set(transformPoints(blended, positions.subarray(v * 3, v * 3 + 3)), v * 3);
    if (outNormals && normals)
      outNormals.set(transformNormals(blended, normals.subarray(v * 3, v * 3 + 3)), v * 3);
  }
  return { positions: outPositions, normals: outNormals };
}
