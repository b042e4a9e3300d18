import { useRef, useState } from 'preact/hooks';
import { type ApiFailure, toApiFailure } from '../api/apiFailure.ts';

/** Something a person asks the server for: one at a time, with what went wrong. */
export interface Action {
  busy: boolean;
  failure: ApiFailure | undefined;
  /** Does nothing while another is under way. */
  run(work: () => Promise<void>): void;
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<ApiFailure | undefined>(undefined);
  const running = useRef(false);
  return {
    busy,
    failure,
    run(work) {
      if (running.current) return;
      running.current = true;
      setBusy(true);
      setFailure(undefined);
      work()
        .catch(cause => setFailure(toApiFailure(cause)))
        .finally(() => {
          running.current = false;
          setBusy(false);
        });
    },
  };
}
