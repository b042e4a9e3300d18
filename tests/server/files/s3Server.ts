import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface S3Server {
  url: string;
  close(): Promise<void>;
}

/** As much of the S3 protocol as storage speaks: PUT, GET with ranges and HEAD of objects, over a real socket. */
export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const server = createServer(async (request, response) => {
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://s3').pathname);
    const stored = objects.get(key);
    if (request.method === 'PUT') {
      const body = await buffer(request);
      const framed = request.headers['content-encoding']?.includes('aws-chunked');
      objects.set(key, framed ? unframe(body) : body);
      response.writeHead(200, { etag: '"stored"' }).end();
    } else if (!stored) {
      const body = '<Error><Code>NoSuchKey</Code><Message>There is none.</Message></Error>';
      response.writeHead(404, { 'content-type': 'application/xml' });
      response.end(request.method === 'HEAD' ? undefined : body);
    } else {
      const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
      const part = range ? stored.subarray(Number(range[1]), Number(range[2]) + 1) : stored;
      response.writeHead(range ? 206 : 200, {
        'content-length': part.length,
        'last-modified': new Date(0).toUTCString(),
        etag: '"stored"',
      });
      response.end(request.method === 'HEAD' ? undefined : part);
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The SDK sends streams as chunks of `<hex length>[;signature]\r\n<bytes>\r\n` with a checksum behind them. */
function unframe(body: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const lineEnd = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.subarray(at, lineEnd).toString('latin1'), 16);
    if (!(length > 0)) return Buffer.concat(parts);
    parts.push(body.subarray(lineEnd + 2, lineEnd + 2 + length));
    at = lineEnd + 2 + length + 2;
  }
}
