import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DirectorError } from '../../engine/errors.ts';
import {
  DIMENSION_NAMES,
  type Dimension,
  type DimensionName,
  type Scorecard,
  scoresSchema,
  type VideoViolation,
} from '../score/scorecard.ts';

/** One reason to change the prompt. */
export interface Evidence {
  /** The violation's id, or 'take:dimension' for a low score, or 'take:LIFT_CODE' for a refused lift. */
  id: string;
  /** A violation's type, a LIFT_ code, or 'low-' and a dimension's name. */
  kind: string;
  severity: 'error' | 'warning';
  confidence: number;
  /** What a person reads. */
  message: string;
}

/** What a piece of evidence weighs: a warning is not yet a broken world. */
export const SEVERITY_WEIGHT = { error: 1, warning: 0.6 } as const;

const violation = z.looseObject({
  id: z.string(),
  type: z.string(),
  message: z.string().optional(),
  severity: z.enum(['error', 'warning', 'info']),
  confidence: z.number().optional(),
});
const coded = z.looseObject({ code: z.string(), message: z.string().optional() });
/** Every document that holds evidence, each turned into it. */
const report = z.union([
  z
    .looseObject({
      runs: z.array(z.looseObject({ violations: z.array(violation).optional(), error: coded.optional() })),
    })
    .transform(({ runs }) =>
      runs.flatMap(run => [
        ...fromViolations(run.violations ?? []),
        ...(run.error ? [fromCode(run.error.code, 'world', run.error.message)] : []),
      ]),
    ),
  z.looseObject({ takes: scoresSchema.shape.takes }).transform(({ takes }) => fromScores(takes)),
  z.looseObject({ error: coded }).transform(({ error }) => [fromCode(error.code, 'take', error.message)]),
  z.looseObject({ violations: z.array(violation) }).transform(({ violations }) => fromViolations(violations)),
  z.array(violation).transform(violations => fromViolations(violations)),
]);

/** Scores under this, where they are known with some confidence, are a reason of their own. */
const LOW_SCORE: Partial<Record<DimensionName, number>> = {
  // Half the way to where nothing finer than five pixels is left: a stretch that is visibly out of focus.
  sharpness: 0.58,
  exposure: 0.3,
  flicker: 0.5,
  motionSmoothness: 0.4,
  epipolarConsistency: 0.48,
  parallax: 0.44,
};
const LEAST_CONFIDENCE = 0.5;
/** The violation that says what a low score says, with the time where it shows. */
const SAYS_THE_SAME: Partial<Record<DimensionName, VideoViolation['type']>> = {
  flicker: 'flicker',
  epipolarConsistency: 'view-inconsistency',
  parallax: 'no-parallax',
};

/**
 * Takes the evidence out of a report: what `test`, `score` or a refused `lift` prints with --json, or a bare list of
 * violations. Info is not evidence.
 * @throws INPUT_UNREADABLE where the document is none of these.
 */
export function readEvidence(document: unknown): Evidence[] {
  const parsed = report.safeParse(document);
  if (!parsed.success)
    throw new DirectorError('INPUT_UNREADABLE', 'The report is not one that test, score or lift writes.', {
      suggestion: 'Give the file that `test --json`, `score --json` or `lift --json` printed.',
    });
  return parsed.data;
}

/** Reads a report file. @throws INPUT_NOT_FOUND, INPUT_EMPTY, INPUT_UNREADABLE */
export async function readEvidenceFile(path: string): Promise<Evidence[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')
      throw new DirectorError('INPUT_NOT_FOUND', `There is no report ${path}.`, { cause });
    throw new DirectorError('INPUT_UNREADABLE', `${path} cannot be read: ${cause.message}`, { cause });
  });
  if (!text.trim()) throw new DirectorError('INPUT_EMPTY', `${path} is empty.`);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new DirectorError('INPUT_UNREADABLE', `${path} is not JSON: ${(cause as Error).message}`, {
      cause,
    });
  }
  return readEvidence(document);
}

function fromViolations(violations: readonly z.infer<typeof violation>[]): Evidence[] {
  return violations.flatMap(({ id, type, severity, confidence, message }) =>
    severity === 'info'
      ? []
      : [{ id, kind: type, severity, confidence: confidence ?? 0.5, message: message ?? type }],
  );
}

/** A world or a take that was refused by code. */
export function fromCode(code: string, subject: string, message = code): Evidence {
  return { id: `${subject}:${code}`, kind: code, severity: 'error', confidence: 1, message };
}

/** What speaks against takes: the violations of their scorecards, their low scores, and that they cannot be lifted. */
export function fromScores(cards: readonly Scorecard[]): Evidence[] {
  return cards.flatMap(card => {
    const name = card.video.replace(/^.*[/\\]/, '').replace(/\.[^.]+$/, '');
    const said = new Set<string | undefined>(card.violations.map(({ type }) => type));
    const low = DIMENSION_NAMES.flatMap((dimensionName): Evidence[] => {
      const dimension = card.dimensions[dimensionName];
      if (!dimension || !isLow(dimensionName, dimension) || said.has(SAYS_THE_SAME[dimensionName])) return [];
      return [
        {
          id: `${name}:${dimensionName}`,
          kind: `low-${dimensionName}`,
          severity: 'warning',
          confidence: dimension.confidence,
          message: describeLow(dimensionName, dimension),
        },
      ];
    });
    const found = [...fromViolations(card.violations), ...low];
    // The reason is mostly a violation too; where it is none, it is still one to say something else.
    if (card.liftable.ok || found.some(each => each.severity === 'error')) return found;
    const message = `It cannot be lifted: ${card.liftable.reason}.`;
    return [
      ...found,
      { id: `${name}:not-liftable`, kind: 'not-liftable', severity: 'error', confidence: 0.8, message },
    ];
  });
}

function isLow(name: DimensionName, { score, confidence }: Dimension): boolean {
  return score < (LOW_SCORE[name] ?? 0) && confidence >= LEAST_CONFIDENCE;
}

function describeLow(dimension: DimensionName, { score, value, unit }: Dimension): string {
  return `The score for ${dimension} is low, ${score.toFixed(2)}: ${Number(value.toPrecision(3))} (${unit}).`;
}
