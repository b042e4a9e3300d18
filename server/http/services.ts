import type { FileStore } from '../files/fileStore.ts';
import type { Studio } from '../studio/studio.ts';

/** What the routes stand on. */
export interface Services {
  studio: Studio;
  files: FileStore;
}
