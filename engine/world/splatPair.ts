import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorError } from '../errors.ts';

/** What generators of splat worlds give: Gaussians to look at, a mesh to stand on. */
export interface SplatPair {
  /** Path of the .spz or .ply; .spz where a folder has both. */
  splats: string;
  /** Path of the .glb. */
  collider: string;
}

/**
 * The pair in a folder that holds one .glb, or one with 'collider' in its name, and one .spz or else one .ply.
 * @returns undefined where the folder holds no such pair
 * @throws INPUT_UNREADABLE where it cannot be listed
 */
export async function findSplatPair(folder: string): Promise<SplatPair | undefined> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter(name => !name.startsWith('.')).sort();
  } catch (cause) {
    throw new DirectorError('INPUT_UNREADABLE', `${folder} cannot be listed.`, { cause });
  }
  const ending = (extension: string) => names.filter(name => name.toLowerCase().endsWith(extension));
  const meshes = ending('.glb');
  const colliders = meshes.length === 1 ? meshes : meshes.filter(name => /collider/i.test(name));
  const clouds = ending('.spz').length > 0 ? ending('.spz') : ending('.ply');
  if (colliders.length !== 1 || clouds.length !== 1) return undefined;
  return { splats: join(folder, clouds[0]), collider: join(folder, colliders[0]) };
}
