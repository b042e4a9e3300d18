import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The environment variable that names the folder of tests/prepare.ts. */
export const SHARED_FOLDER = 'SORA_TESTS_SHARED';

/**
 * A folder that takes long to make and that many test files begin with a copy of: made by the first that asks for it.
 * Nobody writes into it.
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const shared = process.env[SHARED_FOLDER];
  if (!shared) throw new Error(`${SHARED_FOLDER} is not set: tests/prepare.ts has not run`);
  const path = join(shared, name);
  if (existsSync(path)) return path;
  const mine = await mkdtemp(`${path}-`);
  await make(mine);
  try {
    await rename(mine, path);
  } catch (thrown) {
    // Two that run side by side may both find it missing: the first one's stays.
    if (!existsSync(path)) throw thrown;
    await rm(mine, { recursive: true, force: true });
  }
  return path;
}
