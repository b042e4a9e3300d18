import type { FileLink } from '../api/types.ts';
import type { StoredFile } from './fileStore.ts';

/**
 * The address that a stored file has on this server.
 * @param name what it is saved as; the last part of a path is enough of a name.
 */
export function fileLink(file: StoredFile, name: string): FileLink {
  const { sha256, bytes, mediaType } = file;
  return { url: `/api/files/${sha256}/${encodeURIComponent(plainName(name))}`, sha256, bytes, mediaType };
}

/** Surrogates that stand alone cannot be put into a URL; '.' and '..' are parts of paths, not names. */
function plainName(name: string): string {
  const last = name.replaceAll('\\', '/').split('/').at(-1) ?? '';
  const whole = last.toWellFormed();
  return /^\.*$/.test(whole) ? 'file' : whole;
}
