import type { Readable } from 'node:stream';

/** A file in storage, named by its content. */
export interface StoredFile {
  /** Hex. */
  sha256: string;
  bytes: number;
  /** From the name it was stored under: 'video/mp4', 'model/gltf-binary', … */
  mediaType: string;
}

/** Where files lie. Plain data, so that it can be handed to a child process, which opens its own store. */
export type StorageConfig =
  | { driver: 'local'; folder: string }
  | { driver: 's3'; bucket: string; region: string; endpoint?: string; prefix?: string };

/**
 * Content-addressed storage on flydrive. Putting the same bytes twice stores them once; nothing is ever changed.
 */
export interface FileStore {
  /**
   * Streams and hashes; whole or not at all.
   * @param inspect is given the path of the received file before it becomes part of the storage; where it throws,
   *   nothing is kept.
   * @throws INPUT_TOO_LARGE beyond `limitBytes`; INPUT_UNREADABLE where the source breaks off; OUTPUT_UNWRITABLE
   */
  put(
    source: Readable,
    name: string,
    limitBytes?: number,
    inspect?: (path: string) => Promise<void>,
  ): Promise<StoredFile>;
  /** @throws INPUT_NOT_FOUND; OUTPUT_UNWRITABLE */
  putFile(path: string): Promise<StoredFile>;
  /** Bytes `start` to `end`, both included; the whole file without. @throws FILE_UNKNOWN */
  read(sha256: string, range?: { start: number; end: number }): Promise<Readable>;
  /** @throws FILE_UNKNOWN */
  stat(sha256: string): Promise<{ bytes: number }>;
  /** Writes a private copy to `path`, folders included, whole or not at all. @throws FILE_UNKNOWN; OUTPUT_UNWRITABLE */
  copyTo(sha256: string, path: string): Promise<void>;
}
