import { ERRORS } from '../../engine/errors.ts';
import type { JsonSchema, OpenApi, Operation } from './openapi.ts';

/** The API's documentation as a page: no script, nothing from elsewhere, light and dark. */
export function docsPage(api: OpenApi): string {
  const operations = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = api.tags.map(({ name }) => ({
    name,
    operations: operations.filter(({ operation }) => operation.tags.includes(name)),
  }));
  const schemas = Object.entries(api.components.schemas);
  const resolve = (schema: JsonSchema) =>
    api.components.schemas[schema.$ref?.split('/').at(-1) ?? ''] ?? schema;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Sora Director: the API</title>
<style>${STYLE}</style>
</head>
<body>
<nav aria-label="Contents">
<a class="home" href="/">← Studio</a>
${groups
  .map(
    ({ name, operations: each }) =>
      `<h2>${escapeHtml(name)}</h2><ul>${each
        .map(
          ({ path, method, operation }) =>
            `<li><a href="#${operation.operationId}"><b class="${method}">${method.toUpperCase()}</b> <span>${escapeHtml(path.replace(/^\/api/, '')).replaceAll('/', '<wbr>/')}</span></a></li>`,
        )
        .join('')}</ul>`,
  )
  .join('\n')}
<h2>Shapes</h2>
<ul>${schemas.map(([name]) => `<li><a href="#${name}"><span>${escapeHtml(name)}</span></a></li>`).join('')}</ul>
<ul><li><a href="#errors"><span>Error codes</span></a></li></ul>
</nav>
<main>
<h1>${escapeHtml(api.info.title)} API <small>${escapeHtml(api.info.version)}</small></h1>
<p>${escapeHtml(api.info.description)} As a document for tools: <a href="/api/docs/openapi.json">OpenAPI 3.1</a>.</p>
${groups
  .map(
    ({ name, operations: each }) =>
      `<h2>${escapeHtml(name)}</h2>\n${each.map(({ path, method, operation }) => describe(path, method, operation, resolve)).join('\n')}`,
  )
  .join('\n')}
<h2>Shapes</h2>
${schemas.map(([name, schema]) => `<section id="${name}"><h3>${escapeHtml(name)}</h3>${describeShape(schema)}</section>`).join('\n')}
<h2 id="errors">Error codes</h2>
<div class="scroll"><table><thead><tr><th>Code</th><th>HTTP</th><th>What to do</th></tr></thead><tbody>${Object.entries(
    ERRORS,
  )
    .map(
      ([code, { http, fix }]) =>
        `<tr><td><code>${code}</code></td><td>${http}</td><td>${escapeHtml(fix)}</td></tr>`,
    )
    .join('')}</tbody></table></div>
</main>
</body>
</html>
`;
}

function describe(
  path: string,
  method: string,
  operation: Operation,
  resolve: (schema: JsonSchema) => JsonSchema,
): string {
  const { parameters, requestBody, responses, summary, operationId } = operation;
  const bodies = Object.entries(requestBody?.content ?? {}).map(
    ([media, { schema }]) =>
      `<h4>Body <code>${escapeHtml(media)}</code></h4>${media.endsWith('json') ? describeShape(resolve(schema)) : `<p>${escapeHtml(schema.description ?? schema.properties?.['file']?.description ?? '')}</p>`}`,
  );
  const answers = Object.entries(responses).map(([status, { description, content }]) => {
    const schema = content?.['application/json']?.schema;
    const shape = Number(status) < 400 && schema ? ` ${typeOf(schema)}` : '';
    const media = Object.keys(content ?? {})[0];
    return `<tr><td>${status}</td><td>${Number(status) < 400 ? (schema ? '' : escapeHtml(description)) : `<code>${escapeHtml(description)}</code>`}${shape}${media && !media.endsWith('json') ? ` <code>${escapeHtml(media)}</code>` : ''}</td></tr>`;
  });
  return `<section id="${operationId}">
<h3><b class="${method}">${method.toUpperCase()}</b> <code>${escapeHtml(path)}</code></h3>
<p>${escapeHtml(summary)}</p>
${
  parameters.length > 0
    ? `<h4>Parameters</h4><div class="scroll"><table><tbody>${parameters
        .map(each => row(each.name, each.schema, each.required, each.in))
        .join('')}</tbody></table></div>`
    : ''
}
${bodies.join('\n')}
<h4>Answers</h4><div class="scroll"><table><tbody>${answers.join('')}</tbody></table></div>
</section>`;
}

function describeShape(schema: JsonSchema): string {
  if (schema.$ref) return `<p>${typeOf(schema)}</p>`;
  if (schema.anyOf?.every(each => each.properties)) return schema.anyOf.map(describeShape).join('<p>or</p>');
  if (!schema.properties) return `<p>${typeOf(schema)}</p>`;
  const { properties, required = [] } = schema;
  return `<div class="scroll"><table><tbody>${Object.entries(properties)
    .map(([name, each]) => row(name, each, required.includes(name)))
    .join('')}</tbody></table></div>`;
}

function row(name: string, schema: JsonSchema, required: boolean, where?: string): string {
  const notes = [
    schema.description,
    where === 'query' ? 'in the query' : undefined,
    required ? undefined : 'optional',
    limitsOf(schema),
  ]
    .filter(each => each !== undefined)
    .join('; ');
  const inner =
    schema.properties && !schema.$ref
      ? describeShape(schema)
      : schema.items?.properties && !schema.items.$ref
        ? describeShape(schema.items)
        : '';
  return `<tr><td><code>${escapeHtml(name)}</code></td><td>${typeOf(schema)}${inner}</td><td>${escapeHtml(notes)}</td></tr>`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    return `<a href="#${name}">${escapeHtml(name)}</a>`;
  }
  if (schema.enum)
    return schema.enum.map(each => `<code>${escapeHtml(JSON.stringify(each))}</code>`).join(' ');
  if (schema.const !== undefined) return `<code>${escapeHtml(JSON.stringify(schema.const))}</code>`;
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.items) return `list of ${typeOf(schema.items)}`;
  if (schema.properties?.['items']?.items) return `page of ${typeOf(schema.properties['items'].items)}`;
  return escapeHtml([schema.type ?? 'anything'].flat().join(' or '));
}

function limitsOf(schema: JsonSchema): string | undefined {
  const { minimum, maximum, minLength, maxLength, pattern, default: standard } = schema;
  const parts = [
    minimum !== undefined && Math.abs(minimum) < Number.MAX_SAFE_INTEGER ? `≥ ${minimum}` : undefined,
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `≤ ${maximum}` : undefined,
    maxLength !== undefined ? `${minLength ?? 0} to ${maxLength} letters` : undefined,
    pattern,
    standard !== undefined ? `default ${JSON.stringify(standard)}` : undefined,
  ].filter(each => each !== undefined);
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root { --text: #1c1d21; --fine: #61646e; --page: #fff; --line: #dfe1e6; --panel: #f5f6f8; --get: #1a6b3c; --post: #2b5fb0; --delete: #b3261e; --link: #2b5fb0; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e8e9ed; --fine: #9a9eaa; --page: #16171b; --line: #33353d; --panel: #1f2127; --get: #6fcf97; --post: #8ab4f8; --delete: #ff8a80; --link: #8ab4f8; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--page); margin: 0; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
nav { padding: 1rem; border-bottom: 1px solid var(--line); max-height: 40vh; overflow-y: auto; font-size: .85rem; }
nav h2 { font-size: .8rem; color: var(--fine); margin: 1rem 0 .25rem; font-weight: 600; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: .5rem; padding: .1rem 0; color: inherit; }
nav li span { overflow-wrap: anywhere; }
nav b { flex: 0 0 3.6rem; font-size: .7rem; line-height: 1.9; }
main { padding: 1.5rem 1rem 6rem; max-width: 60rem; }
@media (min-width: 60rem) {
  nav { position: fixed; inset: 0 auto 0 0; width: 22rem; max-height: none; border-bottom: 0; border-right: 1px solid var(--line); }
  main { margin-left: 22rem; padding: 2rem 2.5rem 8rem; }
}
h1 { margin: 0 0 .5rem; font-size: 1.7rem; }
h1 small { color: var(--fine); font-weight: 400; font-size: 1rem; }
main h2 { margin: 3rem 0 1rem; font-size: 1.3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
h3 { font-size: 1rem; margin: 0; overflow-wrap: anywhere; }
h4 { font-size: .85rem; color: var(--fine); margin: 1rem 0 .25rem; font-weight: 600; }
section { border: 1px solid var(--line); border-radius: .6rem; padding: 1rem; margin: 0 0 1rem; }
section:target { border-color: var(--link); }
section p { margin: .25rem 0; }
code { font-size: .9em; }
.get { color: var(--get); } .post { color: var(--post); } .delete { color: var(--delete); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); }
td:first-child { white-space: nowrap; width: 1%; padding-right: 1.25rem; }
td:nth-child(3) { color: var(--fine); font-size: .85rem; overflow-wrap: anywhere; }
.home { display: inline-block; margin-bottom: .25rem; }
`;
