import { api } from '../../api/api.ts';
import { useNow } from '../../ui/useNow.ts';
import { bytes, counted, timeAgo } from '../../ui/words.ts';
import { usePagedList } from './usePagedList.ts';

/** The worlds that people brought themselves; nothing where there are none. Lifted ones stand in their productions. */
export function OwnWorlds() {
  const list = usePagedList(api.listWorlds);
  const now = useNow();
  const worlds = list?.items.value?.filter(world => world.source === 'upload') ?? [];
  if (worlds.length === 0 && !list?.more.value) return null;
  return (
    <section class="productions own-worlds" aria-labelledby="own-worlds-title">
      <h2 id="own-worlds-title">Own worlds</h2>
      <ul class="own-world-list">
        {worlds.map(world => (
          <li key={world.id}>
            <a href={`/worlds/${world.id}`}>{world.name}</a>
            <span class="soft small">{bytes(sizeOf(world.files))}</span>
            <span class="soft small">
              {world.runs.length === 0 ? 'not tested yet' : counted(world.runs.length, 'test run')}
            </span>
            <time class="soft small" dateTime={world.createdAt}>
              {timeAgo(world.createdAt, now)}
            </time>
          </li>
        ))}
      </ul>
      {list?.more.value ? (
        <button type="button" class="button compact" onClick={() => void list.showMore()}>
          Look for older ones
        </button>
      ) : null}
    </section>
  );
}

function sizeOf(files: Record<string, { bytes: number }>): number {
  return Object.values(files).reduce((sum, file) => sum + file.bytes, 0);
}
