import type { JobView } from '../../../server/api/types.ts';
import { takeTitle } from '../../ui/words.ts';
import type { StageProps } from './IterationStages.tsx';
import { JobProgress } from './JobProgress.tsx';
import { LIFT_STEPS, liftStepOf } from './model/liftSteps.ts';

/** How the take becomes a world: live while it does, then what came of it. */
export function LiftStage({ iteration, job }: StageProps) {
  const { lifted } = iteration;
  if (job)
    return (
      <div class="lift">
        <JobProgress job={job} />
        <LiftSteps job={job} />
      </div>
    );
  if (lifted === undefined) return null;
  if (lifted === null)
    return (
      <div class="notice warning">
        <p>
          <strong>No take could be lifted.</strong> Each says above why it was refused; the revision pins what
          was missing.
        </p>
      </div>
    );
  return (
    <dl class="facts">
      <div>
        <dt>Take</dt>
        <dd>{takeTitle(lifted.take)}</dd>
      </div>
      <div>
        <dt>Frames placed</dt>
        <dd class="figures">
          {lifted.registered} of {lifted.frames}
        </dd>
      </div>
      <div>
        <dt>Reprojection error</dt>
        <dd class="figures">{lifted.reprojectionErrorPixels.toFixed(2)} px</dd>
      </div>
      <div class="fact-wide">
        <dt>Why this take</dt>
        <dd>{lifted.because}</dd>
      </div>
    </dl>
  );
}

function LiftSteps({ job }: { job: JobView }) {
  const current = job.state === 'running' ? liftStepOf(job.stage) : -1;
  return (
    <ol class="lift-steps">
      {LIFT_STEPS.map(({ title, explanation }, index) => {
        const state = index < current ? 'done' : index === current ? 'running' : 'todo';
        return (
          <li
            key={title}
            class={`lift-step ${state}`}
            aria-current={state === 'running' ? 'step' : undefined}
          >
            <strong>{title}</strong>
            <span class="small soft">{explanation}</span>
            {state === 'done' ? <span class="visually-hidden">done</span> : null}
          </li>
        );
      })}
    </ol>
  );
}
