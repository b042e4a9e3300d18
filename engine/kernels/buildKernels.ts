import { compileKernel } from './compileKernel.ts';
import { listKernels } from './listKernels.ts';

/** Compiles every kernel of the repository; run by `npm ci` so that the first command starts at once. */
for (const path of listKernels()) await compileKernel(path);
