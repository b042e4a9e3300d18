import { useEffect, useId, useRef } from 'preact/hooks';
import type { WorldView } from '../../server/api/types.ts';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { useWorldViewer } from '../viewer/useWorldViewer.ts';
import type { WatchSession } from './watchSession.ts';

/**
 * The world with the agents in it.
 * @param carried an agent holds the camera. A property, because a component with state of its own is put together
 * anew only when its properties change.
 */
export function Stage(props: { session: WatchSession; world: WorldView; carried: boolean }) {
  const { session, world, carried } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const { viewer, progress, failure, attempt, retry } = useWorldViewer(canvas, world);
  const instructions = useId();
  useEffect(() => {
    if (!viewer) return undefined;
    session.attach(viewer);
    return () => session.detach();
  }, [session, viewer]);

  return (
    <div class={`stage${carried ? ' carried' : ''}`}>
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: keys go to it as to a program, which is what this role says */}
      <canvas
        ref={canvas}
        key={attempt}
        class="stage-canvas"
        tabIndex={0}
        role="application"
        aria-label={`View into ${world.name} with the agents`}
        aria-describedby={instructions}
      />
      <p id={instructions} class="visually-hidden">
        Click an agent to follow it, a pin to see what was found there. To fly, use W, A, S and D to move, Q
        and E to turn, space and C to rise and sink. K plays and pauses, comma and full stop step by frames, N
        goes to the next violation, F changes between behind the agent, its eyes and flying. All of it is also
        on the buttons below.
      </p>
      {progress && !failure ? (
        <div class="stage-loading" role="status">
          <span>{progress.message}</span>
          <span class="progress-bar">
            <span style={{ transform: `scaleX(${Math.max(0.02, progress.fraction)})` }} />
          </span>
        </div>
      ) : null}
      {failure ? (
        <div class="stage-notice">
          <FailureNotice title="The world cannot be shown" failure={failure} onRetry={retry} />
        </div>
      ) : null}
    </div>
  );
}
