import { z } from 'zod';
import {
  editSchema,
  findingSchema,
  violationCountsSchema,
  violationGroupSchema,
} from '../../pipeline/direct/production.ts';
import { dimensionSchema } from '../../pipeline/score/scorecard.ts';

/**
 * Every body, query and answer of the HTTP API, once: requests are validated by these, web/ takes its types from
 * them (types.ts), and /api/docs shows them as OpenAPI 3.1. Times are ISO 8601 in UTC; paths in URLs are absolute
 * on this server.
 */

const id = (prefix: string) => z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{16}$`));
export const productionId = id('p');
export const jobId = id('j');
export const worldId = id('w');
export const runId = id('r');
export const uploadId = id('u');

const promptText = z.string().trim().min(1).max(2000);
export const takeName = z.string().regex(/^take-\d{2}$/);
const seed = z
  .int()
  .min(0)
  .max(2 ** 32 - 1);
export const severity = z.enum(['error', 'warning', 'info']);

/** A stored file. The URL names its content and never changes what it gives; ranges work. */
export const fileLink = z.object({
  url: z.string(),
  sha256: z.string(),
  bytes: z.int().min(0),
  mediaType: z.string(),
});

export const apiError = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    suggestion: z.string(),
    details: z.record(z.string(), z.unknown()).optional(),
    /** Also in the X-Request-Id header and in the server's log. */
    requestId: z.string(),
  }),
});

// ---- jobs

export const jobKind = z.enum(['generate', 'score', 'lift', 'test', 'revise']);
/** paused: queued, but not taken until resumed. */
export const jobState = z.enum(['queued', 'paused', 'running', 'completed', 'failed', 'cancelled']);

export const jobView = z.object({
  id: jobId,
  kind: jobKind,
  state: jobState,
  productionId: productionId.nullable(),
  iteration: z.int().min(1).nullable(),
  /** Of a test. */
  runId: runId.nullable(),
  /** 1 for the first try; a takeover or a retry counts up. */
  attempt: z.int().min(0),
  stage: z.string(),
  fraction: z.number().min(0).max(1),
  message: z.string(),
  /** What is whole while the rest is being made, by its path in the production: takes that were filmed. */
  made: z.record(z.string(), fileLink),
  /** 0 for the next to be taken; null unless queued. */
  queuePosition: z.int().min(0).nullable(),
  /** Until the job is done, its wait included; null where nothing is known yet. */
  etaSeconds: z.number().min(0).nullable(),
  error: z.object({ code: z.string(), message: z.string(), suggestion: z.string() }).nullable(),
  createdAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});

// ---- productions

export const providerName = z.enum(['procedural', 'openai']);
/** The last step of an iteration that runs without being asked. */
export const throughStep = z.enum(['score', 'lift', 'test', 'revise']);

export const productionOptions = z.object({
  takes: z.int().min(1).max(8).describe('Takes of each iteration'),
  seconds: z.number().min(1).max(20).describe('Length of a take, s'),
  width: z.int().min(128).max(1920).multipleOf(2),
  height: z.int().min(128).max(1080).multipleOf(2),
  framesPerSecond: z.number().min(4).max(60),
  seed,
  provider: providerName,
  quality: z.enum(['draft', 'standard', 'high']).describe('Of the lift'),
  agents: z.int().min(1).max(256).describe('Bodies in the world at once when it is tested'),
  testSeconds: z.number().min(1).max(3600).describe('Simulated seconds of a test at most'),
});

/** Bodies refuse fields that they do not know: a misspelt option would be left out without a word. */
export const newProduction = productionOptions
  .partial()
  .strict()
  .extend({
    prompt: promptText.describe("What to make; for a video of one's own, what it shows"),
    uploadId: uploadId.optional().describe('Start from this uploaded video instead of generating takes'),
    through: throughStep
      .optional()
      .describe("Last step that runs without being asked; 'score' lets the person pick. Default 'revise'"),
    autopilot: z.int().min(1).max(20).optional().describe('Run so many iterations without asking. Default 1'),
  });

/** running: a job of it is queued or running. waiting: for a person, see waitingFor. */
export const productionState = z.enum(['running', 'paused', 'waiting', 'failed', 'cancelled', 'done']);

export const takeView = z.object({
  take: takeName,
  video: fileLink,
  rank: z.int().nullable(),
  overall: z.number().nullable(),
  /** By name; null until scored. */
  dimensions: z.record(z.string(), dimensionSchema).nullable(),
  liftable: z.object({ ok: z.boolean(), reason: z.string() }).nullable(),
  findings: z.array(findingSchema),
  /** Why it could not be decoded or lifted, where that was found. */
  verdict: z.object({ code: z.string(), message: z.string() }).nullable(),
});

export const iterationView = z.object({
  iteration: z.int().min(1),
  prompt: z.string(),
  /** Absent parts are steps that have not been finished. */
  takes: z.array(takeView).optional(),
  failedTakes: z.array(z.object({ take: z.string(), code: z.string(), message: z.string() })).optional(),
  /** Null where no take could be lifted. */
  lifted: z
    .object({
      take: takeName,
      because: z.string(),
      worldId,
      registered: z.int(),
      frames: z.int(),
      reprojectionErrorPixels: z.number(),
    })
    .nullable()
    .optional(),
  tested: z
    .object({
      runId: runId.nullable(),
      coverage: z.number(),
      reachableArea: z.number(),
      violations: violationCountsSchema,
      found: z.array(violationGroupSchema),
      /** Why the test refused the world. */
      code: z.string().optional(),
      message: z.string().optional(),
    })
    .nullable()
    .optional(),
  revised: z
    .object({
      /** What the revision proposes. */
      prompt: z.string(),
      edits: z.array(editSchema),
      /** What a person should know of how it was made, such as that a model could not and the rules did. */
      notes: z.array(z.string()).optional(),
      /** The iteration whose prompt it rewrites, where less was found in that one than in this. */
      from: z.int().min(1).optional(),
    })
    .optional(),
});

export const productionSummary = z.object({
  id: productionId,
  prompt: z.string(),
  state: productionState,
  iterations: z.int().min(0),
  /** A picture of the best or last world, or the first take's video. */
  picture: fileLink.nullable(),
  violations: violationCountsSchema.nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const productionView = z.object({
  id: productionId,
  /** Counts up with every change; a client that holds a lower one fetches again. */
  version: z.int(),
  prompt: z.string(),
  source: z.enum(['prompt', 'video']),
  state: productionState,
  /** pick: a take to lift. accept: the revised prompt. */
  waitingFor: z.enum(['pick', 'accept']).nullable(),
  through: throughStep,
  /** Iterations that run without asking, counted from the first. */
  autopilot: z.int().min(1),
  options: productionOptions,
  iterations: z.array(iterationView),
  best: z
    .object({
      iteration: z.int(),
      take: z.string(),
      worldId,
      violations: violationCountsSchema,
      because: z.string(),
    })
    .nullable(),
  stoppedBecause: z.string().nullable(),
  error: z.object({ code: z.string(), message: z.string(), suggestion: z.string() }).nullable(),
  /** The job that runs or waits for its turn. */
  job: jobView.nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export const pickTake = z.strictObject({ take: takeName });
/** Accepts the revision, or a prompt of one's own in its place. */
export const nextIteration = z.strictObject({ prompt: promptText.optional() });
export const autopilotRequest = z.strictObject({ iterations: z.int().min(1).max(20) });

// ---- worlds, runs, uploads

export const newWorld = z.strictObject({ uploadId });

export const worldView = z.object({
  id: worldId,
  name: z.string(),
  source: z.enum(['lift', 'upload']),
  productionId: productionId.nullable(),
  iteration: z.int().nullable(),
  take: z.string().nullable(),
  /** By path in the world folder: visual.glb, collider.glb, world.json, points.ply, sparse.ply, splats.ply, splats.spz, backdrop.webp, preview.webp; one .glb for a bare file. */
  files: z.record(z.string(), fileLink),
  /** The take's video, for the frame beside a violation. */
  video: fileLink.nullable(),
  runs: z.array(runId),
  createdAt: z.string(),
});

export const newRun = z.strictObject({
  worldId,
  agents: z.int().min(1).max(256).optional(),
  seconds: z.number().min(1).max(3600).optional().describe('Simulated seconds at most. Default 120'),
  seed: seed.optional(),
  pace: z
    .enum(['fast', 'live'])
    .optional()
    .describe('live: one simulated second takes one second, for people who watch. Default fast'),
});

export const violationView = z.object({
  id: z.string(),
  type: z.string(),
  severity,
  confidence: z.number(),
  position: z.tuple([z.number(), z.number(), z.number()]),
  extent: z.tuple([z.number(), z.number(), z.number()]).optional(),
  time: z.number().optional(),
  agent: z.int().optional(),
  object: z.string().optional(),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  replay: z.record(z.string(), z.unknown()),
});

export const runView = z.object({
  id: runId,
  worldId,
  productionId: productionId.nullable(),
  iteration: z.int().nullable(),
  state: jobState,
  job: jobView.nullable(),
  seed: z.int(),
  agents: z.int(),
  seconds: z.number(),
  pace: z.enum(['fast', 'live']),
  result: z
    .object({
      simulatedSeconds: z.number(),
      agentSteps: z.int(),
      coverage: z.object({ reachableArea: z.number(), enteredArea: z.number(), ratio: z.number() }),
      violations: z.array(violationView),
      stateHash: z.string(),
    })
    .nullable(),
  /** report.json, junit.xml, trace.bin (sim/browser/trace.ts), overlays.glb (nodes 'navmesh' and 'coverage'); once finished. */
  files: z.record(z.string(), fileLink),
  createdAt: z.string(),
});

export const uploadView = z.object({
  id: uploadId,
  name: z.string(),
  kind: z.enum(['video', 'world']),
  file: fileLink,
  /** Of a video. */
  video: z
    .object({ width: z.int(), height: z.int(), seconds: z.number(), framesPerSecond: z.number() })
    .nullable(),
  createdAt: z.string(),
});

// ---- the seed project's names

export const generateRequest = productionOptions.partial().strict().extend({ prompt: promptText });
export const reconstructRequest = z.union([
  z.strictObject({ uploadId, prompt: promptText.optional() }),
  z.strictObject({ productionId, iteration: z.int().min(1), take: takeName }),
]);
export const runAgentRequest = newRun;

// ---- the server itself

export const health = z.object({ status: z.literal('ok'), version: z.string(), uptimeSeconds: z.number() });
export const readiness = z.object({ ready: z.literal(true) });

// ---- queries

/** A whole number as addresses hold it. */
export const wholeNumber = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `a whole number from ${low} to ${high}`)
    // What the documentation shows: in an address every number is text.
    .meta({ type: 'integer', minimum: low, maximum: high, pattern: undefined })
    .transform(Number)
    .refine(value => value >= low && value <= high, `a whole number from ${low} to ${high}`);

export const pageQuery = z.strictObject({
  /** Items of a page, 1 to 100. */
  limit: wholeNumber(1, 100).default(24),
  /** `next` of the page before. */
  after: z.string().min(1).max(200).optional(),
});
export const jobsQuery = pageQuery.extend({ state: jobState.optional() });
export const runsQuery = pageQuery.extend({ worldId: worldId.optional() });

export const page = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    /** To be given as `after` for the next page; null on the last. */
    next: z.string().nullable(),
  });
