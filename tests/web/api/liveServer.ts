import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { io, type Socket } from 'socket.io-client';
import type { ClientToServer, ServerToClient } from '../../../server/api/socketTypes.ts';
import { createLive, type Live, type LiveSocket } from '../../../web/api/live.ts';

type Wish = Parameters<ClientToServer['subscribe']>[0];

/** A real socket.io server that remembers what it was told, can go away and come back, and its client. */
export interface LiveServer {
  readonly live: Live;
  readonly wishes: Wish[];
  tell<Name extends keyof ServerToClient>(name: Name, ...parameters: Parameters<ServerToClient[Name]>): void;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
}

export async function startLiveServer(): Promise<LiveServer> {
  const wishes: Wish[] = [];
  let http: HttpServer;
  let sockets: Server<ClientToServer, ServerToClient>;
  let port = 0;

  async function start(): Promise<void> {
    http = createServer();
    sockets = new Server(http);
    sockets.on('connection', socket => {
      socket.on('subscribe', wish => wishes.push(wish));
    });
    await new Promise<void>(resolve => http.listen(port, '127.0.0.1', resolve));
    port = (http.address() as AddressInfo).port;
  }

  await start();
  const client: Socket = io(`http://127.0.0.1:${port}`, { reconnectionDelay: 20, reconnectionDelayMax: 50 });
  const socket: unknown = client;
  return {
    live: createLive(socket as LiveSocket),
    wishes,
    tell: (name, ...parameters) => sockets.emit(name, ...parameters),
    goAway: async () => {
      await sockets.close();
    },
    comeBack: start,
    async close() {
      client.disconnect();
      await sockets.close();
    },
  };
}
