import { z } from 'zod';
import { ERRORS, type ErrorCode } from '../../engine/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import * as schemas from '../api/schemas.ts';
import { isRaw, type RawAnswer, type Route } from './route.ts';

/** As much of a JSON Schema as the API uses. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  default?: unknown;
  description?: string;
  additionalProperties?: boolean | JsonSchema;
  $defs?: Record<string, JsonSchema>;
  $schema?: string;
}

export interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: { name: string; in: 'path' | 'query'; required: boolean; schema: JsonSchema }[];
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>;
}

export interface OpenApi {
  openapi: '3.1.0';
  info: {
    title: string;
    version: string;
    description: string;
    license: { name: string; identifier: string };
  };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema> };
}

const BINARY: JsonSchema = { type: 'string', description: 'Bytes' };
const DESCRIPTIONS: Record<number, string> = { 200: 'Done', 201: 'Made', 204: 'Done; no body' };

/** The OpenAPI 3.1 document of the routes, from their own declarations. */
export function describeApi(routes: readonly Route[]): OpenApi {
  const components: Record<string, JsonSchema> = {};
  const names = z.registry<{ id: string }>();
  for (const [name, schema] of Object.entries(schemas))
    if (schema instanceof z.ZodType && !names.has(schema))
      names.add(schema, { id: name[0].toUpperCase() + name.slice(1) });
  const convert = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    const {
      $defs,
      $schema: _,
      ...rest
    } = moveReferences(
      z.toJSONSchema(schema, {
        metadata: names,
        io,
        override({ zodSchema, jsonSchema }) {
          // Descriptions lie in zod's own registry, and only one is asked.
          const { description } = z.globalRegistry.get(zodSchema) ?? {};
          if (description) jsonSchema.description = description;
        },
      }),
    );
    // A named schema comes as a reference to what is then among the definitions.
    Object.assign(components, $defs);
    return rest;
  };
  const paths: OpenApi['paths'] = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: describeRoute(route, convert) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sora Director',
      version: packageJson.version,
      description:
        'A prompt becomes a world that can be walked, agents test that world, and the prompt is rewritten from what they found. Every refusal is {"error": {code, message, suggestion, requestId}}.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ group }) => group))].map(name => ({ name })),
    paths,
    components: { schemas: sorted(components) },
  };
}

function describeRoute(
  route: Route,
  convert: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema,
): Operation {
  const { method, path, params, query, body, rawBody } = route;
  const content = body
    ? { 'application/json': { schema: convert(body, 'input') } }
    : rawBody &&
      Object.fromEntries(
        Object.entries(rawBody).map(([media, description]) => [
          media,
          media === 'multipart/form-data'
            ? { schema: { type: 'object', properties: { file: { ...BINARY, description } } } }
            : { schema: { ...BINARY, description } },
        ]),
      );
  return {
    operationId: `${method}${path.replace(/[^a-z0-9]+(.)/gi, (_, letter: string) => letter.toUpperCase())}`,
    summary: route.summary,
    tags: [route.group],
    parameters: [...parametersOf(params, 'path'), ...parametersOf(query, 'query')],
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.answers).map(([status, answer]) => [
          status,
          describeAnswer(Number(status), answer, convert),
        ]),
      ),
      ...describeErrors(refusalsOf(route), convert),
    },
  };
}

/** Every route may refuse what does not fit its declaration; those that change something, too many at once. */
function refusalsOf({ params, query, body, rawBody, method, errors }: Route): ErrorCode[] {
  const codes: ErrorCode[] = [...errors];
  if (params || query || body || rawBody) codes.unshift('REQUEST_INVALID');
  if (body) codes.push('CONTENT_TYPE_WRONG', 'INPUT_TOO_LARGE');
  if (method !== 'get') codes.push('ORIGIN_REFUSED', 'TOO_MANY_REQUESTS', 'SHUTTING_DOWN');
  return [...new Set(codes)];
}

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query'): Operation['parameters'] {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return Object.entries(properties).map(([name, each]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: each,
  }));
}

function describeAnswer(
  status: number,
  answer: z.ZodType | RawAnswer,
  convert: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema,
): Operation['responses'][string] {
  if (isRaw(answer))
    return {
      description: answer.description,
      ...(answer.media ? { content: { [answer.media]: { schema: BINARY } } } : {}),
    };
  return {
    description: DESCRIPTIONS[status] ?? 'Answer',
    content: { 'application/json': { schema: convert(answer, 'output') } },
  };
}

function describeErrors(
  codes: readonly ErrorCode[],
  convert: (schema: z.ZodType, io: 'input' | 'output') => JsonSchema,
): Operation['responses'] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes)
    byStatus.set(ERRORS[code].http, [...(byStatus.get(ERRORS[code].http) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      String(status),
      {
        description: each.join(', '),
        content: { 'application/json': { schema: convert(schemas.apiError, 'output') } },
      },
    ]),
  );
}

/** zod puts the schemas it refers to beside the schema; OpenAPI has one place for all. */
function moveReferences(schema: unknown): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as JsonSchema;
}

function sorted(record: Record<string, JsonSchema>): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a.localeCompare(b)));
}
