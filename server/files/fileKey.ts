import { DirectorError } from '../../engine/errors.ts';

/**
 * Where a file lies in storage: ab/cd/<sha256>, so that no folder grows to millions of entries.
 * Nothing but a hash becomes part of a path.
 * @throws FILE_UNKNOWN where the text is no SHA-256 in lower-case hexadecimal.
 */
export function fileKey(sha256: string): string {
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new DirectorError('FILE_UNKNOWN', 'There is no such file: the address does not name a SHA-256.');
  return `${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;
}
