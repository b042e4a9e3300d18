import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

/** What /v1/chat/completions is sent, as far as the protocol fixes it. */
const requestSchema = z.object({
  model: z.string(),
  messages: z.array(
    z.object({
      role: z.enum(['system', 'user']),
      content: z.union([
        z.string(),
        z.array(
          z.union([
            z.object({ type: z.literal('text'), text: z.string() }),
            z.object({ type: z.literal('image_url'), image_url: z.object({ url: z.string() }) }),
          ]),
        ),
      ]),
    }),
  ),
  response_format: z.object({
    type: z.literal('json_schema'),
    json_schema: z.object({ name: z.string(), schema: z.looseObject({}), strict: z.literal(true) }),
  }),
});
export type VisionRequest = z.infer<typeof requestSchema> & { authorization: string };

export interface VisionServer {
  url: string;
  requests: VisionRequest[];
  close(): Promise<void>;
}

/**
 * A server of the chat completions protocol. It refuses what is not in the protocol with 400, as real ones do.
 * @param reply what the model says: the message's content, a refusal, or a status that the server fails with.
 */
export async function startVisionServer(
  reply: (request: VisionRequest, count: number) => string | { refusal: string } | number,
): Promise<VisionServer> {
  const state: VisionServer = { url: '', requests: [], close: async () => {} };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const answer = (status: number, body: unknown) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const parsed = requestSchema.safeParse(JSON.parse(Buffer.concat(chunks).toString() || '{}'));
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions' || !parsed.success)
      return answer(400, { error: { message: 'bad request', type: 'invalid_request_error', code: null } });
    const asked = { ...parsed.data, authorization: String(request.headers.authorization ?? '') };
    state.requests.push(asked);
    const said = reply(asked, state.requests.length);
    if (typeof said === 'number')
      return answer(said, { error: { message: `made to fail with ${said}`, type: 'x', code: null } });
    const message =
      typeof said === 'string'
        ? { role: 'assistant', content: said, refusal: null }
        : { role: 'assistant', content: null, refusal: said.refusal };
    answer(200, {
      id: `chatcmpl-${state.requests.length}`,
      object: 'chat.completion',
      created: 1,
      model: asked.model,
      choices: [{ index: 0, message, finish_reason: 'stop', logprobs: null }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  state.close = async () => {
    server.closeAllConnections();
    await new Promise(resolve => server.close(resolve));
  };
  return state;
}
