import type { IterationView, JobKind, JobView, ProductionView } from '../../../../server/api/types.ts';
import { counted, takeTitle } from '../../../ui/words.ts';

/** The stages of an iteration as the page shows them, top to bottom. */
export const STAGES = ['takes', 'lift', 'world', 'revision'] as const;
export type Stage = (typeof STAGES)[number];

/**
 * todo: not begun. waiting: for the person. refused: ended without what it is for (no take could be lifted, the test
 * refused the world).
 */
export type StageState =
  | 'todo'
  | 'queued'
  | 'running'
  | 'paused'
  | 'waiting'
  | 'done'
  | 'refused'
  | 'failed'
  | 'cancelled';

export interface StageView {
  stage: Stage;
  title: string;
  state: StageState;
  /** One line: what came of it, or what has to happen first. */
  summary: string;
}

export const STAGE_TITLES: Record<Stage, string> = {
  takes: 'Takes',
  lift: 'Lift',
  world: 'World',
  revision: 'Revision',
};

export const STATE_WORDS: Record<StageState, string> = {
  todo: 'not yet',
  queued: 'waits in the queue',
  running: 'at work',
  paused: 'paused',
  waiting: 'your turn',
  done: 'done',
  refused: 'not possible',
  failed: 'failed',
  cancelled: 'stopped',
};

const STAGE_OF_JOB: Record<JobKind, Stage> = {
  generate: 'takes',
  score: 'takes',
  lift: 'lift',
  test: 'world',
  revise: 'revision',
};

/** The job that works on this stage of this iteration; null where none does. */
export function jobOfStage(job: JobView | null, iteration: number, stage: Stage): JobView | null {
  return job && job.iteration === iteration && STAGE_OF_JOB[job.kind] === stage ? job : null;
}

export function stagesOf(
  production: ProductionView,
  iteration: IterationView,
  job: JobView | null,
): StageView[] {
  const finished = finishedStages(iteration);
  const isLast = iteration.iteration === production.iterations.at(-1)?.iteration;
  const next = STAGES.find(stage => !finished.has(stage));
  return STAGES.map(stage => {
    const worker = jobOfStage(job, iteration.iteration, stage);
    const state =
      (worker && stateOfJob(worker)) ??
      waitingState(production, isLast, stage) ??
      finished.get(stage) ??
      (isLast && stage === 'revision' && production.state === 'done' ? 'done' : undefined) ??
      (isLast && stage === next ? haltedState(production) : 'todo');
    return { stage, title: STAGE_TITLES[stage], state, summary: summaryOf(stage, state, iteration, worker) };
  });
}

function finishedStages(iteration: IterationView): Map<Stage, StageState> {
  const finished = new Map<Stage, StageState>();
  const scored = iteration.takes?.some(take => take.rank !== null || take.verdict !== null);
  if (scored) finished.set('takes', 'done');
  if (iteration.lifted !== undefined) finished.set('lift', iteration.lifted ? 'done' : 'refused');
  if (iteration.tested !== undefined)
    finished.set('world', iteration.tested && !iteration.tested.code ? 'done' : 'refused');
  if (iteration.revised) finished.set('revision', 'done');
  return finished;
}

function stateOfJob(job: JobView): StageState | undefined {
  // Its result is in the production, or will be in a moment.
  return job.state === 'completed' ? undefined : job.state;
}

function waitingState(production: ProductionView, isLast: boolean, stage: Stage): StageState | undefined {
  if (!isLast || production.state !== 'waiting') return undefined;
  if (production.waitingFor === 'pick' && stage === 'lift') return 'waiting';
  if (production.waitingFor === 'accept' && stage === 'revision') return 'waiting';
  return undefined;
}

function haltedState(production: ProductionView): StageState {
  if (production.state === 'failed' || production.state === 'cancelled' || production.state === 'paused')
    return production.state;
  return production.state === 'running' ? 'queued' : 'todo';
}

function summaryOf(
  stage: Stage,
  state: StageState,
  iteration: IterationView,
  worker: JobView | null,
): string {
  if (worker?.message && state === 'running') return worker.message;
  if (state === 'failed') return worker?.error?.message ?? 'Something went wrong; see below.';
  switch (stage) {
    case 'takes':
      return takesSummary(iteration, state);
    case 'lift':
      return liftSummary(iteration, state);
    case 'world':
      return worldSummary(iteration, state);
    case 'revision':
      return revisionSummary(iteration, state);
  }
}

function takesSummary(iteration: IterationView, state: StageState): string {
  const takes = iteration.takes ?? [];
  if (takes.length === 0) return state === 'queued' ? 'The takes are made next.' : 'No takes yet.';
  const liftable = takes.filter(take => take.liftable?.ok).length;
  if (state !== 'done') return counted(takes.length, 'take');
  return `${counted(takes.length, 'take')}, ${liftable} can be lifted`;
}

function liftSummary(iteration: IterationView, state: StageState): string {
  if (iteration.lifted)
    return `${takeTitle(iteration.lifted.take)}: ${iteration.lifted.registered} of ${iteration.lifted.frames} frames placed`;
  if (iteration.lifted === null) return 'No take could be lifted.';
  return state === 'waiting' ? 'Pick the take to lift.' : 'A take becomes a world you can walk in.';
}

function worldSummary(iteration: IterationView, state: StageState): string {
  const { tested } = iteration;
  if (tested?.code) return tested.message ?? tested.code;
  if (tested) {
    const { error, warning, info } = tested.violations;
    const walked = `${Math.round(tested.coverage * 100)} % walked`;
    if (error + warning + info === 0) return `nothing found, ${walked}`;
    return `${counted(error, 'error')}, ${counted(warning, 'warning')}, ${walked}`;
  }
  if (tested === null) return 'There was no world to test.';
  return state === 'refused'
    ? 'The world could not be tested.'
    : 'Agents walk the world and pin what they find.';
}

function revisionSummary(iteration: IterationView, state: StageState): string {
  if (!iteration.revised)
    return state === 'done'
      ? 'Nothing was found: the prompt stays as it is.'
      : 'The prompt is rewritten from what was found.';
  const edits = counted(iteration.revised.edits.length, 'edit');
  return state === 'waiting' ? `${edits} proposed: read what changes, then go again.` : edits;
}
