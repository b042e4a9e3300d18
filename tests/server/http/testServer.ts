import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeGlb } from '../../../engine/world/writeGlb.ts';
import { readConfig, type ServerConfig } from '../../../server/config.ts';
import { type RunningServer, startServer } from '../../../server/serve.ts';
import { box, floor, PLASTER } from '../../engine/solids.ts';
import { putEmptyDatabase } from '../db/emptyDatabase.ts';

export interface TestServer extends RunningServer {
  url: string;
  dataFolder: string;
  /** What went to the terminal. */
  lines: string[];
  /** Ends the server and removes its folder. */
  remove(): Promise<void>;
}

/** The real server on a free port, with a data folder of its own. */
export async function startTestServer(changes: Partial<ServerConfig> = {}): Promise<TestServer> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'sora-server-'));
  await putEmptyDatabase(dataFolder);
  const lines: string[] = [];
  const config = readConfig(
    {
      host: '127.0.0.1',
      port: 0,
      dataFolder,
      role: 'all',
      jobs: 1,
      jobMemoryMegabytes: 2048,
      origins: ['https://studio.example'],
    },
    {},
  );
  const server = await startServer({ ...config, ...changes }, line => lines.push(line));
  return {
    ...server,
    url: server.url ?? '',
    dataFolder,
    lines,
    async remove() {
      await server.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

export function postJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

/** A floor with a box on it, as GLB. */
export function smallWorld(): Promise<Uint8Array> {
  return writeGlb({
    nodes: [floor(), box('crate', [2, 0.5, 2], [1, 1, 1])],
    materials: [PLASTER],
    images: [],
  });
}
