import { signal as createSignal, type ReadonlySignal } from '@preact/signals';
import { type ApiFailure, toApiFailure } from './apiFailure.ts';

/**
 * Something fetched: its value as soon and as long as there is one, and what went wrong with the last attempt. A
 * failed attempt keeps the value before.
 */
export interface Resource<Value> {
  readonly value: ReadonlySignal<Value | undefined>;
  readonly failure: ReadonlySignal<ApiFailure | undefined>;
  /** Fetches; while it does, further calls ask for one more fetch after it, however many they are. */
  refresh(): Promise<void>;
  /** Takes a value that came another way, for instance as the answer to a change. */
  set(value: Value): void;
}

/** @param newer false for a value that is older than the one held: it is dropped. */
export function createResource<Value>(
  fetchValue: () => Promise<Value>,
  newer: (next: Value, held: Value) => boolean = () => true,
): Resource<Value> {
  const value = createSignal<Value | undefined>(undefined);
  const failure = createSignal<ApiFailure | undefined>(undefined);
  let running: Promise<void> | undefined;
  let again = false;

  function set(next: Value): void {
    const held = value.peek();
    if (held === undefined || newer(next, held)) value.value = next;
    failure.value = undefined;
  }

  async function run(): Promise<void> {
    do {
      again = false;
      try {
        set(await fetchValue());
      } catch (cause) {
        failure.value = toApiFailure(cause);
      }
    } while (again);
  }

  return {
    value,
    failure,
    refresh() {
      if (running) again = true;
      else
        running = run().finally(() => {
          running = undefined;
        });
      return running;
    },
    set,
  };
}
