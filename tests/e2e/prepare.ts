import { globSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { unpackChromium } from './chromium.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
/** What the studio is built of: its own files, what it imports of other rooms, and what builds it. */
const SOURCES = [
  '{web,engine,sim/browser}/**/*.{ts,tsx,css,html}',
  'server/api/*.ts',
  'vite.config.ts',
  'package-lock.json',
];

/** Once before the tests in the browser: what they would otherwise do at the same time. */
export default async function prepare(): Promise<void> {
  // Where it cannot be, each test file says why it is skipped.
  await unpackChromium().catch(() => undefined);
  await buildStudio();
}

/** Where build/web is missing or older than what it is made of. */
async function buildStudio(): Promise<void> {
  const built = statSync(`${root}build/web/index.html`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const newest = Math.max(...globSync(SOURCES, { cwd: root }).map(path => statSync(root + path).mtimeMs));
  if (built >= newest) return;
  await build({ root: `${root}web`, configFile: `${root}vite.config.ts`, logLevel: 'error' });
}
