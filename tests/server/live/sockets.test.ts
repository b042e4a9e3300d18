import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ViolationView } from '../../../server/api/types.ts';
import {
  type Client,
  ENDED_RUN,
  JOB,
  type LiveServer,
  PRODUCTION,
  Publisher,
  RUN,
  Spectator,
  startLiveServer,
} from './liveServer.ts';

let server: LiveServer;
beforeEach(async () => {
  server = await startLiveServer(['https://studio.example']);
});
afterEach(() => server.close());

const join = async (options?: Parameters<LiveServer['connect']>[0]) =>
  new Spectator(await server.connect(options));
const violation = (id: string) => ({ id, type: 'leak' }) as ViolationView;
/** The socket's way back and forth: what the server sent before has arrived. */
const settle = (client: Client) =>
  client.timeout(5000).emitWithAck('subscribe', { productions: [], runs: [], list: false });

describe('watching a run', () => {
  test('spectators see the same at the same step, over WebSocket and polling', async () => {
    const all = await Promise.all([join(), join(), join({ transports: ['polling'] })]);
    for (const one of all)
      expect(await one.watch()).toMatchObject({ live: true, nextSequence: 0, partial: false });
    const publisher = new Publisher(server.bus, 5);
    for (let i = 0; i < 30; i++) {
      publisher.packet();
      await new Promise(resolve => setTimeout(resolve, 5));
    }
    for (const one of all) await one.until(() => one.reader.lastStep === 87);
    const [first, ...others] = all;
    expect(first.sequences).toEqual(Array.from({ length: 30 }, (_, i) => i));
    for (const other of others) {
      expect(other.reader.frameCount).toBe(30);
      for (let step = 0; step <= 87; step += 3) expect(other.posesAt(step)).toEqual(first.posesAt(step));
    }
  });

  test('who comes late gets the state so far, and goes on without a gap', async () => {
    const early = await join();
    await early.watch();
    const publisher = new Publisher(server.bus, 5);
    for (let i = 0; i < 50; i++) {
      publisher.packet();
      await new Promise(setImmediate);
    }
    await early.until(() => early.reader.frameCount === 50);
    const late = await join();
    const started = late.watch();
    // Packets that come while the answer is being put together.
    const more = setInterval(() => publisher.packet(), 1);
    const { nextSequence, partial } = await started;
    await late.until(() => late.sequences.length >= 20);
    clearInterval(more);
    expect(nextSequence).toBeGreaterThanOrEqual(50);
    expect(partial).toBe(false);
    expect(late.sequences[0]).toBe(nextSequence);
    for (const [i, sequence] of late.sequences.entries()) expect(sequence).toBe(nextSequence + i);
    const last = late.reader.lastStep;
    await early.until(() => early.reader.lastStep >= last);
    for (let step = 0; step <= last; step += 3) expect(late.posesAt(step)).toEqual(early.posesAt(step));
  });

  test('a trace that is too long for the late is given from its last keyframe on', async () => {
    const publisher = new Publisher(server.bus, 256);
    // 8 MB are kept; a packet of 20 scattered frames has about 50 kB.
    let published = 0;
    while (published < 9e6) {
      published += publisher.packet(20, 3000).bytes.length;
      await new Promise(setImmediate);
    }
    const late = await join();
    const start = await late.watch();
    expect(start.partial).toBe(true);
    expect(start.bytes.byteLength).toBeLessThan(8.4e6);
    expect(late.reader.firstStep).toBeGreaterThan(0);
    const before = late.reader.frameCount;
    expect(before).toBeGreaterThan(0);
    publisher.packet(20, 3000);
    await late.until(() => late.reader.frameCount === before + 20);
  });

  test('a slow one is thinned, and goes on with a keyframe', async () => {
    const [quick, slow] = [await join(), await join()];
    await quick.watch();
    await slow.watch();
    const publisher = new Publisher(server.bus, 256);
    const socket = tcpOf(slow.client);
    socket.pause();
    let published = 0;
    // More than the system's buffers of both ends take.
    for (let packets = 0; published < 16e6; packets++) {
      published += publisher.packet(20, 3000).bytes.length;
      if (packets % 8 === 0) await quick.until(() => quick.bytes >= published - 200_000);
    }
    socket.resume();
    await quick.until(() => quick.bytes === published);
    const rest = setInterval(() => publisher.packet(), 5);
    await slow.until(() =>
      slow.sequences.some((sequence, i) => i > 0 && sequence > slow.sequences[i - 1] + 1),
    );
    await slow.until(() => slow.sequences.at(-1) === slow.sequences.at(-20)! + 19);
    clearInterval(rest);
    expect(slow.bytes).toBeLessThan(published);
    const { lastStep } = slow.reader;
    await quick.until(() => quick.reader.lastStep >= lastStep);
    expect(slow.posesAt(lastStep)).toEqual(quick.posesAt(lastStep));
  });

  test('violations come as they are found, to the late as well, and the report’s in their place', async () => {
    const early = await join();
    await early.watch();
    const tell = (final: boolean, ...ids: string[]) =>
      server.bus.publish('violations', { runId: RUN, final, violations: ids.map(violation) });
    tell(false, 'a', 'b');
    tell(false, 'c');
    await early.until(() => early.violations.length === 2);
    const late = await join();
    expect((await late.watch()).violations.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    tell(true, 'a', 'd');
    for (const one of [early, late]) {
      await one.until(() => one.violations.at(-1)?.final === true);
      expect(one.violations.at(-1)?.ids).toEqual(['a', 'd']);
    }
    server.bus.publish('runEnded', { runId: RUN });
    for (const one of [early, late]) await one.until(() => one.ended);
  });

  test('a run that has ended is not live', async () => {
    const spectator = await join();
    expect(await spectator.watch(ENDED_RUN)).toMatchObject({ live: false, violations: [] });
  });

  test('who leaves is sent nothing more', async () => {
    const spectator = await join();
    await spectator.watch();
    const publisher = new Publisher(server.bus, 2);
    publisher.packet();
    await spectator.until(() => spectator.reader.frameCount === 1);
    spectator.client.emit('unwatch', { runId: RUN });
    await settle(spectator.client);
    publisher.packet();
    await settle(spectator.client);
    expect(spectator.reader.frameCount).toBe(1);
  });

  test('a worker that takes a run over starts it anew, and nobody loses their place', async () => {
    const spectator = await join();
    await spectator.watch();
    const first = new Publisher(server.bus, 3);
    for (let i = 0; i < 10; i++) first.packet();
    await spectator.until(() => spectator.reader.frameCount === 10);
    const second = new Publisher(server.bus, 3);
    for (let i = 0; i < 15; i++) second.packet();
    await spectator.until(() => spectator.reader.frameCount === 15);
    const late = await join();
    await late.watch();
    expect(late.reader.frameCount).toBe(15);
    expect(late.posesAt(42)).toEqual(spectator.posesAt(42));
  });

  test('a lost packet costs no more than the way to the next keyframe', async () => {
    const spectator = await join();
    await spectator.watch();
    const publisher = new Publisher(server.bus, 3);
    publisher.packet();
    publisher.lost();
    for (let i = 0; i < 40; i++) publisher.packet();
    await spectator.until(() => spectator.sequences.at(-1) === 41);
    // Packet 20 is the next that begins with a keyframe.
    expect(spectator.sequences).toEqual([0, ...Array.from({ length: 22 }, (_, i) => 20 + i)]);
  });
});

describe('news', () => {
  test('of jobs come at most four times a second, the last one always, to those who asked', async () => {
    const [subscribed, other] = [await server.connect(), await server.connect()];
    const told: number[] = [];
    subscribed.on('job', () => told.push(performance.now()));
    let others = 0;
    other.on('job', () => others++);
    expect(
      await subscribed.emitWithAck('subscribe', { productions: [PRODUCTION], runs: [RUN], list: false }),
    ).toEqual({ ok: true, result: null });
    const start = performance.now();
    while (performance.now() - start < 600) {
      server.bus.publish('job', { jobId: JOB, productionId: PRODUCTION, runId: RUN });
      await new Promise(resolve => setTimeout(resolve, 10));
    }
    const during = told.length;
    expect(during).toBeGreaterThanOrEqual(1);
    expect(during).toBeLessThanOrEqual(4);
    // What was published last is still told.
    const [last] = await once(subscribed as unknown as NodeJS.EventEmitter, 'job');
    expect(last).toMatchObject({ id: JOB });
    expect(server.asked.filter(id => id === JOB).length).toBe(told.length);
    await settle(other);
    expect(others).toBe(0);
  });

  test('of productions and of their list come to those who asked', async () => {
    const client = await server.connect();
    const heard: unknown[] = [];
    client.on('production', change => heard.push(change));
    client.on('productions', () => heard.push('list'));
    await client.emitWithAck('subscribe', { productions: [PRODUCTION], runs: [], list: true });
    server.bus.publish('production', { id: PRODUCTION, version: 2 });
    server.bus.publish('production', { id: 'p_0000000000000009', version: 9 });
    server.bus.publish('productions', {});
    await settle(client);
    expect(heard).toEqual([{ id: PRODUCTION, version: 2 }, 'list']);
    server.bus.publish('productions', {});
    await settle(client);
    expect(heard).toHaveLength(2);
  });
});

describe('rubbish', () => {
  const codeOf = (answer: unknown) => (answer as { error?: { code: string } }).error?.code;
  const send = (client: Client, ...event: unknown[]) =>
    (client.timeout(5000) as unknown as { emitWithAck(...event: unknown[]): Promise<unknown> }).emitWithAck(
      ...event,
    );
  const alive = async () => expect(await settle(await server.connect())).toMatchObject({ ok: true });

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'r_0000000000000001'],
    ['no id', {}],
    ['a wrong id', { runId: '../../etc/passwd' }],
    ['an id in a list', { runId: [RUN] }],
    ['more than is known', { runId: RUN, also: 1 }],
    ['bytes', { runId: Buffer.from('r') }],
  ])('%s is answered with a code', async (_, wish) => {
    const client = await server.connect();
    expect(codeOf(await send(client, 'watch', wish))).toBe('REQUEST_INVALID');
    expect(codeOf(await send(client, 'subscribe', wish))).toBe('REQUEST_INVALID');
    client.emit('unwatch', wish as never);
    await alive();
  });

  test('ids that name nothing are told, and the others subscribed', async () => {
    const client = await server.connect();
    expect(codeOf(await send(client, 'watch', { runId: 'r_9999999999999999' }))).toBe('UNKNOWN_ID');
    const wish = { productions: [PRODUCTION, 'p_9999999999999999'], runs: [], list: false };
    expect(codeOf(await send(client, 'subscribe', wish))).toBe('UNKNOWN_ID');
    const heard = once(client as unknown as NodeJS.EventEmitter, 'production');
    server.bus.publish('production', { id: PRODUCTION, version: 5 });
    expect(await heard).toEqual([{ id: PRODUCTION, version: 5 }]);
  });

  test('more than 50 ids are refused', async () => {
    const productions = Array.from({ length: 51 }, (_, i) => `p_${String(i).padStart(16, '0')}`);
    expect(
      codeOf(await send(await server.connect(), 'subscribe', { productions, runs: [], list: false })),
    ).toBe('REQUEST_INVALID');
  });

  test('who sends too much is told and disconnected', async () => {
    const client = await server.connect({ reconnection: false });
    const gone = once(client as unknown as NodeJS.EventEmitter, 'disconnect');
    const codes = new Set<string | undefined>();
    for (let i = 0; i < 200; i++) client.emit('watch', { runId: 'no' }, answer => codes.add(codeOf(answer)));
    await gone;
    expect(codes).toContain('TOO_MANY_REQUESTS');
    await alive();
  });

  test('an oversized message ends its connection only', async () => {
    const client = await server.connect({ reconnection: false });
    const gone = once(client as unknown as NodeJS.EventEmitter, 'disconnect');
    client.emit('watch', { runId: 'r'.repeat(100_000) }, () => {});
    await gone;
    await alive();
  });

  test('events that nobody knows, without or with more than is expected, harm nothing', async () => {
    const client = await server.connect();
    const emit = client.emit as unknown as (...event: unknown[]) => void;
    for (const name of ['error', 'message', 'constructor', '__proto__', 'toString', ''])
      emit.call(client, name, { a: 1 }, [1, 2], null);
    emit.call(client, 'watch');
    emit.call(client, 'watch', { runId: RUN }, 'no function', 5);
    emit.call(client, 'subscribe', { productions: [], runs: [], list: true }, {});
    await alive();
  });

  test.each([
    ['text', 'rubbish'],
    ['a packet of no type', '49["watch"]'],
    ['an event that is no list', '42{"a":1}'],
    ['broken JSON', '42["watch",{'],
    ['attachments that never come', '451-["watch",{"_placeholder":true,"num":0}]'],
    ['an attachment that is not there', '451-["watch",{"_placeholder":true,"num":7}]'],
    ['a thousand attachments to come', `4${'5999-["watch",{"_placeholder":true,"num":0}]'}`],
    ['bytes', randomBytes(500)],
  ])('%s on the bare WebSocket ends that connection at most', async (_, message) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`);
    await once(socket as unknown as NodeJS.EventEmitter, 'open').catch(() => undefined);
    socket.send('40');
    socket.send(message);
    socket.send(Buffer.from([1, 2, 3]));
    await alive();
    socket.close();
  });

  test('rubbish over polling is refused', async () => {
    const path = `${server.url}/socket.io/?EIO=4&transport=polling`;
    const opened = (await (await fetch(path)).text()).slice(1);
    const { sid } = JSON.parse(opened) as { sid: string };
    const post = (query: string, body: string) => fetch(`${path}${query}`, { method: 'POST', body });
    expect((await post(`&sid=${sid}`, '40')).status).toBe(200);
    expect((await post('&sid=../../etc', 'x')).status).toBe(400);
    expect((await fetch(`${server.url}/socket.io/?EIO=99&transport=nothing`)).status).toBe(400);
    // A body that is too large is cut off, before or after the answer.
    const oversize = await post(`&sid=${sid}`, 'x'.repeat(1_000_000)).catch(() => undefined);
    expect(oversize?.ok ?? false).toBe(false);
    await alive();
  });

  test('who asks and does not read is disconnected', async () => {
    const publisher = new Publisher(server.bus, 256);
    // Answers of 1 MB fill the system's buffers soon.
    for (let bytes = 0; bytes < 1e6; ) bytes += publisher.packet(20, 3000).bytes.length;
    const client = await server.connect({ reconnection: false });
    expect(server.countSockets()).toBe(1);
    const socket = tcpOf(client);
    socket.pause();
    // A burst, and then at the pace that is allowed.
    for (let asked = 0; server.countSockets() === 1; asked++) {
      client.emit('watch', { runId: RUN }, () => {});
      await new Promise(resolve => setTimeout(resolve, asked < 50 ? 5 : 55));
    }
    socket.resume();
    await alive();
  });

  test('a page of another origin is refused; one that is allowed is not', async () => {
    const from = (origin: string) => server.connect({ extraHeaders: { origin }, reconnection: false });
    await expect(from('https://evil.example')).rejects.toThrow();
    expect((await from('https://studio.example')).connected).toBe(true);
    expect((await from(server.url)).connected).toBe(true);
  });
});

/** The client's TCP socket, to be paused: no client of socket.io can be told to read slowly. */
function tcpOf(client: Client): { pause(): void; resume(): void } {
  const transport: unknown = client.io.engine.transport;
  return (transport as { ws: { _socket: { pause(): void; resume(): void } } }).ws._socket;
}
