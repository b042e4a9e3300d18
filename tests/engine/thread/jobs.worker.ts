import { DirectorError } from '../../../engine/errors.ts';
import { serveJobs } from '../../../engine/thread/serveJobs.ts';

let count = 0;

serveJobs(async ({ act }: { act: string }, { onProgress }) => {
  if (act === 'fail') throw new DirectorError('PHYSICS_TRAPPED', 'It broke.');
  if (act === 'die') process.exit(3);
  if (act === 'linger') {
    onProgress?.({ stage: 'linger', fraction: 0, message: 'lingers' });
    await new Promise(() => undefined);
  }
  return ++count;
});
