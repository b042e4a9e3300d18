import { DirectorError } from '../errors.ts';
import { type LongOptions, throwIfCancelled } from '../progress.ts';
import { type GltfReadOptions, gltfToWorldModel } from './gltf/gltfToWorldModel.ts';
import { applyManifest, parseManifest } from './manifest.ts';
import { splitColliders } from './splitColliders.ts';
import type { WorldModel } from './worldModel.ts';
import type { WorldManifest } from './worldSchema.ts';

/** A world's files as bytes, however they came. */
export interface WorldBytes {
  /** visual.glb, or the one file of a bare world. */
  visual: Uint8Array;
  /** collider.glb; absent for a bare world, which is touched as it is seen. */
  collider?: Uint8Array | undefined;
  /** world.json; absent for a bare world. */
  manifest?: Uint8Array | undefined;
}

export interface WorldFromBytes {
  manifest?: WorldManifest;
  visual: WorldModel;
  /** What is touched; the same object as visual for a bare world that declares no colliders (splitColliders). */
  collider: WorldModel;
}

/**
 * Reads a world where there are no files: the browser's counterpart of loadWorld, with the same checks.
 * Errors: INPUT_EMPTY, WORLD_SCHEMA (world.json), WORLD_UNREADABLE (also a file beside a .gltf, which cannot be had
 * here), WORLD_UNSUPPORTED, WORLD_INVALID, WORLD_EMPTY, WORLD_TOO_LARGE, CANCELLED.
 */
export async function loadWorldFromBytes(
  bytes: WorldBytes,
  options: LongOptions & Pick<GltfReadOptions, 'decodeImage'>,
): Promise<WorldFromBytes> {
  const { signal, onProgress, decodeImage } = options;
  const begin = (fraction: number, message: string) => {
    throwIfCancelled(signal);
    onProgress?.({ stage: 'read', fraction, message });
  };
  const manifest = bytes.manifest && parseManifest(bytes.manifest, 'world.json');
  begin(0, 'Reading what is seen');
  const visual = await readModel(bytes.visual, 'visual.glb', decodeImage);
  if (!bytes.collider) return { ...splitColliders(visual), ...(manifest ? { manifest } : {}) };
  begin(0.7, 'Reading what is touched');
  const collider = await readModel(bytes.collider, 'collider.glb', undefined);
  const world: WorldFromBytes = { visual, collider };
  if (manifest) {
    world.manifest = manifest;
    applyManifest(world, manifest);
  }
  return world;
}

function readModel(
  bytes: Uint8Array,
  name: string,
  decodeImage: GltfReadOptions['decodeImage'],
): Promise<WorldModel> {
  return gltfToWorldModel(bytes, {
    name,
    readResource: uri =>
      Promise.reject(
        new DirectorError(
          'WORLD_UNREADABLE',
          `${name} names ${uri.slice(0, 120)}, which is not inside the file.`,
          { suggestion: 'Export the world as one .glb with everything inside.' },
        ),
      ),
    decodeImage,
  });
}
