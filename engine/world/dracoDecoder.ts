import type { DecodeDraco, DracoMesh } from './gltf/dracoMesh.ts';

/** The part of draco3dgltf that is called; the package has no types of its own. In Node only: it reads its WASM file. */
interface DracoModule {
  HEAPU8: Uint8Array;
  Decoder: new () => DracoDecoder;
  DecoderBuffer: new () => { Init(bytes: Int8Array, length: number): void };
  Mesh: new () => DracoGeometry;
  TRIANGULAR_MESH: number;
  DT_INT8: number;
  DT_UINT8: number;
  DT_INT16: number;
  DT_UINT16: number;
  DT_UINT32: number;
  DT_FLOAT32: number;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  destroy(object: unknown): void;
}

interface DracoGeometry {
  num_faces(): number;
  num_points(): number;
}

interface DracoDecoder {
  GetEncodedGeometryType(buffer: unknown): number;
  DecodeBufferToMesh(buffer: unknown, mesh: DracoGeometry): { ok(): boolean; error_msg(): string };
  GetAttributeByUniqueId(mesh: DracoGeometry, id: number): { ptr: number; num_components(): number };
  GetTrianglesUInt32Array(mesh: DracoGeometry, bytes: number, pointer: number): boolean;
  GetAttributeDataArrayForAllPoints(
    mesh: DracoGeometry,
    attribute: unknown,
    type: number,
    bytes: number,
    pointer: number,
  ): boolean;
}

let module: Promise<DracoModule> | undefined;

/** Google's decoder, compiled once. What traps it is thrown, and the next mesh gets a fresh one. */
export const decodeDraco: DecodeDraco = async request => {
  module ??= import('draco3dgltf').then(
    ({ default: draco }) => draco.createDecoderModule({}) as Promise<DracoModule>,
  );
  const draco = await module;
  try {
    return unpack(draco, request);
  } catch (thrown) {
    module = undefined;
    throw thrown;
  }
};

function unpack(draco: DracoModule, { bytes, attributes }: Parameters<DecodeDraco>[0]): DracoMesh {
  const decoder = new draco.Decoder();
  const buffer = new draco.DecoderBuffer();
  const mesh = new draco.Mesh();
  try {
    buffer.Init(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes.byteLength);
    if (decoder.GetEncodedGeometryType(buffer) !== draco.TRIANGULAR_MESH)
      throw new RangeError('it is no triangle mesh');
    const status = decoder.DecodeBufferToMesh(buffer, mesh);
    if (!status.ok()) throw new RangeError(status.error_msg() || 'the decoder refuses it');
    const pointCount = mesh.num_points();
    const indices = new Uint32Array(
      copyOut(draco, mesh.num_faces() * 12, (size, at) => decoder.GetTrianglesUInt32Array(mesh, size, at)),
    );
    return {
      indices,
      pointCount,
      attributes: attributes.map(({ id, componentType, components }) => {
        const attribute = decoder.GetAttributeByUniqueId(mesh, id);
        if (attribute.ptr === 0 || attribute.num_components() !== components)
          throw new RangeError(`attribute ${id} is not there or has another size`);
        const { type, ArrayOf } = typeOf(draco, componentType);
        return new ArrayOf(
          copyOut(draco, pointCount * components * ArrayOf.BYTES_PER_ELEMENT, (size, at) =>
            decoder.GetAttributeDataArrayForAllPoints(mesh, attribute, type, size, at),
          ),
        );
      }),
    };
  } finally {
    for (const object of [mesh, buffer, decoder]) draco.destroy(object);
  }
}

function copyOut(
  draco: DracoModule,
  bytes: number,
  write: (bytes: number, pointer: number) => boolean,
): ArrayBuffer {
  const pointer = draco._malloc(bytes);
  try {
    if (!write(bytes, pointer)) throw new RangeError('the decoder gives no values');
    // The heap may have grown: the view is fetched after the call.
    return draco.HEAPU8.slice(pointer, pointer + bytes).buffer as ArrayBuffer;
  } finally {
    draco._free(pointer);
  }
}

function typeOf(draco: DracoModule, componentType: number) {
  switch (componentType) {
    case 5120:
      return { type: draco.DT_INT8, ArrayOf: Int8Array };
    case 5121:
      return { type: draco.DT_UINT8, ArrayOf: Uint8Array };
    case 5122:
      return { type: draco.DT_INT16, ArrayOf: Int16Array };
    case 5123:
      return { type: draco.DT_UINT16, ArrayOf: Uint16Array };
    case 5125:
      return { type: draco.DT_UINT32, ArrayOf: Uint32Array };
    case 5126:
      return { type: draco.DT_FLOAT32, ArrayOf: Float32Array };
    default:
      throw new RangeError(`component type ${componentType} is unknown`);
  }
}
