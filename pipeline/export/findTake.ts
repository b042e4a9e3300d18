import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DirectorError } from '../../engine/errors.ts';
import type { WorldManifest } from '../../engine/world/worldSchema.ts';

/**
 * The video that a world was lifted from: the one given, or the take that world.json names, sought beside the world
 * and where one stands. It is held against the hash in world.json.
 * @throws INPUT_NOT_FOUND, INPUT_UNREADABLE (another video)
 */
export async function findTake(
  worldFolder: string,
  { source }: WorldManifest,
  given: string | undefined,
): Promise<string> {
  const video = given ?? (await firstThere(candidates(worldFolder, source.take)));
  if (video === undefined)
    throw new DirectorError(
      'INPUT_NOT_FOUND',
      `The video of this world${source.take === undefined ? '' : ` (${basename(source.take)})`} is not beside it.`,
      { suggestion: 'Give it with --video, or leave the pictures out with --without-images.' },
    );
  if (source.videoSha256 !== undefined && (await sha256Of(video)) !== source.videoSha256)
    throw new DirectorError('INPUT_UNREADABLE', `${video} is another video than the world was lifted from.`, {
      suggestion: 'Give the very video of the world with --video: its SHA-256 is in world.json.',
    });
  return video;
}

function candidates(worldFolder: string, take: string | undefined): string[] {
  if (take === undefined) return [];
  return [take, join(dirname(resolve(worldFolder)), basename(take)), join(worldFolder, basename(take))];
}

async function firstThere(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths)
    if (
      await access(path).then(
        () => true,
        () => false,
      )
    )
      return path;
  return undefined;
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new DirectorError(
      code === 'ENOENT' ? 'INPUT_NOT_FOUND' : 'INPUT_UNREADABLE',
      `${path} cannot be read.`,
      { cause },
    );
  }
  return hash.digest('hex');
}
