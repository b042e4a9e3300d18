import {
  generateRequest,
  productionView,
  reconstructRequest,
  runAgentRequest,
  runView,
} from '../../api/schemas.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const group = 'Single steps';

/** The names that the seed project's API had, on the same studio. */
export function seedNameRoutes({ studio }: Services): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/generate',
      summary: 'Make takes of a prompt and score them: a production that goes no further by itself',
      group,
      body: generateRequest,
      answers: { 201: productionView },
      errors: ['PROVIDER_KEY_MISSING'],
      handle: ({ body }) => studio.createProduction({ ...body, through: 'score' }),
    }),
    route({
      method: 'post',
      path: '/api/reconstruct',
      summary: "Lift an uploaded video, or a production's take, into a world",
      group,
      body: reconstructRequest,
      answers: { 201: productionView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      async handle({ body }) {
        if ('productionId' in body) return studio.pickTake(body.productionId, body.iteration, body.take);
        const { name } = await studio.getUpload(body.uploadId);
        const prompt = body.prompt ?? name.replace(/\.[^.]*$/, '').replace(/[-_]+/g, ' ');
        return studio.createProduction({ uploadId: body.uploadId, prompt, through: 'lift' });
      },
    }),
    route({
      method: 'post',
      path: '/api/run_agent',
      summary: 'Test a world by agents; the same as POST /api/runs',
      group,
      body: runAgentRequest,
      answers: { 201: runView },
      errors: ['UNKNOWN_ID'],
      handle: ({ body }) => studio.createRun(body),
    }),
  ];
}
