import { z } from 'zod';
import { type Route, route } from '../route.ts';
import { sendFile } from '../sendFile.ts';
import type { Services } from '../services.ts';

const params = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hexadecimal'),
  name: z.string().min(1).max(255),
});

export function fileRoutes({ files }: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/files/:sha256/:name',
      summary: 'A stored file by its content; ?download saves it. Ranges, ETag and HEAD work',
      group: 'Files',
      params,
      query: z.object({ download: z.string().optional() }),
      answers: {
        200: { media: '*/*', description: 'The whole file' },
        206: { media: '*/*', description: 'The range asked for' },
        304: { description: 'The client has it already' },
      },
      errors: ['FILE_UNKNOWN', 'RANGE_INVALID'],
      async handle({ params: { sha256, name }, request, response }) {
        await sendFile(request, response, files, { sha256, name, immutable: true });
      },
    }),
  ];
}
