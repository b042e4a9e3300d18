import { z } from 'zod';
import { jobId, jobsQuery, jobView, page } from '../../api/schemas.ts';
import type { Studio } from '../../studio/studio.ts';
import { type Route, route } from '../route.ts';
import type { Services } from '../services.ts';

const group = 'Jobs';
const params = z.object({ id: jobId });

export function jobRoutes({ studio }: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/jobs',
      summary: 'Jobs, newest first, with their place in the queue and when they should be done',
      group,
      query: jobsQuery,
      answers: { 200: page(jobView) },
      handle: ({ query }) => studio.listJobs(query),
    }),
    route({
      method: 'get',
      path: '/api/jobs/:id',
      summary: 'One job',
      group,
      params,
      answers: { 200: jobView },
      errors: ['UNKNOWN_ID'],
      handle: ({ params: { id } }) => studio.getJob(id),
    }),
    ...(['pause', 'resume', 'cancel', 'retry'] as const).map(change =>
      route({
        method: 'post',
        path: `/api/jobs/:id/${change}`,
        summary: CHANGES[change].summary,
        group,
        params,
        answers: { 200: jobView },
        errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
        handle: ({ params: { id } }) => CHANGES[change].apply(studio, id),
      }),
    ),
  ];
}

const CHANGES = {
  pause: {
    summary: 'Hold a job; where it runs it is stopped',
    apply: (studio: Studio, id: string) => studio.pauseJob(id),
  },
  resume: {
    summary: 'Queue a paused job again',
    apply: (studio: Studio, id: string) => studio.resumeJob(id),
  },
  cancel: { summary: 'Stop a job for good', apply: (studio: Studio, id: string) => studio.cancelJob(id) },
  retry: {
    summary: 'Queue a failed or cancelled job again',
    apply: (studio: Studio, id: string) => studio.retryJob(id),
  },
};
