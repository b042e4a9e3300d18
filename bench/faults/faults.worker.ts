import { createRandom } from '../../engine/random.ts';
import { serveJobs } from '../../engine/thread/serveJobs.ts';
import type { WorldFaultType } from '../../scenes/faults/worlds/worldFault.ts';
import { replayViolation } from '../../sim/replay/replayViolation.ts';
import { runTest } from '../../sim/run.ts';
import { FAULT_TEST, type FaultBases, type FaultJob, type FaultJobResult } from './faultJob.ts';
import { asLoaded, baseWorld, type FaultedWorld, faultedWorld } from './faultWorlds.ts';

/** Every so many'th faulted world is a real one. */
const REAL_SHARE = 3;
/** Worlds tried before a fault counts as one that none of them can have, and how many of the first may be real. */
const ATTEMPTS = 12;
const REAL_ATTEMPTS = 6;

/** A replay follows the test of the same world: planting it again would cost as much as testing it. */
let lastFaulted: FaultedWorld | undefined;

serveJobs(async (job: FaultJob, { signal }): Promise<FaultJobResult<FaultJob['kind']>> => {
  if (job.kind === 'twin') {
    const sound = await asLoaded(job.base, (await baseWorld(job.base)).model);
    return runTest(sound, { ...FAULT_TEST, signal });
  }
  if (job.kind === 'fault') {
    lastFaulted = await plantSomewhere(job.type, job.seed, job.bases);
    if (!lastFaulted) return undefined;
    const { name, base, fault, world } = lastFaulted;
    return { name, base, fault, run: await runTest(world, { ...FAULT_TEST, signal }) };
  }
  const { base, type, seed, run, found } = job;
  const faulted =
    lastFaulted?.name === run.world ? lastFaulted : ((await faultedWorld(base, type, seed)) as FaultedWorld);
  return replayViolation(faulted.world, run, found, { signal });
});

async function plantSomewhere(
  type: WorldFaultType,
  seed: number,
  { scenes, real }: FaultBases,
): Promise<FaultedWorld | undefined> {
  const random = createRandom(`${seed}/${type}/base`);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const list = real.length > 0 && seed % REAL_SHARE === 0 && attempt < REAL_ATTEMPTS ? real : scenes;
    const faulted = await faultedWorld(random.pick(list), type, seed);
    if (typeof faulted !== 'string') return faulted;
  }
  return undefined;
}
