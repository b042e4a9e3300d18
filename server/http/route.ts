import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { DirectorError, type ErrorCode } from '../../engine/errors.ts';

/** An answer that is not JSON: the handler writes it to the response itself. */
export interface RawAnswer {
  /** Media type, as in Content-Type; undefined for an answer without a body. */
  media?: string;
  description: string;
}

export interface RouteInput<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> {
  params: z.output<Params>;
  query: z.output<Query>;
  body: z.output<Body>;
  request: Request;
  response: Response;
}

/** A route as it is declared: what it takes, what it answers, and the function between. */
export interface RouteDeclaration<
  Params extends z.ZodType,
  Query extends z.ZodType,
  Body extends z.ZodType,
  Answer extends z.ZodType | RawAnswer,
> {
  method: 'get' | 'post' | 'delete';
  /** As Express writes it: '/api/productions/:id'. */
  path: string;
  summary: string;
  /** Under which heading the documentation shows it. */
  group: string;
  params?: Params;
  query?: Query;
  /** Of a JSON body. */
  body?: Body;
  /** Of a body that the handler reads from the request itself, by media type. */
  rawBody?: Record<string, string>;
  /** By status, the usual one first. A schema means that the handler's result is sent as JSON. */
  answers: Record<number, Answer>;
  /** What it refuses with beside REQUEST_INVALID. */
  errors?: readonly ErrorCode[];
  handle(input: RouteInput<Params, Query, Body>): Promise<Answer extends z.ZodType ? z.output<Answer> : void>;
}

export interface Route {
  method: 'get' | 'post' | 'delete';
  path: string;
  summary: string;
  group: string;
  params: z.ZodType | undefined;
  query: z.ZodType | undefined;
  body: z.ZodType | undefined;
  rawBody: Record<string, string> | undefined;
  answers: Record<number, z.ZodType | RawAnswer>;
  errors: readonly ErrorCode[];
  handler: RequestHandler;
}

export function isRaw(answer: z.ZodType | RawAnswer): answer is RawAnswer {
  return 'description' in answer && !('_zod' in answer);
}

/**
 * Declares a route once: from the declaration come the checks of what is sent (REQUEST_INVALID naming the field),
 * the Express handler, and the entry in the OpenAPI document.
 */
export function route<
  Answer extends z.ZodType | RawAnswer,
  Params extends z.ZodType = z.ZodType<Record<string, never>>,
  Query extends z.ZodType = z.ZodType<Record<string, never>>,
  Body extends z.ZodType = z.ZodType<undefined>,
>(declaration: RouteDeclaration<Params, Query, Body, Answer>): Route {
  const { params, query, body, answers, handle } = declaration;
  const status = Number(Object.keys(answers)[0]);
  return {
    method: declaration.method,
    path: declaration.path,
    summary: declaration.summary,
    group: declaration.group,
    params,
    query,
    body,
    rawBody: declaration.rawBody,
    answers,
    errors: declaration.errors ?? [],
    async handler(request, response) {
      const result = await handle({
        params: parse(params, request.params, 'The address'),
        query: parse(query, request.query, 'The query'),
        body: parse(body, request.body, 'The body'),
        request,
        response,
      } as RouteInput<Params, Query, Body>);
      if (!isRaw(answers[status])) response.status(status).json(result);
    },
  };
}

function parse(schema: z.ZodType | undefined, value: unknown, where: string): unknown {
  if (!schema) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(issue => ({
    field: issue.path.join('.'),
    message: issue.message,
  }));
  const first = issues[0];
  throw new DirectorError(
    'REQUEST_INVALID',
    `${where} is not valid: ${first?.field ? `${first.field}: ` : ''}${first?.message ?? 'not understood'}.`,
    { details: { issues: issues.slice(0, 10) } },
  );
}
