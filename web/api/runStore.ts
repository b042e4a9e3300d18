import { computed, signal as createSignal, type ReadonlySignal } from '@preact/signals';
import type { JobView, RunView } from '../../server/api/types.ts';
import type { ApiFailure } from './apiFailure.ts';
import type { Live } from './live.ts';
import { createResource } from './resource.ts';

/** One run of a world, kept up to date by what the server tells. */
export interface RunStore {
  readonly run: ReadonlySignal<RunView | undefined>;
  readonly failure: ReadonlySignal<ApiFailure | undefined>;
  readonly job: ReadonlySignal<JobView | null>;
  refresh(): Promise<void>;
  close(): void;
}

export function openRun(id: string, live: Live, fetchRun: (id: string) => Promise<RunView>): RunStore {
  const resource = createResource(() => fetchRun(id));
  const progress = createSignal<JobView | null>(null);
  const releases = [
    live.subscribe({ run: id }),
    live.on('job', view => {
      if (view.runId !== id) return;
      progress.value = view;
      if (resource.value.peek()?.state !== view.state) void resource.refresh();
    }),
    live.on('ended', ({ runId }) => {
      if (runId === id) void resource.refresh();
    }),
    live.onReconnect(() => void resource.refresh()),
  ];
  void resource.refresh();
  return {
    run: resource.value,
    failure: resource.failure,
    job: computed(() => progress.value ?? resource.value.value?.job ?? null),
    refresh: resource.refresh,
    close() {
      for (const release of releases) release();
    },
  };
}
