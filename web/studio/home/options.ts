import type { NewProduction } from '../../../server/api/types.ts';

/** What the form holds: text, as typed. Empty leaves it to the server. */
export interface FormOptions {
  takes: string;
  seconds: string;
  seed: string;
  quality: 'draft' | 'standard' | 'high';
  provider: 'procedural' | 'openai';
  autopilot: string;
  letMePick: boolean;
}

export const DEFAULT_OPTIONS: FormOptions = {
  takes: '3',
  seconds: '4',
  seed: '1',
  quality: 'standard',
  provider: 'procedural',
  autopilot: '1',
  letMePick: false,
};

/** The request for a prompt and options. The form's own limits keep the numbers in range. */
export function wishOf(prompt: string, options: FormOptions): NewProduction {
  const wish: NewProduction = {
    prompt: prompt.trim(),
    quality: options.quality,
    provider: options.provider,
    through: options.letMePick ? 'score' : 'revise',
  };
  const takes = numberOf(options.takes);
  const seconds = numberOf(options.seconds);
  const seed = numberOf(options.seed);
  const autopilot = numberOf(options.autopilot);
  if (takes !== undefined) wish.takes = takes;
  if (seconds !== undefined) wish.seconds = seconds;
  if (seed !== undefined) wish.seed = seed;
  // Who picks the takes is asked in every iteration.
  if (autopilot !== undefined && !options.letMePick) wish.autopilot = autopilot;
  return wish;
}

function numberOf(text: string): number | undefined {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value) ? undefined : value;
}
