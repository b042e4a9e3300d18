import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { runInProcess } from '../../../server/jobs/runInProcess.ts';
import { type AgentPose, createTraceReader } from '../../../sim/browser/trace.ts';
import type { TestRun } from '../../../sim/types.ts';
import { model, room } from '../../sim/handMadeWorlds.ts';
import { RUN, Spectator, startLiveServer } from './liveServer.ts';

test('spectators of a test that runs in its own process see what its file then holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sora-watched-'));
  const server = await startLiveServer();
  try {
    // Large enough that three seconds do not end it; with a hole, so that something is found.
    const nodes = room({ width: 24, depth: 24, hole: { x: 1, z: -1, side: 2 } });
    await writeFile(join(folder, 'world.glb'), await writeGlb(model(...nodes)));
    const early = new Spectator(await server.connect());
    await early.watch();
    let sequence = 0;
    const running = runInProcess(
      {
        work: {
          kind: 'world-test',
          world: 'world.glb',
          agents: 8,
          simulatedSeconds: 3,
          seed: 1,
          pace: 'live',
        },
        scratch: folder,
        inputs: {},
        storage: { driver: 'local', folder: join(folder, 'files') },
      },
      {
        onProgress() {},
        onTrace: packet => server.bus.publish('trace', { runId: RUN, sequence: sequence++, ...packet }),
        onViolations: (violations, final) =>
          server.bus.publish('violations', { runId: RUN, final, violations }),
      },
      { memoryLimitBytes: 2 ** 31, timeLimitSeconds: 100 },
    );
    await early.until(() => early.reader.frameCount >= 20);
    const late = new Spectator(await server.connect());
    await late.watch();
    const run = (await running).output as TestRun;
    server.bus.publish('runEnded', { runId: RUN });
    for (const one of [early, late]) await one.until(() => one.ended);

    const file = createTraceReader();
    file.push(await readFile(join(folder, 'run', 'trace.bin')));
    expect(file.frameCount).toBe(60);
    const pose: AgentPose = { x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false };
    for (const one of [early, late]) {
      expect(one.reader.frameCount).toBe(60);
      expect(one.violations.at(-1)).toEqual({ final: true, ids: run.violations.map(({ id }) => id) });
    }
    for (let step = 0; step <= file.lastStep; step += 3) {
      expect(late.posesAt(step)).toEqual(early.posesAt(step));
      for (const [agent, seen] of early.posesAt(step).entries()) {
        expect(file.poseAt(step, agent, pose)).toBe(true);
        expect(seen).toEqual(pose);
      }
    }
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
});
