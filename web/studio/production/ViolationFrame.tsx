import { useEffect, useRef, useState } from 'preact/hooks';
import type { ViolationView } from '../../../server/api/types.ts';
import { type FrameCamera, seenInFrame } from './model/seenInFrame.ts';

/** The frame of the take that looks at the violation, with the place marked. */
export function ViolationFrame(props: { violation: ViolationView; video: string; worldFile: string }) {
  const { violation, video, worldFile } = props;
  const cameras = useCameras(worldFile);
  const element = useRef<HTMLVideoElement>(null);
  const seen = cameras ? seenInFrame(violation.position, cameras) : undefined;
  const time = seen?.time;
  useEffect(() => {
    if (element.current && time !== undefined) element.current.currentTime = time;
  }, [time]);
  if (!cameras) return null;
  if (!seen)
    return <p class="small soft frame-missing">The take never shows this place: it was completed.</p>;
  return (
    <figure class="violation-frame">
      <div class="frame-picture">
        <video
          ref={element}
          src={video}
          preload="auto"
          muted
          playsInline
          aria-label={`The take at ${seen.time.toFixed(1)} s, looking at the place`}
          onLoadedMetadata={event => {
            event.currentTarget.currentTime = seen.time;
          }}
        />
        <span
          class={`frame-mark ${violation.severity}`}
          style={{ left: `${seen.x * 100}%`, top: `${seen.y * 100}%` }}
          aria-hidden="true"
        />
      </div>
      <figcaption class="small soft">
        The take looks there at <span class="figures">{seen.time.toFixed(1)} s</span>, frame{' '}
        <span class="figures">{seen.frame}</span>
      </figcaption>
    </figure>
  );
}

/** The registered cameras of a world; undefined until they are read, empty where it has none. */
function useCameras(worldFile: string): readonly FrameCamera[] | undefined {
  const [held, setHeld] = useState<{ worldFile: string; cameras: readonly FrameCamera[] } | undefined>(
    undefined,
  );
  useEffect(() => {
    let gone = false;
    const take = (cameras: readonly FrameCamera[]) => {
      if (!gone) setHeld({ worldFile, cameras });
    };
    fetch(worldFile)
      .then(async response => {
        const { cameras } = (await response.json()) as { cameras?: readonly FrameCamera[] };
        take(cameras ?? []);
      })
      // The frame is an aid beside the view; without it the violation is still shown where it is.
      .catch(() => take([]));
    return () => {
      gone = true;
    };
  }, [worldFile]);
  return held?.worldFile === worldFile ? held.cameras : undefined;
}
