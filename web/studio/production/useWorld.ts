import { useEffect, useState } from 'preact/hooks';
import type { WorldView } from '../../../server/api/types.ts';
import { api } from '../../api/api.ts';
import { type ApiFailure, toApiFailure } from '../../api/apiFailure.ts';

export interface WorldState {
  world: WorldView | undefined;
  failure: ApiFailure | undefined;
  retry(): void;
}

/** The world with this id. Worlds do not change, so it is fetched once. */
export function useWorld(worldId: string | undefined): WorldState {
  const [held, setHeld] = useState<{ worldId: string; world?: WorldView; failure?: ApiFailure } | undefined>(
    undefined,
  );
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (!worldId) return undefined;
    let gone = false;
    setHeld(undefined);
    api.getWorld(worldId).then(
      world => {
        if (!gone) setHeld({ worldId, world });
      },
      cause => {
        if (!gone) setHeld({ worldId, failure: toApiFailure(cause) });
      },
    );
    return () => {
      gone = true;
    };
  }, [worldId, attempt]);
  const current = held?.worldId === worldId ? held : undefined;
  return {
    world: current?.world,
    failure: current?.failure,
    retry: () => setAttempt(attempt + 1),
  };
}
