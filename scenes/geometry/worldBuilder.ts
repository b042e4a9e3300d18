import { hashString } from '../../engine/random.ts';
import type { Material, MeshPart, WorldModel, WorldNode } from '../../engine/world/worldModel.ts';
import { createTexture, TEXTURES, type TextureName } from '../textures/textures.ts';
import type { Finish, Sketch } from './sketch.ts';

const ROUGH: Partial<Record<TextureName, [number, number]>> = {
  metal: [0.45, 0.6],
  rust: [0.8, 0.3],
  marble: [0.35, 0],
  tiles: [0.4, 0],
};

/** Turns sketches into a WorldModel; equal finishes share a material, equal textures an image. */
export class WorldBuilder {
  readonly world: WorldModel = { nodes: [], materials: [], images: [] };
  private readonly seed: number;
  private readonly materials = new Map<string, number>();
  private readonly images = new Map<TextureName, number>();
  private readonly names = new Map<string, number>();

  constructor(seed: number) {
    this.seed = seed;
  }

  /** Adds a node and returns its index. A name that is taken gets a number. */
  add(
    name: string,
    sketch: Sketch,
    worldFromNode: Float64Array,
    body: { motion: 'static' | 'dynamic'; massKilograms?: number; extras?: Record<string, unknown> },
  ): number {
    const count = (this.names.get(name) ?? 0) + 1;
    this.names.set(name, count);
    const unique = body.motion === 'static' && count === 1 ? name : `${name}-${count}`;
    const node: WorldNode = {
      name: unique,
      worldFromNode,
      parts: sketch.parts.map(part => this.part(part, unique)),
      motion: body.motion,
      ...(body.massKilograms !== undefined && { massKilograms: body.massKilograms }),
      ...(body.extras && { extras: body.extras }),
    };
    return this.world.nodes.push(node) - 1;
  }

  /** Gives a node other geometry. */
  replace(node: number, sketch: Sketch, worldFromNode: Float64Array): void {
    const { name } = this.world.nodes[node];
    this.world.nodes[node] = {
      ...this.world.nodes[node],
      worldFromNode,
      parts: sketch.parts.map(part => this.part(part, name)),
    };
  }

  private part(part: Sketch['parts'][number], node: string): MeshPart {
    const { tileMeters } = TEXTURES[part.finish.texture];
    // Each node starts its texture elsewhere, so that two crates are not the same crate.
    const hash = hashString(`${node}/${part.finish.texture}`, this.seed);
    const [offsetU, offsetV] = [(hash & 0xffff) / 0x10000, (hash >>> 16) / 0x10000];
    const fitted = part.finish.texture === 'paper';
    const uvs = new Float32Array(part.uvs.length);
    for (let i = 0; i < uvs.length; i += 2) {
      uvs[i] = fitted ? part.uvs[i] : part.uvs[i] / tileMeters + offsetU;
      uvs[i + 1] = fitted ? part.uvs[i + 1] : part.uvs[i + 1] / tileMeters + offsetV;
    }
    return {
      positions: new Float32Array(part.positions),
      normals: new Float32Array(part.normals),
      uvs,
      colors: new Float32Array(part.colors),
      indices: new Uint32Array(part.indices),
      material: this.material(part.finish),
    };
  }

  private material(finish: Finish): number {
    const key = JSON.stringify(finish);
    const known = this.materials.get(key);
    if (known !== undefined) return known;
    const [roughness, metallic] = ROUGH[finish.texture] ?? [0.9, 0];
    const material: Material = {
      name: `${finish.texture}-${this.materials.size + 1}`,
      // glTF allows factors up to 1.
      baseColor: [...(finish.tint.map(channel => Math.min(1, channel)) as typeof finish.tint), 1],
      baseColorImage: this.image(finish.texture),
      ...(finish.emissive && { emissive: finish.emissive }),
      roughness: finish.roughness ?? roughness,
      metallic: finish.metallic ?? metallic,
      doubleSided: finish.doubleSided ?? false,
      alphaMode: finish.cutout ? 'mask' : 'opaque',
      alphaCutoff: 0.5,
    };
    const index = this.world.materials.push(material) - 1;
    this.materials.set(key, index);
    return index;
  }

  private image(name: TextureName): number {
    const known = this.images.get(name);
    if (known !== undefined) return known;
    const index = this.world.images.push(createTexture(name, this.seed)) - 1;
    this.images.set(name, index);
    return index;
  }
}
