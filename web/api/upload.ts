import type { UploadView } from '../../server/api/types.ts';
import { failureOf, networkFailure } from './apiFailure.ts';

export interface UploadOptions {
  signal?: AbortSignal;
  /** Bytes sent of all. */
  onProgress?(sent: number, total: number): void;
}

/**
 * Sends a video or a GLB. XMLHttpRequest, because fetch tells nothing of what was sent.
 * @throws ApiFailure; the signal's reason where it was aborted.
 */
export function upload(file: File, options: UploadOptions = {}): Promise<UploadView> {
  const { signal, onProgress } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const call = new XMLHttpRequest();
    const stop = () => call.abort();
    signal?.addEventListener('abort', stop, { once: true });
    call.upload.onprogress = event => onProgress?.(event.loaded, event.total);
    call.onload = () => {
      if (call.status >= 200 && call.status < 300) resolve(JSON.parse(call.responseText) as UploadView);
      else reject(failureOf(call.status, call.responseText));
    };
    call.onerror = () => reject(networkFailure());
    call.onabort = () => reject(signal?.reason ?? networkFailure());
    call.onloadend = () => signal?.removeEventListener('abort', stop);
    const form = new FormData();
    form.append('file', file, file.name);
    call.open('POST', '/api/uploads');
    call.send(form);
  });
}
