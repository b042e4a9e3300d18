import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { writeJsonAtomic } from '../../engine/writeFileAtomic.ts';
import { type Experience, experienceSchema } from '../revise/experience.ts';
import { EDIT_KINDS, MOST_CHARACTERS } from '../revise/revision.ts';

/** production.json: every finished step of a production. Paths are relative to its folder; it holds no clock. */

export const violationCountsSchema = z.strictObject({
  error: z.int().min(0),
  warning: z.int().min(0),
  info: z.int().min(0),
});

/** Something at or above warning that was found in a take, by its scorecard, its decoding or its lift. */
export const findingSchema = z.strictObject({
  id: z.string(),
  kind: z.string(),
  severity: z.enum(['error', 'warning']),
  message: z.string(),
});

export const violationGroupSchema = z.strictObject({
  type: z.string(),
  severity: z.enum(['error', 'warning']),
  count: z.int().min(1),
});

export const editSchema = z.strictObject({
  kind: z.enum(EDIT_KINDS),
  clause: z.string(),
  replaces: z.string().optional(),
  /** Ids of violations and findings. */
  because: z.array(z.string()),
  expects: z.string(),
});

const iterationSchema = z.strictObject({
  iteration: z.int().min(1),
  prompt: z.string(),
  /** Absent until the step is finished; each step follows the one above. */
  generated: z
    .strictObject({
      takes: z.array(z.strictObject({ take: z.string(), video: z.string(), sha256: z.string() })),
      failed: z.array(z.strictObject({ take: z.string(), code: z.string(), message: z.string() })),
    })
    .optional(),
  scored: z
    .strictObject({
      scores: z.string(),
      takes: z.array(
        z.strictObject({
          take: z.string(),
          rank: z.int(),
          overall: z.number(),
          liftable: z.boolean(),
          reason: z.string(),
          findings: z.array(findingSchema),
        }),
      ),
    })
    .optional(),
  /** Takes that could not be decoded, then those that the lift tried and refused, in the order of trying. */
  verdicts: z.array(z.strictObject({ take: z.string(), code: z.string(), message: z.string() })).optional(),
  /** Null where no take could be lifted. */
  lifted: z
    .strictObject({
      take: z.string(),
      /** Why this take and no other. */
      because: z.string(),
      world: z.string(),
      registered: z.int(),
      frames: z.int(),
      reprojectionErrorPixels: z.number(),
    })
    .nullable()
    .optional(),
  /** Null where there was no world to test, or the test refused it (`code`). */
  tested: z
    .strictObject({
      report: z.string(),
      seed: z.int(),
      stateHash: z.string().nullable(),
      reachableArea: z.number(),
      coverage: z.number(),
      violations: violationCountsSchema,
      /** The violations at or above warning, by type. */
      found: z.array(violationGroupSchema),
      code: z.string().optional(),
      message: z.string().optional(),
    })
    .nullable()
    .optional(),
  revised: z
    .strictObject({
      revision: z.string(),
      prompt: z.string(),
      edits: z.array(editSchema),
      /** Who made it: 'rules', or a language model's name. Absent in productions of before there were two. */
      mind: z.string().optional(),
      /** What a person should know of how it was made: why another mind than was asked for. */
      notes: z.array(z.string()).optional(),
      /** How much of the person's subject, action and place the prompt asks for, 0–1. */
      intent: z.strictObject({ subject: z.number(), action: z.number(), place: z.number() }).optional(),
      /** Whether the prompt of this iteration is the one to go on from, and what was compared. */
      judged: z
        .strictObject({
          accepted: z.boolean(),
          /** Errors and weighted warnings, in each take on average and in the world. */
          severity: z.number(),
          because: z.string(),
        })
        .optional(),
      /** The iteration whose prompt it rewrites, where less was found in that one than in this. */
      from: z.int().min(1).optional(),
    })
    .optional(),
});

export const STOPS = ['no-findings', 'target-met', 'no-progress', 'budget', 'iterations-done'] as const;

export const productionSchema = z.strictObject({
  schema: z.literal('sora-director/production@1'),
  prompt: z.string(),
  options: z.strictObject({
    takes: z.int(),
    seconds: z.number(),
    width: z.int(),
    height: z.int(),
    framesPerSecond: z.number(),
    seed: z.int(),
    provider: z.string(),
    model: z.string(),
    failureModelSha256: z.string().nullable(),
    quality: z.string(),
    agents: z.int(),
    testSeconds: z.number(),
    /** Who revises: 'rules', or a language model's name. */
    mind: z.string().default('rules'),
    /** Longest prompt that a revision may write. */
    mostPromptCharacters: z.int().default(MOST_CHARACTERS),
  }),
  /** What was known of the clauses on this video model when the production began. */
  experience: experienceSchema.default({}),
  iterations: z.array(iterationSchema),
  /** The iteration with the best world so far; null until there is one. */
  best: z
    .strictObject({
      iteration: z.int(),
      take: z.string(),
      world: z.string(),
      violations: violationCountsSchema,
      because: z.string(),
    })
    .nullable(),
  /** Why the loop ended; null while it may go on. */
  stopped: z.enum(STOPS).nullable(),
  stoppedBecause: z.string().nullable(),
  /** Seconds that steps have worked, of all processes together; only where a limit on them was given. */
  workedSeconds: z.number().optional(),
  /** What the takes came to when the loop ended. */
  spent: z
    .strictObject({
      generatedSeconds: z.number(),
      /** In dollars; null where the provider's price is not known. */
      cost: z.number().nullable(),
    })
    .optional(),
});

/** What one step adds to its iteration. */
export const stepOutputSchema = iterationSchema.omit({ iteration: true, prompt: true });

export type Production = z.infer<typeof productionSchema>;
export type Iteration = z.infer<typeof iterationSchema>;
export type StepOutput = z.infer<typeof stepOutputSchema>;
export type Verdict = NonNullable<Iteration['verdicts']>[number];
export type ViolationCounts = z.infer<typeof violationCountsSchema>;

export function productionPath(folder: string): string {
  return join(folder, 'production.json');
}

export function iterationName(iteration: number): string {
  return `iteration-${String(iteration).padStart(2, '0')}`;
}

/** @returns undefined where the folder has none. @throws OUTPUT_OCCUPIED where it has one that is not ours. */
export async function readProduction(folder: string): Promise<Production | undefined> {
  const path = productionPath(folder);
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined;
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (text === undefined) return undefined;
  try {
    return productionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new DirectorError('OUTPUT_OCCUPIED', `${path} is not a production of this version.`, { cause });
  }
}

/** A production of which nothing is done. */
export function newProduction(
  prompt: string,
  options: Production['options'],
  experience: Experience = {},
): Production {
  return {
    schema: 'sora-director/production@1',
    prompt,
    options,
    experience,
    iterations: [],
    best: null,
    stopped: null,
    stoppedBecause: null,
  };
}

/** The production as one that may go on: what was said of its end no longer holds. */
export function goingOn(production: Production): Production {
  const { spent: _, ...rest } = production;
  return { ...rest, stopped: null, stoppedBecause: null };
}

/**
 * An iteration as it is recorded, or as it begins: with the prompt that the revision before it proposes.
 * @param number 1 to one more than there are.
 */
export function iterationOf(production: Production, number: number): Iteration {
  const { iterations, prompt } = production;
  if (number < 1 || number > iterations.length + 1)
    throw new RangeError(`iteration ${number} of a production with ${iterations.length}`);
  return (
    iterations[number - 1] ?? {
      iteration: number,
      prompt: iterations[number - 2]?.revised?.prompt ?? prompt,
    }
  );
}

/**
 * The production to go on with: the one in the folder where prompt and options agree, else a new one.
 * @param experience asked for only where the production is new: one that goes on keeps what it began with.
 * @throws PRODUCTION_CHANGED naming what differs; other limits than before are no change.
 */
export async function openProduction(
  folder: string,
  prompt: string,
  options: Production['options'],
  experience: () => Promise<Experience>,
): Promise<Production> {
  const stored = await readProduction(folder);
  if (!stored) return newProduction(prompt, options, await experience());
  const differing = Object.entries(options)
    .filter(([name, value]) => stored.options[name as keyof typeof options] !== value)
    .map(([name, value]) => `${name} ${stored.options[name as keyof typeof options]} → ${value}`);
  if (stored.prompt !== prompt) differing.unshift(`prompt "${stored.prompt}" → "${prompt}"`);
  if (differing.length > 0)
    throw new DirectorError(
      'PRODUCTION_CHANGED',
      `${folder} holds a production with other options: ${differing.join(', ')}.`,
      {
        details: { differing },
      },
    );
  return stored;
}

export function writeProduction(folder: string, production: Production): Promise<void> {
  return writeJsonAtomic(productionPath(folder), production);
}

export function countViolations(
  violations: readonly { severity: 'error' | 'warning' | 'info' }[],
): ViolationCounts {
  const result: ViolationCounts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of violations) result[severity]++;
  return result;
}

/** Counts of the violations at or above warning, errors first, then the most frequent. */
export function groupByType(
  violations: readonly { type: string; severity: 'error' | 'warning' | 'info' }[],
): NonNullable<Iteration['tested']>['found'] {
  const groups = new Map<string, NonNullable<Iteration['tested']>['found'][number]>();
  for (const { type, severity } of violations) {
    if (severity === 'info') continue;
    const key = `${severity} ${type}`;
    const group = groups.get(key) ?? { type, severity, count: 0 };
    group.count++;
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (a, b) => Number(b.severity === 'error') - Number(a.severity === 'error') || b.count - a.count,
  );
}
