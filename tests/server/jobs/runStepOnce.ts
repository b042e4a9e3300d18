import { readFileSync } from 'node:fs';
import { runInProcess } from '../../../server/jobs/runInProcess.ts';
import type { StepJob } from '../../../server/jobs/stepJob.ts';

/** Run as a process of its own by runInProcess.test.ts, which kills it: node runStepOnce.ts JOB.json. */
const [, , path = ''] = process.argv;
const job = JSON.parse(readFileSync(path, 'utf8')) as StepJob;
await runInProcess(
  job,
  { onProgress: event => process.stdout.write(`${event.fraction}\n`) },
  { memoryLimitBytes: 2 ** 31, timeLimitSeconds: 600 },
);
