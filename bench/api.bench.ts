import { type ChildProcess, spawn } from 'node:child_process';
import { openAsBlob } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DirectorError } from '../engine/errors.ts';
import { generate } from '../pipeline/generate/generate.ts';
import { createProvider } from '../pipeline/generate/providers.ts';
import type { ProductionView, UploadView } from '../server/api/types.ts';
import type { Bench, BenchFigure } from './bench.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));
/** Lifts at the same time. */
const LIFTS = 2;
const SECONDS = 60;
/** Between the end of one question and the next, so that what is measured is the answer and not the asking. */
const PAUSE_MILLISECONDS = 20;
const TARGET_MILLISECONDS = 50;

/**
 * The server is a process of its own, as `npm start` starts it, with the embedded database. It lifts two videos at
 * a time, anew whenever one ends, while this process asks it on connections that are kept open, one question after
 * another; each answer is read to its end.
 */
export const bench: Bench = {
  summary: `how long the API takes to answer while ${LIFTS} lifts run; argument: seconds to measure, default ${SECONDS}`,
  async run([argument], note) {
    const seconds = argument === undefined ? SECONDS : Number(argument);
    if (!(seconds >= 1 && seconds <= 3600))
      throw new DirectorError('USAGE', `The seconds to measure cannot be '${argument}'.`);
    const folder = await mkdtemp(join(tmpdir(), 'sora-api-bench-'));
    let server: ChildProcess | undefined;
    try {
      note('making a take to lift');
      const video = await makeTake(join(folder, 'takes'));
      const started = await startServer(join(folder, 'data'));
      server = started.server;
      const { url } = started;
      const idle = await measure(`${url}/health`, 5);
      const upload = await send(url, video);
      const lifts = Array.from({ length: LIFTS }, () => startLift(url, upload.id));
      const ids = await Promise.all(lifts);
      await Promise.all(ids.map(id => waitForStart(url, id)));
      note(`${LIFTS} lifts run; asking for ${seconds} s`);
      const end = new AbortController();
      const keepLifting = keepBusy(url, upload.id, ids, end.signal);
      const [health, production] = await Promise.all([
        measure(`${url}/health`, seconds),
        measure(`${url}/api/productions/${ids[0]}`, seconds),
      ]);
      end.abort();
      const finished = await keepLifting;
      note(`${finished} lift(s) ended meanwhile`);
      return [
        ...figuresOf('GET /health, idle', idle),
        ...figuresOf('GET /health, two lifts', health, TARGET_MILLISECONDS),
        ...figuresOf('GET /api/productions/:id, two lifts', production),
      ];
    } finally {
      if (server && server.exitCode === null) {
        const exit = new Promise(resolve => server?.once('exit', resolve));
        server.kill('SIGTERM');
        await exit;
      }
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function makeTake(out: string): Promise<string> {
  const { takes } = await generate('A library, the camera walks slowly forward', {
    provider: await createProvider('procedural'),
    takes: 1,
    seconds: 6,
    width: 640,
    height: 360,
    framesPerSecond: 24,
    seed: 8,
    out,
  });
  return takes[0].video;
}

function startServer(data: string): Promise<{ server: ChildProcess; url: string }> {
  const { DATABASE_URL: _, SORA_STORAGE: __, ...env } = process.env;
  const server = spawn(
    process.execPath,
    [MAIN, 'serve', '--port', '0', '--data', data, '--jobs', `${LIFTS}`],
    {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  return new Promise((resolve, reject) => {
    let text = '';
    server.stderr.setEncoding('utf8').on('data', (part: string) => {
      text = (text + part).slice(-10_000);
      const url = /is at (http:\/\/\S+)/.exec(text)?.[1];
      if (url) resolve({ server, url });
    });
    server.once('exit', () =>
      reject(new DirectorError('INTERNAL', `The server ended before it began: ${text}`)),
    );
  });
}

async function ask<Answer>(url: string, options?: RequestInit): Promise<Answer> {
  const response = await fetch(url, options);
  const text = await response.text();
  if (!response.ok) throw new DirectorError('INTERNAL', `${url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as Answer;
}

async function send(url: string, video: string): Promise<UploadView> {
  const form = new FormData();
  form.append('file', await openAsBlob(video), 'take.mp4');
  return ask(`${url}/api/uploads`, { method: 'POST', body: form });
}

async function startLift(url: string, uploadId: string): Promise<string> {
  const { id } = await ask<ProductionView>(`${url}/api/productions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ prompt: 'A library', uploadId, through: 'lift', quality: 'standard' }),
  });
  return id;
}

/** Until its lift runs: an upload is scored first. */
async function waitForStart(url: string, id: string): Promise<void> {
  for (;;) {
    const { state, job, error } = await ask<ProductionView>(`${url}/api/productions/${id}`);
    if (job?.kind === 'lift' && job.state === 'running') return;
    if (state !== 'running')
      throw new DirectorError(
        'INTERNAL',
        `The lift did not begin: ${state}, ${error?.message ?? 'no error'}`,
      );
    await sleep(200);
  }
}

/** @returns how many lifts have ended. */
async function keepBusy(url: string, uploadId: string, ids: string[], signal: AbortSignal): Promise<number> {
  let ended = 0;
  const current = [...ids];
  while (!signal.aborted) {
    for (const [index, id] of current.entries()) {
      const { state } = await ask<ProductionView>(`${url}/api/productions/${id}`);
      if (state === 'running') continue;
      ended++;
      current[index] = await startLift(url, uploadId);
    }
    await sleep(1000);
  }
  return ended;
}

/** @returns milliseconds of each answer, sorted. */
async function measure(url: string, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const startedAt = performance.now();
    await ask(url);
    times.push(performance.now() - startedAt);
    await sleep(PAUSE_MILLISECONDS);
  }
  return times.sort((a, b) => a - b);
}

function figuresOf(name: string, times: readonly number[], target?: number): BenchFigure[] {
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(share * times.length))];
  const p99 = at(0.99);
  return [
    { name: `${name}: p50`, value: at(0.5), unit: 'ms' },
    {
      name: `${name}: p99`,
      value: p99,
      unit: `ms of ${times.length}`,
      ...(target === undefined ? {} : { target: `< ${target}`, met: p99 < target }),
    },
    { name: `${name}: max`, value: at(1), unit: 'ms' },
  ];
}
