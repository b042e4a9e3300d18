import { describe, expect, test } from 'vitest';
import type { Command } from '../../cli/command.ts';
import { runCommandLine } from '../../cli/runCommandLine.ts';
import { DirectorError } from '../../engine/errors.ts';

const greet: Command = {
  name: 'greet',
  summary: 'says a name',
  arguments: '<name> [more...]',
  options: [{ flags: '--times <n>', description: 'how often', default: '1' }],
  async run(args, options, context) {
    context.onProgress({ stage: 'greet', fraction: 0.5, message: 'half way' });
    if (args[0] === 'full') throw Object.assign(new Error('write failed'), { code: 'ENOSPC' });
    if (args[0] === 'gone') throw new DirectorError('INPUT_NOT_FOUND', 'Nobody of that name.');
    return {
      exit: args[0] === 'bad' ? 1 : 0,
      json: { args, times: options['times'] },
      text: `hello ${args.join(' ')}`,
    };
  },
};

async function run(...argv: string[]) {
  let out = '';
  let err = '';
  const streams = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (err += text) },
  };
  const status = await runCommandLine(
    argv,
    { greet: async () => greet },
    streams,
    new AbortController().signal,
  );
  return { status, out, err };
}

describe('runCommandLine', () => {
  test('prints text for people and progress on stderr', async () => {
    const { status, out, err } = await run('greet', 'Ada', 'Grace', '--times', '3');
    expect({ status, out }).toEqual({ status: 0, out: 'hello Ada Grace\n' });
    expect(err).toContain('[50 %] greet: half way');
  });

  test('prints exactly one JSON document with --json', async () => {
    const { status, out } = await run('greet', 'bad', '--json');
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({ args: ['bad'], times: '1' });
  });

  test.each([
    [['greet', 'gone', '--json'], 2, 'INPUT_NOT_FOUND'],
    [['greet', 'full', '--json'], 3, 'OUTPUT_UNWRITABLE'],
    [['greet', '--json'], 2, 'USAGE'],
    [['greet', 'Ada', '--frobnicate', '--json'], 2, 'USAGE'],
    [['fly', '--json'], 2, 'USAGE'],
  ])('fails with a code, a message and a fix: %j', async (argv, exit, code) => {
    const { status, out, err } = await run(...argv);
    const { error } = JSON.parse(out);
    expect(status).toBe(exit);
    expect(error.code).toBe(code);
    expect(error.message.length).toBeGreaterThan(5);
    expect(error.suggestion.length).toBeGreaterThan(5);
    expect(err).toContain(code);
    expect(err).not.toMatch(/\n\s+at /);
  });

  test('prints its version', async () => {
    const { status, out } = await run('--version');
    expect(status).toBe(0);
    expect(out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('shows help with exit 0', async () => {
    const { status, out } = await run('--help');
    expect(status).toBe(0);
    expect(out).toContain('greet');
  });
});
