/** Packs glTF JSON and one binary chunk into GLB bytes, right or wrong, for tests of what a reader makes of them. */
export function glbBytes(json: unknown, binary?: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const pad = (length: number) => (4 - (length % 4)) % 4;
  const jsonLength = text.length + pad(text.length);
  const binaryLength = binary ? binary.length + pad(binary.length) : 0;
  const length = 12 + 8 + jsonLength + (binary ? 8 + binaryLength : 0);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x46546c67, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, length, true);
  view.setUint32(12, jsonLength, true);
  view.setUint32(16, 0x4e4f534a, true);
  bytes.fill(0x20, 20, 20 + jsonLength);
  bytes.set(text, 20);
  if (binary) {
    view.setUint32(20 + jsonLength, binaryLength, true);
    view.setUint32(24 + jsonLength, 0x004e4942, true);
    bytes.set(binary, 28 + jsonLength);
  }
  return bytes;
}

export interface GltfJson {
  asset: { version: string; minVersion?: string };
  [property: string]: unknown;
}

/** One triangle in the xy plane with 16-bit indices: a sound document to bend in one place. */
export function triangle(
  changes: Record<string, unknown> = {},
  positions = [0, 0, 0, 1, 0, 0, 0, 1, 0],
  indices = [0, 1, 2],
) {
  const binary = new Uint8Array(positions.length * 4 + indices.length * 2);
  binary.set(new Uint8Array(Float32Array.from(positions).buffer));
  binary.set(new Uint8Array(Uint16Array.from(indices).buffer), positions.length * 4);
  const json: GltfJson = {
    asset: { version: '2.0' },
    scene: 0,
    scenes: [{ nodes: [0] }],
    nodes: [{ name: 'triangle', mesh: 0 }],
    meshes: [{ primitives: [{ attributes: { POSITION: 0 }, indices: 1 }] }],
    accessors: [
      { bufferView: 0, componentType: 5126, count: positions.length / 3, type: 'VEC3' },
      { bufferView: 1, componentType: 5123, count: indices.length, type: 'SCALAR' },
    ],
    bufferViews: [
      { buffer: 0, byteLength: positions.length * 4 },
      { buffer: 0, byteOffset: positions.length * 4, byteLength: indices.length * 2 },
    ],
    buffers: [{ byteLength: binary.length }],
    ...changes,
  };
  return { json, binary, bytes: glbBytes(json, binary) };
}
