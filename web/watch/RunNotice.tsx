import type { JobView, RunView } from '../../server/api/types.ts';
import { api } from '../api/api.ts';
import { JobProgress } from '../studio/production/JobProgress.tsx';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { useAction } from '../ui/useAction.ts';
import { STEPS_PER_SECOND } from './playHead.ts';
import { clock } from './timeWords.ts';
import type { WatchSession } from './watchSession.ts';

/** What stands over the view while there is nothing to watch, or says why there is no more. Undefined where all is well. */
export function RunNotice({ session }: { session: WatchSession }) {
  const { feed } = session.timeline;
  const { failure, job, run, state } = feed;
  const seen = feed.trace.frameCount > 0;
  switch (state) {
    case 'opening':
      return failure ? (
        <FailureNotice title="The run could not be opened; it is tried again" failure={failure} />
      ) : (
        <p class="notice waiting" role="status">
          The run is being opened.
        </p>
      );
    case 'waiting':
      return run && job ? <Waiting run={run} job={job} /> : null;
    case 'live':
      if (!seen) return run && job ? <Waiting run={run} job={job} /> : null;
      return feed.repeatedStep === null ? null : (
        <p class="notice waiting" role="status">
          <strong>The run was interrupted and began anew</strong>
          <span class="soft">
            It repeats what you have seen, now at {clock(feed.repeatedStep / STEPS_PER_SECOND)} of{' '}
            {clock(feed.trace.lastStep / STEPS_PER_SECOND)}, and then goes on. What came before can be watched
            meanwhile.
          </span>
        </p>
      );
    case 'stopped':
      return run ? <Stopped run={run} job={job} seen={seen} /> : null;
    case 'ended':
      if (feed.loading !== null && !seen) return <Loading fraction={feed.loading} />;
      if (failure) return <FailureNotice title="The recording did not load" failure={failure} />;
      return seen ? null : (
        <div class="notice" role="status">
          <strong>Nobody walked in this run</strong>
          <p class="soft">
            The world was judged by its geometry alone, so there is nothing to watch. What was found is in the
            list.
          </p>
        </div>
      );
    case 'unknown':
      return null;
  }
}

function Waiting({ run, job }: { run: RunView; job: JobView }) {
  const waits = job.state === 'queued' || job.state === 'paused';
  const action = useAction();
  const change = (wish: 'cancel' | 'resume') =>
    action.run(async () => void (await api.changeJob(job.id, wish)));
  return (
    <div class="notice waiting" role="status">
      <strong>{waits ? 'This run waits for its turn' : 'The run prepares its world'}</strong>
      <p class="soft">
        {run.agents} agents will walk for up to {run.seconds} simulated seconds. You will see them as soon as
        they start; this page need not be reloaded.
      </p>
      <JobProgress job={job} />
      <div class="row">
        {job.state === 'paused' ? (
          <button
            type="button"
            class="button compact"
            disabled={action.busy}
            onClick={() => change('resume')}
          >
            Resume
          </button>
        ) : null}
        <button
          type="button"
          class="button compact danger"
          disabled={action.busy}
          onClick={() => change('cancel')}
        >
          Cancel the run
        </button>
      </div>
      {action.failure ? <FailureNotice title="That did not work" failure={action.failure} /> : null}
    </div>
  );
}

function Stopped({ run, job, seen }: { run: RunView; job: JobView | null; seen: boolean }) {
  const action = useAction();
  const again = job ? (
    <button
      type="button"
      class="button compact"
      disabled={action.busy}
      onClick={() => action.run(async () => void (await api.changeJob(job.id, 'retry')))}
    >
      Run it again
    </button>
  ) : null;
  const rest = (
    <p class="soft">
      {seen
        ? 'What was seen of it until then can still be watched.'
        : 'Nothing of it was recorded. The same seed gives the same run.'}
    </p>
  );
  if (action.failure) return <FailureNotice title="It could not be run again" failure={action.failure} />;
  if (run.state === 'failed' && job?.error)
    return (
      <FailureNotice title="This run failed" failure={job.error}>
        {again}
        {rest}
      </FailureNotice>
    );
  return (
    <div class="notice warning" role="status">
      <strong>{run.state === 'cancelled' ? 'This run was cancelled' : 'This run failed'}</strong>
      {rest}
      <div class="row">{again}</div>
    </div>
  );
}

function Loading({ fraction }: { fraction: number }) {
  return (
    <div class="notice waiting" role="status">
      <strong>The recording is being loaded</strong>
      <div
        class="progress-bar"
        role="progressbar"
        aria-label="The recording is being loaded"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(100 * fraction)}
      >
        <span style={{ transform: `scaleX(${Math.max(0.02, fraction)})` }} />
      </div>
    </div>
  );
}
