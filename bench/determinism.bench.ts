import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { loadHavok } from '../engine/physics/nodeHavok.ts';
import { writeGlb } from '../engine/world/writeGlb.ts';
import { runBatch } from '../sim/batch.ts';
import { walkerBody } from '../sim/body.ts';
import { collectTriangles } from '../sim/geometry/worldTriangles.ts';
import { buildNavmeshes } from '../sim/navmesh/buildNavmesh.ts';
import { fineJob } from '../sim/navmesh/navmeshJobs.ts';
import { launchChromium } from '../tests/e2e/chromium.ts';
import type { Bench, BenchFigure } from './bench.ts';
import { type AgentsPath, type AgentsRun, runAgents, WORLD } from './determinism/agentsRun.ts';
import { roomsWorld } from './walkers/roomsWorld.ts';

const AGENTS = 16;
const SECONDS = 30;
const ORIGIN = 'http://determinism.invalid/';

async function prepareRun(): Promise<AgentsRun> {
  const [polygons] = await buildNavmeshes([fineJob(collectTriangles(WORLD), walkerBody(1))]);
  if (!polygons) throw new RangeError('The rooms have no navmesh.');
  return {
    vertices: [...polygons.vertices],
    corners: [...polygons.corners],
    starts: [...polygons.starts],
    relief: {
      vertices: [...polygons.relief.vertices],
      triangles: [...polygons.relief.triangles],
      starts: [...polygons.relief.starts],
    },
    agents: AGENTS,
    simulatedSeconds: SECONDS,
    seed: 1,
  };
}

function inOtherProcess(run: AgentsRun): Promise<AgentsPath> {
  const script = fileURLToPath(new URL('./determinism/otherProcess.ts', import.meta.url));
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, [script], { maxBuffer: 1e8 }, (error, stdout) => {
      if (error) reject(error);
      else resolve(JSON.parse(stdout) as AgentsPath);
    });
    child.stdin?.end(JSON.stringify(run));
  });
}

/** Bundles the page as the web app is bundled, so that a browser runs the very same sources. */
async function bundlePage(): Promise<string> {
  const entry = fileURLToPath(new URL('./determinism/page.ts', import.meta.url));
  const output = (await build({
    configFile: false,
    logLevel: 'silent',
    resolve: {
      alias: {
        'node:timers/promises': fileURLToPath(new URL('./determinism/noTimers.ts', import.meta.url)),
      },
    },
    build: { write: false, minify: false, lib: { entry, formats: ['es'], fileName: 'page' } },
  })) as Rolldown.RolldownOutput[];
  return output[0]?.output[0].code ?? '';
}

async function inChromium(run: AgentsRun): Promise<AgentsPath> {
  const files = new Map<string, { body: string | Buffer; contentType: string }>([
    ['/', { body: '<script type="module" src="/page.js"></script>', contentType: 'text/html' }],
    ['/page.js', { body: await bundlePage(), contentType: 'text/javascript' }],
    [
      '/HavokPhysics.wasm',
      {
        body: await readFile(
          createRequire(import.meta.url).resolve('@babylonjs/havok/lib/esm/HavokPhysics.wasm'),
        ),
        contentType: 'application/wasm',
      },
    ],
  ]);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    await page.route('**/*', route => {
      const file = files.get(new URL(route.request().url()).pathname);
      return file ? route.fulfill(file) : route.abort();
    });
    await page.goto(ORIGIN);
    await page.waitForFunction('globalThis.runAgentsHere !== undefined');
    return await page.evaluate<AgentsPath, AgentsRun>(
      given =>
        (globalThis as unknown as { runAgentsHere(run: AgentsRun): Promise<AgentsPath> }).runAgentsHere(
          given,
        ),
      run,
    );
  } finally {
    await browser.close();
  }
}

/** 'same', or the first step after which an agent stands elsewhere. */
function compare(a: AgentsPath, b: AgentsPath): string {
  const step = a.stepHashes.findIndex((hash, i) => hash !== b.stepHashes[i]);
  if (step >= 0) return `step ${step} is the first that differs`;
  return a.pathHash === b.pathHash && a.stepHashes.length === b.stepHashes.length
    ? 'same'
    : 'the ends differ';
}

/** Whole tests of generated worlds, spread over one, two and four threads. */
async function acrossWorkers(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'determinism-'));
  try {
    const worlds: string[] = [];
    for (const seed of [1, 2, 3, 4]) {
      const path = join(folder, `rooms-${seed}.glb`);
      await writeFile(path, await writeGlb(roomsWorld(30, seed, { sideMeters: 20, roomMeters: 10 })));
      worlds.push(path);
    }
    const hashes: string[] = [];
    for (const workers of [1, 2, 4]) {
      const { runs, failed } = await runBatch(worlds, { agents: 8, simulatedSeconds: 20, workers });
      if (failed[0]) return `${failed[0].error.code}: ${failed[0].error.message}`;
      hashes.push(runs.map(run => run.stateHash).join(' '));
    }
    return hashes.every(hash => hash === hashes[0]) ? 'same' : 'different';
  } finally {
    await rm(folder, { recursive: true });
  }
}

export const bench: Bench = {
  summary: 'One path of all agents in two processes, in Chromium, and on 1, 2 and 4 threads',
  async run(_args, note) {
    const run = await prepareRun();
    const here = await runAgents(run, await loadHavok());
    note(`${here.stepHashes.length} steps of ${AGENTS} agents, path ${here.pathHash}`);
    const figure = (name: string, value: string): BenchFigure => ({
      name,
      value,
      unit: '',
      target: 'same',
      met: value === 'same',
    });
    return [
      figure('twice in one process', compare(here, await runAgents(run, await loadHavok()))),
      figure('in another process', compare(here, await inOtherProcess(run))),
      figure('in Chromium', compare(here, await inChromium(run))),
      figure('stateHash on 1, 2 and 4 threads', await acrossWorkers()),
    ];
  },
};
