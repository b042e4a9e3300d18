import { serveJobs } from '../../../engine/thread/serveJobs.ts';
import { writeSplatPly } from '../../../engine/world/splats/writeSplatPly.ts';
import { writeSpz } from '../../../engine/world/splats/writeSpz.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import type { PosedDepth } from './checkConsistency.ts';
import { liftSplats } from './liftSplats.ts';

export interface SplatsJob {
  visual: WorldModel;
  maps: PosedDepth[];
  /** The camera's positions, world frame. */
  path: [number, number, number][];
  budget: number;
}

export interface SplatFiles {
  ply: Uint8Array;
  spz: Uint8Array;
}

serveJobs(async ({ visual, maps, path, budget }: SplatsJob): Promise<SplatFiles> => {
  const cloud = liftSplats(visual, maps, path, budget);
  return { ply: writeSplatPly(cloud), spz: writeSpz(cloud) };
});
