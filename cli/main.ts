import type { Command } from './command.ts';
import { runCommandLine } from './runCommandLine.ts';

const COMMANDS: Record<string, () => Promise<Command>> = {
  generate: async () => (await import('./commands/generate.ts')).command,
  score: async () => (await import('./commands/score.ts')).command,
  lift: async () => (await import('./commands/lift.ts')).command,
  test: async () => (await import('./commands/test.ts')).command,
  revise: async () => (await import('./commands/revise.ts')).command,
  direct: async () => (await import('./commands/direct.ts')).command,
  doctor: async () => (await import('./commands/doctor.ts')).command,
  bench: async () => (await import('./commands/bench.ts')).command,
};

const cancel = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    // A second Ctrl-C means now.
    if (cancel.signal.aborted) process.exit(3);
    cancel.abort();
  });

const status = await runCommandLine(process.argv.slice(2), COMMANDS, process, cancel.signal);
// Worker threads and sockets that a cancelled step left behind must not keep the process alive.
process.stdout.write('', () => process.exit(status));
