import { computed, signal as createSignal, type ReadonlySignal } from '@preact/signals';
import type { JobView, ProductionView } from '../../server/api/types.ts';
import type { ApiFailure } from './apiFailure.ts';
import type { Live } from './live.ts';
import { createResource } from './resource.ts';

/** One production, kept up to date by what the server tells. */
export interface ProductionStore {
  readonly production: ReadonlySignal<ProductionView | undefined>;
  readonly failure: ReadonlySignal<ApiFailure | undefined>;
  /** The job that runs or waits, with the newest progress. */
  readonly job: ReadonlySignal<JobView | null>;
  refresh(): Promise<void>;
  /** Takes the answer to a change. */
  set(production: ProductionView): void;
  close(): void;
}

const ENDED: ReadonlySet<JobView['state']> = new Set(['completed', 'failed', 'cancelled']);

/** Fetches at once, whenever a higher version is told, when a job of it ends, and after a lost connection. */
export function openProduction(
  id: string,
  live: Live,
  fetchProduction: (id: string) => Promise<ProductionView>,
): ProductionStore {
  const resource = createResource(
    () => fetchProduction(id),
    (next, held) => next.version >= held.version,
  );
  const progress = createSignal<JobView | null>(null);
  const releases = [
    live.subscribe({ production: id }),
    live.on('production', change => {
      if (change.id !== id) return;
      const held = resource.value.peek();
      if (!held || change.version > held.version) void resource.refresh();
    }),
    live.on('job', view => {
      if (view.productionId !== id) return;
      progress.value = view;
      const job = resource.value.peek()?.job;
      if (ENDED.has(view.state) || job?.id !== view.id || job.state !== view.state) void resource.refresh();
    }),
    live.onReconnect(() => void resource.refresh()),
  ];
  void resource.refresh();
  return {
    production: resource.value,
    failure: resource.failure,
    job: computed(() => newestOf(resource.value.value?.job ?? null, progress.value)),
    refresh: resource.refresh,
    set: resource.set,
    close() {
      for (const release of releases) release();
    },
  };
}

/** The production says which job is the current one; the socket knows its progress sooner. */
function newestOf(current: JobView | null, told: JobView | null): JobView | null {
  if (!current || !told || told.id !== current.id) return current;
  if (told.attempt !== current.attempt) return told.attempt > current.attempt ? told : current;
  if (told.state !== current.state) return current;
  return told.fraction >= current.fraction ? told : current;
}
