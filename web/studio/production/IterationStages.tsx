import { useState } from 'preact/hooks';
import type { IterationView, JobView, ProductionView } from '../../../server/api/types.ts';
import { bringIntoView } from '../../ui/bringIntoView.ts';
import { LiftStage } from './LiftStage.tsx';
import { jobOfStage, STATE_WORDS, type Stage, type StageView, stagesOf } from './model/stages.ts';
import { RevisionStage } from './RevisionStage.tsx';
import { StageSection } from './StageSection.tsx';
import { TakesStage } from './TakesStage.tsx';
import { useRun } from './useRun.ts';
import { WorldStage } from './WorldStage.tsx';

export interface StageProps {
  production: ProductionView;
  iteration: IterationView;
  job: JobView | null;
  isLast: boolean;
  onChange(production: ProductionView): void;
}

/** A place in a take's video that somebody wants to see; a new object for each wish. */
export interface TakeMoment {
  take: string;
  seconds: number | null;
}

/** The stages of one iteration, one after another, with a rail that says where each stands. */
export function IterationStages(props: Omit<StageProps, 'isLast'>) {
  const { production, iteration, job, onChange } = props;
  const stages = stagesOf(production, iteration, job);
  const isLast = iteration.iteration === production.iterations.at(-1)?.iteration;
  const [violation, setViolation] = useState<string | null>(null);
  const [moment, setMoment] = useState<TakeMoment | undefined>(undefined);
  const runId = iteration.tested?.runId ?? null;
  const run = useRun(runId);
  const of = (stage: Stage): StageView & StageProps => ({
    ...(stages.find(view => view.stage === stage) ?? stages[0]),
    production,
    iteration,
    job: jobOfStage(job, iteration.iteration, stage),
    isLast,
    onChange,
  });
  return (
    <div
      class="stages"
      role="tabpanel"
      id="iteration-panel"
      aria-labelledby={`iteration-tab-${iteration.iteration}`}
    >
      <StageRail stages={stages} />
      <div class="stage-list">
        <StageSection view={of('takes')}>
          <TakesStage {...of('takes')} moment={moment} />
        </StageSection>
        <StageSection view={of('lift')}>
          <LiftStage {...of('lift')} />
        </StageSection>
        <StageSection view={of('world')}>
          <WorldStage {...of('world')} run={run} selected={violation} onSelect={setViolation} />
        </StageSection>
        <StageSection view={of('revision')}>
          <RevisionStage
            {...of('revision')}
            run={run?.run.value ?? null}
            onShowTake={setMoment}
            onShowViolation={id => {
              setViolation(id);
              bringIntoView(document.getElementById('stage-world'), 'start');
            }}
          />
        </StageSection>
      </div>
    </div>
  );
}

function StageRail({ stages }: { stages: readonly StageView[] }) {
  return (
    <nav class="stage-rail" aria-label="Stages">
      <ol>
        {stages.map(({ stage, title, state }) => (
          <li key={stage}>
            <a href={`#stage-${stage}`} class={`rail-link rail-${state}`}>
              <span class="rail-mark" aria-hidden="true" />
              <span>
                <span class="rail-title">{title}</span>
                <span class="rail-state">{STATE_WORDS[state]}</span>
              </span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}
