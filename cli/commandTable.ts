import type { Command } from './command.ts';

/** Every command by name; each is loaded only when it runs, so that the command line starts quickly. */
export const COMMANDS: Record<string, () => Promise<Command>> = {
  generate: async () => (await import('./commands/generate.ts')).command,
  score: async () => (await import('./commands/score.ts')).command,
  lift: async () => (await import('./commands/lift.ts')).command,
  test: async () => (await import('./commands/test.ts')).command,
  replay: async () => (await import('./commands/replay.ts')).command,
  revise: async () => (await import('./commands/revise.ts')).command,
  memory: async () => (await import('./commands/memory.ts')).command,
  direct: async () => (await import('./commands/direct.ts')).command,
  view: async () => (await import('./commands/view.ts')).command,
  serve: async () => (await import('./commands/serve.ts')).command,
  doctor: async () => (await import('./commands/doctor.ts')).command,
  bench: async () => (await import('./commands/bench.ts')).command,
};
