import type { ApiError } from '../../server/api/types.ts';

/** A request that did not do what was asked: the server's coded error, or NETWORK where no answer came. */
export class ApiFailure extends Error {
  readonly code: string;
  /** What to do about it. */
  readonly suggestion: string;
  /** 0 where no answer came. */
  readonly status: number;
  readonly requestId: string | null;

  constructor(failure: {
    code: string;
    message: string;
    suggestion: string;
    status: number;
    requestId?: string | null;
  }) {
    super(failure.message);
    this.name = 'ApiFailure';
    this.code = failure.code;
    this.suggestion = failure.suggestion;
    this.status = failure.status;
    this.requestId = failure.requestId ?? null;
  }
}

export function networkFailure(): ApiFailure {
  return new ApiFailure({
    code: 'NETWORK',
    message: 'The server did not answer.',
    suggestion: 'Check that the server runs and that you are connected, then try again.',
    status: 0,
  });
}

/** Reads an answer that is no 2xx. Something in between (a proxy, a gateway) may have written it. */
export function failureOf(status: number, body: string): ApiFailure {
  const error = parseError(body);
  if (error)
    return new ApiFailure({
      code: error.code,
      message: error.message,
      suggestion: error.suggestion,
      status,
      requestId: error.requestId,
    });
  return new ApiFailure({
    code: `HTTP_${status}`,
    message: `The server answered with status ${status} and no explanation.`,
    suggestion: 'Try again; if it happens again, look into the log of the server.',
    status,
  });
}

/** What was thrown, as something that can be shown. */
export function toApiFailure(cause: unknown): ApiFailure {
  if (cause instanceof ApiFailure) return cause;
  return new ApiFailure({
    code: 'CLIENT',
    message: cause instanceof Error ? cause.message : String(cause),
    suggestion: 'This is a defect of ours; reload the page and report it with the message.',
    status: 0,
  });
}

function parseError(body: string): ApiError['error'] | undefined {
  try {
    const { error } = JSON.parse(body) as Partial<ApiError>;
    return error && typeof error.code === 'string' && typeof error.message === 'string' ? error : undefined;
  } catch {
    return undefined;
  }
}
