import {
  bigint,
  boolean,
  doublePrecision,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type {
  JobKind,
  JobState,
  NewRun,
  ProductionOptions,
  ProductionState,
  ProductionView,
  RunView,
  UploadView,
  WorldView,
} from '../api/types.ts';
import type { StoredFile } from '../files/fileStore.ts';

/** The tables as migrations/*.sql makes them; indexes and references are there alone. */

export type StoredFiles = Record<string, StoredFile>;
export type StoredError = NonNullable<ProductionView['error']>;
export type StepKind = 'generate' | 'score' | 'lift' | 'test' | 'revise';

const moment = (name: string) => timestamp(name, { withTimezone: true });

export const productions = pgTable('productions', {
  id: text('id').primaryKey(),
  version: integer('version').notNull().default(1),
  prompt: text('prompt').notNull(),
  source: text('source').$type<ProductionView['source']>().notNull(),
  options: jsonb('options').$type<ProductionOptions>().notNull(),
  model: text('model').notNull(),
  through: text('through').$type<ProductionView['through']>().notNull(),
  autopilot: integer('autopilot').notNull(),
  state: text('state').$type<ProductionState>().notNull(),
  waitingFor: text('waiting_for').$type<ProductionView['waitingFor']>(),
  stopped: text('stopped').$type<'no-findings'>(),
  stoppedBecause: text('stopped_because'),
  error: jsonb('error').$type<StoredError>(),
  createdAt: moment('created_at').notNull().defaultNow(),
  updatedAt: moment('updated_at').notNull().defaultNow(),
});

export const iterations = pgTable(
  'iterations',
  {
    productionId: text('production_id').notNull(),
    iteration: integer('iteration').notNull(),
    prompt: text('prompt').notNull(),
    /** The take that a person picked to be lifted. */
    take: text('take'),
  },
  table => [primaryKey({ columns: [table.productionId, table.iteration] })],
);

export const steps = pgTable(
  'steps',
  {
    productionId: text('production_id').notNull(),
    iteration: integer('iteration').notNull(),
    step: text('step').$type<StepKind>().notNull(),
    output: jsonb('output').$type<unknown>().notNull(),
    files: jsonb('files').$type<StoredFiles>().notNull(),
    details: jsonb('details').$type<unknown>(),
    jobId: text('job_id'),
    attempt: integer('attempt'),
    finishedAt: moment('finished_at').notNull().defaultNow(),
  },
  table => [primaryKey({ columns: [table.productionId, table.iteration, table.step] })],
);

export const jobs = pgTable('jobs', {
  id: text('id').primaryKey(),
  kind: text('kind').$type<JobKind>().notNull(),
  productionId: text('production_id'),
  iteration: integer('iteration'),
  runId: text('run_id'),
  state: text('state').$type<JobState>().notNull(),
  attempt: integer('attempt').notNull().default(0),
  worker: text('worker'),
  heartbeatAt: moment('heartbeat_at'),
  message: uuid('message'),
  priority: integer('priority').notNull().default(0),
  queuedAt: moment('queued_at').notNull().defaultNow(),
  work: doublePrecision('work').notNull(),
  stage: text('stage').notNull().default(''),
  fraction: doublePrecision('fraction').notNull().default(0),
  progressMessage: text('progress_message').notNull().default(''),
  /** What the attempt has put into storage while it goes on. */
  made: jsonb('made').$type<StoredFiles>().notNull().default({}),
  error: jsonb('error').$type<StoredError>(),
  createdAt: moment('created_at').notNull().defaultNow(),
  startedAt: moment('started_at'),
  finishedAt: moment('finished_at'),
});

export const worlds = pgTable('worlds', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  source: text('source').$type<WorldView['source']>().notNull(),
  productionId: text('production_id'),
  iteration: integer('iteration'),
  take: text('take'),
  files: jsonb('files').$type<StoredFiles>().notNull(),
  video: jsonb('video').$type<{ file: StoredFile; name: string }>(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const runs = pgTable('runs', {
  id: text('id').primaryKey(),
  worldId: text('world_id').notNull(),
  productionId: text('production_id'),
  iteration: integer('iteration'),
  ofStep: boolean('of_step').notNull(),
  seed: bigint('seed', { mode: 'number' }).notNull(),
  agents: integer('agents').notNull(),
  seconds: doublePrecision('seconds').notNull(),
  pace: text('pace').$type<NonNullable<NewRun['pace']>>().notNull(),
  result: jsonb('result').$type<RunView['result']>(),
  files: jsonb('files').$type<StoredFiles>().notNull(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export const uploads = pgTable('uploads', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  kind: text('kind').$type<UploadView['kind']>().notNull(),
  file: jsonb('file').$type<StoredFile>().notNull(),
  video: jsonb('video').$type<UploadView['video']>(),
  createdAt: moment('created_at').notNull().defaultNow(),
});

export type ProductionRow = typeof productions.$inferSelect;
export type IterationRow = typeof iterations.$inferSelect;
export type StepRow = typeof steps.$inferSelect;
export type JobRow = typeof jobs.$inferSelect;
export type WorldRow = typeof worlds.$inferSelect;
export type RunRow = typeof runs.$inferSelect;
export type UploadRow = typeof uploads.$inferSelect;
