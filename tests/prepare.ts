import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SHARED_FOLDER } from './madeOnce.ts';

/**
 * Once before all tests: a folder for what they make once and share, and for Node's compiled code, so that not each
 * of the many processes that they start compiles the same modules again.
 */
export default async function prepare(): Promise<(() => Promise<void>) | undefined> {
  // Every project of vitest.config.ts asks for it; the first one makes it for all, and takes it away.
  if (process.env[SHARED_FOLDER]) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'sora-tests-'));
  process.env[SHARED_FOLDER] = folder;
  process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compiled');
  return () => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
