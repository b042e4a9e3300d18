import { z } from 'zod';
import { DirectorError } from '../../../engine/errors.ts';
import { editSchema } from '../../../pipeline/direct/production.ts';
import {
  autopilotRequest,
  iterationView,
  newProduction,
  nextIteration,
  page,
  pageQuery,
  pickTake,
  productionId,
  productionSummary,
  productionView,
  takeName,
  takeView,
  wholeNumber,
} from '../../api/schemas.ts';
import type { IterationView, TakeView } from '../../api/types.ts';
import type { Studio } from '../../studio/studio.ts';
import { type Route, route } from '../route.ts';
import { sendExport } from '../sendExport.ts';
import type { Services } from '../services.ts';

const group = 'Productions';
const params = z.object({ id: productionId });
const iterationParams = params.extend({ iteration: wholeNumber(1, 9999) });
const takeParams = iterationParams.extend({ take: takeName });
export const revisionView = z.object({ prompt: z.string(), edits: z.array(editSchema) });

export function productionRoutes({ studio, files }: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/productions',
      summary: 'All productions, newest first',
      group,
      query: pageQuery,
      answers: { 200: page(productionSummary) },
      handle: ({ query }) => studio.listProductions(query),
    }),
    route({
      method: 'post',
      path: '/api/productions',
      summary: 'Start a production from a prompt, or from an uploaded video',
      group,
      body: newProduction,
      answers: { 201: productionView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT', 'PROVIDER_KEY_MISSING'],
      handle: ({ body }) => studio.createProduction(body),
    }),
    route({
      method: 'get',
      path: '/api/productions/:id',
      summary: 'A production with all its iterations',
      group,
      params,
      answers: { 200: productionView },
      errors: ['UNKNOWN_ID'],
      handle: ({ params: { id } }) => studio.getProduction(id),
    }),
    route({
      method: 'delete',
      path: '/api/productions/:id',
      summary: 'Delete a production with its worlds and runs; what runs is cancelled first',
      group,
      params,
      answers: { 204: { description: 'Deleted' } },
      errors: ['UNKNOWN_ID'],
      async handle({ params: { id }, response }) {
        await studio.deleteProduction(id);
        response.status(204).end();
      },
    }),
    ...(['pause', 'resume', 'cancel', 'retry'] as const).map(change =>
      route({
        method: 'post',
        path: `/api/productions/:id/${change}`,
        summary: CHANGES[change].summary,
        group,
        params,
        answers: { 200: productionView },
        errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
        handle: ({ params: { id } }) => CHANGES[change].apply(studio, id),
      }),
    ),
    route({
      method: 'post',
      path: '/api/productions/:id/autopilot',
      summary: 'Run on without asking until this many iterations are done',
      group,
      params,
      body: autopilotRequest,
      answers: { 200: productionView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      handle: ({ params: { id }, body }) => studio.setAutopilot(id, body.iterations),
    }),
    route({
      method: 'get',
      path: '/api/productions/:id/export',
      summary: 'The whole production as a zip: production.json, takes, worlds, reports, revisions',
      group,
      params,
      answers: { 200: { media: 'application/zip', description: 'The folder that `direct` writes' } },
      errors: ['UNKNOWN_ID'],
      async handle({ params: { id }, response }) {
        await sendExport(response, files, `production-${id}`, await studio.exportProduction(id));
      },
    }),
    ...iterationRoutes(studio),
  ];
}

function iterationRoutes(studio: Studio): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/productions/:id/iterations',
      summary: 'The iterations of a production, first to last',
      group,
      params,
      answers: { 200: page(iterationView) },
      errors: ['UNKNOWN_ID'],
      handle: async ({ params: { id } }) => ({
        items: (await studio.getProduction(id)).iterations,
        next: null,
      }),
    }),
    route({
      method: 'post',
      path: '/api/productions/:id/iterations',
      summary: 'Accept the revised prompt, or give one of your own, and start the next iteration',
      group,
      params,
      body: nextIteration,
      answers: { 201: productionView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      handle: ({ params: { id }, body }) => studio.nextIteration(id, body.prompt),
    }),
    route({
      method: 'get',
      path: '/api/productions/:id/iterations/:iteration',
      summary: 'One iteration',
      group,
      params: iterationParams,
      answers: { 200: iterationView },
      errors: ['UNKNOWN_ID'],
      handle: ({ params: { id, iteration } }) => readIteration(studio, id, iteration),
    }),
    route({
      method: 'post',
      path: '/api/productions/:id/iterations/:iteration/pick',
      summary: 'Lift this take; world, test and revision of the iteration are made anew',
      group,
      params: iterationParams,
      body: pickTake,
      answers: { 200: productionView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      handle: ({ params: { id, iteration }, body }) => studio.pickTake(id, iteration, body.take),
    }),
    route({
      method: 'get',
      path: '/api/productions/:id/iterations/:iteration/takes',
      summary: 'The takes of an iteration with their scores',
      group,
      params: iterationParams,
      answers: { 200: page(takeView) },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      handle: async ({ params: { id, iteration } }) => ({
        items: takesOf(await readIteration(studio, id, iteration)),
        next: null,
      }),
    }),
    route({
      method: 'get',
      path: '/api/productions/:id/iterations/:iteration/takes/:take',
      summary: 'One take',
      group,
      params: takeParams,
      answers: { 200: takeView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      async handle({ params: { id, iteration, take } }) {
        const found = takesOf(await readIteration(studio, id, iteration)).find(each => each.take === take);
        if (!found) throw new DirectorError('UNKNOWN_ID', `Iteration ${iteration} of ${id} has no ${take}.`);
        return found;
      },
    }),
    route({
      method: 'get',
      path: '/api/productions/:id/iterations/:iteration/revision',
      summary: 'The revised prompt of an iteration, with the reason for each edit',
      group,
      params: iterationParams,
      answers: { 200: revisionView },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      async handle({ params: { id, iteration } }) {
        const { revised } = await readIteration(studio, id, iteration);
        if (!revised) throw new DirectorError('STATE_CONFLICT', `Iteration ${iteration} is not revised yet.`);
        return revised;
      },
    }),
  ];
}

const CHANGES = {
  pause: {
    summary: 'Hold a production; what runs is given back and starts again on resume',
    apply: (studio: Studio, id: string) => studio.pauseProduction(id),
  },
  resume: {
    summary: 'Go on with a paused production',
    apply: (studio: Studio, id: string) => studio.resumeProduction(id),
  },
  cancel: {
    summary: 'Stop a production; what was finished is kept',
    apply: (studio: Studio, id: string) => studio.cancelProduction(id),
  },
  retry: {
    summary: 'Run the step that failed or was cancelled again',
    apply: (studio: Studio, id: string) => studio.retryProduction(id),
  },
};

async function readIteration(studio: Studio, id: string, iteration: number): Promise<IterationView> {
  const { iterations } = await studio.getProduction(id);
  const found = iterations.find(each => each.iteration === iteration);
  if (!found)
    throw new DirectorError(
      'UNKNOWN_ID',
      `${id} has no iteration ${iteration}; it has ${iterations.length}.`,
    );
  return found;
}

function takesOf(iteration: IterationView): TakeView[] {
  if (!iteration.takes)
    throw new DirectorError('STATE_CONFLICT', `Iteration ${iteration.iteration} has no takes yet.`);
  return iteration.takes;
}
