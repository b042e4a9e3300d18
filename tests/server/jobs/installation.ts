import type { NewProduction } from '../../../server/api/types.ts';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import type { StepKind } from '../../../server/db/schema.ts';
import { type Claim, claimJob } from '../../../server/jobs/claimJob.ts';
import type { Finished } from '../../../server/jobs/finishedStep.ts';
import { finishJob } from '../../../server/jobs/finishJob.ts';
import type { Log } from '../../../server/jobs/log.ts';
import { type Queue, startQueue } from '../../../server/jobs/queue.ts';
import { startWorker, type Worker } from '../../../server/jobs/worker.ts';
import type { Bus } from '../../../server/live/bus.ts';
import { createMemoryBus } from '../../../server/live/createMemoryBus.ts';
import { createStudio } from '../../../server/studio/createStudio.ts';
import type { Studio } from '../../../server/studio/studio.ts';
import { makePlace, type TestPlace } from '../db/testDatabases.ts';

/** A database of its own with queue, bus and studio; workers are started by who wants them. */
export interface Installation {
  place: TestPlace;
  database: Database;
  queue: Queue;
  bus: Bus;
  studio: Studio;
  startWorker(): Promise<Worker>;
  /** As a server stops; the database stays where it is. */
  stop(): Promise<void>;
}

export const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

export async function openInstallation(place: TestPlace): Promise<Installation> {
  const fail = (error: unknown) => {
    throw error;
  };
  const database = await openDatabase(place.options);
  const queue = await startQueue(database, fail);
  const bus = createMemoryBus(fail);
  const workers: Worker[] = [];
  const { dataFolder } = place.options;
  return {
    place,
    database,
    queue,
    bus,
    studio: createStudio({ database, queue, bus }),
    async startWorker() {
      const worker = await startWorker({
        database,
        queue,
        bus,
        dataFolder,
        storage: { driver: 'local', folder: `${dataFolder}/files` },
        log: silent,
        concurrentJobs: 1,
        memoryLimitBytes: 4e9,
        timeLimitSeconds: 600,
      });
      workers.push(worker);
      return worker;
    },
    async stop() {
      for (const worker of workers.splice(0)) await worker.stop();
      await queue.stop();
      await bus.close();
      await database.close();
    },
  };
}

export async function newInstallation(kind: 'pglite' | 'postgres'): Promise<Installation> {
  return openInstallation(await makePlace(kind));
}

/** Through the quickest steps: one take of a second, made in about a second. */
export const QUICK: NewProduction = {
  prompt: 'A hallway, the camera walks slowly forward at eye level',
  takes: 1,
  seconds: 1,
  width: 128,
  height: 128,
  framesPerSecond: 8,
  seed: 2,
  agents: 4,
  testSeconds: 5,
  quality: 'draft',
  through: 'score',
};

const file = (name: string) => ({
  sha256: name
    .padEnd(64, '0')
    .slice(0, 64)
    .replaceAll(/[^0-9a-f]/g, '0'),
  bytes: name.length,
  mediaType: 'application/octet-stream',
});

const dimension = { score: 0.5, value: 1, unit: 'px', confidence: 1 };

/** What a step of an iteration may give: two takes, of which the second ranks first; a world; one violation. */
export function outcomeOf(
  step: StepKind,
  iteration: number,
  wish: { take?: string; clean?: boolean } = {},
): Finished {
  const folder = `iteration-0${iteration}`;
  const videos = ['take-01', 'take-02'].map(take => ({ take, video: `${folder}/takes/${take}.mp4` }));
  const lifted = wish.take ?? 'take-02';
  const none = { details: null, result: null };
  const violations = { error: wish.clean ? 0 : 1, warning: 0, info: 0 };
  switch (step) {
    case 'generate':
      return {
        ...none,
        output: {
          generated: { takes: videos.map(each => ({ ...each, sha256: file(each.take).sha256 })), failed: [] },
        },
        files: Object.fromEntries(videos.map(({ video }) => [video, file(video)])),
      };
    case 'score':
      return {
        ...none,
        output: {
          scored: {
            scores: `${folder}/scores.json`,
            takes: videos.map(({ take }, index) => ({
              take,
              rank: 2 - index,
              overall: 0.5,
              liftable: true,
              reason: '2° of parallax',
              findings: [],
            })),
          },
          verdicts: [],
        },
        files: { [`${folder}/scores.json`]: file('scores') },
        details: Object.fromEntries(videos.map(({ take }) => [take, { sharpness: dimension }])),
      };
    case 'lift':
      return {
        ...none,
        output: {
          verdicts: [],
          lifted: {
            take: lifted,
            because: 'ranks first',
            world: `${folder}/world`,
            registered: 9,
            frames: 12,
            reprojectionErrorPixels: 0.2,
          },
        },
        files: {
          [`${folder}/world/world.json`]: file('world'),
          [`${folder}/world/visual.glb`]: file('visual'),
          [`${folder}/world/preview.webp`]: file('preview'),
        },
      };
    case 'test':
      return {
        ...none,
        output: {
          tested: {
            report: `${folder}/report.json`,
            seed: 5,
            stateHash: 'abc',
            reachableArea: 10,
            coverage: 0.5,
            violations,
            found: wish.clean ? [] : [{ type: 'floating', severity: 'error', count: 1 }],
          },
        },
        files: { [`${folder}/report.json`]: file('report'), [`${folder}/run/trace.bin`]: file('trace') },
        result: {
          simulatedSeconds: 5,
          agentSteps: 1200,
          coverage: { reachableArea: 10, enteredArea: 5, ratio: 0.5 },
          violations: [],
          stateHash: 'abc',
        },
      };
    case 'revise':
      return {
        ...none,
        output: {
          revised: { revision: `${folder}/revision.json`, prompt: `better ${iteration}`, edits: [] },
        },
        files: { [`${folder}/revision.json`]: file('revision') },
      };
  }
}

/** Takes the next job as a worker does. */
export async function claimNext({ database, queue }: Installation, worker = 'a worker'): Promise<Claim> {
  const claim = await claimJob(database, queue, worker);
  if (!claim) throw new Error('nothing is queued');
  return claim;
}

/** Does what is queued with ready-made outcomes, one job after the other, until nothing is. @returns the kinds. */
export async function drain(
  installation: Installation,
  wish: { take?: string; clean?: boolean } = {},
): Promise<string[]> {
  const done: string[] = [];
  for (;;) {
    const claim = await claimJob(installation.database, installation.queue, 'a worker');
    if (!claim) return done;
    const { kind, iteration } = claim.job;
    done.push(kind);
    await finishJob(
      installation.database,
      installation.queue,
      claim.job,
      outcomeOf(kind, iteration ?? 1, wish),
    );
  }
}
