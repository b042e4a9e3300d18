import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute paths of every kernel's source in the repository, sorted. */
export function listKernels(): string[] {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  return globSync('{engine,sim,scenes,pipeline}/**/*.kernel.ts', { cwd: root })
    .sort()
    .map(path => join(root, path));
}
