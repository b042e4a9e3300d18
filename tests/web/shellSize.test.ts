import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const LIMIT_BYTES = 300_000;
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What the browser has loaded before the first page with the 3D engine is gone to. */
interface Shell {
  /** By name. */
  gzipBytes: Record<string, number>;
  modules: string[];
}

let out: string;
let shell: Shell;
beforeAll(async () => {
  out = await mkdtemp(join(tmpdir(), 'studio-shell-'));
  const result = await build({
    root: join(ROOT, 'web'),
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: out, emptyOutDir: true },
  });
  if (Array.isArray(result) || !('output' in result)) throw new Error('one build was expected');
  const chunks = new Map(result.output.filter(one => one.type === 'chunk').map(one => [one.fileName, one]));
  const pending = [...chunks.values()].filter(chunk => chunk.isEntry).map(chunk => chunk.fileName);
  const names = new Set<string>();
  const modules: string[] = [];
  for (let name = pending.pop(); name; name = pending.pop()) {
    const chunk = chunks.get(name);
    if (names.has(name) || !chunk) continue;
    names.add(name);
    modules.push(...chunk.moduleIds);
    pending.push(...chunk.imports);
  }
  const page = await readFile(join(out, 'index.html'), 'utf8');
  for (const file of await readdir(join(out, 'assets'))) if (page.includes(file)) names.add(`assets/${file}`);
  const gzipBytes: Record<string, number> = { 'index.html': gzipSync(page).length };
  for (const name of names) gzipBytes[name] = gzipSync(await readFile(join(out, name))).length;
  shell = { gzipBytes, modules };
}, 300_000);
afterAll(() => rm(out, { recursive: true, force: true }));

describe('the studio’s shell', () => {
  it('has its styles and its script', () => {
    const names = Object.keys(shell.gzipBytes).join(' ');
    expect(names).toMatch(/\.css/);
    expect(names).toMatch(/\.js/);
    expect(shell.modules.some(id => id.includes('/web/studio/Studio.tsx'))).toBe(true);
  });

  it('holds nothing of the 3D engine', () => {
    const heavy = shell.modules.filter(id => /@babylonjs|havok|recast|yuka|\/zod\//.test(id));
    expect(heavy).toEqual([]);
  });

  it('is small', () => {
    const total = Object.values(shell.gzipBytes).reduce((sum, size) => sum + size, 0);
    console.log(`shell: ${(total / 1000).toFixed(1)} kB gzip`, shell.gzipBytes);
    expect(total).toBeLessThan(LIMIT_BYTES);
  });
});
