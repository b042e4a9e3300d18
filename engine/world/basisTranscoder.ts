import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { compileFunction } from 'node:vm';
import { basisSource, type InstantiateBasis } from './transcodeKtx2.ts';

/**
 * Binomial's transcoder in Node, from the package three. Its glue is CommonJS in a package of ES modules, so that
 * neither import nor require gives what it exports: it is compiled with a module of its own.
 */
export const nodeBasis = basisSource(async () => {
  const require = createRequire(import.meta.url);
  const path = require.resolve('three/examples/jsm/libs/basis/basis_transcoder.js');
  const [glue, wasmBinary] = await Promise.all([
    readFile(path, 'utf8'),
    readFile(path.replace(/\.js$/, '.wasm')),
  ]);
  const module: { exports?: InstantiateBasis } = { exports: undefined };
  const parameters = ['module', 'exports', 'require', '__filename', '__dirname'];
  compileFunction(glue, parameters, { filename: path })(module, {}, require, path, dirname(path));
  if (!module.exports) throw new TypeError(`${path} exports no transcoder.`);
  return module.exports({ wasmBinary });
});
