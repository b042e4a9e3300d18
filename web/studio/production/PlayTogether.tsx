import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Icon } from '../../ui/Icon.tsx';

/** Two videos that are farther apart than this are brought together again, seconds. */
const DRIFT = 0.12;

/** Plays, pauses and scrubs all takes at once. */
export function PlayTogether({ grid }: { grid: RefObject<HTMLElement | null> }) {
  const [playing, setPlaying] = useState(false);
  const [fraction, setFraction] = useState(0);
  const videos = () => [...(grid.current?.querySelectorAll('video') ?? [])];

  useEffect(() => {
    if (!playing) return undefined;
    let frame = requestAnimationFrame(follow);
    function follow(): void {
      const [leader, ...others] = videos();
      if (!leader || leader.paused) {
        pause();
        return;
      }
      for (const other of others)
        if (Math.abs(other.currentTime - leader.currentTime) > DRIFT) other.currentTime = leader.currentTime;
      setFraction(leader.duration > 0 ? leader.currentTime / leader.duration : 0);
      frame = requestAnimationFrame(follow);
    }
    return () => cancelAnimationFrame(frame);
  }, [playing]);

  async function play(): Promise<void> {
    const all = videos();
    const from = all.some(video => video.ended) ? 0 : (all[0]?.currentTime ?? 0);
    await Promise.allSettled(
      all.map(video => {
        video.currentTime = from;
        video.dataset['together'] = '';
        return video.play();
      }),
    );
    setPlaying(true);
  }

  function pause(): void {
    for (const video of videos()) {
      video.pause();
      delete video.dataset['together'];
    }
    setPlaying(false);
  }

  function scrub(value: number): void {
    pause();
    setFraction(value);
    for (const video of videos()) if (video.duration > 0) video.currentTime = value * video.duration;
  }

  return (
    <div class="play-together">
      <button type="button" class="button compact" onClick={() => (playing ? pause() : void play())}>
        <Icon name={playing ? 'pause' : 'play'} />
        {playing ? 'Pause all' : 'Play all'}
      </button>
      <input
        type="range"
        class="scrub"
        min={0}
        max={1}
        step={0.005}
        value={fraction}
        aria-label="Place in all takes"
        aria-valuetext={`${Math.round(fraction * 100)} %`}
        onInput={event => scrub(Number(event.currentTarget.value))}
      />
    </div>
  );
}
