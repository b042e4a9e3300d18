import { afterEach, describe, expect, it } from 'vitest';
import { ApiFailure, networkFailure } from '../../../web/api/apiFailure.ts';
import { RunFeed } from '../../../web/watch/runFeed.ts';
import {
  HandPlayedServer,
  joined,
  makeRun,
  packets,
  RUN,
  result,
  settled,
  TRACE_FILE,
  violation,
} from './handMadeRun.ts';

const feeds: RunFeed[] = [];
afterEach(() => {
  for (const feed of feeds.splice(0)) feed.close();
});

async function open(server: HandPlayedServer): Promise<RunFeed> {
  const feed = new RunFeed(RUN.id, server.doors, () => undefined);
  feeds.push(feed);
  await settled();
  return feed;
}

const buffer = (bytes: Uint8Array) => Uint8Array.from(bytes).buffer;

describe('feed of a run', () => {
  const made = makeRun({ seconds: 20 });
  const frame = (index: number) => made.frames[index].bytes;
  const ended = (server: HandPlayedServer) => {
    server.run = {
      ...RUN,
      state: 'completed',
      result: result(20, [violation({ id: 'stuck-00000002' })]),
      files: { 'trace.bin': TRACE_FILE },
    };
    server.file = Uint8Array.from(packets(made));
    server.say('ended', { runId: RUN.id });
  };

  it('waits in the queue, then joins', async () => {
    const server = new HandPlayedServer({ state: 'queued' });
    const feed = await open(server);
    expect(feed.state).toBe('waiting');
    expect(server.joins).toBe(0);
    server.run = { ...RUN, state: 'running' };
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    server.say('job', { ...JOB, state: 'running', stage: 'explore' });
    await settled();
    expect(feed.state).toBe('live');
    expect(feed.job?.stage).toBe('explore');
    expect(feed.trace.lastStep).toBe(30);
    server.frames(11, frame(11));
    expect(feed.trace.lastStep).toBe(33);
  });

  it('looks again by itself where no event came', async () => {
    const server = new HandPlayedServer({ state: 'queued' });
    const feed = await open(server);
    server.run = { ...RUN, state: 'running' };
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    server.passTime();
    await settled();
    expect(feed.state).toBe('live');
  });

  it('joins a run that has not begun to walk, whose first packet is the header', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: new ArrayBuffer(0), nextSequence: 0 });
    const feed = await open(server);
    expect(feed.trace.frameCount).toBe(0);
    server.frames(0, packets(made, 0, 0));
    server.frames(1, frame(1));
    expect(feed.trace.header?.agents).toBe(2);
    expect(feed.trace.lastStep).toBe(3);
  });

  it('uses packets that overtook the answer, once each', async () => {
    const server = new HandPlayedServer({});
    server.join = () => {
      for (const sequence of [9, 10, 11, 12]) server.frames(sequence, frame(sequence));
      return joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    };
    const feed = await open(server);
    expect(feed.trace.ranges).toEqual([{ first: 0, last: 36 }]);
    expect(feed.trace.frameCount).toBe(13);
  });

  it('goes on behind a thinned gap and has all of it in the end', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    const key = made.frames.findIndex((part, index) => index > 11 && part.keyframe);
    server.frames(key, frame(key));
    server.frames(key + 1, frame(key + 1));
    expect(feed.trace.ranges).toEqual([
      { first: 0, last: 30 },
      { first: 3 * key, last: 3 * (key + 1) },
    ]);
    ended(server);
    await settled();
    expect(server.fetches).toBe(1);
    expect(feed.trace.ranges).toEqual([{ first: 0, last: made.lastStep }]);
    expect(feed.loading).toBeNull();
  });

  it('ends without fetching what was watched from first to last', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    for (let index = 11; index < made.frames.length; index++) server.frames(index, frame(index));
    ended(server);
    await settled();
    expect(feed.state).toBe('ended');
    expect(server.fetches).toBe(0);
    expect(feed.traceVersion).toBe(0);
  });

  it('asks again where the result is not written yet', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ live: false, bytes: new ArrayBuffer(0) });
    const feed = await open(server);
    expect(feed.state).toBe('waiting');
    server.passTime();
    await settled();
    expect(server.joins).toBe(2);
    ended(server);
    server.passTime();
    await settled();
    expect(feed.state).toBe('ended');
    expect(feed.trace.lastStep).toBe(made.lastStep);
  });

  it('tries again to join where that was refused', async () => {
    const server = new HandPlayedServer({});
    server.join = () => ({ ok: false, error: { code: 'STATE_CONFLICT', message: '', suggestion: '' } });
    const feed = await open(server);
    expect(feed.state).toBe('waiting');
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    server.passTime();
    await settled();
    expect(feed.state).toBe('live');
    expect(feed.trace.lastStep).toBe(30);
  });

  it('loses nothing with the connection', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    server.loseConnection();
    server.join = () => joined({ bytes: buffer(packets(made, 0, 600)), nextSequence: 201 });
    server.reconnect();
    await settled();
    expect(server.joins).toBe(2);
    server.frames(201, frame(201));
    expect(feed.trace.ranges).toEqual([{ first: 0, last: 603 }]);
  });

  it('hears after a lost connection that the run has ended meanwhile', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    server.loseConnection();
    ended(new HandPlayedServer({}));
    server.run = { ...RUN, state: 'completed', result: result(20), files: { 'trace.bin': TRACE_FILE } };
    server.file = Uint8Array.from(packets(made));
    server.join = () => joined({ live: false, bytes: new ArrayBuffer(0) });
    server.reconnect();
    await settled();
    expect(feed.state).toBe('ended');
    expect(feed.trace.ranges).toEqual([{ first: 0, last: made.lastStep }]);
  });

  it('joins again when another worker took the run over', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    server.join = () => joined({ bytes: buffer(packets(made, 0, 0)), nextSequence: 1 });
    server.frames(0, packets(made, 0, 0));
    expect(server.joins).toBe(2);
    for (let index = 1; index < 8; index++) server.frames(index, frame(index));
    expect(feed.trace.ranges).toEqual([{ first: 0, last: 30 }]);
    expect(feed.repeatedStep).toBe(21);
    for (let index = 8; index < 20; index++) server.frames(index, frame(index));
    expect(feed.trace.ranges).toEqual([{ first: 0, last: 57 }]);
    expect(feed.repeatedStep).toBeNull();
  });

  it('collects violations, and takes those of the report in the end', async () => {
    const server = new HandPlayedServer({});
    const first = violation({ id: 'stuck-00000001' });
    server.join = () =>
      joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11, violations: [first] });
    const feed = await open(server);
    const second = violation({ id: 'leak-00000001', type: 'leak' });
    server.say('violations', {
      runId: RUN.id,
      final: false,
      violations: [second, { ...first, confidence: 1 }],
    });
    expect(feed.violations.map(({ id, confidence }) => [id, confidence])).toEqual([
      ['stuck-00000001', 1],
      ['leak-00000001', 0.9],
    ]);
    expect(feed.violationsFinal).toBe(false);
    ended(server);
    await settled();
    expect(feed.violations.map(({ id }) => id)).toEqual(['stuck-00000002']);
    expect(feed.violationsFinal).toBe(true);
  });

  it('tells of packets it cannot read, and joins anew', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    server.frames(11, Uint8Array.from([3, 200, 1, 2, 3, 4, 5, 6]));
    expect(feed.failure?.code).toBe('TRACE_UNREADABLE');
    server.join = () => joined({ bytes: buffer(packets(made, 0, 60)), nextSequence: 21 });
    server.passTime();
    await settled();
    expect(feed.failure).toBeUndefined();
    expect(feed.trace.ranges).toEqual([{ first: 0, last: 60 }]);
  });

  it('says of an unknown run that it is unknown, and asks no more', async () => {
    const server = new HandPlayedServer({});
    server.failure = new ApiFailure({ code: 'UNKNOWN_ID', message: 'x', suggestion: 'y', status: 404 });
    const feed = await open(server);
    expect(feed.state).toBe('unknown');
    expect(feed.failure?.code).toBe('UNKNOWN_ID');
  });

  it('tries again where the server does not answer', async () => {
    const server = new HandPlayedServer({ state: 'queued' });
    server.failure = networkFailure();
    const feed = await open(server);
    expect(feed.state).toBe('opening');
    expect(feed.failure?.code).toBe('NETWORK');
    server.failure = undefined;
    server.passTime();
    await settled();
    expect(feed.state).toBe('waiting');
    expect(feed.failure).toBeUndefined();
  });

  it('keeps what was seen of a run that failed', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    server.run = { ...RUN, state: 'failed', job: { ...JOB, state: 'failed' } };
    server.say('job', { ...JOB, state: 'failed' });
    await settled();
    expect(feed.state).toBe('stopped');
    expect(feed.trace.lastStep).toBe(30);
  });

  it('is silent once it is closed', async () => {
    const server = new HandPlayedServer({});
    server.join = () => joined({ bytes: buffer(packets(made, 0, 30)), nextSequence: 11 });
    const feed = await open(server);
    feed.close();
    server.frames(11, frame(11));
    expect(feed.trace.lastStep).toBe(30);
  });
});

const JOB = {
  id: 'j_0000000000000001',
  kind: 'test' as const,
  state: 'queued' as const,
  productionId: null,
  iteration: null,
  runId: RUN.id,
  attempt: 1,
  stage: '',
  fraction: 0,
  message: '',
  made: {},
  queuePosition: null,
  etaSeconds: null,
  error: null,
  createdAt: RUN.createdAt,
  startedAt: null,
  finishedAt: null,
};
