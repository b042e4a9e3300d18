import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DirectorError } from '../../../engine/errors.ts';
import { type ColmapModel, unreadableCameras } from './colmapTypes.ts';
import { readColmapBinary } from './readColmapBinary.ts';
import { readColmapText } from './readColmapText.ts';

const FILES = ['cameras', 'images', 'points3D'] as const;
/** Where a project keeps its model. */
const FOLDERS = ['', 'sparse/0', 'sparse', '0'];
/** A text of a hundred million numbers is no model of a video. */
const MAX_FILE_BYTES = 2 ** 28;

/**
 * Reads a COLMAP model, text or binary (binary where there are both, as COLMAP does), from the folder or from its
 * sparse/0.
 * @throws INPUT_NOT_FOUND, INPUT_TOO_LARGE, CAMERAS_UNREADABLE, CAMERAS_UNSUPPORTED
 */
export async function readColmapFolder(folder: string): Promise<ColmapModel> {
  const [first, ...others] = FILES;
  for (const inner of FOLDERS)
    for (const extension of ['bin', 'txt'] as const) {
      const at = join(folder, inner);
      const cameras = await readBounded(join(at, `${first}.${extension}`));
      if (!cameras) continue;
      const [images, points3D] = await Promise.all(
        others.map(async name => {
          const bytes = await readBounded(join(at, `${name}.${extension}`));
          if (!bytes) throw unreadableCameras(at, `${name}.${extension} is not there`);
          return bytes;
        }),
      );
      if (extension === 'bin') return readColmapBinary({ cameras, images, points3D });
      const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
      return readColmapText({ cameras: text(cameras), images: text(images), points3D: text(points3D) });
    }
  throw new DirectorError('INPUT_NOT_FOUND', `${folder} holds no COLMAP model.`, {
    suggestion: 'Give the folder that holds cameras.txt or cameras.bin, or one with it in sparse/0.',
  });
}

async function readBounded(path: string): Promise<Uint8Array | undefined> {
  try {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES)
      throw new DirectorError(
        'INPUT_TOO_LARGE',
        `${path} has ${size} bytes; ${MAX_FILE_BYTES} are read at most.`,
      );
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof DirectorError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read (${code}).`, { cause });
  }
}
