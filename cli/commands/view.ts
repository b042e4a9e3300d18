import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readConfig } from '../../server/config.ts';
import { createFileStore } from '../../server/files/createFileStore.ts';
import { importWorldFiles } from '../../server/files/importWorldFiles.ts';
import type { Command } from '../command.ts';
import { integerOption, parseOptions } from '../commandOptions.ts';

const optionsSchema = z.strictObject({
  port: integerOption(0, 65_535),
  host: z.string().min(1, 'an address'),
  json: z.literal(true).optional(),
});

export const command: Command = {
  name: 'view',
  summary: 'walk through a world in the browser: a world folder, a .glb or a .gltf',
  arguments: '<world>',
  options: [
    { flags: '--port <n>', description: 'port; 0 takes any that is free', default: '0' },
    { flags: '--host <address>', description: 'address to listen on', default: '127.0.0.1' },
  ],
  async run([path], typed, context) {
    const { port, host } = parseOptions(optionsSchema, typed);
    const dataFolder = await mkdtemp(join(tmpdir(), 'sora-view-'));
    try {
      // What is in the environment is for servers that last; this one brings all of its own and leaves nothing.
      const config = readConfig(
        { host, port, dataFolder, role: 'all', jobs: 1, jobMemoryMegabytes: 4096, origins: [] },
        {},
      );
      // Before the server: what cannot be read is said at once.
      const imported = await importWorldFiles(path, createFileStore(config.storage));
      const { startServer } = await import('../../server/serve.ts');
      const server = await startServer(config, context.note);
      try {
        const world = await server.studio.importWorld(imported);
        const url = `${server.url}/worlds/${world.id}`;
        context.note(`${world.name} is at ${url}  (Ctrl-C ends it)`);
        if (!context.signal.aborted) await once(context.signal, 'abort');
        return { exit: 0, json: { world: path, url }, text: 'Ended.' };
      } finally {
        await server.close();
      }
    } finally {
      await rm(dataFolder, { recursive: true, force: true });
    }
  },
};
