import { z } from 'zod';
import { uploadId, uploadView } from '../../api/schemas.ts';
import { receiveUpload } from '../receiveUpload.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const group = 'Uploads';

export function uploadRoutes({ studio, files }: Services): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/uploads',
      summary: 'Send a video (to 512 MiB) or a GLB (to 256 MiB), as a form or as the body itself',
      group,
      query: z.strictObject({
        /** What the file is called, where the body is the file. */
        name: z.string().min(1).max(255).optional(),
      }),
      rawBody: {
        'multipart/form-data': 'One part that is a file',
        'video/*': 'The file itself; its name as ?name=',
        'model/gltf-binary': 'The file itself; its name as ?name=',
        'application/octet-stream': 'The file itself; its name as ?name=',
      },
      answers: { 201: uploadView },
      errors: [
        'INPUT_TOO_LARGE',
        'INPUT_EMPTY',
        'INPUT_UNREADABLE',
        'CONTENT_TYPE_WRONG',
        'VIDEO_UNREADABLE',
        'VIDEO_NO_PICTURE',
        'VIDEO_TOO_SHORT',
        'WORLD_UNREADABLE',
        'WORLD_INVALID',
        'WORLD_EMPTY',
        'WORLD_UNSUPPORTED',
        'WORLD_TOO_LARGE',
      ],
      handle: async ({ request, query }) =>
        studio.createUpload(await receiveUpload(request, files, query.name)),
    }),
    route({
      method: 'get',
      path: '/api/uploads/:id',
      summary: 'An upload',
      group,
      params: z.object({ id: uploadId }),
      answers: { 200: uploadView },
      errors: ['UNKNOWN_ID'],
      handle: ({ params: { id } }) => studio.getUpload(id),
    }),
  ];
}
