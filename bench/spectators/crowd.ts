import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../server/api/socketTypes.ts';

/**
 * The spectators of the spectators bench, in a process of their own: so many clients of socket.io, as the studio
 * has one. The bench tells it what to do over IPC.
 */

/** What the bench asks; each is answered with the message of the same kind. */
export type ToCrowd =
  | { kind: 'join'; url: string; count: number; runId: string }
  /** What was received since the last report. */
  | { kind: 'report' }
  /** One more spectator, who stops reading its socket after joining. */
  | { kind: 'join-slow'; url: string; runId: string }
  /** It reads again. */
  | { kind: 'resume-slow' };

export type FromCrowd =
  | { kind: 'join' | 'join-slow' | 'resume-slow' }
  | {
      kind: 'report';
      /** Of every packet and spectator: sequence, and when it was handed to the page, ms of process.hrtime. */
      sequences: Float64Array;
      arrivals: Float64Array;
      /** On the wire, all spectators. */
      bytes: number;
      /** Packets of the slow one, in order. */
      slow: { sequences: number[]; bytes: number };
    };

type Client = Socket<ServerToClient, ClientToServer>;

/** What ws and Node hold below a client, beyond its types. */
interface Tcp {
  bytesRead: number;
  pause(): void;
  resume(): void;
}

const clients: Client[] = [];
let sequences: number[] = [];
let arrivals: number[] = [];
let bytesBefore = 0;
let slow: Client | undefined;
const slowReceived = { sequences: [] as number[], bytes: 0 };

async function join(url: string, runId: string): Promise<Client> {
  const client: Client = io(url, { transports: ['websocket'], forceNew: true });
  await new Promise<void>((resolve, reject) => {
    client.once('connect', resolve);
    client.once('connect_error', reject);
  });
  const answer = await client.emitWithAck('watch', { runId });
  if (!answer.ok) throw new Error(answer.error.message);
  return client;
}

function tcpOf(client: Client): Tcp {
  const transport: unknown = client.io.engine.transport;
  return (transport as { ws: { _socket: Tcp } }).ws._socket;
}

async function obey(message: ToCrowd): Promise<FromCrowd> {
  switch (message.kind) {
    case 'join':
      for (let i = 0; i < message.count; i++) {
        const client = await join(message.url, message.runId);
        client.on('frames', ({ sequence }) => {
          sequences.push(sequence);
          arrivals.push(Number(process.hrtime.bigint()) / 1e6);
        });
        clients.push(client);
      }
      return { kind: 'join' };
    case 'report': {
      const read = clients.reduce((sum, client) => sum + tcpOf(client).bytesRead, 0);
      const report: FromCrowd = {
        kind: 'report',
        sequences: Float64Array.from(sequences),
        arrivals: Float64Array.from(arrivals),
        bytes: read - bytesBefore,
        slow: slowReceived,
      };
      bytesBefore = read;
      sequences = [];
      arrivals = [];
      return report;
    }
    case 'join-slow':
      slow = await join(message.url, message.runId);
      slow.on('frames', ({ sequence, bytes }) => {
        slowReceived.sequences.push(sequence);
        slowReceived.bytes += bytes.byteLength;
      });
      tcpOf(slow).pause();
      return { kind: 'join-slow' };
    case 'resume-slow':
      if (slow) tcpOf(slow).resume();
      return { kind: 'resume-slow' };
  }
}

process.on('message', (message: ToCrowd) => {
  void obey(message).then(answer => process.send?.(answer));
});
process.once('disconnect', () => process.exit());
