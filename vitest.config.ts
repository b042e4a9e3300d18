import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/longestFirst.ts';

const PROCESSES = ['tests/{cli,server}/**/*.test.ts', 'tests/pipeline/{direct,generate}/**/*.test.ts'];

export default defineConfig({
  test: {
    // Kernels, child processes and WASM physics start slowly when both cores are busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    reporters: ['default'],
    projects: [
      {
        extends: true,
        test: {
          // What starts servers, databases and processes: each file in a process of its own.
          name: 'processes',
          include: PROCESSES,
          globalSetup: 'tests/prepare.ts',
        },
      },
      {
        extends: true,
        test: {
          // What computes: a process takes one file after the other and loads Babylon and all the rest once.
          name: 'rooms',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**', ...PROCESSES],
          isolate: false,
          globalSetup: 'tests/prepare.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/e2e/**/*.test.ts'],
          globalSetup: ['tests/prepare.ts', 'tests/e2e/prepare.ts'],
          // Each waits for what it needs, and some for productions: on an idle machine for half a minute.
          testTimeout: 900_000,
          // A page, a server and its steps want the cores to themselves: after all others.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
