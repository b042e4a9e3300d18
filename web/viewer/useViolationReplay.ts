import { useEffect, useState } from 'preact/hooks';
import type { RunView, ViolationView } from '../../server/api/types.ts';
import { type ApiFailure, toApiFailure } from '../api/apiFailure.ts';
import { fetchBytes } from '../watch/fetchBytes.ts';
import { HeldTrace } from '../watch/heldTrace.ts';
import { createReplay, type Replay } from '../watch/replay.ts';
import type { WorldViewer } from './viewerTypes.ts';

export interface ViolationReplay {
  replay: Replay | undefined;
  failure: ApiFailure | undefined;
}

/**
 * The last seconds of the agent that met a violation, looping in the viewer while it is selected. Undefined where
 * no agent met it or the run keeps no trace.
 */
export function useViolationReplay(
  viewer: WorldViewer | undefined,
  run: RunView | null,
  violation: ViolationView | undefined,
): ViolationReplay {
  const trace = useTrace(violation?.agent === undefined ? undefined : run?.files['trace.bin']);
  const [replay, setReplay] = useState<Replay | undefined>(undefined);
  const id = violation?.id;

  useEffect(() => {
    if (!viewer || !violation || !trace.held?.header) return undefined;
    const next = createReplay(trace.held, violation);
    if (!next) return undefined;
    const { bodyHeightMeters, bodyRadiusMeters } = trace.held.header;
    viewer.agents.setBody({ heightMeters: bodyHeightMeters, radiusMeters: bodyRadiusMeters });
    viewer.agents.setTrail(next.path());
    viewer.agents.setLabels([`Agent ${next.agent}`]);
    let shown = -1;
    const end = viewer.onFrame(elapsed => {
      next.advance(elapsed);
      if (next.seconds === shown) return;
      shown = next.seconds;
      viewer.agents.setAgents([{ ...next.pose() }]);
    });
    setReplay(next);
    return () => {
      end();
      viewer.agents.setAgents([]);
      viewer.agents.setTrail([]);
      viewer.agents.setLabels(undefined);
      setReplay(undefined);
    };
    // The violation's own data never changes under its id.
  }, [viewer, trace.held, id]);

  return { replay, failure: trace.failure };
}

function useTrace(file: RunView['files'][string] | undefined): {
  held: HeldTrace | undefined;
  failure: ApiFailure | undefined;
} {
  const [state, setState] = useState<{ url: string; held?: HeldTrace; failure?: ApiFailure } | undefined>();
  const url = file?.url;
  useEffect(() => {
    if (!file || state?.url === file.url) return undefined;
    const abort = new AbortController();
    fetchBytes(file, { signal: abort.signal }).then(
      bytes => {
        const held = new HeldTrace();
        held.replace(bytes);
        setState({ url: file.url, held });
      },
      cause => {
        if (!abort.signal.aborted) setState({ url: file.url, failure: toApiFailure(cause) });
      },
    );
    return () => abort.abort();
  }, [url]);
  const current = state && state.url === url ? state : undefined;
  return { held: current?.held, failure: current?.failure };
}
