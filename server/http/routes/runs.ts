import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { DirectorError } from '../../../engine/errors.ts';
import { toHtml } from '../../../sim/report/html.ts';
import type { TestReport } from '../../../sim/report/json.ts';
import { newRun, page, runId, runsQuery, runView } from '../../api/schemas.ts';
import type { FileLink } from '../../api/types.ts';
import { type Route, route } from '../route.ts';
import { PAGE_POLICY } from '../securityHeaders.ts';
import { disposition, sendFile } from '../sendFile.ts';
import type { Services } from '../services.ts';

const group = 'Runs';
const params = z.object({ id: runId });

export function runRoutes({ studio, files }: Services): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/runs',
      summary: 'All runs, newest first; ?worldId= those of one world',
      group,
      query: runsQuery,
      answers: { 200: page(runView) },
      handle: ({ query }) => studio.listRuns(query),
    }),
    route({
      method: 'post',
      path: '/api/runs',
      summary: 'Test a world by agents; pace "live" for people who watch',
      group,
      body: newRun,
      answers: { 201: runView },
      errors: ['UNKNOWN_ID'],
      handle: ({ body }) => studio.createRun(body),
    }),
    route({
      method: 'get',
      path: '/api/runs/:id',
      summary: 'A run with what it found',
      group,
      params,
      answers: { 200: runView },
      errors: ['UNKNOWN_ID'],
      handle: ({ params: { id } }) => studio.getRun(id),
    }),
    ...(['report.json', 'junit.xml'] as const).map(name =>
      route({
        method: 'get',
        path: `/api/runs/:id/${name}`,
        summary: name === 'report.json' ? 'The report as `test --json` prints it' : 'The report as JUnit XML',
        group,
        params,
        answers: {
          200: {
            media: name === 'report.json' ? 'application/json' : 'application/xml',
            description: 'The report; ?download saves it',
          },
        },
        errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
        async handle({ params: { id }, request, response }) {
          const { sha256 } = await reportFile(id, name);
          await sendFile(request, response, files, { sha256, name: `${id}-${name}`, immutable: false });
        },
      }),
    ),
    route({
      method: 'get',
      path: '/api/runs/:id/report.html',
      summary: 'The report as a page that needs nothing else',
      group,
      params,
      answers: { 200: { media: 'text/html', description: 'The report; ?download saves it' } },
      errors: ['UNKNOWN_ID', 'STATE_CONFLICT'],
      async handle({ params: { id }, request, response }) {
        const { sha256 } = await reportFile(id, 'report.json');
        const report = (await json(await files.read(sha256))) as TestReport;
        response.setHeader('Content-Security-Policy', PAGE_POLICY);
        response.setHeader('Cache-Control', 'no-cache');
        response.setHeader(
          'Content-Disposition',
          disposition(`${id}-report.html`, request.query['download'] !== undefined),
        );
        response.type('html').send(toHtml(report));
      },
    }),
  ];

  async function reportFile(id: string, name: string): Promise<FileLink> {
    const run = await studio.getRun(id);
    const file = run.files[name];
    if (!file)
      throw new DirectorError('STATE_CONFLICT', `Run ${id} has no report: it is ${run.state}.`, {
        suggestion: 'Ask again once the run is completed.',
      });
    return file;
  }
}
