import type { Bus, BusEvents } from './bus.ts';

type Listener = (event: BusEvents[keyof BusEvents]) => void;

/**
 * The bus of one process. Events are handed over in the order they were published, after what published them has
 * returned to the event loop's microtasks: a listener never runs within `publish`.
 * @param onError takes what a listener throws; the others are called all the same.
 */
export function createMemoryBus(onError: (error: unknown) => void): Bus {
  const listeners = new Map<keyof BusEvents, Set<Listener>>();
  let closed = false;
  return {
    publish(name, event) {
      queueMicrotask(() => {
        if (closed) return;
        for (const listener of [...(listeners.get(name) ?? [])])
          try {
            listener(event);
          } catch (thrown) {
            onError(thrown);
          }
      });
    },
    subscribe(name, listener) {
      const held = listeners.get(name) ?? new Set();
      listeners.set(name, held);
      // A function of its own, so that subscribing the same one twice is two subscriptions.
      const own: Listener = event => (listener as Listener)(event);
      held.add(own);
      return () => {
        held.delete(own);
      };
    },
    async close() {
      closed = true;
      listeners.clear();
    },
  };
}
