import type { Server, Socket } from 'socket.io';
import type { ClientToServer, ServerToClient } from '../api/socketTypes.ts';

export type LiveServer = Server<ClientToServer, ServerToClient>;
export type LiveSocket = Socket<ClientToServer, ServerToClient>;

/** What may wait for one client in this process: a few seconds of a large run's frames. */
const MOST_BYTES = 256 * 1024;
/** engine.io packets; a frame is one or two of them. */
const MOST_PACKETS = 40;

/** How far a client is behind: what was written to it and has not gone to the system's socket buffer yet. */
export interface Backlog {
  packets: number;
  bytes: number;
}

/** What engine.io 6 holds of a connection, beyond its types. */
interface Connection {
  writeBuffer: readonly unknown[];
  /** A WebSocket tells its bytes; of long polling only the packets are known. */
  transport: { writable: boolean; socket?: { bufferedAmount?: number } };
}

export function backlogOf(socket: LiveSocket): Backlog {
  const conn: unknown = socket.conn;
  const { transport, writeBuffer } = conn as Connection;
  return {
    packets: writeBuffer.length + (transport.writable ? 0 : 1),
    bytes: transport.socket?.bufferedAmount ?? 0,
  };
}

/** @param allowedBytes beside the usual: of a large answer that is still on its way. */
export function isBehind(socket: LiveSocket, allowedBytes = 0): boolean {
  const { packets, bytes } = backlogOf(socket);
  return packets > MOST_PACKETS || bytes > MOST_BYTES + allowedBytes;
}

export function isDrained(socket: LiveSocket): boolean {
  const { packets, bytes } = backlogOf(socket);
  return packets === 0 && bytes === 0;
}
