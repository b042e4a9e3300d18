import { Document, NodeIO } from '@gltf-transform/core';
import { KHRDracoMeshCompression } from '@gltf-transform/extensions';
import draco from 'draco3dgltf';
import { expect, test } from 'vitest';
import { decodeDraco } from '../../../engine/world/dracoDecoder.ts';
import { gltfToWorldModel } from '../../../engine/world/gltf/gltfToWorldModel.ts';

/** A square of 2 × 2 m, packed by Google's own encoder. */
async function packedSquare(): Promise<Uint8Array> {
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (type: 'VEC3' | 'SCALAR', array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer>) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const primitive = document
    .createPrimitive()
    .setAttribute('POSITION', accessor('VEC3', Float32Array.from([0, 0, 0, 0, 0, 2, 2, 0, 2, 2, 0, 0])))
    .setIndices(accessor('SCALAR', Uint16Array.from([0, 1, 2, 0, 2, 3])));
  const mesh = document.createMesh('square').addPrimitive(primitive);
  document.createScene().addChild(document.createNode('square').setMesh(mesh));
  document.createExtension(KHRDracoMeshCompression).setRequired(true);
  const encoder = await (
    draco as unknown as { createEncoderModule(o: object): Promise<unknown> }
  ).createEncoderModule({});
  return new NodeIO()
    .registerExtensions([KHRDracoMeshCompression])
    .registerDependencies({ 'draco3d.encoder': encoder })
    .writeBinary(document);
}

const read = (bytes: Uint8Array, decode = true) =>
  gltfToWorldModel(bytes, {
    name: 'square.glb',
    readResource: () => Promise.reject(new Error()),
    decodeDraco: decode ? decodeDraco : undefined,
  });

test('a packed mesh is unpacked, refused where nothing unpacks it, and refused where it is broken', async () => {
  const bytes = await packedSquare();
  const { nodes } = await read(bytes);
  const { positions, indices } = nodes[0].parts[0];
  expect(indices).toHaveLength(6);
  expect([Math.min(...positions), Math.max(...positions)]).toEqual([0, 2]);
  await expect(read(bytes, false)).rejects.toMatchObject({ code: 'WORLD_UNSUPPORTED' });
  const start = Buffer.from(bytes).indexOf('DRACO');
  const broken = bytes.slice();
  broken.fill(0xa5, start + 12, start + 40);
  await expect(read(broken)).rejects.toMatchObject({ code: 'WORLD_INVALID' });
});
