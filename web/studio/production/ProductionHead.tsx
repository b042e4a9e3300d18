import type { JobView, ProductionView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { useAction } from '../../ui/useAction.ts';
import { counted, takeTitle } from '../../ui/words.ts';
import { PRODUCTION_STATE_WORDS } from '../home/ProductionCard.tsx';
import { Autopilot } from './Autopilot.tsx';
import { Exports } from './Exports.tsx';
import { JobProgress } from './JobProgress.tsx';
import { SeverityChart } from './SeverityChart.tsx';

/** The prompt, where the production stands, and what can be done with it as a whole. */
export function ProductionHead(props: {
  production: ProductionView;
  job: JobView | null;
  onChange(production: ProductionView): void;
}) {
  const { production, job, onChange } = props;
  const { state, options } = production;
  const action = useAction();
  const change = (what: 'pause' | 'resume' | 'cancel' | 'retry') =>
    action.run(async () => onChange(await api.changeProduction(production.id, what)));
  return (
    <header class="production-head">
      <div class="production-title">
        <p class="eyebrow">
          <span class={`state ${state}`}>{PRODUCTION_STATE_WORDS[state]}</span>
          <span>{production.source === 'video' ? 'from your video' : counted(options.takes, 'take')}</span>
          <span>{options.seconds} s</span>
          <span class="figures">
            {options.width}×{options.height}
          </span>
          <span>
            seed <span class="figures">{options.seed}</span>
          </span>
          <span>{options.quality}</span>
        </p>
        <h1 class="script">{production.prompt}</h1>
        {production.stoppedBecause ? <p class="soft">{production.stoppedBecause}</p> : null}
        {production.best ? (
          <p class="soft small">
            Best so far: iteration {production.best.iteration}, {takeTitle(production.best.take)} –{' '}
            {production.best.because}
          </p>
        ) : null}
      </div>
      <SeverityChart iterations={production.iterations} />
      <div class="production-controls">
        <div class="row">
          {state === 'running' ? (
            <button
              type="button"
              class="button compact"
              disabled={action.busy}
              onClick={() => change('pause')}
            >
              <Icon name="pause" /> Pause
            </button>
          ) : null}
          {state === 'paused' ? (
            <button
              type="button"
              class="button compact primary"
              disabled={action.busy}
              onClick={() => change('resume')}
            >
              <Icon name="play" /> Resume
            </button>
          ) : null}
          {state === 'failed' || state === 'cancelled' ? (
            <button
              type="button"
              class="button compact primary"
              disabled={action.busy}
              onClick={() => change('retry')}
            >
              <Icon name="again" /> Try that step again
            </button>
          ) : null}
          {state === 'running' || state === 'paused' ? (
            <button
              type="button"
              class="button compact danger"
              disabled={action.busy}
              onClick={() => change('cancel')}
            >
              <Icon name="stop" /> Stop
            </button>
          ) : null}
        </div>
        <Autopilot production={production} onChange={onChange} />
        <Exports production={production} />
      </div>
      {job && (state === 'running' || state === 'paused') ? <JobProgress job={job} /> : null}
      {action.failure ? <FailureNotice title="That did not work" failure={action.failure} /> : null}
      {production.error && state === 'failed' ? (
        <FailureNotice title="This step failed" failure={production.error} />
      ) : null}
      {state === 'waiting' && production.waitingFor ? <YourTurn waitingFor={production.waitingFor} /> : null}
      {state === 'cancelled' ? (
        <p class="notice">Stopped. What was finished is kept; go on whenever you like.</p>
      ) : null}
    </header>
  );
}

/** Where the person is waited for: the way there, as it may lie far down the page. */
function YourTurn({ waitingFor }: { waitingFor: 'pick' | 'accept' }) {
  const pick = waitingFor === 'pick';
  return (
    <div class="notice waiting your-turn">
      <p>
        <strong>Your turn.</strong>{' '}
        {pick
          ? 'The takes are scored. Watch them and pick the one to lift into a world.'
          : 'The prompt was rewritten from what was found. Read the changes, then go again.'}
      </p>
      <a class="button compact" href={pick ? '#stage-takes' : '#stage-revision'}>
        {pick ? 'To the takes' : 'To the revision'}
      </a>
    </div>
  );
}
