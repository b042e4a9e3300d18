import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** No upload takes a day; what is older was left by a process that was killed. */
const STALE_MILLISECONDS = 24 * 3600 * 1000;

/** Removes half-received files of processes that are gone from a local storage folder. */
export async function sweepIncoming(folder: string): Promise<void> {
  const incoming = join(folder, 'incoming');
  for (const name of await readdir(incoming).catch(() => [])) {
    const path = join(incoming, name);
    const status = await stat(path).catch(() => undefined);
    if (status && Date.now() - status.mtimeMs > STALE_MILLISECONDS) await rm(path, { force: true });
  }
}
