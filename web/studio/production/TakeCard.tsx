import { useEffect, useRef } from 'preact/hooks';
import type { IterationView, ProductionView, TakeView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { bringIntoView } from '../../ui/bringIntoView.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { SEVERITY_SIGNS } from '../../ui/SeverityCounts.tsx';
import { useAction } from '../../ui/useAction.ts';
import { takeTitle } from '../../ui/words.ts';
import { DimensionBars } from './DimensionBars.tsx';
import type { TakeMoment } from './IterationStages.tsx';
import { explainRank } from './model/explainRank.ts';
import { secondsOf } from './model/reasons.ts';
import { TakeVideo } from './TakeVideo.tsx';

export function TakeCard(props: {
  take: TakeView;
  takes: readonly TakeView[];
  iteration: IterationView;
  production: ProductionView;
  isLast: boolean;
  moment: TakeMoment | undefined;
  onChange(production: ProductionView): void;
}) {
  const { take, takes, iteration, production, isLast, moment, onChange } = props;
  const video = useRef<HTMLVideoElement>(null);
  const why = explainRank(take, takes);
  const lifted = iteration.lifted?.take === take.take;
  const show = (seconds: number | null) => {
    if (!video.current) return;
    video.current.pause();
    video.current.currentTime = seconds ?? 0;
    video.current.focus({ preventScroll: true });
  };
  useEffect(() => {
    if (!moment) return;
    show(moment.seconds);
    bringIntoView(video.current, 'center');
  }, [moment]);
  return (
    <li class={`take-card${take.rank === 1 ? ' first' : ''}${lifted ? ' lifted' : ''}`}>
      <TakeVideo url={take.video.url} label={takeTitle(take.take)} video={video} />
      <div class="take-head">
        <h3>{takeTitle(take.take)}</h3>
        {take.rank !== null ? <span class="rank">rank {take.rank}</span> : null}
        {lifted ? <span class="rank lifted-badge">lifted</span> : null}
        {take.overall !== null ? (
          <span class="overall figures" title="Overall score, 0 to 1">
            {take.overall.toFixed(2)}
          </span>
        ) : null}
      </div>
      <div class="take-why">
        <p>
          <strong>{why.headline}</strong>
        </p>
        {why.reasons.length > 0 ? (
          <ul class="small soft">
            {why.reasons.map(reason => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        ) : null}
        {take.verdict ? (
          <p class="notice error small">
            <span>
              <strong>Refused.</strong> {take.verdict.message}
            </span>
            <span class="code">{take.verdict.code}</span>
          </p>
        ) : null}
        {take.liftable ? (
          <p class="small take-liftable">
            <span class={take.liftable.ok ? 'yes' : 'no'}>
              {take.liftable.ok ? 'Can be lifted' : 'Cannot be lifted'}
            </span>
            <span class="soft"> – {take.liftable.reason}</span>
          </p>
        ) : null}
      </div>
      {take.dimensions ? (
        <DimensionBars
          dimensions={take.dimensions}
          differences={why.differences}
          comparedWith={why.comparedWith}
        />
      ) : (
        <div />
      )}
      <div class="take-foot">
        {take.findings.length > 0 ? (
          <ul class="take-findings" aria-label="Findings">
            {take.findings.map(finding => (
              <li key={finding.id} class="small">
                <span class={`sign ${finding.severity}`} title={finding.severity}>
                  <span aria-hidden="true">{SEVERITY_SIGNS[finding.severity]}</span>
                  <span class="visually-hidden">{finding.severity}: </span>
                </span>
                <span>{finding.message}</span>
                {secondsOf(finding.id) ? (
                  <button
                    type="button"
                    class="text-button"
                    onClick={() => show(secondsOf(finding.id))}
                    aria-label={`Show ${secondsOf(finding.id)?.toFixed(1)} s of ${takeTitle(take.take)}`}
                  >
                    show
                  </button>
                ) : null}
              </li>
            ))}
          </ul>
        ) : null}
        {isLast ? (
          <PickButton
            take={take}
            iteration={iteration}
            production={production}
            lifted={lifted}
            onChange={onChange}
          />
        ) : null}
      </div>
    </li>
  );
}

function PickButton(props: {
  take: TakeView;
  iteration: IterationView;
  production: ProductionView;
  lifted: boolean;
  onChange(production: ProductionView): void;
}) {
  const { take, iteration, production, lifted, onChange } = props;
  const action = useAction();
  // Before the scores are there nothing is to be picked; a take that was refused is refused again. While the
  // production is at work, what it does is stopped for the take that is picked.
  if (take.rank === null || take.verdict || lifted) return null;
  const working = production.state === 'running';
  // Unless another was picked, it is the best one that is being lifted.
  if (working && take.rank === 1) return null;
  const asked = production.waitingFor === 'pick';
  const title = takeTitle(take.take);
  const words = iteration.lifted !== undefined || working ? `Lift ${title} instead` : 'Lift this take';
  return (
    <div class="take-pick">
      <button
        type="button"
        class={`button${asked && take.rank === 1 ? ' primary' : ''}`}
        disabled={action.busy}
        aria-label={words.includes(title) ? undefined : `${words}: ${title}`}
        onClick={() =>
          action.run(async () => onChange(await api.pickTake(production.id, iteration.iteration, take.take)))
        }
      >
        {words}
      </button>
      {take.liftable && !take.liftable.ok ? (
        <p class="small soft">The scores expect it to be refused; the lift has the last word.</p>
      ) : null}
      {action.failure ? <FailureNotice title={`${title} was not picked`} failure={action.failure} /> : null}
    </div>
  );
}
