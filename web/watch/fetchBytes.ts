import { failureOf, networkFailure } from '../api/apiFailure.ts';

export interface FetchBytesOptions {
  signal?: AbortSignal;
  /** Share that has come, 0 to 1. */
  onProgress?(fraction: number): void;
}

/**
 * A stored file's bytes. @param bytes its length, which the link tells: answers may be compressed on the way.
 * @throws ApiFailure; the signal's reason where it was aborted.
 */
export async function fetchBytes(
  link: { url: string; bytes: number },
  { signal, onProgress }: FetchBytesOptions = {},
): Promise<Uint8Array> {
  let response: Response;
  try {
    response = await fetch(link.url, { signal: signal ?? null });
  } catch {
    signal?.throwIfAborted();
    throw networkFailure();
  }
  if (!response.ok || !response.body) throw failureOf(response.status, await response.text().catch(() => ''));
  const parts: Uint8Array[] = [];
  let received = 0;
  try {
    for (const reader = response.body.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      received += value.length;
      onProgress?.(Math.min(1, received / Math.max(1, link.bytes)));
    }
  } catch {
    signal?.throwIfAborted();
    throw networkFailure();
  }
  const bytes = new Uint8Array(received);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
