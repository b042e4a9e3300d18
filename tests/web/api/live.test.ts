import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type LiveServer, startLiveServer } from './liveServer.ts';

let server: LiveServer;
beforeEach(async () => {
  server = await startLiveServer();
});
afterEach(() => server.close());

const connected = () => vi.waitFor(() => expect(server.live.state.value).toBe('connected'));
const lastWish = () => server.wishes.at(-1);

describe('live', () => {
  it('tells the server what all readers together want, once for changes made together', async () => {
    await connected();
    const leave = server.live.subscribe({ production: 'p_1' });
    const leaveTwin = server.live.subscribe({ production: 'p_1', list: true });
    server.live.subscribe({ run: 'r_1' });
    await vi.waitFor(() => expect(server.wishes).toHaveLength(1));
    expect(lastWish()).toEqual({ productions: ['p_1'], runs: ['r_1'], list: true });
    leave();
    leave();
    leaveTwin();
    await vi.waitFor(() => expect(lastWish()).toEqual({ productions: [], runs: ['r_1'], list: false }));
  });

  it('keeps a topic as long as one reader is left', async () => {
    await connected();
    const leave = server.live.subscribe({ production: 'p_1' });
    server.live.subscribe({ production: 'p_1' });
    leave();
    server.live.subscribe({ run: 'r_1' });
    await vi.waitFor(() => expect(lastWish()?.runs).toEqual(['r_1']));
    expect(lastWish()?.productions).toEqual(['p_1']);
  });

  it('says that the connection was lost, subscribes anew when it is back, and has readers fetch', async () => {
    await connected();
    const fetched = vi.fn();
    server.live.onReconnect(fetched);
    server.live.subscribe({ production: 'p_1' });
    await vi.waitFor(() => expect(server.wishes).toHaveLength(1));
    await server.goAway();
    await vi.waitFor(() => expect(server.live.state.value).toBe('lost'));
    expect(fetched).not.toHaveBeenCalled();
    await server.comeBack();
    await connected();
    await vi.waitFor(() => expect(server.wishes).toHaveLength(2));
    expect(lastWish()?.productions).toEqual(['p_1']);
    expect(fetched).toHaveBeenCalledTimes(1);
  });

  it('stops listening when asked', async () => {
    await connected();
    const heard = vi.fn();
    const other = vi.fn();
    const stop = server.live.on('production', heard);
    server.live.on('production', other);
    server.tell('production', { id: 'p_1', version: 2 });
    await vi.waitFor(() => expect(heard).toHaveBeenCalledWith({ id: 'p_1', version: 2 }));
    stop();
    server.tell('production', { id: 'p_1', version: 3 });
    await vi.waitFor(() => expect(other).toHaveBeenCalledTimes(2));
    expect(heard).toHaveBeenCalledTimes(1);
  });
});
