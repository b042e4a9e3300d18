import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Holds the imports to the architecture's borders: `scenes, engine ← sim ← pipeline ← server, cli`; web takes
 * engine, the browser-safe part of sim and the API's types. Run by `npm test`.
 */
const root = fileURLToPath(new URL('../', import.meta.url));

const ALLOWED: Record<string, (path: string) => boolean> = {
  engine: path => path.startsWith('engine/'),
  scenes: path =>
    path.startsWith('scenes/') ||
    path.startsWith('engine/world/') ||
    path === 'engine/random.ts' ||
    path === 'engine/errors.ts',
  sim: path => /^(sim|engine)\//.test(path),
  // scenes/ is the ground truth the loop is judged on: only the provider that renders it may read it.
  pipeline: path => /^(pipeline|sim|engine)\//.test(path),
  'pipeline/generate/procedural': path => /^(pipeline|scenes|engine)\//.test(path),
  server: path => /^(server|pipeline|sim|engine)\//.test(path) || path === 'package.json',
  web: path =>
    /^(web|engine)\//.test(path) ||
    /^sim\/browser\//.test(path) ||
    /^server\/api\/.*[tT]ypes\.ts$/.test(path),
  cli: path => /^(cli|server|pipeline|sim|engine|bench)\//.test(path) || path === 'package.json',
};

const IMPORT = /(?:from\s+|import\s*\(\s*|import\s+|new URL\(\s*)['"](\.{1,2}\/[^'"]+)['"]/g;

function ruleFor(file: string): string | undefined {
  return Object.keys(ALLOWED)
    .filter(room => file.startsWith(`${room}/`))
    .sort((a, b) => b.length - a.length)[0];
}

const violations: string[] = [];
for (const file of globSync('{engine,scenes,sim,pipeline,server,web,cli}/**/*.{ts,tsx,mjs}', {
  cwd: root,
}).sort()) {
  const rule = ruleFor(file);
  if (!rule) continue;
  for (const match of readFileSync(join(root, file), 'utf8').matchAll(IMPORT)) {
    const target = normalize(join(dirname(file), match[1] ?? ''));
    if (target === './' || target.startsWith('..') || target.startsWith('node_modules')) continue;
    if (target.includes('.') && !ALLOWED[rule]?.(target))
      violations.push(`${file} imports ${target}: not allowed for ${rule}/`);
  }
}
if (violations.length > 0) {
  process.stderr.write(
    `${violations.join('\n')}\n${violations.length} import(s) cross a border of docs/architecture.md\n`,
  );
  process.exit(1);
}
process.stdout.write('borders: every import keeps to its room\n');
