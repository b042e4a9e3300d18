import { useState } from 'preact/hooks';
import { api } from '../api/api.ts';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { navigate } from '../ui/router.ts';
import { useAction } from '../ui/useAction.ts';

/** Starts a run in this world and goes to watch it. */
export function SendAgents({ worldId }: { worldId: string }) {
  const action = useAction();
  const [agents, setAgents] = useState(16);
  const [seconds, setSeconds] = useState(60);
  const start = () =>
    action.run(async () => {
      const run = await api.createRun({ worldId, agents, seconds, pace: 'live' });
      navigate(`/watch/${run.id}`);
    });
  return (
    <form
      class="send-agents"
      onSubmit={event => {
        event.preventDefault();
        start();
      }}
    >
      <label class="field">
        <span class="label">Agents</span>
        <input
          class="input"
          type="number"
          min={1}
          max={256}
          required
          value={agents}
          onInput={event => setAgents(event.currentTarget.valueAsNumber)}
        />
      </label>
      <label class="field">
        <span class="label">Seconds at most</span>
        <input
          class="input"
          type="number"
          min={1}
          max={3600}
          required
          value={seconds}
          onInput={event => setSeconds(event.currentTarget.valueAsNumber)}
        />
      </label>
      <button type="submit" class="button primary" disabled={action.busy}>
        {action.busy ? 'Sending them…' : 'Send agents in'}
      </button>
      {action.failure ? <FailureNotice title="They could not be sent" failure={action.failure} /> : null}
    </form>
  );
}
