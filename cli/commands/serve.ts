import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { readConfig } from '../../server/config.ts';
import type { Command } from '../command.ts';
import { choiceOption, integerOption, parseOptions, pathOption } from '../commandOptions.ts';
import { keepCompiledCode } from '../keepCompiledCode.ts';

const optionsSchema = z.strictObject({
  port: integerOption(0, 65_535),
  host: z.string().min(1, 'an address'),
  data: pathOption,
  role: choiceOption(['all', 'web', 'worker']),
  jobs: integerOption(1, 64).optional(),
  jobMemory: integerOption(256, 1_000_000),
  origin: z
    .string()
    .transform(text => text.split(',').map(each => each.trim()))
    .refine(
      list => list.every(each => URL.parse(each)?.origin === each),
      'origins as browsers write them, such as https://studio.example',
    )
    .optional(),
  json: z.literal(true).optional(),
});

export const command: Command = {
  name: 'serve',
  summary: 'the server with the studio: open its address in a browser',
  arguments: '',
  options: [
    { flags: '--port <n>', description: 'port; 0 takes any that is free', default: '4747' },
    {
      flags: '--host <address>',
      description: 'address to listen on; 0.0.0.0 lets other machines in, and there is no login',
      default: '127.0.0.1',
    },
    {
      flags: '--data <dir>',
      description: 'database, stored files and logs',
      default: './sora-data',
    },
    {
      flags: '--role <role>',
      description: 'all, or web or worker: several processes on one DATABASE_URL and SORA_STORAGE',
      default: 'all',
    },
    { flags: '--jobs <n>', description: 'steps that run at once; default one for every two cores' },
    { flags: '--job-memory <mb>', description: 'memory that a step may take, MB', default: '4096' },
    { flags: '--origin <urls>', description: 'further addresses the studio is opened at, by commas' },
  ],
  async run(_args, typed, context) {
    const { data, jobs, jobMemory, origin, json, ...options } = parseOptions(optionsSchema, typed);
    const config = readConfig(
      {
        ...options,
        dataFolder: data,
        jobs: jobs ?? Math.max(1, Math.floor(availableParallelism() / 2)),
        jobMemoryMegabytes: jobMemory,
        origins: origin ?? [],
      },
      process.env,
    );
    keepCompiledCode(join(config.dataFolder, 'cache'));
    // Loaded only now, so that a slip of the keyboard is answered at once.
    const { startServer } = await import('../../server/serve.ts');
    const startedAt = performance.now();
    const server = await startServer(config, context.note);
    // Node writes at its end alone, and a server may be killed.
    flushCompileCache();
    // One request's defect must not end what the others wait for; the log says what and where.
    for (const event of ['uncaughtException', 'unhandledRejection'] as const)
      process.on(event, (thrown: unknown) => server.log.error({ err: thrown }, `not handled (${event})`));
    context.note(
      server.url
        ? `Sora Director is at ${server.url}  (data in ${config.dataFolder}; Ctrl-C ends it)`
        : `Sora Director works on ${config.jobs} job(s) at once; Ctrl-C ends it`,
    );
    if (!context.signal.aborted) await once(context.signal, 'abort');
    context.note('Ending: steps that run are given back and go on at the next start.');
    await server.close();
    return {
      exit: 0,
      json: { url: server.url ?? null, uptimeSeconds: Math.round((performance.now() - startedAt) / 1000) },
      text: 'Ended; nothing was lost.',
    };
  },
};
