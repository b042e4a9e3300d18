import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import { UP_AXES } from '../mendWorld.ts';
import type { TestReport } from './json.ts';

const point = z.tuple([z.number(), z.number(), z.number()]);
const violation = z.looseObject({
  id: z.string().min(1),
  type: z.string().min(1),
  severity: z.enum(['error', 'warning', 'info']),
  confidence: z.number(),
  position: point,
  object: z.string().optional(),
  message: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  replay: z.looseObject({
    seed: z.int().min(0),
    agents: z.int().min(1),
    simulatedSeconds: z.number().positive(),
    agent: z.int().optional(),
    step: z.int().min(0).optional(),
    spawn: point.optional(),
  }),
});
const reportSchema = z.looseObject({
  runs: z.array(
    z.looseObject({
      world: z.string().min(1),
      seed: z.int(),
      agents: z.int(),
      mend: z.looseObject({ up: z.enum(UP_AXES), scale: z.number().positive() }).optional(),
      violations: z.array(violation),
      stateHash: z.string(),
    }),
  ),
});

/**
 * Reads a report that `test` wrote or printed. Types of violation that this version does not know are let through:
 * a report may be older, or newer.
 * @throws INPUT_NOT_FOUND; INPUT_UNREADABLE naming the place where it is not such a report.
 */
export async function readReport(path: string): Promise<TestReport> {
  const refuse = (why: string, cause?: unknown) =>
    new DirectorError('INPUT_UNREADABLE', `${path} ${why}`, {
      suggestion:
        'Give the report.json that `test --reporter json --out DIR` writes, or what `test --json` prints.',
      cause,
    });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new DirectorError('INPUT_NOT_FOUND', `${path} is not there.`, { cause });
    throw refuse(`cannot be read (${code ?? String(cause)}).`, cause);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw refuse('is not JSON.', cause);
  }
  const parsed = reportSchema.safeParse(document);
  if (parsed.success) return parsed.data as unknown as TestReport;
  const [issue] = parsed.error.issues;
  throw refuse(`is not a test report: ${issue?.path.join('.') || 'the document'}: ${issue?.message}.`);
}
