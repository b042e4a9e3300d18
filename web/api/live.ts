import { signal as createSignal, type ReadonlySignal } from '@preact/signals';
import { io } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../server/api/socketTypes.ts';

/** What of socket.io this needs, so that tests can give a socket of their own. */
export interface LiveSocket {
  readonly connected: boolean;
  on(event: string, listener: (...parameters: never[]) => void): unknown;
  off(event: string, listener: (...parameters: never[]) => void): unknown;
  emit(event: string, ...parameters: unknown[]): unknown;
}

/** connecting: never been connected yet. lost: was connected, and tries again by itself. */
export type ConnectionState = 'connecting' | 'connected' | 'lost';

export interface Topic {
  production?: string;
  run?: string;
  /** The list of productions. */
  list?: true;
}

/** The one socket of the page: who is subscribed to what, and what to do when the connection comes back. */
export interface Live {
  readonly state: ReadonlySignal<ConnectionState>;
  /** Hears of a topic until the function that it gives is called. */
  subscribe(topic: Topic): () => void;
  /** Gives what ends it. */
  on<Name extends keyof ServerToClient>(name: Name, listener: ServerToClient[Name]): () => void;
  emit<Name extends keyof ClientToServer>(name: Name, ...parameters: Parameters<ClientToServer[Name]>): void;
  /** Called after the connection came back: what was told meanwhile was missed and has to be fetched. */
  onReconnect(listener: () => void): () => void;
}

export function createLive(socket: LiveSocket): Live {
  const state = createSignal<ConnectionState>(socket.connected ? 'connected' : 'connecting');
  const held = new Map<string, number>();
  const reconnectListeners = new Set<() => void>();
  let announced = false;

  /** Topics change several times while a page is put together: they are told once. */
  function announce(): void {
    if (announced) return;
    announced = true;
    queueMicrotask(() => {
      announced = false;
      if (socket.connected) socket.emit('subscribe', wishOf(held.keys()));
    });
  }

  socket.on('connect', () => {
    const again = state.peek() === 'lost';
    state.value = 'connected';
    if (held.size > 0) announce();
    if (again) for (const listener of [...reconnectListeners]) listener();
  });
  socket.on('disconnect', () => {
    state.value = 'lost';
  });
  socket.on('connect_error', () => {
    state.value = 'lost';
  });

  return {
    state,
    subscribe(topic) {
      const keys = keysOf(topic);
      for (const key of keys) held.set(key, (held.get(key) ?? 0) + 1);
      announce();
      let active = true;
      return () => {
        if (!active) return;
        active = false;
        for (const key of keys) {
          const left = (held.get(key) ?? 1) - 1;
          if (left > 0) held.set(key, left);
          else held.delete(key);
        }
        announce();
      };
    },
    on(name, listener) {
      socket.on(name, listener);
      return () => socket.off(name, listener);
    },
    emit(name, ...parameters) {
      socket.emit(name, ...parameters);
    },
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
  };
}

let shared: Live | undefined;

/** The page's connection, made when it is first needed. */
export function live(): Live {
  if (!shared) {
    // Its own type knows fewer event names than any string, so that it does not fit without being told.
    const socket: unknown = io({ transports: ['websocket', 'polling'], reconnectionDelayMax: 3000 });
    shared = createLive(socket as LiveSocket);
  }
  return shared;
}

function keysOf(topic: Topic): string[] {
  const keys: string[] = [];
  if (topic.production) keys.push(`production:${topic.production}`);
  if (topic.run) keys.push(`run:${topic.run}`);
  if (topic.list) keys.push('list:');
  return keys;
}

function wishOf(keys: Iterable<string>): Parameters<ClientToServer['subscribe']>[0] {
  const wish = { productions: [] as string[], runs: [] as string[], list: false };
  for (const key of keys) {
    const [kind, id = ''] = key.split(':');
    if (kind === 'production') wish.productions.push(id);
    else if (kind === 'run') wish.runs.push(id);
    else wish.list = true;
  }
  return wish;
}
