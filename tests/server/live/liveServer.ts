import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { DirectorError } from '../../../engine/errors.ts';
import type { ClientToServer, ServerToClient, WatchStart } from '../../../server/api/socketTypes.ts';
import type { JobView, ProductionView, RunView } from '../../../server/api/types.ts';
import { attachSockets, type SocketsOptions } from '../../../server/live/attachSockets.ts';
import type { Bus } from '../../../server/live/bus.ts';
import { createMemoryBus } from '../../../server/live/createMemoryBus.ts';
import {
  type AgentPose,
  createTraceEncoder,
  createTraceReader,
  type TraceReader,
} from '../../../sim/browser/trace.ts';

export type Client = Socket<ServerToClient, ClientToServer>;

export const RUN = 'r_0000000000000001';
export const ENDED_RUN = 'r_0000000000000002';
export const PRODUCTION = 'p_0000000000000001';
export const JOB = 'j_0000000000000001';

/** What the sockets ask of the database, in memory: one production, one running and one ended run, one job. */
function smallStudio(): SocketsOptions['studio'] & { asked: string[] } {
  const asked: string[] = [];
  const look = <View>(known: Record<string, Partial<View>>, id: string): View => {
    asked.push(id);
    const found = known[id];
    if (!found) throw new DirectorError('UNKNOWN_ID', `There is no ${id}.`);
    return { id, ...found } as View;
  };
  return {
    asked,
    getRun: async id =>
      look<RunView>({ [RUN]: { state: 'running' }, [ENDED_RUN]: { state: 'completed' } }, id),
    getProduction: async id => look<ProductionView>({ [PRODUCTION]: { version: 1 } }, id),
    getJob: async id => look<JobView>({ [JOB]: { state: 'running', fraction: asked.length / 1000 } }, id),
  };
}

export interface LiveServer {
  url: string;
  bus: Bus;
  asked: readonly string[];
  connect(options?: Parameters<typeof io>[1]): Promise<Client>;
  countSockets(): number;
  close(): Promise<void>;
}

export async function startLiveServer(origins: readonly string[] = []): Promise<LiveServer> {
  const http = createServer((_, response) => response.writeHead(404).end());
  const studio = smallStudio();
  const bus = createMemoryBus(thrown => {
    throw thrown;
  });
  const sockets = attachSockets(http, { studio, bus, log: pino({ level: 'silent' }), origins });
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const clients: Client[] = [];
  return {
    url,
    bus,
    asked: studio.asked,
    async connect(options = {}) {
      const client: Client = io(url, { transports: ['websocket'], forceNew: true, ...options });
      clients.push(client);
      await new Promise<void>((resolve, reject) => {
        client.once('connect', resolve);
        client.once('connect_error', reject);
      });
      return client;
    },
    countSockets: () => sockets.countSockets(),
    async close() {
      for (const client of clients) client.disconnect();
      await sockets.close();
      http.closeAllConnections();
      http.close();
      await bus.close();
    },
  };
}

/** A run's trace as a worker publishes it, of agents that walk in circles or jump about. */
export class Publisher {
  readonly agents: number;
  private readonly bus: Bus;
  private readonly encoder;
  private sequence = 0;
  private step = 0;
  private lastKeyframe = Number.NEGATIVE_INFINITY;

  constructor(bus: Bus, agents: number) {
    this.bus = bus;
    this.agents = agents;
    this.encoder = createTraceEncoder({ agents, seed: 1, bodyHeightMeters: 1.75, bodyRadiusMeters: 0.35 });
  }

  /** Publishes one packet. @param scatter metres that each agent may be anywhere within, in place of a circle. */
  packet(frames = 1, scatter = 0): { keyframe: boolean; bytes: Uint8Array } {
    const packet = this.lost(frames, scatter);
    this.bus.publish('trace', { runId: RUN, sequence: this.sequence - 1, ...packet });
    return packet;
  }

  /** A packet that the bus loses. */
  lost(frames = 1, scatter = 0): { keyframe: boolean; bytes: Uint8Array } {
    const parts: Uint8Array[] = [];
    let keyframe = false;
    for (let i = 0; i < frames; i++, this.step += 3) {
      const poses = Array.from({ length: this.agents }, (_, agent) => poseAt(this.step, agent, scatter));
      const frame = this.encoder.frame(this.step, poses, i === 0 && this.step - this.lastKeyframe >= 60);
      if (frame.keyframe) this.lastKeyframe = this.step;
      if (i === 0 && frame.keyframe) {
        keyframe = true;
        parts.push(this.encoder.header());
      }
      parts.push(frame.bytes);
    }
    this.sequence++;
    return { keyframe, bytes: new Uint8Array(Buffer.concat(parts)) };
  }
}

function poseAt(step: number, agent: number, scatter: number): AgentPose {
  const angle = step / 60 + agent;
  // Any numbers that no prediction meets.
  const noise = (salt: number) => scatter * Math.sin(12.9898 * (step + 1) * (agent + salt));
  return {
    x: 3 * Math.cos(angle) + noise(1),
    y: 0,
    z: 3 * Math.sin(angle) + noise(2),
    yaw: -angle,
    state: 'walking',
    teleported: scatter > 0,
  };
}

/** A client that watches a run and keeps what it is sent, as the viewer does. */
export class Spectator {
  readonly client: Client;
  readonly reader: TraceReader = createTraceReader();
  readonly sequences: number[] = [];
  readonly violations: { final: boolean; ids: string[] }[] = [];
  bytes = 0;
  ended = false;
  private wake = () => {};

  constructor(client: Client) {
    this.client = client;
    client.on('frames', ({ sequence, bytes }) => {
      this.sequences.push(sequence);
      this.bytes += bytes.byteLength;
      this.reader.push(new Uint8Array(bytes));
      this.wake();
    });
    client.on('violations', ({ final, violations }) => {
      this.violations.push({ final, ids: violations.map(({ id }) => id) });
      this.wake();
    });
    client.on('ended', () => {
      this.ended = true;
      this.wake();
    });
  }

  watch(runId = RUN): Promise<WatchStart> {
    // In the callback itself: frames may follow in the same piece.
    return new Promise((resolve, reject) =>
      this.client.emit('watch', { runId }, answer => {
        if (!answer.ok) return reject(new Error(answer.error.code));
        if (answer.result.bytes.byteLength > 0) this.reader.push(new Uint8Array(answer.result.bytes));
        resolve(answer.result);
      }),
    );
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition())
      await new Promise<void>(resolve => {
        this.wake = resolve;
      });
  }

  /** Every agent at a step, to compare two spectators. */
  posesAt(step: number): AgentPose[] {
    return Array.from({ length: this.reader.header?.agents ?? 0 }, (_, agent) => {
      const pose: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false };
      if (!this.reader.poseAt(step, agent, pose)) throw new Error(`Nothing is known at step ${step}.`);
      return pose;
    });
  }
}
