import { invalid } from './checkGltf.ts';
import type { DecodedAccessor } from './decodeAccessors.ts';
import type { Gltf, GltfPrimitive } from './gltfSchema.ts';
import { MAX_TRIANGLES } from './limits.ts';

/** One primitive as Draco packed it: its attributes by Draco's own ids, and the types they are wanted in. */
export interface DracoRequest {
  bytes: Uint8Array;
  /** componentType of glTF: 5120 to 5126. */
  attributes: readonly { id: number; componentType: number; components: number }[];
}

export interface DracoMesh {
  /** Three per triangle. */
  indices: Uint32Array;
  pointCount: number;
  /** In the order of the request. */
  attributes: DecodedAccessor['array'][];
}

/** Unpacks one primitive. Throws where the bytes are no Draco mesh or lack an attribute. */
export type DecodeDraco = (request: DracoRequest) => Promise<DracoMesh>;

const EXTENSION = 'KHR_draco_mesh_compression';

interface DracoExtension {
  bufferView: number;
  attributes: Record<string, number>;
}

/**
 * Fills the accessors of primitives that KHR_draco_mesh_compression packs: those have no buffer view of their own.
 * Throws WORLD_INVALID where what is packed does not decode, or is not what the accessors say.
 */
export async function fillDracoAccessors(
  gltf: Gltf,
  buffers: readonly (Uint8Array | undefined)[],
  accessors: DecodedAccessor[],
  name: string,
  decode: DecodeDraco,
): Promise<void> {
  let triangles = 0;
  for (const [m, mesh] of (gltf.meshes ?? []).entries())
    for (const [k, primitive] of mesh.primitives.entries()) {
      const place = `meshes.${m}.primitives.${k}`;
      const packed = dracoOf(primitive, name, place);
      if (!packed) continue;
      const view = gltf.bufferViews?.[packed.bufferView];
      const buffer = view && buffers[view.buffer];
      if (!view || !buffer) throw invalid(name, `${place} lies in a buffer view that is not there`);
      const wanted = Object.entries(packed.attributes).flatMap(([semantic, id]) => {
        const index = primitive.attributes[semantic];
        const accessor = index === undefined ? undefined : gltf.accessors?.[index];
        return index === undefined || !accessor
          ? []
          : [
              {
                semantic,
                index,
                id,
                componentType: accessor.componentType,
                components: accessors[index].components,
              },
            ];
      });
      const start = view.byteOffset ?? 0;
      let unpacked: DracoMesh;
      try {
        unpacked = await decode({
          bytes: buffer.subarray(start, start + view.byteLength),
          attributes: wanted,
        });
      } catch (cause) {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw invalid(name, `${place} does not decode (${why})`);
      }
      triangles += unpacked.indices.length / 3;
      if (triangles > MAX_TRIANGLES) throw invalid(name, `${place} has more triangles than a world may have`);
      const fill = (index: number, array: DecodedAccessor['array']) => {
        const { components, normalized } = accessors[index];
        const { count } = gltf.accessors?.[index] ?? { count: 0 };
        if (count * components !== array.length)
          throw invalid(name, `${place} unpacks to ${array.length / components} elements, not ${count}`);
        accessors[index] = { array, components, normalized };
      };
      wanted.forEach(({ index }, i) => {
        fill(index, unpacked.attributes[i]);
      });
      if (primitive.indices !== undefined) fill(primitive.indices, unpacked.indices);
    }
}

/** Whether a file's meshes are packed by Draco and not there in another form. */
export function usesDraco(gltf: Gltf): boolean {
  return (gltf.meshes ?? []).some(mesh =>
    mesh.primitives.some(primitive => primitive.extensions?.[EXTENSION] !== undefined),
  );
}

function dracoOf(primitive: GltfPrimitive, name: string, place: string): DracoExtension | undefined {
  const found = primitive.extensions?.[EXTENSION] as Partial<DracoExtension> | undefined;
  if (found === undefined) return undefined;
  const natural = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
  if (
    !natural(found?.bufferView) ||
    typeof found.attributes !== 'object' ||
    found.attributes === null ||
    !Object.values(found.attributes).every(natural)
  )
    throw invalid(name, `${place}.extensions.${EXTENSION} is broken`);
  return found as DracoExtension;
}
