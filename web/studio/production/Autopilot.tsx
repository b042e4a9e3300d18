import { useId, useState } from 'preact/hooks';
import type { ProductionView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { FailureNotice } from '../../ui/FailureNotice.tsx';
import { useAction } from '../../ui/useAction.ts';

const MOST_ITERATIONS = 20;

/** Runs on without asking, and stops doing so after the iteration at hand. */
export function Autopilot(props: { production: ProductionView; onChange(production: ProductionView): void }) {
  const { production, onChange } = props;
  const done = production.iterations.length;
  const room = MOST_ITERATIONS - done;
  const [more, setMore] = useState('2');
  const action = useAction();
  const inputId = useId();
  const set = (iterations: number) =>
    action.run(async () => onChange(await api.setAutopilot(production.id, iterations)));
  const onItsOwn =
    production.autopilot > done && (production.state === 'running' || production.state === 'paused');
  // What failed or was stopped does not go on by it.
  const halted = production.state === 'failed' || production.state === 'cancelled';
  if (halted || (room <= 0 && !onItsOwn)) return null;
  return (
    <div class="autopilot">
      {onItsOwn ? (
        <div class="row">
          <span class="small">
            Autopilot: iteration {Math.max(done, 1)} of {production.autopilot}
          </span>
          <button
            type="button"
            class="button compact"
            disabled={action.busy}
            onClick={() => set(Math.max(done, 1))}
          >
            Stop after this one
          </button>
        </div>
      ) : (
        <form
          class="row"
          onSubmit={event => {
            event.preventDefault();
            const count = Number(more);
            if (Number.isInteger(count) && count >= 1) set(Math.min(MOST_ITERATIONS, done + count));
          }}
        >
          <label class="small" for={inputId}>
            Autopilot
          </label>
          <input
            id={inputId}
            class="input figures autopilot-count"
            type="number"
            min={1}
            max={room}
            required
            value={more}
            onInput={event => setMore(event.currentTarget.value)}
          />
          <span class="small">more {more === '1' ? 'iteration' : 'iterations'}</span>
          <button type="submit" class="button compact" disabled={action.busy}>
            Run
          </button>
        </form>
      )}
      {action.failure ? (
        <FailureNotice title="The autopilot did not change" failure={action.failure} />
      ) : null}
    </div>
  );
}
