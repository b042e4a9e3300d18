import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGlb } from '../engine/world/writeGlb.ts';
import { runBatch } from '../sim/batch.ts';
import type { Bench } from './bench.ts';
import { roomsWorld } from './walkers/roomsWorld.ts';

/** Many worlds, so that a thread's first, for which all is compiled, does not decide; their number where memory is watched. */
const COMPARED = 32;
const WATCHED = 500;
const LEAST_RATIO = 1.6;
/** Growth of the process from the first quarter to the last that counts as flat, MiB: an allocator's slack. */
const FLAT_MEBIBYTES = 64;

/** Wall time: run it on an idle machine. */
export const bench: Bench = {
  summary: `Many worlds: two threads against one, memory over ${WATCHED}; argument: another number of worlds, 0 for none`,
  async run(args, note) {
    const watched = Number(args[0] ?? WATCHED);
    const folder = await mkdtemp(join(tmpdir(), 'batch-bench-'));
    try {
      const worlds: string[] = [];
      for (let seed = 1; seed <= COMPARED; seed++) {
        const path = join(folder, `rooms-${seed}.glb`);
        await writeFile(path, await writeGlb(roomsWorld(60, seed, { sideMeters: 30, roomMeters: 10 })));
        worlds.push(path);
      }
      const seconds: number[] = [];
      for (const workers of [1, 2]) {
        const startedAt = performance.now();
        await runBatch(worlds, { agents: 16, simulatedSeconds: 120, workers });
        seconds.push((performance.now() - startedAt) / 1000);
        note(`${workers} threads: ${seconds.at(-1)?.toFixed(1)} s`);
      }
      const ratio = (seconds[0] ?? 0) / (seconds[1] ?? 1);
      const figures = [
        {
          name: `${COMPARED} worlds, two threads / one`,
          value: ratio.toFixed(2),
          unit: '×',
          target: `≥ ${LEAST_RATIO}`,
          met: ratio >= LEAST_RATIO,
        },
      ];
      if (watched === 0) return figures;
      const small = join(folder, 'small.glb');
      await writeFile(small, await writeGlb(roomsWorld(10, 1, { sideMeters: 10, roomMeters: 10 })));
      const resident: number[] = [];
      let watching = -1;
      const startedAt = performance.now();
      await runBatch(
        Array.from({ length: watched }, () => small),
        {
          agents: 4,
          simulatedSeconds: 5,
          workers: 2,
          onProgress: ({ fraction }) => {
            const hundredth = Math.floor(100 * fraction);
            if (hundredth === watching) return;
            watching = hundredth;
            resident.push(process.memoryUsage().rss / 2 ** 20);
          },
        },
      );
      const quarter = Math.floor(resident.length / 4);
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
      // The first quarter fills the caches.
      const growth = mean(resident.slice(-quarter)) - mean(resident.slice(quarter, 2 * quarter));
      return [
        ...figures,
        {
          name: `${watched} worlds: memory of the last quarter over that of the second`,
          value: growth.toFixed(0),
          unit: `MiB, at most ${Math.max(...resident).toFixed(0)} MiB, ${((performance.now() - startedAt) / watched).toFixed(0)} ms a world`,
          target: `≤ ${FLAT_MEBIBYTES}`,
          met: growth <= FLAT_MEBIBYTES,
        },
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};
