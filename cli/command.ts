import type { ProgressEvent } from '../engine/progress.ts';

/** What a command is given besides its own arguments. */
export interface CommandContext {
  /** Fires on Ctrl-C and SIGTERM. */
  signal: AbortSignal;
  onProgress: (event: ProgressEvent) => void;
  /** A line for people, on stderr; never part of the result. */
  note: (line: string) => void;
}

export interface CommandResult {
  /**
   * 0 done and passed, 1 done and the verdict is negative. A failure is thrown as a DirectorError; 2 and 3 are for
   * commands on several inputs, of which some failed and the others have results to print.
   */
  exit: 0 | 1 | 2 | 3;
  /** The one document that --json prints. */
  json: unknown;
  /** What a person reads on stdout without --json. */
  text: string;
}

export interface CommandOption {
  /** As commander writes it: '--takes <n>'. */
  flags: string;
  description: string;
  default?: string;
}

/** One command of the command line: declares its words, checks them with zod, calls one function, prints. */
export interface Command {
  name: string;
  summary: string;
  /** As commander writes it: '<prompt>', '<world...>'; empty for none. */
  arguments: string;
  options: CommandOption[];
  /** @param options as typed by the person: strings, or true for a bare flag; camelCase keys. */
  run(
    args: string[],
    options: Readonly<Record<string, string | boolean | undefined>>,
    context: CommandContext,
  ): Promise<CommandResult>;
}
