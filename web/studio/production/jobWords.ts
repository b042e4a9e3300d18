import type { JobView } from '../../../server/api/types.ts';
import { counted, roughly, spaced } from '../../ui/words.ts';

/** One line: "depth 40 of 96 · 43 % · about 40 s left". */
export function jobWords(job: JobView): string {
  const left = job.etaSeconds === null ? '' : `${roughly(job.etaSeconds)} left`;
  switch (job.state) {
    case 'queued':
      return join(
        queueWords(job.queuePosition),
        job.etaSeconds === null ? '' : `done in ${roughly(job.etaSeconds)}`,
      );
    case 'paused':
      return 'paused – it starts when you resume';
    case 'running':
      return join(job.message || spaced(job.stage), `${Math.round(job.fraction * 100)} %`, left);
    case 'completed':
      return 'done';
    case 'failed':
      return job.error?.message ?? 'failed';
    case 'cancelled':
      return 'stopped';
  }
}

function queueWords(position: number | null): string {
  if (position === null) return 'in the queue';
  return position === 0 ? 'next in the queue' : `${counted(position, 'job')} before it`;
}

function join(...parts: string[]): string {
  return parts.filter(part => part !== '').join(' · ');
}
