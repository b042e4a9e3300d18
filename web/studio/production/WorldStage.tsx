import { useRef } from 'preact/hooks';
import type { RunView, ViolationView, WorldView as WorldDto } from '../../../server/api/types.ts';
import type { RunStore } from '../../api/runStore.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { lazy } from '../../ui/Lazy.tsx';
import { useNear } from '../../ui/useNear.ts';
import type { StageProps } from './IterationStages.tsx';
import { JobProgress } from './JobProgress.tsx';
import { useWorld } from './useWorld.ts';
import { ViolationFrame } from './ViolationFrame.tsx';
import { ViolationList } from './ViolationList.tsx';

const WorldView = lazy(
  async () => (await import('../../viewer/WorldView.tsx')).WorldView,
  <div class="skeleton world-canvas" role="status">
    <span class="visually-hidden">The 3D view is being loaded</span>
  </div>,
);

/** The world to walk in, and what the agents found in it. */
export function WorldStage(
  props: StageProps & {
    run: RunStore | undefined;
    selected: string | null;
    onSelect(id: string | null): void;
  },
) {
  const { iteration, job, run, selected, onSelect } = props;
  const { world, failure, retry } = useWorld(iteration.lifted?.worldId);
  if (!iteration.lifted) return job ? <JobProgress job={job} /> : null;
  const { tested } = iteration;
  const view = run?.run.value ?? null;
  const violations = view?.result?.violations;
  const chosen = violations?.find(one => one.id === selected);
  return (
    <div class="world">
      {job ? (
        <div class="world-testing">
          <JobProgress job={job} />
          {job.runId ? (
            <a class="button compact" href={`/watch/${job.runId}`}>
              <Icon name="play" /> Watch the agents live
            </a>
          ) : null}
        </div>
      ) : null}
      {failure ? (
        <FailureNotice title="The world could not be fetched" failure={failure} onRetry={retry} />
      ) : null}
      {tested?.code ? (
        <FailureNotice
          title="The agents could not test this world"
          failure={{ code: tested.code, message: tested.message ?? tested.code }}
        />
      ) : null}
      <div class="world-columns">
        <div class="world-view">
          <NearView world={world} run={view} selected={selected} onSelect={onSelect} />
          <div class="row">
            <a class="button compact" href={`/worlds/${iteration.lifted.worldId}`}>
              <Icon name="expand" /> Full page
            </a>
            {tested?.runId ? (
              <a class="button compact" href={watchAddress(tested.runId, chosen)}>
                <Icon name="play" /> {chosen ? 'Replay it with all agents' : 'Watch the agents'}
              </a>
            ) : null}
            {tested ? (
              <span class="small soft">
                {tested.reachableArea.toFixed(1)} m² can be walked, {Math.round(tested.coverage * 100)} % of
                it was
              </span>
            ) : null}
          </div>
        </div>
        <div class="world-findings">
          {chosen && world ? <ChosenViolation violation={chosen} world={world} /> : null}
          {run?.failure.value ? (
            <FailureNotice
              title="The violations could not be fetched"
              failure={run.failure.value}
              onRetry={() => void run.refresh()}
            />
          ) : null}
          {violations ? (
            <ViolationList violations={violations} selected={selected} onSelect={onSelect} />
          ) : null}
          {!violations && tested?.runId && !run?.failure.value ? (
            <div class="skeleton" style={{ height: '8rem' }} />
          ) : null}
        </div>
      </div>
    </div>
  );
}

/** The 3D view, once one has come near to it: whoever looks at the takes does not wait for an engine. */
function NearView(props: {
  world: WorldDto | undefined;
  run: RunView | null;
  selected: string | null;
  onSelect(id: string | null): void;
}) {
  const { world, run, selected, onSelect } = props;
  const place = useRef<HTMLDivElement>(null);
  const near = useNear(place);
  return (
    <div ref={place}>
      {world && near ? (
        <WorldView world={world} run={run} selectedViolation={selected} onSelectViolation={onSelect} />
      ) : (
        <WorldPicture picture={world?.files['preview.webp']?.url} />
      )}
    </div>
  );
}

function WorldPicture({ picture }: { picture: string | undefined }) {
  if (!picture) return <div class="skeleton world-canvas" />;
  return <img class="world-canvas world-picture" src={picture} alt="" loading="lazy" />;
}

function ChosenViolation({ violation, world }: { violation: ViolationView; world: WorldDto }) {
  return world.video && world.files['world.json'] ? (
    <ViolationFrame violation={violation} video={world.video.url} worldFile={world.files['world.json'].url} />
  ) : null;
}

function watchAddress(runId: string, violation: ViolationView | undefined): string {
  return `/watch/${runId}${violation ? `#v=${violation.id}` : ''}`;
}
