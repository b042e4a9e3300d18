import type { ProductionState, ProductionSummary } from '../../../server/api/types.ts';
import { Icon } from '../../ui/Icon.tsx';
import { SeverityCounts } from '../../ui/SeverityCounts.tsx';
import { useNow } from '../../ui/useNow.ts';
import { counted, timeAgo } from '../../ui/words.ts';

export const PRODUCTION_STATE_WORDS: Record<ProductionState, string> = {
  running: 'at work',
  paused: 'paused',
  waiting: 'your turn',
  failed: 'failed',
  cancelled: 'stopped',
  done: 'done',
};

export function ProductionCard(props: { production: ProductionSummary; onDelete(): void }) {
  const { production, onDelete } = props;
  const now = useNow();
  return (
    <li class="production-card">
      <a href={`/productions/${production.id}`} class="production-link">
        <Picture picture={production.picture} />
        <span class="production-prompt script">{production.prompt}</span>
      </a>
      <div class="production-facts">
        <span class={`state ${production.state}`}>{PRODUCTION_STATE_WORDS[production.state]}</span>
        <span class="soft small">{counted(production.iterations, 'iteration')}</span>
        <time class="soft small" dateTime={production.updatedAt}>
          {timeAgo(production.updatedAt, now)}
        </time>
      </div>
      <div class="production-facts">
        {production.violations ? (
          <SeverityCounts counts={production.violations} />
        ) : (
          <span class="soft small">not tested yet</span>
        )}
        <button
          type="button"
          class="button quiet compact danger"
          onClick={onDelete}
          aria-label={`Delete: ${production.prompt}`}
          title="Delete"
        >
          <Icon name="trash" />
        </button>
      </div>
    </li>
  );
}

function Picture({ picture }: { picture: ProductionSummary['picture'] }) {
  if (!picture)
    return (
      <span class="production-picture empty">
        <svg viewBox="0 0 64 36" width="64" height="36" fill="none" stroke="currentColor" aria-hidden="true">
          <path d="M2 34V12L22 2h20l20 10v22L42 24H22z" stroke-linejoin="round" />
          <path d="M22 2v22M42 2v22" />
        </svg>
      </span>
    );
  if (picture.mediaType.startsWith('video/'))
    return (
      <video
        class="production-picture"
        src={`${picture.url}#t=0.1`}
        preload="metadata"
        muted
        playsInline
        tabIndex={-1}
        aria-hidden="true"
      />
    );
  return <img class="production-picture" src={picture.url} alt="" loading="lazy" decoding="async" />;
}
