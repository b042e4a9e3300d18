import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface VideosServerOptions {
  /** Bytes of every video. */
  video: Uint8Array;
  /** How many polls answer 'queued' or 'in_progress' before the outcome. */
  pollsBeforeEnd?: number;
  outcome?: { status: 'completed' } | { status: 'failed'; error: { code: string; message: string } };
  /** What the first creates, polls and downloads answer instead; 'reset' drops the connection. */
  createFaults?: Fault[];
  pollFaults?: Fault[];
  /** 'truncate' promises the whole and sends half; 'short' sends half and says so. */
  downloadFaults?: (Fault | 'truncate' | 'short')[];
}
type Fault = number | 'reset' | { status: number; body: unknown; headers?: Record<string, string> };

export interface VideosServer {
  url: string;
  creates: { fields: Record<string, string>; idempotencyKey: string; authorization: string }[];
  polls: string[];
  downloads: string[];
  options: VideosServerOptions;
  close(): Promise<void>;
}

/** A server of the /v1/videos protocol, with the failures that real ones have. */
export async function startVideosServer(options: VideosServerOptions): Promise<VideosServer> {
  const jobs = new Map<
    string,
    { polls: number; model: string; prompt: string; seconds: string; size: string }
  >();
  const state: VideosServer = {
    url: '',
    creates: [],
    polls: [],
    downloads: [],
    options,
    close: async () => {},
  };

  const answer = (
    response: ServerResponse,
    status: number,
    body: unknown,
    headers: Record<string, string> = {},
  ) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
  const fail = (response: ServerResponse, fault: Fault) => {
    if (fault === 'reset') response.destroy();
    else if (typeof fault === 'number')
      answer(response, fault, { error: { message: `made to fail with ${fault}`, code: null, type: 'x' } });
    else answer(response, fault.status, fault.body, fault.headers);
  };

  const server = createServer((request, response) => {
    void handle(request, response).catch(error => response.destroy(error as Error));
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').split('?')[0];
    const body = await read(request);
    const now = state.options;
    if (request.method === 'POST' && path === '/v1/videos') {
      const fault = now.createFaults?.shift();
      if (fault !== undefined) return fail(response, fault);
      const fields = Object.fromEntries(
        [...body.matchAll(/name="([^"]+)"\r\n\r\n([\s\S]*?)\r\n--/g)].map(match => [match[1], match[2]]),
      );
      state.creates.push({
        fields,
        idempotencyKey: String(request.headers['idempotency-key'] ?? ''),
        authorization: String(request.headers.authorization ?? ''),
      });
      const id = `video_${state.creates.length}`;
      jobs.set(id, {
        polls: 0,
        model: fields['model'] ?? '',
        prompt: fields['prompt'] ?? '',
        seconds: fields['seconds'] ?? '',
        size: fields['size'] ?? '',
      });
      return answer(response, 200, describe(id, 'queued'));
    }
    const [, id, content] = /^\/v1\/videos\/([^/]+)(\/content)?$/.exec(path) ?? [];
    const job = jobs.get(id ?? '');
    if (!id || !job)
      return answer(response, 404, { error: { message: 'no such video', code: 'not_found', type: 'x' } });
    if (request.method === 'DELETE') return answer(response, 200, { id, deleted: jobs.delete(id) });
    if (content) {
      state.downloads.push(id);
      const fault = now.downloadFaults?.shift();
      if (fault === 'truncate' || fault === 'short') {
        const half = now.video.subarray(0, now.video.length >> 1);
        response.writeHead(200, {
          'content-type': 'video/mp4',
          'content-length': String(fault === 'short' ? half.length : now.video.length),
        });
        response.write(half, () => (fault === 'short' ? response.end() : response.destroy()));
        return;
      }
      if (fault !== undefined) return fail(response, fault);
      response
        .writeHead(200, { 'content-type': 'video/mp4', 'content-length': String(now.video.length) })
        .end(now.video);
      return;
    }
    state.polls.push(id);
    const fault = now.pollFaults?.shift();
    if (fault !== undefined) return fail(response, fault);
    job.polls++;
    const before = now.pollsBeforeEnd ?? 1;
    if (job.polls <= before)
      return answer(
        response,
        200,
        describe(
          id,
          job.polls === 1 ? 'queued' : 'in_progress',
          Math.round((100 * job.polls) / (before + 1)),
        ),
      );
    const outcome = now.outcome ?? { status: 'completed' as const };
    return answer(response, 200, {
      ...describe(id, outcome.status, 100),
      ...('error' in outcome && { error: outcome.error }),
    });
  }
  function describe(id: string, status: string, progress = 0): Record<string, unknown> {
    const job = jobs.get(id);
    return {
      id,
      object: 'video',
      status,
      progress,
      created_at: 1,
      completed_at: null,
      expires_at: null,
      error: null,
      model: job?.model,
      seconds: job?.seconds,
      size: job?.size,
      prompt: job?.prompt,
    };
  }

  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  state.close = () =>
    new Promise(resolve => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return state;
}

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += (chunk as Buffer).toString('latin1');
  return text;
}
