import type { AGENT_STATES } from '../../sim/browser/trace.ts';
import type { WatchSession } from './watchSession.ts';

const STATE_WORDS: Record<(typeof AGENT_STATES)[number], string> = {
  walking: 'walks',
  airborne: 'in the air',
  inspecting: 'inspects',
  escaping: 'tries to get free',
};

/** Every agent with what it does now; one that is chosen is followed. */
export function AgentPanel({ session }: { session: WatchSession }) {
  const poses = session.timeline.poses();
  return (
    <section class="watch-list" aria-labelledby="watch-agents">
      <h2 id="watch-agents">
        Agents <span class="soft figures">{session.agents || ''}</span>
      </h2>
      {poses.length === 0 ? <p class="soft small">They appear when the run begins to walk.</p> : null}
      <ul class="agent-grid">
        {poses.map((pose, agent) => (
          <li key={agent}>
            <button
              type="button"
              class={`agent-chip ${pose.state}${session.followed === agent ? ' on' : ''}`}
              aria-pressed={session.followed === agent}
              onClick={() => session.follow(session.followed === agent ? null : agent, session.from)}
            >
              <span class="figures">{agent}</span>
              <span>{STATE_WORDS[pose.state]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
