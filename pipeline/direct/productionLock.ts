import { lockFolder } from '../../engine/folderLock.ts';

/**
 * Takes the production folder for this process: DIR/production.lock.
 * @returns what gives it back. @throws PRODUCTION_BUSY with the pid of the process that works there; OUTPUT_UNWRITABLE
 */
export function lockProduction(folder: string): Promise<() => Promise<void>> {
  return lockFolder(folder, { file: 'production.lock', code: 'PRODUCTION_BUSY' });
}
