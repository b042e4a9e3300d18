import type { z } from 'zod';
import { DirectorError } from '../engine/errors.ts';

/** One figure that a bench prints, with the target it is held to where there is one. */
export interface BenchFigure {
  name: string;
  value: number | string;
  unit: string;
  /** What the project promises, e.g. '≥ 60'; absent for figures that only inform. */
  target?: string;
  /** Whether the target was met; absent where there is none. */
  met?: boolean;
}

/** bench/NAME.bench.ts exports `bench: Bench`; `sora-director bench NAME [ARGS]` runs it and appends to bench/history/NAME.jsonl. */
export interface Bench {
  summary: string;
  /** @param signal Ctrl-C or SIGTERM: one that takes long then gives the figures it has so far. */
  run(args: string[], note: (line: string) => void, signal: AbortSignal): Promise<BenchFigure[]>;
}

/**
 * What the words after a bench's name ask for.
 * @throws DirectorError USAGE where a word is not one that the bench knows.
 */
export function parseArguments<T>(schema: z.ZodType<T>, given: unknown, usage: string): T {
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ');
  throw new DirectorError('USAGE', `The bench does not take these arguments. ${wrong}`, {
    suggestion: `It takes: ${usage}`,
  });
}

/** Folder of fixtures, or undefined with a plain word where it is absent. SORA_FIXTURES overrides. */
export function fixturesFolder(): string {
  return process.env['SORA_FIXTURES'] ?? new URL('../../shared/fixtures/', import.meta.url).pathname;
}
