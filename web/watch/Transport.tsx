import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../ui/Icon.tsx';
import type { FollowFrom } from '../viewer/viewerTypes.ts';
import { everyPicture } from './everyPicture.ts';
import { SPEEDS } from './playHead.ts';
import { clock } from './timeWords.ts';
import { togglePlay } from './watchKeys.ts';
import type { WatchSession } from './watchSession.ts';

/** Play, step, speed, live edge; and who holds the camera. */
export function Transport({ session }: { session: WatchSession }) {
  const { head } = session.timeline;
  const { live } = head;
  const empty = session.agents === 0;
  return (
    <div class="transport">
      <div class="transport-play">
        <button
          type="button"
          class="button quiet compact"
          disabled={empty}
          aria-label="One frame back"
          title="One frame back ( , )"
          onClick={() => head.stepFrames(-1)}
        >
          <Icon name="stepBack" />
        </button>
        <button
          type="button"
          class="button compact play"
          disabled={empty}
          aria-label={head.playing ? 'Pause' : 'Play'}
          title={`${head.playing ? 'Pause' : 'Play'} (K)`}
          onClick={() => togglePlay(session)}
        >
          <Icon name={head.playing ? 'pause' : head.atEnd && head.last > 0 ? 'again' : 'play'} />
        </button>
        <button
          type="button"
          class="button quiet compact"
          disabled={empty}
          aria-label="One frame on"
          title="One frame on ( . )"
          onClick={() => head.stepFrames(1)}
        >
          <Icon name="stepOn" />
        </button>
      </div>
      <Clock session={session} />
      {live ? (
        <button
          type="button"
          class={`live-button${head.following ? ' on' : ''}`}
          aria-pressed={head.following}
          title={head.following ? 'You see what happens now' : 'Go to what happens now (G)'}
          onClick={() => head.goLive()}
        >
          {head.following ? (head.starved ? 'LIVE – waiting' : 'LIVE') : 'Go live'}
        </button>
      ) : null}
      <label class="transport-field">
        <span class="visually-hidden">Speed</span>
        <select
          class="input"
          value={String(head.speed)}
          onChange={event => head.setSpeed(Number(event.currentTarget.value))}
        >
          {SPEEDS.map(speed => (
            <option key={speed} value={String(speed)}>
              {speed === 0.25 ? '¼' : speed === 0.5 ? '½' : speed} ×
            </option>
          ))}
        </select>
      </label>
      <FollowChoice session={session} />
    </div>
  );
}

const VIEWS: readonly { from: FollowFrom | 'free'; words: string; icon: 'behind' | 'eye' | 'free' }[] = [
  { from: 'behind', words: 'Behind it', icon: 'behind' },
  { from: 'eyes', words: 'Its eyes', icon: 'eye' },
  { from: 'free', words: 'Free', icon: 'free' },
];

function FollowChoice({ session }: { session: WatchSession }) {
  const { agents, followed, from } = session;
  if (agents === 0) return null;
  return (
    <div class="follow-choice">
      <label class="transport-field">
        <span class="visually-hidden">Agent to follow</span>
        <select
          class="input"
          value={followed === null ? '' : String(followed)}
          onChange={event => {
            const { value } = event.currentTarget;
            session.follow(value === '' ? null : Number(value), from);
          }}
        >
          <option value="">No agent</option>
          {Array.from({ length: agents }, (_, agent) => (
            <option key={agent} value={String(agent)}>
              Agent {agent}
            </option>
          ))}
        </select>
      </label>
      <fieldset class="segments">
        <legend class="visually-hidden">Where the camera is</legend>
        {VIEWS.map(view => {
          const on = view.from === 'free' ? followed === null : followed !== null && from === view.from;
          return (
            <button
              key={view.from}
              type="button"
              class={`segment${on ? ' on' : ''}`}
              aria-pressed={on}
              title={`${view.words} (F changes)`}
              onClick={() =>
                view.from === 'free'
                  ? session.follow(null, from)
                  : session.follow(followed ?? session.lastFollowed, view.from)
              }
            >
              <Icon name={view.icon} />
              <span class="segment-words">{view.words}</span>
            </button>
          );
        })}
      </fieldset>
    </div>
  );
}

/** Time and step of the head; written past the page's own rendering, because it changes with every picture. */
function Clock({ session }: { session: WatchSession }) {
  const output = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    let shown = '';
    return everyPicture(() => {
      const element = output.current;
      const { timeline } = session;
      const text = `${clock(timeline.head.seconds)} / ${clock(timeline.head.last)}`;
      if (!element) return;
      if (text !== shown) element.textContent = text;
      shown = text;
      const step = String(timeline.step);
      if (element.dataset['step'] !== step) element.dataset['step'] = step;
    });
  }, [session]);
  return <span ref={output} class="figures transport-clock" data-testid="watch-clock" />;
}
