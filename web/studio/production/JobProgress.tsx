import type { JobView } from '../../../server/api/types.ts';
import { counted, roughly, spaced } from '../../ui/words.ts';

export const JOB_TITLES: Record<JobView['kind'], string> = {
  generate: 'Filming the takes',
  score: 'Scoring the takes',
  lift: 'Lifting the take into a world',
  test: 'Agents test the world',
  revise: 'Rewriting the prompt',
};

/** What the job does now, how far it is, and when it will be done. */
export function JobProgress({ job }: { job: JobView }) {
  const percent = Math.round(job.fraction * 100);
  const waits = job.state !== 'running';
  return (
    <div class="progress">
      <div class="progress-words">
        <span>
          <strong>{JOB_TITLES[job.kind]}</strong>
          {job.iteration ? <span class="soft"> · iteration {job.iteration}</span> : null}
          {job.attempt > 1 ? <span class="soft"> · attempt {job.attempt}</span> : null}
        </span>
        <span class="soft">{jobWords(job)}</span>
      </div>
      <div
        class={`progress-bar${waits ? ' waiting' : ''}`}
        role="progressbar"
        aria-label={JOB_TITLES[job.kind]}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuetext={jobWords(job)}
      >
        <span style={{ transform: `scaleX(${waits ? 1 : Math.max(0.01, job.fraction)})` }} />
      </div>
    </div>
  );
}

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
