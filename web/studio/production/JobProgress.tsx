import type { JobView } from '../../../server/api/types.ts';
import { jobWords } from './jobWords.ts';

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
