import { globSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileKernel } from './compileKernel.ts';

/** Compiles every kernel of the repository; run by `npm ci` so that the first command starts at once. */
const root = fileURLToPath(new URL('../../', import.meta.url));
for (const path of globSync('{engine,sim,scenes,pipeline}/**/*.kernel.ts', { cwd: root }).sort())
  await compileKernel(join(root, path));
