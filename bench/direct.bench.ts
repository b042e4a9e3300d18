import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DirectorError } from '../engine/errors.ts';
import type { Bench } from './bench.ts';
import { residentMebibytes } from './metrics/residentMemory.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
const SECONDS_TARGET = 180;
const MEBIBYTES_TARGET = 2048;
const SAMPLE_MILLISECONDS = 200;

export const bench: Bench = {
  summary: 'The whole loop on the embedded provider: wall time and peak memory of the process tree',
  async run(args, note) {
    const prompt = args[0] ?? 'A robot walks down a hallway';
    const folder = await mkdtemp(join(tmpdir(), 'sora-direct-'));
    try {
      const start = performance.now();
      const out = join(folder, 'production');
      const words = [
        'direct',
        prompt,
        '--iterations',
        '2',
        '--takes',
        '3',
        '--seconds',
        '4',
        '--seed',
        '1',
        '--out',
        out,
        '--json',
      ];
      const child = spawn(process.execPath, [MAIN, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
      let stdout = '';
      child.stdout.on('data', chunk => {
        stdout += chunk;
      });
      child.stderr.on('data', chunk => note(String(chunk).trimEnd()));
      let peak = 0;
      const sampler = setInterval(async () => {
        if (child.pid) peak = Math.max(peak, await residentMebibytes(child.pid));
      }, SAMPLE_MILLISECONDS);
      const status = await new Promise<number | null>(resolve => child.on('close', resolve));
      clearInterval(sampler);
      const seconds = (performance.now() - start) / 1000;
      if (status !== 0 && status !== 1)
        throw new DirectorError('INTERNAL', `direct ended with status ${status}: ${stdout.slice(0, 2000)}`);
      return [
        {
          name: 'wall time',
          value: seconds,
          unit: 's',
          target: `< ${SECONDS_TARGET}`,
          met: seconds < SECONDS_TARGET,
        },
        {
          name: 'peak memory of the process tree',
          value: peak,
          unit: 'MiB',
          target: `< ${MEBIBYTES_TARGET}`,
          met: peak < MEBIBYTES_TARGET,
        },
      ];
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
