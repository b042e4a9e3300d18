import type {
  JobView,
  NewProduction,
  NewRun,
  Page,
  ProductionSummary,
  ProductionView,
  RunView,
  WorldView,
} from '../../server/api/types.ts';
import { query, request } from './request.ts';

/** The HTTP API, a function each. All throw ApiFailure. */
export const api = {
  listProductions: (after?: string) =>
    request<Page<ProductionSummary>>('GET', `/api/productions${query({ limit: 24, after })}`),
  createProduction: (wish: NewProduction) => request<ProductionView>('POST', '/api/productions', wish),
  getProduction: (id: string) => request<ProductionView>('GET', `/api/productions/${id}`),
  deleteProduction: (id: string) => request<void>('DELETE', `/api/productions/${id}`),
  pickTake: (id: string, iteration: number, take: string) =>
    request<ProductionView>('POST', `/api/productions/${id}/iterations/${iteration}/pick`, { take }),
  /** Without a prompt of one's own the revised one is accepted. */
  nextIteration: (id: string, prompt?: string) =>
    request<ProductionView>(
      'POST',
      `/api/productions/${id}/iterations`,
      prompt === undefined ? {} : { prompt },
    ),
  setAutopilot: (id: string, iterations: number) =>
    request<ProductionView>('POST', `/api/productions/${id}/autopilot`, { iterations }),
  changeProduction: (id: string, change: 'pause' | 'resume' | 'cancel' | 'retry') =>
    request<ProductionView>('POST', `/api/productions/${id}/${change}`),

  changeJob: (id: string, change: 'pause' | 'resume' | 'cancel' | 'retry') =>
    request<JobView>('POST', `/api/jobs/${id}/${change}`),

  createWorld: (uploadId: string) => request<WorldView>('POST', '/api/worlds', { uploadId }),
  /** Lifted and uploaded ones, newest first. */
  listWorlds: (after?: string) =>
    request<Page<WorldView>>('GET', `/api/worlds${query({ limit: 100, after })}`),
  getWorld: (id: string) => request<WorldView>('GET', `/api/worlds/${id}`),

  createRun: (wish: NewRun) => request<RunView>('POST', '/api/runs', wish),
  getRun: (id: string) => request<RunView>('GET', `/api/runs/${id}`),
};

/** Addresses of files that are made when they are asked for. */
export const downloads = {
  production: (id: string) => `/api/productions/${id}/export`,
  reportJson: (runId: string) => `/api/runs/${runId}/report.json`,
  reportJunit: (runId: string) => `/api/runs/${runId}/junit.xml`,
  reportHtml: (runId: string) => `/api/runs/${runId}/report.html`,
};

/** A stored file's address that makes the browser save it instead of showing it. */
export function downloadUrl(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}download`;
}
