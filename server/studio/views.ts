import type { FileLink, JobView, RunView, UploadView, WorldView } from '../api/types.ts';
import type { JobRow, RunRow, StoredFiles, UploadRow, WorldRow } from '../db/schema.ts';
import { fileLink } from '../files/fileLink.ts';
import type { Estimates } from '../jobs/estimate.ts';

/** Rows as people get them. */

export function jobView(row: JobRow, estimates: Estimates): JobView {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state,
    productionId: row.productionId,
    iteration: row.iteration,
    runId: row.runId,
    attempt: row.attempt,
    stage: row.stage,
    fraction: Math.min(1, Math.max(0, row.fraction)),
    message: row.progressMessage,
    made: fileLinks(row.made),
    ...estimates(row),
    error: row.error,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

export function worldView(row: WorldRow, runs: string[]): WorldView {
  return {
    id: row.id,
    name: row.name,
    source: row.source,
    productionId: row.productionId,
    iteration: row.iteration,
    take: row.take,
    files: fileLinks(row.files),
    video: row.video && fileLink(row.video.file, row.video.name),
    runs,
    createdAt: row.createdAt.toISOString(),
  };
}

export function runView(row: RunRow, job: JobRow | undefined, estimates: Estimates): RunView {
  return {
    id: row.id,
    worldId: row.worldId,
    productionId: row.productionId,
    iteration: row.iteration,
    state: job?.state ?? (row.result ? 'completed' : 'cancelled'),
    job: job ? jobView(job, estimates) : null,
    seed: row.seed,
    agents: row.agents,
    seconds: row.seconds,
    pace: row.pace,
    result: row.result,
    files: fileLinks(row.files),
    createdAt: row.createdAt.toISOString(),
  };
}

export function uploadView(row: UploadRow): UploadView {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    file: fileLink(row.file, row.name),
    video: row.video,
    createdAt: row.createdAt.toISOString(),
  };
}

function fileLinks(files: StoredFiles): Record<string, FileLink> {
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path, fileLink(file, path)]));
}
