import { writeFileSync } from 'node:fs';
import { ERRORS } from '../engine/errors.ts';

/** Writes docs/errors.md from the registry: `node docs/writeErrors.ts`. */
const rows = Object.entries(ERRORS).map(
  ([code, { exit, http, fix }]) => `| \`${code}\` | ${exit} | ${http} | ${fix} |`,
);
const text = `# Errors
Every failure has a stable code, what happened, and what to do. On the command line it is printed on stderr, and with
\`--json\` as \`{"error": {"code", "message", "suggestion"}}\` on stdout. Exit status: 1 the verdict is negative, 2 usage or
unreadable input, 3 it broke. Written from \`engine/errors.ts\` by \`node docs/writeErrors.ts\`.

| code | exit | HTTP | what to do |
|---|---|---|---|
${rows.join('\n')}
`;
writeFileSync(new URL('./errors.md', import.meta.url), text);
