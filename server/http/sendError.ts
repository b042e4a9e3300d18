import type { ErrorRequestHandler, Request, Response } from 'express';
import { DirectorError, ERRORS, toDirectorError } from '../../engine/errors.ts';
import type { ApiError } from '../api/types.ts';
import type { Log } from '../log.ts';
import { requestIdOf } from './requestId.ts';

/** The one shape of a refusal. Where the answer has begun, only breaking it off can tell the client. */
export function sendError(request: Request, response: Response, error: DirectorError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const { code, message, suggestion, details } = error;
  const body: ApiError = {
    error: {
      code,
      // What broke inside is for the log; the request id leads there.
      message: code === 'INTERNAL' ? 'The server broke on this request.' : message,
      suggestion,
      ...(details ? { details: { ...details } } : {}),
      requestId: requestIdOf(request),
    },
  };
  response.removeHeader('Content-Disposition');
  response.removeHeader('ETag');
  response.setHeader('Cache-Control', 'no-store');
  if (code === 'TOO_MANY_REQUESTS' || code === 'SHUTTING_DOWN' || code === 'STARTING')
    response.setHeader('Retry-After', '2');
  response.status(ERRORS[code].http).json(body);
}

/** Turns whatever a handler or a parser threw into a coded answer. */
export function errorHandler(log: Log): ErrorRequestHandler {
  return (thrown: unknown, request, response, _next) => {
    const error = fromExpress(thrown) ?? toDirectorError(thrown);
    if (ERRORS[error.code].http >= 500 && error.code !== 'SHUTTING_DOWN' && error.code !== 'STARTING')
      log.error(
        { err: error.cause ?? error, requestId: requestIdOf(request) },
        `${request.method} ${request.path}`,
      );
    sendError(request, response, error);
  };
}

/** What Express and its body parser refuse by themselves, in our codes. */
function fromExpress(thrown: unknown): DirectorError | undefined {
  if (thrown instanceof URIError)
    return new DirectorError('REQUEST_INVALID', 'The address is not validly encoded.', { cause: thrown });
  const { type, limit, status } = thrown as { type?: string; limit?: number; status?: number };
  switch (type) {
    case 'entity.too.large':
      return new DirectorError('INPUT_TOO_LARGE', `The body has more than ${limit} bytes.`, {
        suggestion: 'Send less; videos and worlds go to /api/uploads.',
        details: { limitBytes: limit },
      });
    case 'entity.parse.failed':
      return new DirectorError(
        'REQUEST_INVALID',
        `The body is not valid JSON: ${(thrown as Error).message}.`,
        {
          cause: thrown,
        },
      );
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new DirectorError('CONTENT_TYPE_WRONG', `${(thrown as Error).message}.`, { cause: thrown });
    case 'request.aborted':
    case 'request.size.invalid':
      return new DirectorError('REQUEST_INVALID', 'The request broke off.', { cause: thrown });
  }
  if (status !== undefined && status >= 400 && status < 500)
    return new DirectorError('REQUEST_INVALID', `${(thrown as Error).message}.`, { cause: thrown });
  return undefined;
}
