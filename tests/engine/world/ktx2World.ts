import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { glbBytes } from './glbBytes.ts';

/**
 * Textures of 22 × 14 pixels, which no block of 4 × 4 divides, in four quarters: red, green, below them blue, and white
 * with an alpha of 64 where a file has alpha. Made with ktx2-encoder 0.6.0 at quality 255.
 */
export type Ktx2Sample = 'etc1s' | 'etc1s-alpha' | 'uastc' | 'uastc-zstd';

export const SAMPLE_SIZE = [22, 14] as const;

/** A pixel in each quarter, and what it has. */
export function quarters(alpha: number): { x: number; y: number; color: [number, number, number, number] }[] {
  return [
    { x: 3, y: 3, color: [200, 40, 40, 255] },
    { x: 18, y: 3, color: [40, 180, 60, 255] },
    { x: 3, y: 11, color: [50, 60, 200, 255] },
    { x: 18, y: 11, color: [230, 230, 230, alpha] },
  ];
}

export async function ktx2Sample(name: Ktx2Sample): Promise<Uint8Array> {
  return new Uint8Array(await readFile(fileURLToPath(new URL(`./ktx2/${name}.ktx2`, import.meta.url))));
}

/** A room of 8 × 8 m, 3 m high and open above, whose floor and walls each show the texture once. */
export function ktx2World(texture: Uint8Array): Uint8Array {
  const corners = [
    [-4, 0, 4],
    [4, 0, 4],
    [4, 0, -4],
    [-4, 0, -4],
  ] as const;
  const up = ([x, , z]: readonly [number, number, number]) => [x, 3, z] as const;
  // Each seen from inside: bottom left, bottom right, top right, top left.
  const quads = [
    corners,
    ...[0, 1, 2, 3].map(i => {
      const [right, left] = [corners[i], corners[(i + 1) % 4]];
      return [left, right, up(right), up(left)] as const;
    }),
  ];
  const positions = Float32Array.from(quads.flat(2));
  const uvs = Float32Array.from(quads.flatMap(() => [0, 1, 1, 1, 1, 0, 0, 0]));
  const indices = Uint16Array.from(quads.flatMap((_, i) => [0, 1, 2, 0, 2, 3].map(k => 4 * i + k)));
  const parts = [positions, uvs, indices, texture].map(
    ({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength),
  );
  const bufferViews: { buffer: number; byteOffset: number; byteLength: number }[] = [];
  let byteOffset = 0;
  for (const { byteLength } of parts) {
    bufferViews.push({ buffer: 0, byteOffset, byteLength });
    byteOffset += Math.ceil(byteLength / 4) * 4;
  }
  const binary = new Uint8Array(byteOffset);
  for (const [i, part] of parts.entries()) binary.set(part, bufferViews[i].byteOffset);
  return glbBytes(
    {
      asset: { version: '2.0' },
      extensionsUsed: ['KHR_texture_basisu'],
      extensionsRequired: ['KHR_texture_basisu'],
      scene: 0,
      scenes: [{ nodes: [0] }],
      nodes: [{ name: 'room', mesh: 0 }],
      meshes: [{ primitives: [{ attributes: { POSITION: 0, TEXCOORD_0: 1 }, indices: 2, material: 0 }] }],
      materials: [
        {
          name: 'quarters',
          doubleSided: true,
          pbrMetallicRoughness: { baseColorTexture: { index: 0 }, metallicFactor: 0 },
        },
      ],
      textures: [{ extensions: { KHR_texture_basisu: { source: 0 } } }],
      images: [{ bufferView: 3, mimeType: 'image/ktx2' }],
      accessors: [
        {
          bufferView: 0,
          componentType: 5126,
          count: positions.length / 3,
          type: 'VEC3',
          min: [-4, 0, -4],
          max: [4, 3, 4],
        },
        { bufferView: 1, componentType: 5126, count: uvs.length / 2, type: 'VEC2' },
        { bufferView: 2, componentType: 5123, count: indices.length, type: 'SCALAR' },
      ],
      bufferViews,
      buffers: [{ byteLength: binary.length }],
    },
    binary,
  );
}
