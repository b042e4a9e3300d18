import { type GLTF, type JSONDocument, WebIO } from '@gltf-transform/core';
import {
  EXTMeshoptCompression,
  KHRAccessorFloat16,
  KHRAccessorFloat64,
  KHRMeshQuantization,
} from '@gltf-transform/extensions';
import { MeshoptDecoder } from 'meshoptimizer/decoder';
import { invalid } from './checkGltf.ts';
import type { Gltf } from './gltfSchema.ts';

/** The numbers of one accessor, tightly packed and with sparse values in place. */
export interface DecodedAccessor {
  array: Float32Array | Float64Array | Int8Array | Uint8Array | Int16Array | Uint16Array | Uint32Array;
  components: number;
  /** Integers stand for fractions: n / max of the type. */
  normalized: boolean;
  /** What accessorFloats made of it, so that primitives share the array. */
  floats?: Float32Array;
}

const DECODING = new Set([
  'EXT_meshopt_compression',
  'KHR_accessor_float16',
  'KHR_accessor_float64',
  'KHR_mesh_quantization',
]);

/**
 * Decodes all accessors through gltf-transform: strides, sparse values, half and double floats, meshopt
 * compression. Only the part of the document that has passed checkShape and checkBounds is handed over.
 */
export async function decodeAccessors(
  gltf: Gltf,
  buffers: readonly (Uint8Array | undefined)[],
  name: string,
): Promise<DecodedAccessor[]> {
  await MeshoptDecoder.ready;
  const io = new WebIO()
    .registerExtensions([EXTMeshoptCompression, KHRAccessorFloat16, KHRAccessorFloat64, KHRMeshQuantization])
    .registerDependencies({ 'meshopt.decoder': MeshoptDecoder });
  const resources: Record<string, Uint8Array<ArrayBuffer>> = {};
  const json = {
    asset: { version: '2.0' },
    extensionsUsed: (gltf.extensionsUsed ?? []).filter(extension => DECODING.has(extension)),
    accessors: gltf.accessors ?? [],
    bufferViews: gltf.bufferViews ?? [],
    buffers: buffers.map((bytes, i) => {
      const uri = `buffer-${i}`;
      resources[uri] = (bytes ?? new Uint8Array()) as Uint8Array<ArrayBuffer>;
      return { ...gltf.buffers?.[i], uri };
    }),
  };
  const jsonDocument: JSONDocument = { json: json as unknown as GLTF.IGLTF, resources };
  try {
    const document = await io.readJSON(jsonDocument);
    return document
      .getRoot()
      .listAccessors()
      .map((accessor, i) => {
        const array = accessor.getArray();
        if (!array) throw new RangeError(`accessor ${i} has no values`);
        return {
          array: (ArrayBuffer.isView(array) && array.constructor.name === 'Float16Array'
            ? Float32Array.from(array as unknown as Iterable<number>)
            : array) as DecodedAccessor['array'],
          components: accessor.getElementSize(),
          normalized: accessor.getNormalized(),
        };
      });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(name, `its buffers do not decode (${why})`);
  }
}

/** The accessor's values as 32-bit floats, normalised integers mapped to their fractions (glTF 2.0, 3.6.2.2). */
export function accessorFloats(accessor: DecodedAccessor): Float32Array {
  accessor.floats ??= toFloats(accessor);
  return accessor.floats;
}

function toFloats({ array, normalized }: DecodedAccessor): Float32Array {
  if (array instanceof Float32Array) return array;
  if (!normalized || array instanceof Float64Array) return Float32Array.from(array);
  const signed = array instanceof Int8Array || array instanceof Int16Array;
  const largest = 2 ** (8 * array.BYTES_PER_ELEMENT - (signed ? 1 : 0)) - 1;
  const floats = new Float32Array(array.length);
  for (let i = 0; i < array.length; i++) floats[i] = Math.max((array[i] as number) / largest, -1);
  return floats;
}
