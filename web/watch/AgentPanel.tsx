import { AGENT_COLORS } from '../viewer/layers/agentGeometry.ts';
import { AGENT_WORDS } from './agentWords.ts';
import type { WatchSession } from './watchSession.ts';

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
              class={`agent-chip${session.followed === agent ? ' on' : ''}`}
              aria-pressed={session.followed === agent}
              onClick={() => session.follow(session.followed === agent ? null : agent, session.from)}
            >
              <span class="agent-dot" style={{ background: cssColour(AGENT_COLORS[pose.state]) }} />
              <span class="figures">{agent}</span>
              <span>{AGENT_WORDS[pose.state]}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The colour that the body has in the view. */
function cssColour(rgb: readonly [number, number, number]): string {
  return `rgb(${rgb.map(part => Math.round(255 * part)).join(' ')})`;
}
