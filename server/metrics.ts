import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { JobState } from './api/types.ts';

/** What /metrics asks the parts for when it is read. */
export interface MetricSources {
  countJobs(): Promise<Record<JobState, number>>;
  countSockets(): number;
}

export interface Metrics {
  /** @param route as declared, '/api/productions/:id', so that ids do not make a series each. */
  observeRequest(method: string, route: string, status: number, seconds: number): void;
  /** Until it is called, only what needs no database is told. */
  attach(sources: MetricSources): void;
  contentType: string;
  /** In Prometheus' text format. */
  read(): Promise<string>;
}

/** Bounds of a request's duration, seconds: from a health check to a long export. */
const DURATION_BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30];

/** Metrics of one server, in a registry of its own: memory, CPU, the event loop's lag, requests, jobs, sockets. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: DURATION_BUCKETS,
    registers: [registry],
  });
  return {
    observeRequest: (method, route, status, seconds) =>
      durations.observe({ method, route, status: String(status) }, seconds),
    attach({ countJobs, countSockets }) {
      new Gauge({
        name: 'sora_jobs',
        help: 'Jobs by state; state="queued" is the length of the queue',
        labelNames: ['state'],
        registers: [registry],
        async collect() {
          for (const [state, count] of Object.entries(await countJobs())) this.set({ state }, count);
        },
      });
      new Gauge({
        name: 'sora_sockets',
        help: 'Live connections to this process',
        registers: [registry],
        collect() {
          this.set(countSockets());
        },
      });
    },
    contentType: registry.contentType,
    read: () => registry.metrics(),
  };
}
