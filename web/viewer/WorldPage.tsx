import { useCallback, useState } from 'preact/hooks';
import type { RunView, WorldView as WorldDto } from '../../server/api/types.ts';
import type { RunStore } from '../api/runStore.ts';
import { NotFound } from '../studio/NotFound.tsx';
import { JobProgress } from '../studio/production/JobProgress.tsx';
import { useRun } from '../studio/production/useRun.ts';
import { useWorld } from '../studio/production/useWorld.ts';
import { ViolationFrame } from '../studio/production/ViolationFrame.tsx';
import { ViolationList } from '../studio/production/ViolationList.tsx';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { Icon } from '../ui/Icon.tsx';
import { replaceSearch, search } from '../ui/router.ts';
import { takeTitle } from '../ui/words.ts';
import { compileHavok } from './load/browserHavok.ts';
import { SendAgents } from './SendAgents.tsx';
import { WorldView } from './WorldView.tsx';

// Asked for while the world's address is still being looked up.
compileHavok().catch(() => undefined);

/** A world on a page of its own: to walk in, with what its runs found. The address keeps run and selection. */
export function WorldPage({ worldId }: { worldId: string }) {
  const { world, failure, retry } = useWorld(worldId);
  if (failure && (failure.status === 404 || failure.status === 400)) return <NotFound what="world" />;
  if (failure)
    return (
      <div class="page">
        <FailureNotice title="The world could not be fetched" failure={failure} onRetry={retry} />
      </div>
    );
  if (!world)
    return (
      <div class="world-page" role="status">
        <div class="skeleton" />
        <span class="visually-hidden">The world is being fetched</span>
      </div>
    );
  return <OpenWorld world={world} />;
}

function OpenWorld({ world }: { world: WorldDto }) {
  const query = new URLSearchParams(search.value);
  const wished = query.get('run');
  const runId = wished && world.runs.includes(wished) ? wished : (world.runs.at(-1) ?? null);
  const [selected, setSelected] = useState(query.get('violation'));
  const run = useRun(runId);
  const view = run?.run.value ?? null;
  const select = useCallback((id: string | null) => {
    setSelected(id);
    replaceSearch({ violation: id ?? undefined });
  }, []);
  return (
    <div class="world-page">
      <div class="world-page-view">
        <WorldView world={world} run={view} selectedViolation={selected} onSelectViolation={select} full />
      </div>
      <aside class="world-page-side" aria-label="The world and its runs">
        <header class="world-page-section">
          <h1>{world.name}</h1>
          <p class="small soft">{originWords(world)}</p>
          {world.productionId ? (
            <a class="button compact" href={`/productions/${world.productionId}`}>
              <Icon name="arrow" /> Its production
            </a>
          ) : null}
        </header>
        <details class="disclosure" open={world.runs.length === 0}>
          <summary>{world.runs.length > 0 ? 'Test it again' : 'Test it'}</summary>
          <SendAgents worldId={world.id} />
        </details>
        <RunSection
          world={world}
          runId={runId}
          run={run}
          view={view}
          selected={selected}
          onSelect={select}
          onRun={id => {
            select(null);
            replaceSearch({ run: id });
          }}
        />
      </aside>
    </div>
  );
}

function RunSection(props: {
  world: WorldDto;
  runId: string | null;
  run: RunStore | undefined;
  view: RunView | null;
  selected: string | null;
  onSelect(id: string | null): void;
  onRun(id: string): void;
}) {
  const { world, runId, run, view, selected, onSelect, onRun } = props;
  if (runId === null)
    return (
      <p class="soft small">No agents have been in this world yet. Send some in to see what they find.</p>
    );
  const violations = view?.result?.violations;
  const chosen = violations?.find(({ id }) => id === selected);
  const job = run?.job.value;
  const cameras = world.files['world.json'];
  return (
    <section class="world-page-section" aria-labelledby="world-run">
      <div class="row">
        <h2 id="world-run">Found by agents</h2>
        {world.runs.length > 1 ? (
          <select
            class="input"
            style={{ width: 'auto' }}
            aria-label="Run"
            value={runId}
            onChange={event => onRun(event.currentTarget.value)}
          >
            {world.runs.map((id, index) => (
              <option key={id} value={id}>
                Run {index + 1}
              </option>
            ))}
          </select>
        ) : null}
      </div>
      {run?.failure.value ? (
        <FailureNotice
          title="The run could not be fetched"
          failure={run.failure.value}
          onRetry={() => void run.refresh()}
        />
      ) : null}
      {view && !view.result && job ? <JobProgress job={job} /> : null}
      {view?.result ? (
        <p class="small soft">
          {view.agents} agents, {Math.round(view.result.simulatedSeconds)} simulated seconds;{' '}
          {view.result.coverage.reachableArea.toFixed(1)} m² can be walked,{' '}
          {Math.round(100 * view.result.coverage.ratio)} % of it was
        </p>
      ) : null}
      <a class="button compact" href={`/watch/${runId}${chosen ? `#v=${chosen.id}` : ''}`}>
        <Icon name="play" /> {chosen ? 'Replay it with all agents' : 'Watch the agents'}
      </a>
      {chosen && world.video && cameras ? (
        <ViolationFrame violation={chosen} video={world.video.url} worldFile={cameras.url} />
      ) : null}
      {violations ? (
        <ViolationList violations={violations} selected={selected} onSelect={onSelect} />
      ) : view || run?.failure.value ? null : (
        <div class="skeleton" style={{ height: '8rem' }} />
      )}
    </section>
  );
}

function originWords(world: WorldDto): string {
  if (world.source === 'upload') return 'Uploaded';
  const parts = ['Lifted from a take'];
  if (world.take) parts[0] = `Lifted from ${takeTitle(world.take).toLowerCase()}`;
  if (world.iteration !== null) parts.push(`iteration ${world.iteration}`);
  return parts.join(', ');
}
