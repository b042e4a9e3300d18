import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toApiFailure } from '../api/apiFailure.ts';
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
          failure={toApiFailure(failure)}
          onRetry={() => {
            setFailure(undefined);
            setAttempt(attempt + 1);
          }}
        />
      );
    return <>{waiting}</>;
  };
}
