import { loadHavok } from '../../engine/physics/nodeHavok.ts';
import { type AgentsRun, runAgents } from './agentsRun.ts';

/** A second process: takes the run on stdin, gives the path on stdout. */
const chunks: Buffer[] = [];
for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
const run = JSON.parse(Buffer.concat(chunks).toString()) as AgentsRun;
process.stdout.write(JSON.stringify(await runAgents(run, await loadHavok())));
