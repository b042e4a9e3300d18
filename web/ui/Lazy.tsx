import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { FailureNotice } from './FailureNotice.tsx';

/**
 * A component whose code is loaded when it is first shown.
 * @param waiting stands in its place meanwhile.
 */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ComponentChildren,
): (props: Props) => ComponentChildren {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const [attempt, setAttempt] = useState(0);
    const [, setReady] = useState(false);
    const [failure, setFailure] = useState<unknown>(undefined);
    useEffect(() => {
      if (loaded) return;
      let gone = false;
      load().then(
        component => {
          loaded = component;
          if (!gone) setReady(true);
        },
        cause => {
          if (!gone) setFailure(cause);
        },
      );
      return () => {
        gone = true;
      };
    }, [attempt]);
    if (loaded) {
      const Component = loaded;
      return <Component {...props} />;
    }
    if (failure !== undefined)
      return (
        <FailureNotice
          title="This part of the studio did not load"
          failure={{
            code: 'NETWORK',
            message: `Its code could not be fetched (${failure instanceof Error ? failure.message : failure}).`,
            suggestion:
              'If the server was renewed since this page was opened, reload the page; else check that it runs and try again.',
          }}
          onRetry={() => {
            setFailure(undefined);
            setAttempt(attempt + 1);
          }}
        >
          <button type="button" class="button compact" onClick={() => location.reload()}>
            Reload the page
          </button>
        </FailureNotice>
      );
    return <>{waiting}</>;
  };
}
