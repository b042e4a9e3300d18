import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { DirectorError } from '../engine/errors.ts';
import type { MeshPart, WorldModel } from '../engine/world/worldModel.ts';
import { writeGlb } from '../engine/world/writeGlb.ts';
import type { RunView } from '../server/api/types.ts';
import { runInProcess } from '../server/jobs/runInProcess.ts';
import { attachSockets, type SocketsOptions } from '../server/live/attachSockets.ts';
import type { Bus } from '../server/live/bus.ts';
import { createMemoryBus } from '../server/live/createMemoryBus.ts';
import type { Bench, BenchFigure } from './bench.ts';
import type { FromCrowd, ToCrowd } from './spectators/crowd.ts';

const AGENTS = 64;
const LIVE_RUN = 'r_live000000000000';
const FULL_RUN = 'r_full000000000000';
const P99_TARGET_MILLISECONDS = 100;
const CORE_TARGET_PERCENT = 25;
/** For connections, the first keyframe and the compiler to settle. */
const WARM_SECONDS = 4;
/** Of the slow spectator's run: more than the system's socket buffers of both ends take. */
const SLOW_BYTES = 60e6;
const SLOW_PACKET_BYTES = 100_000;
/** Beyond it the server holds more for the slow one than it may. */
const SLOW_GROWTH_TARGET_MEBIBYTES = 32;

/**
 * The live part of the server in this process, with a running test of 64 agents in a process of its own as the
 * server runs it, and the spectators in another. Latency is from the packet's arrival in the server to the
 * spectator's event handler, by the machine's monotonic clock: the crowd's own queueing is in it.
 */
export const bench: Bench = {
  summary: 'spectators of a running test: delivery latency, CPU and bytes; arguments: spectators, seconds',
  async run(args, note) {
    const count = Number(args[0] ?? 200);
    const seconds = Number(args[1] ?? 20);
    if (!(count >= 1 && count <= 2000 && seconds >= 1 && seconds <= 600))
      throw new DirectorError(
        'USAGE',
        'The spectators bench takes 1 to 2000 spectators and 1 to 600 seconds.',
      );
    const folder = await mkdtemp(join(tmpdir(), 'sora-spectators-'));
    const stop = new AbortController();
    const bus = createMemoryBus(thrown => {
      throw thrown;
    });
    const http = createServer();
    const sockets = attachSockets(http, {
      studio: runsOnly,
      bus,
      log: pino({ level: 'silent' }),
      origins: [],
    });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const crowd = fork(fileURLToPath(new URL('./spectators/crowd.ts', import.meta.url)), [], {
      serialization: 'advanced',
    });
    try {
      await writeFile(join(folder, 'world.glb'), await writeGlb(plaza()));
      const emptyMebibytes = process.memoryUsage.rss() / 2 ** 20;
      const sent = new Map<number, { at: number; bytes: number }>();
      bus.subscribe('trace', ({ runId, sequence, bytes }) => {
        if (runId === LIVE_RUN)
          sent.set(sequence, { at: Number(process.hrtime.bigint()) / 1e6, bytes: bytes.length });
      });
      const running = runLive(folder, bus, seconds + 60, stop.signal);
      await Promise.race([running, firstPacket(bus)]);
      note(`${AGENTS} agents walk; ${count} spectators join`);
      await ask(crowd, { kind: 'join', url, count, runId: LIVE_RUN });
      await sleep(1000 * WARM_SECONDS);
      await ask(crowd, { kind: 'report' });
      sent.clear();

      const cpu = process.cpuUsage();
      const startedAt = performance.now();
      let peakMebibytes = 0;
      while (performance.now() - startedAt < 1000 * seconds) {
        await sleep(250);
        peakMebibytes = Math.max(peakMebibytes, process.memoryUsage.rss() / 2 ** 20);
      }
      const wallSeconds = (performance.now() - startedAt) / 1000;
      const { user, system } = process.cpuUsage(cpu);
      const report = await ask(crowd, { kind: 'report' });
      stop.abort();
      await running;
      const latencies = latenciesOf(report, sent);
      const corePercent = (100 * (user + system)) / 1e6 / wallSeconds;
      const p99 = at(latencies, 0.99);
      const packets = [...sent.values()];
      const traceBytes = packets.reduce((sum, { bytes }) => sum + bytes, 0) / wallSeconds;
      note('one who does not read');
      return [
        { name: `delivery to ${count} spectators, p50`, value: at(latencies, 0.5), unit: 'ms' },
        {
          name: `delivery to ${count} spectators, p99`,
          value: p99,
          unit: 'ms',
          target: `< ${P99_TARGET_MILLISECONDS}`,
          met: p99 < P99_TARGET_MILLISECONDS,
        },
        { name: 'delivery, slowest', value: at(latencies, 1), unit: 'ms' },
        {
          name: 'CPU of the server',
          value: corePercent,
          unit: '% of a core',
          target: `< ${CORE_TARGET_PERCENT}`,
          met: corePercent < CORE_TARGET_PERCENT,
        },
        {
          name: 'packets delivered',
          value: (100 * latencies.length) / (packets.length * count),
          unit: `% of ${packets.length} × ${count}`,
        },
        { name: 'packets a second', value: packets.length / wallSeconds, unit: '1/s' },
        { name: `trace of ${AGENTS} agents`, value: traceBytes, unit: 'bytes/s' },
        { name: 'trace, per agent and frame', value: traceBytes / AGENTS / 20, unit: 'bytes' },
        { name: 'on the wire, per spectator', value: report.bytes / count / wallSeconds, unit: 'bytes/s' },
        { name: 'peak memory', value: peakMebibytes, unit: 'MiB' },
        { name: 'peak memory, over the empty server', value: peakMebibytes - emptyMebibytes, unit: 'MiB' },
        ...(await measureSlow(crowd, url, bus)),
      ];
    } finally {
      stop.abort();
      crowd.kill();
      await sockets.close();
      http.close();
      await bus.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** All that the sockets ask of the database here: whether the run is there. */
const runsOnly: SocketsOptions['studio'] = {
  getRun: async id => ({ id, state: 'running' }) as RunView,
  getProduction: async id => {
    throw new DirectorError('UNKNOWN_ID', `There is no ${id}.`);
  },
  getJob: async id => {
    throw new DirectorError('UNKNOWN_ID', `There is no ${id}.`);
  },
};

/** Runs the test as the server's worker does, until it is stopped. */
async function runLive(
  folder: string,
  bus: Bus,
  simulatedSeconds: number,
  signal: AbortSignal,
): Promise<void> {
  let sequence = 0;
  try {
    await runInProcess(
      {
        work: {
          kind: 'world-test',
          world: 'world.glb',
          agents: AGENTS,
          simulatedSeconds,
          seed: 1,
          pace: 'live',
        },
        scratch: folder,
        inputs: {},
        storage: { driver: 'local', folder: join(folder, 'files') },
      },
      {
        onProgress: () => {},
        onTrace: ({ keyframe, bytes }) =>
          bus.publish('trace', { runId: LIVE_RUN, sequence: sequence++, keyframe, bytes }),
      },
      { signal, memoryLimitBytes: 2 ** 31, timeLimitSeconds: simulatedSeconds + 60 },
    );
  } catch (thrown) {
    if (!(thrown instanceof DirectorError) || thrown.code !== 'CANCELLED') throw thrown;
    return;
  }
  if (!signal.aborted) throw new DirectorError('INTERNAL', 'The test ended before the bench did.');
}

function firstPacket(bus: Bus): Promise<void> {
  return new Promise(resolve => {
    const end = bus.subscribe('trace', () => {
      end();
      resolve();
    });
  });
}

/** A spectator that stops reading while far more is published than any buffer takes, and then reads on. */
async function measureSlow(crowd: ChildProcess, url: string, bus: Bus): Promise<BenchFigure[]> {
  await ask(crowd, { kind: 'join-slow', url, runId: FULL_RUN });
  let sequence = 0;
  const publish = (size: number) => {
    const bytes = new Uint8Array(size).fill(sequence);
    bus.publish('trace', { runId: FULL_RUN, sequence, keyframe: sequence % 40 === 0, bytes });
    sequence++;
  };
  const before = heldBytes();
  for (let published = 0; published < SLOW_BYTES; published += SLOW_PACKET_BYTES) {
    publish(SLOW_PACKET_BYTES);
    await sleep(2);
  }
  const grown = heldBytes() - before;
  await ask(crowd, { kind: 'resume-slow' });
  await sleep(500);
  const thinnedAt = sequence;
  // Until it goes on with the keyframe that comes next.
  for (let i = 0; i < 80; i++) {
    publish(1000);
    await sleep(5);
  }
  await sleep(500);
  const { slow } = await ask(crowd, { kind: 'report' });
  const back = slow.sequences.find(each => each >= thinnedAt) ?? -1;
  const recovered = back % 40 === 0 && slow.sequences.at(-1) === sequence - 1;
  const growth = grown / 2 ** 20;
  return [
    { name: 'to one who does not read, published', value: SLOW_BYTES / 1e6, unit: 'MB' },
    { name: 'to one who does not read, sent', value: slow.bytes / 1e6, unit: 'MB' },
    {
      name: 'held by the server meanwhile, trace included',
      value: growth,
      unit: 'MiB',
      target: `< ${SLOW_GROWTH_TARGET_MEBIBYTES}`,
      met: growth < SLOW_GROWTH_TARGET_MEBIBYTES,
    },
    {
      name: 'when it reads again, it goes on',
      value: recovered ? 'yes' : 'no',
      unit: 'with a keyframe',
      target: 'yes',
      met: recovered,
    },
  ];
}

/** Where the bytes of packets lie, without what nobody holds any more. */
function heldBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().arrayBuffers;
}

async function ask<Kind extends ToCrowd['kind']>(
  crowd: ChildProcess,
  message: ToCrowd & { kind: Kind },
): Promise<FromCrowd & { kind: Kind }> {
  crowd.send(message);
  const [answer] = (await once(crowd, 'message')) as [FromCrowd & { kind: Kind }];
  return answer;
}

function latenciesOf(
  report: FromCrowd & { kind: 'report' },
  sent: ReadonlyMap<number, { at: number }>,
): Float64Array {
  const latencies: number[] = [];
  for (const [i, sequence] of report.sequences.entries()) {
    const packet = sent.get(sequence);
    if (packet) latencies.push(report.arrivals[i] - packet.at);
  }
  return Float64Array.from(latencies).sort();
}

function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** 70 × 70 m with walls and pillars: large enough that 64 agents explore it for minutes. */
function plaza(): WorldModel {
  const parts: MeshPart[] = [box([-35, -0.2, -35], [35, 0, 35])];
  for (const side of [-35, 34.8]) {
    parts.push(box([side, 0, -35], [side + 0.2, 3, 35]));
    parts.push(box([-35, 0, side], [35, 3, side + 0.2]));
  }
  for (let x = -30; x <= 30; x += 6)
    for (let z = -30; z <= 30; z += 6) parts.push(box([x, 0, z], [x + 1.2, 3, z + 0.8]));
  return {
    nodes: [
      {
        name: 'plaza',
        worldFromNode: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
        parts,
        motion: 'static',
      },
    ],
    materials: [
      {
        name: 'stone',
        baseColor: [0.6, 0.6, 0.6, 1],
        roughness: 1,
        metallic: 0,
        doubleSided: false,
        alphaMode: 'opaque',
        alphaCutoff: 0.5,
      },
    ],
    images: [],
  };
}

type Corner = readonly [number, number, number];

function box(min: Corner, max: Corner): MeshPart {
  const positions: number[] = [];
  for (let i = 0; i < 8; i++)
    positions.push(i & 1 ? max[0] : min[0], i & 2 ? max[1] : min[1], i & 4 ? max[2] : min[2]);
  const indices = [
    0, 2, 1, 1, 2, 3, 4, 5, 6, 5, 7, 6, 0, 1, 4, 1, 5, 4, 2, 6, 3, 3, 6, 7, 0, 4, 2, 2, 4, 6, 1, 3, 5, 3, 7,
    5,
  ];
  return { positions: Float32Array.from(positions), indices: Uint32Array.from(indices), material: 0 };
}
