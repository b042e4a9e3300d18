import { describe, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../engine/progress.ts';
import { runInThread } from '../../../engine/thread/runInThread.ts';

const worker = new URL('./echo.worker.ts', import.meta.url);

describe('runInThread', () => {
  test('gives back the result and passes progress on', async () => {
    const events: ProgressEvent[] = [];
    expect(await runInThread(worker, { act: 'hello' }, { onProgress: event => events.push(event) })).toBe(
      'HELLO',
    );
    expect(events).toEqual([{ stage: 'echo', fraction: 0.5, message: 'hello' }]);
  });

  test('keeps a failure\u2019s code, suggestion and details', async () => {
    await expect(runInThread(worker, { act: 'fail' }, {})).rejects.toMatchObject({
      code: 'INPUT_EMPTY',
      message: 'nothing there',
      suggestion: 'fill it',
      details: { bytes: 0 },
    });
  });

  test('a thread that dies is an error, not a wait', async () => {
    await expect(runInThread(worker, { act: 'die' }, {})).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test.each(['wait', 'spin'])('cancels a function that would never end: %s', async act => {
    const cancel = new AbortController();
    const work = runInThread(worker, { act }, { signal: cancel.signal, onProgress: () => cancel.abort() });
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
