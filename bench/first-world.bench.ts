import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { DirectorError } from '../engine/errors.ts';
import { createRandom } from '../engine/random.ts';
import type { MeshPart, WorldModel, WorldNode } from '../engine/world/worldModel.ts';
import { writeGlb } from '../engine/world/writeGlb.ts';
import type { RunView, UploadView, ViolationView, WorldView } from '../server/api/types.ts';
import { readConfig } from '../server/config.ts';
import { startServer } from '../server/serve.ts';
import { launchChromium } from '../tests/e2e/chromium.ts';
import type { Bench, BenchFigure } from './bench.ts';

const TRIANGLES = 200_000;
const LOADS = 5;
const WEB_FOLDER = fileURLToPath(new URL('../build/web/', import.meta.url));
const PINS = [0, 100, 5000] as const;

/**
 * Every load is the first of a new browser: nothing is cached, shaders are compiled anew. A load ends with
 * the first frame after the walker's first step ('world-walkable'), counted from the start of the navigation.
 */
export const bench: Bench = {
  summary: `A world of ${TRIANGLES / 1000}k triangles opened in a real browser, until it can be walked; draw calls with pins`,
  async run(_args, note) {
    if (!existsSync(join(WEB_FOLDER, 'index.html')))
      throw new DirectorError('INPUT_NOT_FOUND', 'The studio has not been built.', {
        suggestion: 'Run `npm run prepare` first.',
      });
    const glb = await writeGlb(hall(TRIANGLES));
    note(`a world of ${(glb.length / 1e6).toFixed(1)} MB`);
    const dataFolder = await mkdtemp(join(tmpdir(), 'sora-first-world-'));
    const server = await startServer(
      readConfig(
        {
          host: '127.0.0.1',
          port: 0,
          dataFolder,
          role: 'all',
          jobs: 1,
          jobMemoryMegabytes: 4096,
          origins: [],
        },
        {},
      ),
    );
    try {
      const url = server.url ?? '';
      const world = await uploadWorld(url, glb);
      const loads: Load[] = [];
      for (let i = 0; i < LOADS; i++) {
        loads.push(await withPage(page => openWorld(page, `${url}/worlds/${world.id}`)));
        const { walkable, stages } = loads[i];
        note(`load ${i + 1}: walkable after ${walkable.toFixed(0)} ms (${stages})`);
      }
      const calls: number[] = [];
      for (const count of PINS) {
        calls.push(await withPage(page => drawCallsWithPins(page, url, world, count)));
        note(`${count} pins: ${calls.at(-1)} draw calls`);
      }
      return figures(loads, calls);
    } finally {
      await server.close();
      await rm(dataFolder, { recursive: true, force: true });
    }
  },
};

interface Load {
  /** Milliseconds from the start of the navigation. */
  shown: number;
  walkable: number;
  /** gzip bytes of the scripts and styles that came until then. */
  codeBytes: number;
  /** What the viewer itself measured, in words. */
  stages: string;
}

/** In a browser of its own: nothing is cached, and the one that npm carries ends with its first closed page. */
async function withPage<Result>(use: (page: Page) => Promise<Result>): Promise<Result> {
  const browser = await launchChromium();
  try {
    return await use(await browser.newPage({ viewport: { width: 1280, height: 720 } }));
  } finally {
    await browser.close();
  }
}

function figures(loads: readonly Load[], calls: readonly number[]): BenchFigure[] {
  const walkable = loads.map(load => load.walkable).sort((a, b) => a - b);
  const middle = walkable[LOADS >> 1];
  const shell = shellBytes();
  const added = calls[2] - calls[1];
  return [
    {
      name: `walkable after navigation, median of ${LOADS}`,
      value: middle,
      unit: 'ms',
      target: '< 3000',
      met: middle < 3000,
    },
    { name: 'walkable after navigation, slowest', value: walkable[LOADS - 1], unit: 'ms' },
    {
      name: 'first frame with the world, median',
      value: loads.map(load => load.shown).sort((a, b) => a - b)[LOADS >> 1],
      unit: 'ms',
    },
    {
      name: "the studio's shell, gzip",
      value: shell / 1000,
      unit: 'kB',
      target: '< 300',
      met: shell < 300_000,
    },
    { name: 'all code until a world is walkable, gzip', value: loads[0].codeBytes / 1000, unit: 'kB' },
    ...PINS.map((count, i) => ({ name: `draw calls with ${count} pins`, value: calls[i], unit: 'calls' })),
    {
      name: 'draw calls that 4,900 more pins add',
      value: added,
      unit: 'calls',
      target: '0',
      met: added === 0,
    },
  ];
}

/** What index.html itself asks for: the studio before any 3D. */
function shellBytes(): number {
  const html = readFileSync(join(WEB_FOLDER, 'index.html'));
  const files = [...html.toString().matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)].map(
    match => match[1],
  );
  return [html, ...files.map(file => readFileSync(join(WEB_FOLDER, file)))].reduce(
    (sum, bytes) => sum + gzipSync(bytes).length,
    0,
  );
}

async function uploadWorld(url: string, glb: Uint8Array): Promise<WorldView> {
  const post = async <Result>(path: string, type: string, body: string | Uint8Array): Promise<Result> => {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': type },
      body: body as BodyInit,
    });
    if (!response.ok) throw new DirectorError('INTERNAL', `${path}: ${await response.text()}`);
    return (await response.json()) as Result;
  };
  const upload = await post<UploadView>('/api/uploads?name=hall.glb', 'model/gltf-binary', glb);
  return post('/api/worlds', 'application/json', JSON.stringify({ uploadId: upload.id }));
}

async function openWorld(page: Page, address: string): Promise<Load> {
  let codeBytes = 0;
  page.on('response', response => {
    const { pathname } = new URL(response.url());
    const file = join(WEB_FOLDER, pathname);
    if (/\.(js|css|wasm)$/.test(pathname) && existsSync(file))
      codeBytes += gzipSync(readFileSync(file)).length;
  });
  await page.goto(address);
  await page.waitForFunction(() => performance.getEntriesByName('world-walkable').length > 0);
  const [shown, walkable] = await page.evaluate(() =>
    ['world-shown', 'world-walkable'].map(name => performance.getEntriesByName(name)[0]?.startTime ?? NaN),
  );
  const stages = await page.evaluate(() =>
    performance
      .getEntriesByType('measure')
      .filter(({ name }) => name.startsWith('world '))
      .map(({ name, duration }) => `${name.slice(6)} ${Math.round(duration)}`)
      .join(', '),
  );
  return { shown, walkable, codeBytes, stages };
}

/** The run is made up in the browser's network, so that there are as many violations as are wanted. */
async function drawCallsWithPins(page: Page, url: string, world: WorldView, count: number): Promise<number> {
  const runId = 'r_0000000000000000';
  await page.route(`**/api/worlds/${world.id}`, route =>
    route.fulfill({ json: { ...world, runs: [runId] } satisfies WorldView }),
  );
  await page.route(`**/api/runs/${runId}`, route => route.fulfill({ json: runWith(world.id, runId, count) }));
  await page.goto(`${url}/worlds/${world.id}`);
  await page.waitForFunction(() => performance.getEntriesByName('world-walkable').length > 0);
  // The pins come with the run, and their shader compiles beside the page: until the count stands still.
  let calls = -1;
  for (let still = 0; still < 5; ) {
    await page.waitForTimeout(400);
    const now = Number(await page.locator('canvas').first().getAttribute('data-draw-calls'));
    still = now === calls ? still + 1 : 0;
    calls = now;
  }
  return calls;
}

function runWith(worldId: string, id: string, count: number): RunView {
  const random = createRandom(`pins ${count}`);
  const violations: ViolationView[] = Array.from({ length: count }, (_, i) => ({
    id: `pin-${i}`,
    type: 'floating',
    severity: (['error', 'warning', 'info'] as const)[i % 3],
    confidence: 1,
    position: [random.range(-14, 14), random.range(0.2, 2.5), random.range(-14, 14)],
    message: 'A pin.',
    evidence: {},
    replay: {},
  }));
  return {
    id,
    worldId,
    productionId: null,
    iteration: null,
    state: 'completed',
    job: null,
    seed: 1,
    agents: 1,
    seconds: 1,
    pace: 'fast',
    result: {
      simulatedSeconds: 1,
      agentSteps: 60,
      coverage: { reachableArea: 1, enteredArea: 1, ratio: 1 },
      violations,
      stateHash: '',
    },
    files: {},
    createdAt: '2026-01-01T00:00:00.000Z',
  };
}

/** An uneven floor of half of the triangles and boulders of the rest, textured and vertex-coloured: 30 × 30 m. */
function hall(triangles: number): WorldModel {
  const random = createRandom('first-world');
  const size = 512;
  const pixels = new Uint8Array(size * size * 4);
  for (let i = 0; i < size * size; i++) {
    const checker = (((i % size) >> 6) ^ (Math.floor(i / size) >> 6)) & 1 ? 190 : 120;
    pixels.fill(checker + random.range(-30, 30), i * 4, i * 4 + 3);
    pixels[i * 4 + 3] = 255;
  }
  const side = Math.floor(Math.sqrt(triangles / 4));
  const floor = grid(side, side, (u, v) => {
    const x = (u - 0.5) * 30;
    const z = (v - 0.5) * 30;
    return [x, 0.12 * Math.sin(x * 1.3) * Math.cos(z * 0.9), z];
  });
  const nodes: WorldNode[] = [node('floor', floor)];
  const boulders = 25;
  const rings = Math.floor(Math.sqrt((triangles - floor.indices.length / 3) / boulders / 2));
  for (let b = 0; b < boulders; b++) {
    const [x, z] = [random.range(-13, 13), random.range(-13, 13)];
    const radius = random.range(0.5, 1.4);
    nodes.push(
      node(
        `boulder-${b}`,
        grid(rings, rings, (u, v) => {
          const polar = Math.PI * v;
          const around = 2 * Math.PI * u;
          const bumpy = radius * (1 + 0.1 * Math.sin(5 * around) * Math.sin(4 * polar));
          return [
            x + bumpy * Math.sin(polar) * Math.cos(around),
            0.4 + bumpy * Math.cos(polar),
            z - bumpy * Math.sin(polar) * Math.sin(around),
          ];
        }),
      ),
    );
  }
  return {
    nodes,
    materials: [
      {
        name: 'stone',
        baseColor: [1, 1, 1, 1],
        baseColorImage: 0,
        roughness: 0.9,
        metallic: 0,
        doubleSided: true,
        alphaMode: 'opaque',
        alphaCutoff: 0.5,
      },
    ],
    images: [{ width: size, height: size, pixels }],
  };
}

function node(name: string, part: MeshPart): WorldNode {
  const worldFromNode = Float64Array.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);
  return { name, worldFromNode, parts: [part], motion: 'static' };
}

function grid(
  columns: number,
  rows: number,
  place: (u: number, v: number) => [number, number, number],
): MeshPart {
  const positions = new Float32Array((columns + 1) * (rows + 1) * 3);
  const normals = new Float32Array(positions.length);
  const uvs = new Float32Array((positions.length / 3) * 2);
  const colors = new Float32Array((positions.length / 3) * 4).fill(1);
  for (let r = 0, vertex = 0; r <= rows; r++)
    for (let c = 0; c <= columns; c++, vertex++) {
      positions.set(place(c / columns, r / rows), vertex * 3);
      normals.set([0, 1, 0], vertex * 3);
      uvs.set([(c / columns) * 8, (r / rows) * 8], vertex * 2);
    }
  const indices = new Uint32Array(columns * rows * 6);
  for (let r = 0, at = 0; r < rows; r++)
    for (let c = 0; c < columns; c++, at += 6) {
      const first = r * (columns + 1) + c;
      const below = first + columns + 1;
      indices.set([first, below, first + 1, first + 1, below, below + 1], at);
    }
  return { positions, normals, uvs, colors, indices, material: 0 };
}
