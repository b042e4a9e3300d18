import { encodePng } from '../../engine/world/images.ts';
import type { Material, WorldModel } from '../../engine/world/worldModel.ts';
import { flatParts, srgbByte } from './flatTriangles.ts';

/**
 * Wavefront OBJ with MTL and textures beside it: an object per node, colours at vertices as the common extension
 * (`v x y z r g b`, sRGB) where there is no texture. World frame, metres, +Y up.
 * @returns the files by name: world.obj, world.mtl, image-N.png
 */
export async function objFiles(model: WorldModel): Promise<[string, Uint8Array][]> {
  const encoder = new TextEncoder();
  const images: [string, Uint8Array][] = [];
  for (const [i, image] of model.images.entries()) images.push([`image-${i}.png`, await encodePng(image)]);
  const materials = model.materials.map((material, i) => materialLines(material, i)).join('\n');
  return [['world.obj', objBytes(model)], ['world.mtl', encoder.encode(`${materials}\n`)], ...images];
}

function materialLines({ baseColor, baseColorImage, emissive }: Material, i: number): string {
  // Colours at vertices hold the base colour already.
  const color = baseColor.slice(0, 3).map(value => srgbByte(value) / 255);
  return [
    `newmtl material-${i}`,
    `Kd ${color.map(decimal).join(' ')}`,
    `d ${decimal(baseColor[3])}`,
    ...(emissive ? [`Ke ${emissive.map(value => decimal(Math.min(1, value))).join(' ')}`] : []),
    'illum 1',
    ...(baseColorImage === undefined ? [] : [`map_Kd image-${baseColorImage}.png`]),
    '',
  ].join('\n');
}

function decimal(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}

/** A tenth of a millimetre. */
function metres(value: number): string {
  return String(Math.round(value * 1e4) / 1e4);
}

/** Lines that are encoded at once: a world's whole text can be longer than a string may be. */
const CHUNK_LINES = 100_000;

class Lines {
  private readonly chunks: Uint8Array[] = [];
  private lines: string[] = [];

  push(line: string): void {
    this.lines.push(line);
    if (this.lines.length >= CHUNK_LINES) this.flush();
  }

  private flush(): void {
    if (this.lines.length > 0) this.chunks.push(new TextEncoder().encode(`${this.lines.join('\n')}\n`));
    this.lines = [];
  }

  bytes(): Uint8Array {
    this.flush();
    return Buffer.concat(this.chunks);
  }
}

function objBytes(model: WorldModel): Uint8Array {
  const out = new Lines();
  for (const line of ['# metres, right-handed, +Y up', 'mtllib world.mtl']) out.push(line);
  const first = { vertex: 1, uv: 1, normal: 1 };
  let object: string | undefined;
  for (const { node, positions, normals, uvs, colors, indices, material } of flatParts(model)) {
    if (node !== object) out.push(`o ${node.replaceAll(/\s/g, '_')}`);
    object = node;
    const hasTexture = uvs !== undefined && model.materials[material].baseColorImage !== undefined;
    for (let v = 0; v < positions.length; v += 3) {
      const xyz = [...positions.subarray(v, v + 3)].map(metres).join(' ');
      const rgb = hasTexture ? '' : ` ${[...colors.subarray(v, v + 3)].map(c => decimal(c / 255)).join(' ')}`;
      out.push(`v ${xyz}${rgb}`);
    }
    // OBJ has v upwards.
    if (uvs)
      for (let v = 0; v < uvs.length; v += 2) out.push(`vt ${decimal6(uvs[v])} ${decimal6(1 - uvs[v + 1])}`);
    if (normals)
      for (let v = 0; v < normals.length; v += 3)
        out.push(`vn ${[...normals.subarray(v, v + 3)].map(decimal).join(' ')}`);
    out.push(`usemtl material-${material}`);
    const corner = (index: number) => {
      const uv = uvs ? String(first.uv + index) : '';
      const normal = normals ? `/${first.normal + index}` : '';
      return `${first.vertex + index}${uv || normal ? `/${uv}` : ''}${normal}`;
    };
    for (let t = 0; t < indices.length; t += 3)
      out.push(`f ${corner(indices[t])} ${corner(indices[t + 1])} ${corner(indices[t + 2])}`);
    first.vertex += positions.length / 3;
    if (uvs) first.uv += uvs.length / 2;
    if (normals) first.normal += normals.length / 3;
  }
  return out.bytes();
}

function decimal6(value: number): string {
  return String(Math.round(value * 1e6) / 1e6);
}
