import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/api.ts';
import { live } from '../../api/live.ts';
import { openRun, type RunStore } from '../../api/runStore.ts';

/** The run with this id, kept up to date; undefined without an id. */
export function useRun(runId: string | null): RunStore | undefined {
  const [held, setHeld] = useState<{ runId: string; store: RunStore } | undefined>(undefined);
  useEffect(() => {
    if (!runId) return undefined;
    const store = openRun(runId, live(), api.getRun);
    setHeld({ runId, store });
    return () => store.close();
  }, [runId]);
  return held && held.runId === runId ? held.store : undefined;
}
