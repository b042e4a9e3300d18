import { useEffect, useRef } from 'preact/hooks';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';

/** The take's picture from one of its cameras. */
export function TakeFrame(props: { video: string; camera: WorldCamera; onClose(): void }) {
  const { video, camera, onClose } = props;
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (element.current) element.current.currentTime = camera.time;
  }, [camera.time]);
  return (
    <figure class="viewer-frame" style={{ margin: 0 }}>
      <video
        ref={element}
        src={video}
        preload="auto"
        muted
        playsInline
        aria-label={`The take at ${camera.time.toFixed(2)} s`}
        onLoadedMetadata={event => {
          event.currentTarget.currentTime = camera.time;
        }}
      />
      <figcaption>
        <span>
          Take at <span class="figures">{camera.time.toFixed(2)} s</span>, frame{' '}
          <span class="figures">{camera.frame}</span>
        </span>
        <button type="button" class="button quiet compact" onClick={onClose}>
          Close
        </button>
      </figcaption>
    </figure>
  );
}
