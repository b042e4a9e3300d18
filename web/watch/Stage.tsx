import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { WorldView } from '../../server/api/types.ts';
import { type ApiFailure, toApiFailure } from '../api/apiFailure.ts';
import { FailureNotice } from '../ui/FailureNotice.tsx';
import { createWorldViewer } from '../viewer/createWorldViewer.ts';
import type { WatchSession } from './watchSession.ts';

/** The world with the agents in it. */
export function Stage({ session, world }: { session: WatchSession; world: WorldView | undefined }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [progress, setProgress] = useState<{ fraction: number; message: string } | undefined>();
  const [failure, setFailure] = useState<ApiFailure | undefined>();
  const [attempt, setAttempt] = useState(0);
  const instructions = useId();

  useEffect(() => {
    const element = canvas.current;
    if (!element || !world) return undefined;
    const abort = new AbortController();
    setFailure(undefined);
    setProgress({ fraction: 0, message: 'Loading the world' });
    const loading = createWorldViewer(element, world.files, {
      signal: abort.signal,
      onProgress: ({ fraction, message }) => setProgress({ fraction, message }),
      onError: setFailure,
    });
    loading.then(
      viewer => {
        if (abort.signal.aborted) return;
        setProgress(undefined);
        session.attach(viewer);
      },
      cause => {
        if (abort.signal.aborted) return;
        setProgress(undefined);
        setFailure(toApiFailure(cause));
      },
    );
    return () => {
      abort.abort();
      session.detach();
      loading.then(
        viewer => viewer.dispose(),
        () => undefined,
      );
    };
  }, [session, world, attempt]);

  return (
    <div class="stage">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: keys go to it as to a program, which is what this role says */}
      <canvas
        ref={canvas}
        key={attempt}
        class="stage-canvas"
        tabIndex={0}
        role="application"
        aria-label={`View into ${world?.name ?? 'the world'} with the agents`}
        aria-describedby={instructions}
      />
      <p id={instructions} class="visually-hidden">
        Click an agent to follow it, a pin to see what was found there. To fly, use W, A, S and D to move, Q
        and E to turn, space and C to rise and sink. K plays and pauses, comma and full stop step by frames, N
        goes to the next violation, F changes between behind the agent, its eyes and flying. All of it is also
        on the buttons below.
      </p>
      {progress ? (
        <div class="stage-loading" role="status">
          <span>{progress.message}</span>
          <span class="progress-bar">
            <span style={{ transform: `scaleX(${Math.max(0.02, progress.fraction)})` }} />
          </span>
        </div>
      ) : null}
      {failure ? (
        <div class="stage-notice">
          <FailureNotice
            title="The world cannot be shown"
            failure={failure}
            onRetry={() => setAttempt(attempt + 1)}
          />
        </div>
      ) : null}
    </div>
  );
}
