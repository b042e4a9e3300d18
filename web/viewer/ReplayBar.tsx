import { useState } from 'preact/hooks';
import { Icon } from '../ui/Icon.tsx';
import type { Replay } from '../watch/replay.ts';
import type { WorldViewer } from './viewerTypes.ts';

/** The loop of an agent's last seconds: stop it, or look from behind the agent. */
export function ReplayBar({ replay, viewer }: { replay: Replay; viewer: WorldViewer }) {
  const [playing, setPlaying] = useState(replay.playing);
  const [behind, setBehind] = useState(false);
  return (
    <section class="viewer-replay" aria-label="Replay">
      <span>
        Agent {replay.agent}, last <span class="figures">{(replay.moment - replay.from).toFixed(1)} s</span>
      </span>
      <button
        type="button"
        class="button quiet compact"
        aria-label={playing ? 'Pause the replay' : 'Play the replay'}
        onClick={() => {
          if (playing) replay.pause();
          else replay.play();
          setPlaying(!playing);
        }}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      <button
        type="button"
        class="button quiet compact"
        aria-pressed={behind}
        onClick={() => {
          viewer.agents.follow(behind ? null : 0, 'behind');
          setBehind(!behind);
        }}
      >
        {behind ? 'Let go' : 'Follow'}
      </button>
    </section>
  );
}
