import { z } from 'zod';
import { DirectorError } from '../engine/errors.ts';

/**
 * Checks a command's options as typed against a schema.
 * @throws USAGE naming the first option that is wrong, as the person typed it, and what it takes.
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: Readonly<Record<string, string | boolean | undefined>>,
): z.output<Schema> {
  const parsed = schema.safeParse(options);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0] ?? '');
  const flag = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`;
  const given = options[name];
  throw new DirectorError(
    'USAGE',
    given === undefined
      ? `${flag} is missing.`
      : `${flag} ${String(given)}: ${issue?.message ?? 'not understood'}.`,
    {
      suggestion: given === undefined ? `Add ${flag}.` : `Give ${flag} ${issue?.message ?? 'another value'}.`,
    },
  );
}

/** A whole number in a range, typed as a string. */
export function integerOption(low: number, high: number) {
  return z
    .string()
    .regex(/^\d{1,10}$/, `a whole number from ${low} to ${high}`)
    .transform(Number)
    .refine(value => value >= low && value <= high, `a whole number from ${low} to ${high}`);
}

/** A number in a range, typed as a string. */
export function numberOption(low: number, high: number) {
  return z
    .string()
    .regex(/^\d+(?:\.\d+)?$/, `a number from ${low} to ${high}`)
    .transform(Number)
    .refine(value => value >= low && value <= high, `a number from ${low} to ${high}`);
}

/** WIDTHxHEIGHT in pixels, both even. */
export function sizeOption(low: number, high: number) {
  const words = `WIDTHxHEIGHT, even sides from ${low} to ${high}, such as 640x360`;
  return z
    .string()
    .regex(/^\d{1,5}x\d{1,5}$/i, words)
    .transform(text => {
      const [width = 0, height = 0] = text.toLowerCase().split('x').map(Number);
      return { width, height };
    })
    .refine(
      ({ width, height }) => [width, height].every(side => side >= low && side <= high && side % 2 === 0),
      words,
    );
}

export const pathOption = z.string().min(1, 'a path');

/** One of a few words. */
export function choiceOption<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, { error: `one of ${words.join(', ')}` });
}

/** Largest seed: 32 bits. */
export const MOST_SEED = 2 ** 32 - 1;
