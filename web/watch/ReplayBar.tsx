import { useEffect, useRef, useState } from 'preact/hooks';
import { Icon } from '../ui/Icon.tsx';
import type { FollowFrom, WorldViewer } from '../viewer/viewerTypes.ts';
import { everyPicture } from './everyPicture.ts';
import type { Replay } from './replay.ts';
import './replayBar.css';

export interface ReplayBarProps {
  /** Whoever shows it in the view also advances it. */
  replay: Replay;
  viewer: Pick<WorldViewer, 'agents' | 'on'>;
  /** Index of the witness among the poses that the view is given. */
  index?: number;
}

/** An agent's last seconds before a violation, as a loop to stop, step and look at from behind it or from its eyes. */
export function ReplayBar({ replay, viewer, index = 0 }: ReplayBarProps) {
  const [playing, setPlaying] = useState(replay.playing);
  const [from, setFrom] = useState<FollowFrom | null>(null);
  const slider = useRef<HTMLInputElement>(null);
  const output = useRef<HTMLOutputElement>(null);

  useEffect(
    () =>
      viewer.on('mode', mode => {
        if (mode !== 'follow') setFrom(null);
      }),
    [viewer],
  );

  useEffect(() => {
    let shown = Number.NaN;
    return everyPicture(() => {
      setPlaying(replay.playing);
      if (replay.seconds === shown || !slider.current || !output.current) return;
      shown = replay.seconds;
      const words = untilWords(shown - replay.moment);
      slider.current.value = String(shown);
      slider.current.setAttribute('aria-valuetext', words);
      output.current.textContent = words;
    });
  }, [replay]);

  const look = (next: FollowFrom) => {
    const wish = from === next ? null : next;
    viewer.agents.follow(wish === null ? null : index, next);
    setFrom(wish);
  };
  return (
    <section class="replay-bar" aria-label={`Replay of agent ${replay.agent}`}>
      <div class="replay-row">
        <strong>Agent {replay.agent}</strong>
        <output ref={output} class="figures" />
      </div>
      <input
        ref={slider}
        type="range"
        class="replay-slider"
        aria-label="Time in the replay"
        min={replay.from}
        max={replay.to}
        step={0.05}
        onInput={event => {
          replay.pause();
          replay.seek(Number(event.currentTarget.value));
        }}
      />
      <div class="replay-row">
        <button
          type="button"
          class="button quiet compact"
          aria-label="One frame back"
          onClick={() => replay.stepFrames(-1)}
        >
          <Icon name="stepBack" />
        </button>
        <button
          type="button"
          class="button quiet compact"
          aria-label={playing ? 'Pause the replay' : 'Play the replay'}
          onClick={() => (replay.playing ? replay.pause() : replay.play())}
        >
          <Icon name={playing ? 'pause' : 'play'} />
        </button>
        <button
          type="button"
          class="button quiet compact"
          aria-label="One frame on"
          onClick={() => replay.stepFrames(1)}
        >
          <Icon name="stepOn" />
        </button>
        <button
          type="button"
          class="button quiet compact"
          aria-pressed={from === 'behind'}
          aria-label="Look from behind the agent"
          title="From behind the agent"
          onClick={() => look('behind')}
        >
          <Icon name="behind" />
        </button>
        <button
          type="button"
          class="button quiet compact"
          aria-pressed={from === 'eyes'}
          aria-label="Look through the agent's eyes"
          title="Through its eyes"
          onClick={() => look('eyes')}
        >
          <Icon name="eye" />
        </button>
      </div>
    </section>
  );
}

/** "3.2 s before", "the moment", "0.4 s after". */
function untilWords(seconds: number): string {
  if (Math.abs(seconds) < 0.05) return 'the moment';
  return `${Math.abs(seconds).toFixed(1)} s ${seconds < 0 ? 'before' : 'after'}`;
}
