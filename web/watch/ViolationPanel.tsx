import type { ViolationView } from '../../server/api/types.ts';
import { SEVERITY_SIGNS } from '../ui/SeverityCounts.tsx';
import { spaced } from '../ui/words.ts';
import { clock } from './timeWords.ts';
import { inOrder, type WatchSession } from './watchSession.ts';

/** What agents found, in the order of time. While the run goes on it is what is known so far. */
export function ViolationPanel({ session }: { session: WatchSession }) {
  const { feed } = session.timeline;
  const violations = inOrder(feed.violations);
  return (
    <section class="watch-list" aria-labelledby="watch-violations">
      <h2 id="watch-violations">
        Violations <span class="soft figures">{violations.length}</span>
      </h2>
      {!feed.violationsFinal && violations.length > 0 ? (
        <p class="small soft">Preliminary: the report merges and rates them when the run ends.</p>
      ) : null}
      {violations.length === 0 ? <p class="soft small">{emptyWords(session)}</p> : null}
      <ul>
        {violations.map(violation => (
          <li key={violation.id}>
            <button
              type="button"
              class={`violation-row${session.selection === violation.id ? ' on' : ''}`}
              aria-pressed={session.selection === violation.id}
              onClick={() => session.select(violation.id)}
            >
              <span class="violation-head">
                <span class={`severity ${violation.severity}`}>
                  <span aria-hidden="true">{SEVERITY_SIGNS[violation.severity]}</span>
                  {spaced(violation.type)}
                </span>
                <span class="figures soft small">{whenWords(violation)}</span>
              </span>
              <span class="violation-message">{violation.message}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function whenWords({ time, agent }: ViolationView): string {
  if (time === undefined) return 'in the geometry';
  return agent === undefined ? clock(time) : `${clock(time)} · agent ${agent}`;
}

function emptyWords({ timeline }: WatchSession): string {
  const { feed } = timeline;
  if (feed.violationsFinal) return 'Nothing was found: the agents walked this world without harm.';
  if (feed.state === 'stopped') return 'The run stopped before it found anything.';
  if (feed.state === 'live') return 'Nothing found so far. What the agents find appears here at once.';
  return 'What the agents find appears here.';
}
