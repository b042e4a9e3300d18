import { DirectorError } from '../../../engine/errors.ts';
import { throwIfCancelled } from '../../../engine/progress.ts';
import { serveThread } from '../../../engine/thread/serveThread.ts';

await serveThread(async ({ act }: { act: string }, { signal, onProgress }) => {
  onProgress?.({ stage: 'echo', fraction: 0.5, message: act });
  if (act === 'fail')
    throw new DirectorError('INPUT_EMPTY', 'nothing there', { suggestion: 'fill it', details: { bytes: 0 } });
  if (act === 'die') process.exit(9);
  if (act === 'spin') for (;;) Math.sqrt(2);
  if (act === 'wait')
    for (;;) {
      await new Promise(resolve => setTimeout(resolve, 10));
      throwIfCancelled(signal);
    }
  return act.toUpperCase();
});
