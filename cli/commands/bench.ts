import { existsSync, globSync } from 'node:fs';
import { appendFile, mkdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../../bench/bench.ts';
import { DirectorError } from '../../engine/errors.ts';
import type { Command } from '../command.ts';

const BENCH_FOLDER = fileURLToPath(new URL('../../bench/', import.meta.url));

function benchNames(): string[] {
  return globSync('*.bench.ts', { cwd: BENCH_FOLDER })
    .map(file => basename(file, '.bench.ts'))
    .sort();
}

async function loadBench(name: string): Promise<Bench> {
  const path = `${BENCH_FOLDER}${name}.bench.ts`;
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(path))
    throw new DirectorError('USAGE', `There is no bench '${name}'.`, {
      suggestion: `The benches are: ${benchNames().join(', ')}.`,
    });
  const { bench }: { bench: Bench } = await import(path);
  return bench;
}

export const command: Command = {
  name: 'bench',
  summary: 'run a benchmark by name; without a name, list them',
  arguments: '[name] [arguments...]',
  options: [],
  async run(args, _options, context) {
    const [name, ...rest] = args;
    if (!name) {
      const list = await Promise.all(
        benchNames().map(async each => ({ name: each, summary: (await loadBench(each)).summary })),
      );
      return {
        exit: 0,
        json: { benches: list },
        text: list.map(each => `${each.name.padEnd(18)} ${each.summary}`).join('\n'),
      };
    }
    const bench = await loadBench(name);
    const figures = await bench.run(rest, context.note, context.signal);
    const machine = {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      node: process.version,
    };
    const entry = { bench: name, arguments: rest, machine, figures };
    // Half a run is no history.
    if (!context.signal.aborted) {
      await mkdir(`${BENCH_FOLDER}history`, { recursive: true });
      await appendFile(
        `${BENCH_FOLDER}history/${name}.jsonl`,
        `${JSON.stringify({ date: new Date().toISOString(), ...entry })}\n`,
      );
    }
    const missed = figures.filter(figure => figure.met === false);
    const lines = figures.map(figure => {
      const value = typeof figure.value === 'number' ? Number(figure.value.toPrecision(4)) : figure.value;
      const verdict = figure.met === undefined ? '' : figure.met ? '  met' : '  NOT MET';
      return `${figure.name.padEnd(48)} ${String(value).padStart(10)} ${figure.unit}${figure.target ? `  (target ${figure.target}${verdict})` : ''}`;
    });
    return { exit: missed.length > 0 ? 1 : 0, json: entry, text: lines.join('\n') };
  },
};
