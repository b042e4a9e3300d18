import type { Iteration } from '../../pipeline/direct/production.ts';
import type { IterationView, JobView, ProductionSummary, ProductionView, TakeView } from '../api/types.ts';
import type { RunRow, WorldRow } from '../db/schema.ts';
import { fileLink } from '../files/fileLink.ts';
import type { ScoreDetails } from '../jobs/finishedStep.ts';
import type { LoadedProduction } from '../jobs/productionDocument.ts';

/** A production with the rows of what it made. */
export interface ShownProduction extends LoadedProduction {
  worlds: Pick<WorldRow, 'id' | 'iteration' | 'files'>[];
  runs: Pick<RunRow, 'id' | 'iteration'>[];
}

export function productionView(shown: ShownProduction, job: JobView | null): ProductionView {
  const { row, document } = shown;
  const { best } = document;
  const bestWorld = best && worldOf(shown, best.iteration);
  return {
    id: row.id,
    version: row.version,
    prompt: row.prompt,
    source: row.source,
    state: row.state,
    waitingFor: row.waitingFor,
    through: row.through,
    autopilot: row.autopilot,
    options: row.options,
    iterations: document.iterations.map(iteration => iterationView(shown, iteration)),
    best:
      best && bestWorld
        ? {
            iteration: best.iteration,
            take: best.take,
            worldId: bestWorld.id,
            violations: best.violations,
            because: best.because,
          }
        : null,
    stoppedBecause: row.stoppedBecause,
    error: row.error,
    job,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

export function productionSummary(shown: ShownProduction): ProductionSummary {
  const { row, document } = shown;
  const tested = document.iterations.flatMap(iteration => iteration.tested ?? []);
  return {
    id: row.id,
    prompt: row.prompt,
    state: row.state,
    iterations: document.iterations.length,
    picture: pictureOf(shown),
    violations: document.best?.violations ?? tested.at(-1)?.violations ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}

function pictureOf(shown: ShownProduction): ProductionSummary['picture'] {
  const { document, worlds, files } = shown;
  const world = (document.best && worldOf(shown, document.best.iteration)) ?? worlds.at(-1);
  const preview = world?.files['preview.webp'];
  if (preview) return fileLink(preview, 'preview.webp');
  const video = document.iterations[0]?.generated?.takes[0]?.video;
  const file = video === undefined ? undefined : files[video];
  return video !== undefined && file ? fileLink(file, video) : null;
}

function worldOf({ worlds }: ShownProduction, iteration: number) {
  return worlds.find(world => world.iteration === iteration);
}

function iterationView(shown: ShownProduction, iteration: Iteration): IterationView {
  const { generated, lifted, tested, revised } = iteration;
  const view: IterationView = { iteration: iteration.iteration, prompt: iteration.prompt };
  if (generated) {
    view.takes = generated.takes.flatMap(take => takeView(shown, iteration, take));
    view.failedTakes = generated.failed;
  }
  if (lifted === null) view.lifted = null;
  const world = worldOf(shown, iteration.iteration);
  if (lifted && world) {
    const { take, because, registered, frames, reprojectionErrorPixels } = lifted;
    view.lifted = { take, because, worldId: world.id, registered, frames, reprojectionErrorPixels };
  }
  if (tested === null) view.tested = null;
  if (tested) {
    const { coverage, reachableArea, violations, found, code, message } = tested;
    view.tested = {
      runId: shown.runs.find(run => run.iteration === iteration.iteration)?.id ?? null,
      coverage,
      reachableArea,
      violations,
      found,
      ...(code !== undefined && { code }),
      ...(message !== undefined && { message }),
    };
  }
  if (revised) {
    const { prompt, edits, from, notes } = revised;
    view.revised = { prompt, edits, ...(notes && { notes }), ...(from !== undefined && { from }) };
  }
  return view;
}

function takeView(
  shown: ShownProduction,
  { iteration, scored, verdicts }: Iteration,
  { take, video }: { take: string; video: string },
): TakeView[] {
  const file = shown.files[video];
  if (!file) return [];
  const score = scored?.takes.find(each => each.take === take);
  const step = shown.steps.find(each => each.iteration === iteration && each.step === 'score');
  const details = step?.details as ScoreDetails | null | undefined;
  const verdict = verdicts?.find(each => each.take === take);
  return [
    {
      take,
      video: fileLink(file, video),
      rank: score?.rank ?? null,
      overall: score?.overall ?? null,
      dimensions: details?.[take] ?? null,
      liftable: score ? { ok: score.liftable, reason: score.reason } : null,
      findings: score?.findings ?? [],
      verdict: verdict ? { code: verdict.code, message: verdict.message } : null,
    },
  ];
}
