import { Command as Commander, CommanderError, Option } from 'commander';
import { DirectorError, toDirectorError } from '../engine/errors.ts';
import packageJson from '../package.json' with { type: 'json' };
import type { Command, CommandResult } from './command.ts';
import { ProgressPrinter, type ProgressStream } from './progressPrinter.ts';

export interface CommandLineStreams {
  stdout: { write(text: string): unknown };
  stderr: ProgressStream;
}

/**
 * Parses the arguments, runs the one command they name and prints its result.
 * With --json stdout gets exactly one JSON document, a failure included: `{error: {code, message, suggestion}}`.
 * @param load the commands by name, each loaded only when it runs, so that `--help` stays quick.
 * @returns the exit status: 0 passed, 1 the verdict is negative, 2 usage or unreadable input, 3 it broke.
 */
export async function runCommandLine(
  argv: string[],
  load: Record<string, () => Promise<Command>>,
  streams: CommandLineStreams,
  signal: AbortSignal,
): Promise<number> {
  const json = argv.includes('--json');
  const printer = new ProgressPrinter(streams.stderr);
  let result: CommandResult | undefined;
  try {
    const program = await buildProgram(argv, load, streams, async (command, args, options) => {
      result = await command.run(args, options, {
        signal,
        onProgress: event => printer.update(event),
        note: line => printer.note(line),
      });
    });
    await program.parseAsync(argv, { from: 'user' });
    printer.clear();
    if (!result) return 0;
    streams.stdout.write(json ? `${JSON.stringify(result.json, null, 2)}\n` : `${result.text}\n`);
    return result.exit;
  } catch (thrown) {
    printer.clear();
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return 0;
    const error = thrown instanceof CommanderError ? usageError(thrown) : toDirectorError(thrown);
    if (json) streams.stdout.write(`${JSON.stringify({ error }, null, 2)}\n`);
    streams.stderr.write(`${error.code}: ${error.message}\n${error.suggestion}\n`);
    if (error.code === 'INTERNAL' && process.env['SORA_DEBUG'])
      streams.stderr.write(
        `${String(error.cause ?? error)}\n${(error.cause as Error | undefined)?.stack ?? ''}\n`,
      );
    return error.exitStatus;
  }
}

function usageError(thrown: CommanderError): DirectorError {
  return new DirectorError('USAGE', thrown.message.replace(/^error: /, ''), { cause: thrown });
}

async function buildProgram(
  argv: string[],
  load: Record<string, () => Promise<Command>>,
  streams: CommandLineStreams,
  run: (
    command: Command,
    args: string[],
    options: Record<string, string | boolean | undefined>,
  ) => Promise<void>,
): Promise<Commander> {
  const program = new Commander('sora-director')
    .description(
      'Turns a prompt into a world that can be walked, tests it with agents, and improves the prompt.',
    )
    .helpCommand(true)
    .version(packageJson.version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: text => streams.stdout.write(text), writeErr: () => {} });
  const wanted = argv.find(word => !word.startsWith('-'));
  if (wanted && wanted !== 'help' && !load[wanted])
    throw new DirectorError('USAGE', `There is no command '${wanted}'.`, {
      suggestion: `The commands are: ${Object.keys(load).join(', ')}.`,
    });
  const names = wanted && load[wanted] ? [wanted] : Object.keys(load);
  for (const name of names) {
    const command = await load[name]?.();
    if (!command) continue;
    const sub = program.command(`${command.name} ${command.arguments}`.trim()).description(command.summary);
    sub.addOption(new Option('--json', 'print exactly one JSON document on stdout'));
    for (const option of command.options) sub.option(option.flags, option.description, option.default);
    sub.exitOverride();
    sub.action(async () => {
      await run(
        command,
        sub.processedArgs.flat().filter(argument => argument !== undefined),
        sub.opts(),
      );
    });
  }
  if (!wanted) program.action(() => program.help());
  return program;
}
