import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Express } from 'express';
import { DirectorError, ERRORS, type ErrorCode } from '../../engine/errors.ts';
import type { ApiError } from '../api/types.ts';
import { requestIdOf } from './requestId.ts';

/** Headers come in one packet; who takes longer holds a connection on purpose. */
const HEADERS_MILLISECONDS = 15_000;
/** A large upload over a slow line. */
const REQUEST_MILLISECONDS = 2 * 3600 * 1000;
/** A connection on which nothing moves, in either direction. */
const IDLE_MILLISECONDS = 120_000;
/** How often the limits above are looked after. */
const CHECK_MILLISECONDS = 5000;
/** Each takes some 50 kB; more than any studio has, and few enough for the memory. */
const MOST_CONNECTIONS = 6000;

export interface Listening {
  server: Server;
  /** To open in a browser on this machine. */
  url: string;
  /** Ends idle connections at once, and those that are still answered after `patience`. */
  close(patienceMilliseconds: number): Promise<void>;
}

/**
 * Listens for HTTP; what is no HTTP, or too slow to be, is answered with a code all the same.
 * @throws PORT_TAKEN; USAGE where the address is not one of this machine's.
 */
export async function listen(handler: Express, host: string, port: number): Promise<Listening> {
  const server = createServer({ connectionsCheckingInterval: CHECK_MILLISECONDS }, handler);
  server.headersTimeout = HEADERS_MILLISECONDS;
  server.requestTimeout = REQUEST_MILLISECONDS;
  server.timeout = IDLE_MILLISECONDS;
  server.maxConnections = MOST_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuse(socket, ...codeOf(error)));
  server.on('upgrade', (request, socket) => {
    if (request.url?.startsWith('/socket.io/')) return;
    refuse(socket, 'ROUTE_UNKNOWN', 'There is no WebSocket here.', requestIdOf(request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => reject(listenError(cause, host, port)));
    server.listen(port, host, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    server,
    url: `http://${nameOf(host)}:${taken}`,
    close: patienceMilliseconds =>
      new Promise(resolve => {
        const timer = setTimeout(() => server.closeAllConnections(), patienceMilliseconds);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

function listenError(cause: NodeJS.ErrnoException, host: string, port: number): DirectorError {
  if (cause.code === 'EADDRINUSE')
    return new DirectorError('PORT_TAKEN', `Another program uses port ${port} of ${host}.`, { cause });
  return new DirectorError('USAGE', `The server cannot listen on ${host}:${port}: ${cause.message}.`, {
    suggestion: 'Give a --host of this machine (127.0.0.1, or 0.0.0.0 for all) and a --port from 1024.',
    cause,
  });
}

function codeOf(error: NodeJS.ErrnoException): [ErrorCode, string] {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return ['REQUEST_TIMEOUT', 'The request did not arrive in time.'];
  if (error.code === 'HPE_HEADER_OVERFLOW') return ['REQUEST_INVALID', 'The headers have more than 16 kB.'];
  return ['REQUEST_INVALID', 'What was sent is not HTTP.'];
}

/** By hand: there is no request, so there is no response to write it with. */
function refuse(socket: Duplex, code: ErrorCode, message: string, requestId = 'none'): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { http, fix } = ERRORS[code];
  const body: ApiError = { error: { code, message, suggestion: fix, requestId } };
  const text = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${http} ${code}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
    () => socket.destroy(),
  );
}
