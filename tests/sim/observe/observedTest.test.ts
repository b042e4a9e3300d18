import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadWorld } from '../../../engine/world/loadWorld.ts';
import type { WorldNode } from '../../../engine/world/worldModel.ts';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { type AgentPose, createTraceReader, TRACE_FRAME_STEPS } from '../../../sim/browser/trace.ts';
import { runObservedTest } from '../../../sim/observe/observedTest.ts';
import type { RunObserver } from '../../../sim/observe/runObserver.ts';
import type { TracePacket } from '../../../sim/observe/tracePacker.ts';
import { runTest } from '../../../sim/run.ts';
import type { Violation } from '../../../sim/types.ts';
import { box, furnishedRoom, loaded, model, node, room } from '../handMadeWorlds.ts';

const folder = mkdtempSync(join(tmpdir(), 'sora-observed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const quiet: RunObserver = { onBegin() {}, onFrame() {}, onViolations() {} };
const holed = (): WorldNode[] => [
  ...room({ width: 6, depth: 6, hole: { x: 1, z: -1, side: 1.2 } }),
  node('box in the air', [box([-2, 0.4, -2], [-1.5, 0.9, -1.5])]),
];
const options = { agents: 6, simulatedSeconds: 20, seed: 3 };

async function stored(name: string, nodes: WorldNode[]): Promise<string> {
  const path = join(folder, `${name}.glb`);
  await writeFile(path, await writeGlb(model(...nodes)));
  return path;
}

describe('observing', () => {
  test.each([
    ['a sound room', furnishedRoom],
    ['a room with a hole', holed],
  ])('%s changes nothing in the run', async (_, nodes) => {
    const world = () => loaded(model(...nodes()));
    const plain = await runTest(world(), options);
    const watched = await runTest(world(), { ...options, observe: quiet });
    expect(watched.stateHash).toBe(plain.stateHash);
    expect(watched.violations).toEqual(plain.violations);
  });

  test('tells of what stands still at once, of falls when they happen, and of the report at the end', async () => {
    const told: { violations: readonly Violation[]; final: boolean; afterFrames: number }[] = [];
    let frames = 0;
    const run = await runTest(loaded(model(...holed())), {
      ...options,
      observe: {
        ...quiet,
        onFrame: () => frames++,
        onViolations: (violations, final) => told.push({ violations, final, afterFrames: frames }),
      },
    });
    const [geometry, ...later] = told;
    expect(geometry.violations.map(({ type }) => type)).toEqual(['floating']);
    expect(geometry.afterFrames).toBe(0);
    const falls = later.slice(0, -1);
    expect(falls.flatMap(({ violations }) => violations.map(({ type }) => type))).toEqual(['fall-through']);
    const [
      {
        violations: [fall],
        afterFrames,
      },
    ] = falls;
    expect(Math.abs((fall.replay.step ?? 0) / TRACE_FRAME_STEPS - afterFrames)).toBeLessThanOrEqual(1);
    expect(later.at(-1)).toMatchObject({ final: true, violations: run.violations });
    expect(told.filter(({ final }) => final)).toHaveLength(1);
  });

  test('shows bodies that walk where they look, and marks those that are put elsewhere', async () => {
    const seen: (AgentPose & { step: number; agent: number })[] = [];
    const run = await runTest(loaded(model(...holed())), {
      ...options,
      observe: {
        ...quiet,
        onFrame: (step, poses) => {
          for (const [agent, pose] of poses.entries()) seen.push({ ...pose, step, agent });
        },
      },
    });
    expect(seen.length / options.agents).toBe(Math.ceil((run.simulatedSeconds * 60) / TRACE_FRAME_STEPS));
    let ahead = 0;
    let walks = 0;
    for (const [i, pose] of seen.entries()) {
      const before = seen[i - options.agents];
      if (!before) continue;
      const way = Math.hypot(pose.x - before.x, pose.z - before.z);
      if (pose.teleported) continue;
      // Nobody sprints at 20 m/s: what moved so far was put there.
      expect(way).toBeLessThan(1);
      if (pose.state !== 'walking' || way < 0.03) continue;
      walks++;
      const forward = -Math.sin(pose.yaw) * (pose.x - before.x) - Math.cos(pose.yaw) * (pose.z - before.z);
      if (forward > 0.7 * way) ahead++;
    }
    expect(walks).toBeGreaterThan(300);
    // The others slide along a wall or past each other; looks that have nothing to do with the way would agree with a quarter.
    expect(ahead / walks).toBeGreaterThan(0.85);
    expect(seen.filter(({ teleported }) => teleported).length).toBeGreaterThan(0);
    expect(seen.filter(({ state }) => state === 'airborne').length).toBeGreaterThan(0);
  });
});

describe('an observed test', () => {
  test('streams what it writes: the trace, which anyone can join at a keyframe', async () => {
    const path = await stored('holed', holed());
    const outFolder = join(folder, 'holed-run');
    const packets: TracePacket[] = [];
    const run = await runObservedTest(path, {
      ...options,
      outFolder,
      onTrace: packet => packets.push(packet),
    });
    expect(run.stateHash).toBe((await runTest(await loadWorld(path), options)).stateHash);

    const kept = createTraceReader();
    kept.push(readFileSync(join(outFolder, 'trace.bin')));
    expect(kept.header).toMatchObject({ agents: 6, seed: 3 });
    expect(kept.lastStep).toBe(TRACE_FRAME_STEPS * (kept.frameCount - 1));
    expect(kept.lastStep / 60).toBeCloseTo(run.simulatedSeconds, 0);

    const starts = packets.flatMap(({ keyframe }, i) => (keyframe ? [i] : []));
    expect(starts[0]).toBe(0);
    const late = createTraceReader();
    for (const { bytes } of packets.slice(starts.at(-1))) late.push(bytes);
    expect(late.lastStep).toBe(kept.lastStep);
    const [here, there] = [0, 1].map(
      (): AgentPose => ({ x: 0, y: 0, z: 0, yaw: 0, state: 'walking', teleported: false }),
    );
    for (let agent = 0; agent < 6; agent++) {
      expect(kept.poseAt(kept.lastStep, agent, here)).toBe(true);
      expect(late.poseAt(kept.lastStep, agent, there)).toBe(true);
      expect(there).toEqual(here);
    }
  });

  test('draws the navmesh and the coverage', async () => {
    const path = await stored('room', furnishedRoom());
    const outFolder = join(folder, 'room-run');
    const run = await runObservedTest(path, { ...options, outFolder });
    expect(readdirSync(outFolder).sort()).toEqual(['overlays.glb', 'trace.bin']);
    const { visual } = await loadWorld(join(outFolder, 'overlays.glb'));
    expect(visual.nodes.map(({ name }) => name)).toEqual(['navmesh', 'coverage']);
    const [navmesh, coverage] = visual.nodes.map(({ parts }) => parts[0]);
    expect(areaOf(navmesh.positions, navmesh.indices)).toBeCloseTo(run.coverage.reachableArea, 0);
    const colors = new Set<string>();
    for (let i = 0; i < (coverage.colors?.length ?? 0); i += 4)
      colors.add(Array.from(coverage.colors?.slice(i, i + 3) ?? [], value => value.toFixed(2)).join());
    expect(colors.size).toBeGreaterThan(3);
  });

  test('at the pace of life takes as long as it simulates', async () => {
    const path = await stored('live', furnishedRoom());
    const startedAt = performance.now();
    let firstFrameAt = 0;
    await runObservedTest(path, {
      ...options,
      simulatedSeconds: 2,
      pace: 'live',
      outFolder: join(folder, 'live-run'),
      onTrace: () => {
        firstFrameAt ||= performance.now();
      },
    });
    expect(firstFrameAt).toBeGreaterThan(startedAt);
    expect(performance.now() - firstFrameAt).toBeGreaterThan(1800);
  });

  test('leaves nothing half-written when it is cancelled', async () => {
    const path = await stored('cancelled', room({ width: 40, depth: 40 }));
    const cancel = new AbortController();
    const outFolder = join(folder, 'cancelled-run');
    await expect(
      runObservedTest(path, {
        ...options,
        outFolder,
        signal: cancel.signal,
        pace: 'live',
        onTrace: () => cancel.abort(),
      }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readdirSync(outFolder)).toEqual([]);
  });

  test('of a world where nothing can be walked on has a trace without frames', async () => {
    const path = await stored('pole', [node('pole', [box([0, 0, 0], [0.05, 3, 0.05])])]);
    const outFolder = join(folder, 'pole-run');
    const final: boolean[] = [];
    await runObservedTest(path, { ...options, outFolder, onViolations: (_, isFinal) => final.push(isFinal) });
    const reader = createTraceReader();
    reader.push(readFileSync(join(outFolder, 'trace.bin')));
    expect(reader.header?.agents).toBe(6);
    expect(reader.frameCount).toBe(0);
    expect(final.at(-1)).toBe(true);
  });
});

function areaOf(positions: Float32Array, indices: Uint32Array): number {
  let twice = 0;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [3 * indices[i], 3 * indices[i + 1], 3 * indices[i + 2]];
    twice += Math.abs(
      (positions[b] - positions[a]) * (positions[c + 2] - positions[a + 2]) -
        (positions[c] - positions[a]) * (positions[b + 2] - positions[a + 2]),
    );
  }
  return twice / 2;
}
