import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { PIN_NAMES, type PinName } from '../grammar/pins.ts';

export const FAULT_TYPES = [
  'static-camera',
  'flicker',
  'pop',
  'morph',
  'floating-object',
  'floor-hole',
  'blur',
  'mover-crossing',
  'interpenetration',
] as const;
export type FaultType = (typeof FAULT_TYPES)[number];

const faultOddsSchema = z.strictObject({
  /** That a take of a prompt that pins nothing down has this fault. */
  probability: z.number().min(0).max(1),
  /** What the probability is multiplied with where the prompt has the pin; the product is cut at 1. */
  factors: z
    .partialRecord(z.enum(PIN_NAMES as readonly [PinName, ...PinName[]]), z.number().min(0).max(10))
    .default({}),
  /** Least and most severity, 0–1; what it means for each fault is in docs/failure-model.md. */
  severity: z
    .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
    .refine(([least, most]) => least <= most, { error: 'the least is above the most' })
    .default([0.2, 1]),
});

/** How a video model fails. A fault that is left out never happens. */
export const failureModelSchema = z.strictObject({
  schema: z.literal('sora-director/failure-model@1'),
  name: z.string().min(1),
  faults: z.partialRecord(z.enum(FAULT_TYPES), faultOddsSchema),
});

export type FailureModel = z.infer<typeof failureModelSchema>;

const DEFAULT_MODEL = new URL('../failure-models/default.json', import.meta.url);

/**
 * Reads a failure model.
 * @param path absent: the default model.
 * @throws INPUT_NOT_FOUND; FAILURE_MODEL_INVALID with the key that is wrong.
 */
export async function loadFailureModel(path?: string): Promise<FailureModel> {
  let text: string;
  try {
    text = await readFile(path ?? DEFAULT_MODEL, 'utf8');
  } catch (cause) {
    throw new DirectorError('INPUT_NOT_FOUND', `The failure model ${path} cannot be read.`, { cause });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new DirectorError(
      'FAILURE_MODEL_INVALID',
      `The failure model ${path} is not JSON: ${(cause as Error).message}`,
      { cause },
    );
  }
  const parsed = failureModelSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const key = [...issue.path.map(String), ...unknownKeys.slice(0, 1)].join('.') || '(the whole file)';
  throw new DirectorError(
    'FAILURE_MODEL_INVALID',
    `The failure model ${path} is wrong at ${key}: ${issue.message}.`,
    {
      details: { key, issues: parsed.error.issues.length },
    },
  );
}
