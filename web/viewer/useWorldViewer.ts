import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { DirectorError } from '../../engine/errors.ts';
import type { WorldView } from '../../server/api/types.ts';
import { ApiFailure, toApiFailure } from '../api/apiFailure.ts';
import { createWorldViewer } from './createWorldViewer.ts';
import type { WorldViewer } from './viewerTypes.ts';

export interface ViewerState {
  viewer: WorldViewer | undefined;
  /** Undefined once the world is there. */
  progress: { fraction: number; message: string } | undefined;
  failure: ApiFailure | undefined;
  /** Counts the attempts; a canvas whose context is lost has to be replaced by a new one. */
  attempt: number;
  retry(): void;
}

/** A viewer of a world on a canvas, for as long as the component stands. */
export function useWorldViewer(canvas: RefObject<HTMLCanvasElement | null>, world: WorldView): ViewerState {
  const [viewer, setViewer] = useState<WorldViewer | undefined>();
  const [progress, setProgress] = useState<ViewerState['progress']>({ fraction: 0, message: 'Opening' });
  const [failure, setFailure] = useState<ApiFailure | undefined>();
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const abort = new AbortController();
    setFailure(undefined);
    setProgress({ fraction: 0, message: 'Opening the world' });
    const loading = createWorldViewer(element, world.files, {
      signal: abort.signal,
      onProgress: ({ fraction, message }) => setProgress({ fraction, message }),
      onError: setFailure,
    });
    loading.then(
      made => {
        if (abort.signal.aborted) return;
        setProgress(undefined);
        setViewer(made);
      },
      cause => {
        if (abort.signal.aborted) return;
        setProgress(undefined);
        setFailure(toFailure(cause));
      },
    );
    return () => {
      abort.abort();
      setViewer(undefined);
      loading.then(
        made => made.dispose(),
        // Said already, or nobody is there any more to whom it would matter.
        () => undefined,
      );
    };
  }, [world.id, attempt]);

  return { viewer, progress, failure, attempt, retry: () => setAttempt(attempt + 1) };
}

/** The engine's errors have a code, a message and a suggestion as the server's have. */
function toFailure(cause: unknown): ApiFailure {
  if (!(cause instanceof DirectorError)) return toApiFailure(cause);
  const { code, message, suggestion } = cause;
  return new ApiFailure({ code, message, suggestion, status: 0 });
}
