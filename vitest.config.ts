import { defineConfig } from 'vitest/config';
import { LongestFirst } from './tests/longestFirst.ts';

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
          name: 'rooms',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/e2e/**'],
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
