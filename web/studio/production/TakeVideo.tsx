import type { RefObject } from 'preact';
import { useState } from 'preact/hooks';
import { duration } from '../../ui/words.ts';

/**
 * A take's video: its first frame until it is wanted, then it plays – under the pointer, on a tap, or on space and
 * enter while it has the focus. Sound is left out.
 */
export function TakeVideo(props: { url: string; label: string; video: RefObject<HTMLVideoElement | null> }) {
  const { url, label, video } = props;
  const [seconds, setSeconds] = useState<number | undefined>(undefined);
  const [broken, setBroken] = useState(false);
  // Who asked for little motion starts videos by hand.
  const plays = () => !matchMedia('(prefers-reduced-motion: reduce)').matches;
  const toggle = () => {
    const element = video.current;
    if (!element) return;
    if (element.paused) void element.play().catch(() => undefined);
    else element.pause();
  };
  if (broken)
    return (
      <div class="take-video take-broken" role="img" aria-label={`${label}: this browser cannot play it`}>
        <p class="small">
          This browser cannot play it. <a href={`${url}?download`}>Download</a>
        </p>
      </div>
    );
  return (
    <div class="take-frame">
      <video
        ref={video}
        class="take-video"
        // The fragment has browsers paint the first frame without loading the rest.
        src={`${url}#t=0.001`}
        preload="metadata"
        muted
        playsInline
        loop
        tabIndex={0}
        aria-label={`${label}. Space plays and pauses`}
        onLoadedMetadata={event => setSeconds(event.currentTarget.duration)}
        onError={() => setBroken(true)}
        onPointerEnter={event => {
          if (event.pointerType === 'mouse' && plays())
            void event.currentTarget.play().catch(() => undefined);
        }}
        onPointerLeave={event => {
          // What plays together is not the pointer's to stop.
          if (event.pointerType === 'mouse' && event.currentTarget.dataset['together'] === undefined)
            event.currentTarget.pause();
        }}
        onClick={event => {
          if ((event as unknown as PointerEvent).pointerType !== 'mouse' || !plays()) toggle();
        }}
        onKeyDown={event => {
          if (event.key !== ' ' && event.key !== 'Enter') return;
          event.preventDefault();
          toggle();
        }}
      />
      {seconds !== undefined && Number.isFinite(seconds) ? (
        <span class="take-length figures">{duration(seconds)}</span>
      ) : null}
    </div>
  );
}
