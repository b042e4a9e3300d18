import { failureOf, networkFailure } from './apiFailure.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/**
 * One call of the API. @throws ApiFailure, coded; the AbortSignal's reason where it was aborted.
 * @param body sent as JSON where given.
 */
export async function request<Result>(
  method: Method,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Result> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
  } catch {
    signal?.throwIfAborted();
    throw networkFailure();
  }
  const text = await response.text().catch(() => {
    signal?.throwIfAborted();
    throw networkFailure();
  });
  if (!response.ok) throw failureOf(response.status, text);
  return (text === '' ? undefined : JSON.parse(text)) as Result;
}

/** A query string of the parts that are given, with its question mark; empty without any. */
export function query(parts: Record<string, string | number | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parts)) if (value !== undefined) search.set(name, String(value));
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
