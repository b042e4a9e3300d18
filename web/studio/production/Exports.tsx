import { useEffect, useState } from 'preact/hooks';
import type { ProductionView, WorldView } from '../../../server/api/types.ts';
import { api, downloads, downloadUrl } from '../../api/api.ts';
import { type ApiFailure, toApiFailure } from '../../api/apiFailure.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { Icon } from '../../ui/Icon.tsx';
import { bytes } from '../../ui/words.ts';

/** What can be taken away: the production, and of the best world its files and reports. */
export function Exports({ production }: { production: ProductionView }) {
  const [open, setOpen] = useState(false);
  const best = production.best ?? undefined;
  const iteration = production.iterations.find(one => one.iteration === best?.iteration);
  const runId = iteration?.tested?.runId ?? null;
  return (
    <details class="disclosure exports" onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>Exports</summary>
      <ul class="export-list">
        <ExportLink href={downloads.production(production.id)} name="Whole production" kind="ZIP" />
        {open && best ? <WorldExports worldId={best.worldId} /> : null}
        {runId ? (
          <>
            <ExportLink href={downloads.reportJson(runId)} name="Test report" kind="JSON" />
            <ExportLink href={downloads.reportJunit(runId)} name="Test report" kind="JUnit" />
            <ExportLink href={downloads.reportHtml(runId)} name="Test report" kind="HTML" />
          </>
        ) : null}
      </ul>
      {best ? (
        <p class="soft small">World and reports are of iteration {best.iteration}, the best so far.</p>
      ) : (
        <p class="soft small">The world and its reports join in once there is one.</p>
      )}
    </details>
  );
}

function WorldExports({ worldId }: { worldId: string }) {
  const [world, setWorld] = useState<WorldView | undefined>(undefined);
  const [failure, setFailure] = useState<ApiFailure | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    api.getWorld(worldId).then(
      value => {
        if (!gone) setWorld(value);
      },
      cause => {
        if (!gone) setFailure(toApiFailure(cause));
      },
    );
    return () => {
      gone = true;
    };
  }, [worldId]);
  if (failure) return <FailureNotice title="The world's files could not be listed" failure={failure} />;
  if (!world) return <li class="skeleton" style={{ height: '1.5rem' }} />;
  return (
    <>
      {worldFiles(world).map(({ path, name, kind }) => {
        const file = world.files[path];
        return file ? (
          <ExportLink
            key={path}
            href={downloadUrl(file.url)}
            name={name}
            kind={kind}
            size={bytes(file.bytes)}
          />
        ) : null;
      })}
    </>
  );
}

const WORLD_FILE_NAMES: Readonly<Record<string, string>> = {
  'collider.glb': 'Collider',
  'points.ply': 'Point cloud',
  'sparse.ply': 'Points of the cameras',
  'splats.ply': 'Gaussian splats',
  'splats.spz': 'Gaussian splats',
};

function worldFiles(world: WorldView): { path: string; name: string; kind: string }[] {
  return Object.keys(world.files)
    .filter(path => /\.(?:glb|ply|spz)$/.test(path))
    .sort()
    .reverse()
    .map(path => ({
      path,
      name: WORLD_FILE_NAMES[path] ?? 'World',
      kind: path.slice(-3).toUpperCase(),
    }));
}

function ExportLink(props: { href: string; name: string; kind: string; size?: string }) {
  return (
    <li>
      <a href={props.href} download>
        <Icon name="download" />
        <span>{props.name}</span>
        <span class="figures soft">
          {props.kind}
          {props.size ? ` ${props.size}` : ''}
        </span>
      </a>
    </li>
  );
}
