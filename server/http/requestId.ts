import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

const KNOWN = Symbol('request id');
type Identified = IncomingMessage & { [KNOWN]?: string };

/** The request's own X-Request-Id where it is a plain one, so that a proxy's log and ours agree; else a new one. */
export function requestIdOf(request: IncomingMessage): string {
  const identified = request as Identified;
  if (identified[KNOWN]) return identified[KNOWN];
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  identified[KNOWN] = id;
  return id;
}

export function setRequestId(request: IncomingMessage, response: ServerResponse): string {
  const id = requestIdOf(request);
  response.setHeader('X-Request-Id', id);
  return id;
}
