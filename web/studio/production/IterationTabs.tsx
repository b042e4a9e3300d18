import { useRef } from 'preact/hooks';
import type { ProductionState, ProductionView } from '../../../server/api/types.ts';
import { SEVERITY_SIGNS } from '../../ui/SeverityCounts.tsx';
import { counted } from '../../ui/words.ts';
import { PRODUCTION_STATE_WORDS } from '../home/ProductionCard.tsx';
import { severitySeries } from './model/severitySeries.ts';

/** One slate for each iteration; arrow keys go from one to the next. */
export function IterationTabs(props: {
  production: ProductionView;
  shown: number;
  onShow(iteration: number): void;
}) {
  const { production, shown, onShow } = props;
  const list = useRef<HTMLDivElement>(null);
  const points = severitySeries(production.iterations);
  function step(event: KeyboardEvent): void {
    const index = points.findIndex(point => point.iteration === shown);
    const next = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: points.length - 1 }[event.key];
    const point = next === undefined ? undefined : points[next];
    if (!point) return;
    event.preventDefault();
    onShow(point.iteration);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[points.indexOf(point)]?.focus();
  }
  return (
    <div class="slates" role="tablist" aria-label="Iterations" ref={list} onKeyDown={step}>
      {points.map(({ iteration, total, complete }) => (
        <button
          key={iteration}
          type="button"
          role="tab"
          class="slate"
          id={`iteration-tab-${iteration}`}
          aria-controls="iteration-panel"
          aria-selected={iteration === shown}
          tabIndex={iteration === shown ? 0 : -1}
          onClick={() => onShow(iteration)}
        >
          <span class="slate-number">{iteration}</span>
          <span class="slate-words">
            <span class="visually-hidden">Iteration {iteration}. </span>
            {complete ? (
              <Counts error={total.error} warning={total.warning} />
            ) : (
              <span class="soft">{unfinishedWords(production.state)}</span>
            )}
            {production.best?.iteration === iteration ? <span class="slate-best">best world</span> : null}
          </span>
        </button>
      ))}
    </div>
  );
}

/** Only the last iteration can be unfinished: where the production stands says what it waits for. */
function unfinishedWords(state: ProductionState): string {
  return state === 'running' ? 'under way' : PRODUCTION_STATE_WORDS[state];
}

function Counts({ error, warning }: { error: number; warning: number }) {
  if (error + warning === 0) return <span class="slate-clean">✓ nothing found</span>;
  return (
    <span class="figures">
      <span class="slate-error">
        <span aria-hidden="true">
          {SEVERITY_SIGNS.error} {error}
        </span>
        <span class="visually-hidden">{counted(error, 'error')}, </span>
      </span>{' '}
      <span class="slate-warning">
        <span aria-hidden="true">
          {SEVERITY_SIGNS.warning} {warning}
        </span>
        <span class="visually-hidden">{counted(warning, 'warning')}</span>
      </span>
    </span>
  );
}
