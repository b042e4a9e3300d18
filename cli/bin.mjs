#!/usr/bin/env node
// Plain JavaScript, so that a Node too old for TypeScript can still start the Node that the package carries.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./main.ts');
} else {
  const carried = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url));
  if (!existsSync(carried)) {
    process.stderr.write(
      `sora-director needs Node 22.18 or newer, and this is ${process.versions.node}. Run \`npm ci\`, which brings one.\n`,
    );
    process.exit(3);
  }
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(carried, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (status, signal) => process.exit(status ?? (signal ? 3 : 0)));
}
