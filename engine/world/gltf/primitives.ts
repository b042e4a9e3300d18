import { DirectorError } from '../../errors.ts';
import type { MeshPart } from '../worldModel.ts';
import { invalid } from './checkGltf.ts';
import { accessorFloats, type DecodedAccessor } from './decodeAccessors.ts';
import type { GltfPrimitive } from './gltfSchema.ts';
import { MAX_TRIANGLES } from './limits.ts';
import type { MaterialReading } from './materials.ts';
import { transformNormals, transformPoints } from './matrices.ts';

const MODE_TRIANGLES = 4;
const MODE_STRIP = 5;

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
  /** What the file's primitives may still hold together; a few bytes can name the same large accessor many times. */
  budget: { triangles: number; vertices: number };
}

/**
 * One glTF primitive as a MeshPart, or undefined where it has no triangles (points, lines, too few vertices).
 * Where it uses less than half of its accessors' vertices, as parts of one large vertex buffer do, it keeps its own.
 * Throws WORLD_INVALID: attributes of unlike lengths or types, indices out of range, positions not finite;
 * WORLD_TOO_LARGE beyond the budget.
 */
export function readPrimitive(
  primitive: GltfPrimitive,
  context: PrimitiveContext,
  deformation: Deformation,
): MeshPart | undefined {
  const { file, place } = context;
  const mode = primitive.mode ?? MODE_TRIANGLES;
  const position = context.accessors[primitive.attributes['POSITION'] ?? -1];
  if (mode < MODE_TRIANGLES || !position) return undefined;
  const storedCount = position.array.length / position.components;
  const storedIndices = readTriangles(primitive, mode, storedCount, context);
  if (storedIndices.length === 0) return undefined;
  const { indices, used } = compact(storedIndices, storedCount);
  const vertexCount = used?.length ?? storedCount;
  const deformed = deformation.weights !== undefined || deformation.worldFromBind !== undefined;
  spend(context, indices.length / 3, used || deformed ? vertexCount : 0);

  const read = (source: Record<string, number>, semantic: string, components: number) => {
    const values = attribute(source, semantic, components, storedCount, context);
    return values && used ? gather(values, components, used) : values;
  };
  let positions = read(primitive.attributes, 'POSITION', 3) ?? new Float32Array();
  let normals = read(primitive.attributes, 'NORMAL', 3);
  if (deformation.weights) {
    const targets = primitive.targets ?? [];
    const offsets = (semantic: string) => targets.map(target => read(target, semantic, 3));
    positions = morph(positions, offsets('POSITION'), deformation.weights);
    normals = normals && morph(normals, offsets('NORMAL'), deformation.weights);
  }
  const weights = deformation.worldFromBind && read(primitive.attributes, 'WEIGHTS_0', 4);
  const joints = weights && read(primitive.attributes, 'JOINTS_0', 4);
  if (deformation.worldFromBind && weights && joints)
    ({ positions, normals } = skin(positions, normals, weights, joints, deformation.worldFromBind, context));
  const broken = firstNotFinite(positions);
  if (broken >= 0)
    throw invalid(file, `${place}: vertex ${Math.floor(broken / 3)} has a position that is not finite`, {
      primitive: place,
    });
  if (normals && firstNotFinite(normals) >= 0) throw invalid(file, `${place}: a normal is not finite`);

  const part: MeshPart = { positions, indices, material: context.materials.indexOf(primitive.material) };
  if (normals) part.normals = normals;
  const uvSet = context.materials.uvSet(primitive.material);
  const uvs = read(primitive.attributes, `TEXCOORD_${uvSet.set}`, 2);
  if (uvs) part.uvs = uvSet.transform(uvs);
  const colors = readColors(primitive, context, read);
  if (colors) part.colors = colors;
  if ((primitive.extras as { inferred?: unknown } | undefined)?.inferred === true) part.inferred = true;
  return part;
}

function spend({ budget, file }: PrimitiveContext, triangles: number, vertices: number): void {
  budget.triangles -= triangles;
  budget.vertices -= vertices;
  if (budget.triangles >= 0 && budget.vertices >= 0) return;
  throw new DirectorError(
    'WORLD_TOO_LARGE',
    `${file} has more than ${MAX_TRIANGLES} triangles or as many vertices.`,
    {
      suggestion: 'Simplify the world, or split it.',
      details: { limitTriangles: MAX_TRIANGLES },
    },
  );
}

/** Renumbers the vertices where less than half of them are used: `used` then lists those, in order of first use. */
function compact(indices: Uint32Array, vertexCount: number): { indices: Uint32Array; used?: Uint32Array } {
  if (indices.length * 2 >= vertexCount) {
    const met = new Uint8Array(vertexCount);
    let count = 0;
    for (let i = 0; i < indices.length; i++) {
      count += 1 - met[indices[i]];
      met[indices[i]] = 1;
    }
    if (count * 2 >= vertexCount) return { indices };
  }
  const numbers = new Map<number, number>();
  const renumbered = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    let number = numbers.get(indices[i]);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(indices[i], number);
    }
    renumbered[i] = number;
  }
  return { indices: renumbered, used: Uint32Array.from(numbers.keys()) };
}

/** Index of the first value that is NaN or infinite, −1 where all are finite. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}

function gather(values: Float32Array, components: number, used: Uint32Array): Float32Array {
  const out = new Float32Array(used.length * components);
  for (let i = 0; i < used.length; i++)
    for (let k = 0; k < components; k++) out[i * components + k] = values[used[i] * components + k];
  return out;
}

function attribute(
  attributes: Record<string, number>,
  semantic: string,
  components: number,
  vertexCount: number,
  { accessors, file, place }: PrimitiveContext,
): Float32Array | undefined {
  const index = attributes[semantic];
  const accessor = index === undefined ? undefined : accessors[index];
  if (!accessor) return undefined;
  if (accessor.components !== components)
    throw invalid(file, `${place}: ${semantic} has ${accessor.components} components`);
  const count = accessor.array.length / components;
  if (count !== vertexCount)
    throw invalid(file, `${place}: ${semantic} has ${count} elements for ${vertexCount} vertices`);
  return accessorFloats(accessor);
}

function readColors(
  primitive: GltfPrimitive,
  { accessors, file, place }: PrimitiveContext,
  read: (source: Record<string, number>, semantic: string, components: number) => Float32Array | undefined,
): Float32Array | undefined {
  const components = accessors[primitive.attributes['COLOR_0'] ?? -1]?.components === 3 ? 3 : 4;
  const values = read(primitive.attributes, 'COLOR_0', components);
  if (!values) return undefined;
  if (firstNotFinite(values) >= 0) throw invalid(file, `${place}: a vertex colour is not finite`);
  if (components === 4) return values;
  const rgba = new Float32Array((values.length / 3) * 4).fill(1);
  for (let i = 0; i < values.length; i++) rgba[Math.floor(i / 3) * 4 + (i % 3)] = values[i];
  return rgba;
}

/** Indices as a triangle list: strips and fans unrolled (glTF 2.0, 3.7.2.1), restarts honoured. */
function readTriangles(
  primitive: GltfPrimitive,
  mode: number,
  vertexCount: number,
  { accessors, file, place }: PrimitiveContext,
): Uint32Array {
  const order = new Uint32Array(
    primitive.indices === undefined ? vertexCount : (accessors[primitive.indices]?.array.length ?? 0),
  );
  let restart = -1;
  if (primitive.indices === undefined) for (let i = 0; i < order.length; i++) order[i] = i;
  else {
    const accessor = accessors[primitive.indices];
    const array = accessor?.array;
    const unsigned =
      array instanceof Uint8Array || array instanceof Uint16Array || array instanceof Uint32Array;
    if (!unsigned || accessor?.components !== 1)
      throw invalid(file, `${place}: indices are not unsigned integers`);
    order.set(array);
    // The largest index restarts a strip, unless there are enough vertices for it to be one.
    const largest = 2 ** (8 * array.BYTES_PER_ELEMENT) - 1;
    if (mode !== MODE_TRIANGLES && largest >= vertexCount) restart = largest;
  }
  for (let i = 0; i < order.length; i++)
    if (order[i] >= vertexCount && order[i] !== restart)
      throw invalid(file, `${place}: index ${order[i]} at ${i} points past its ${vertexCount} vertices`, {
        primitive: place,
      });
  if (mode === MODE_TRIANGLES) return order.subarray(0, order.length - (order.length % 3));
  const triangles: number[] = [];
  let start = 0;
  for (let i = 0; i <= order.length; i++) {
    if (i < order.length && order[i] !== restart) continue;
    for (let k = start; k + 2 < i; k++) {
      const flip = (k - start) & 1;
      if (mode === MODE_STRIP) triangles.push(order[k], order[k + 1 + flip], order[k + 2 - flip]);
      else triangles.push(order[start], order[k + 1], order[k + 2]);
    }
    start = i + 1;
  }
  return Uint32Array.from(triangles);
}

function morph(
  base: Float32Array,
  offsets: readonly (Float32Array | undefined)[],
  weights: readonly number[],
): Float32Array {
  const out = Float32Array.from(base);
  offsets.forEach((offset, k) => {
    const weight = weights[k] ?? 0;
    if (offset && weight !== 0) for (let i = 0; i < out.length; i++) out[i] += weight * offset[i];
  });
  return out;
}

/** Linear blend skinning with the joints where the file's nodes put them (glTF 2.0, 3.7.3.3). */
function skin(
  positions: Float32Array,
  normals: Float32Array | undefined,
  weights: Float32Array,
  joints: Float32Array,
  worldFromBind: readonly Float64Array[],
  { file, place }: PrimitiveContext,
): { positions: Float32Array; normals: Float32Array | undefined } {
  const outPositions = new Float32Array(positions.length);
  const outNormals = normals && new Float32Array(normals.length);
  const blended = new Float64Array(16);
  for (let v = 0; v < positions.length / 3; v++) {
    blended.fill(0);
    let total = 0;
    for (let k = 0; k < 4; k++) {
      const weight = weights[v * 4 + k];
      if (weight === 0) continue;
      const joint = joints[v * 4 + k];
      const matrix = worldFromBind[joint];
      if (!matrix) throw invalid(file, `${place}: vertex ${v} hangs on joint ${joint}, which is not there`);
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
