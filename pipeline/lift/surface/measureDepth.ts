import { availableParallelism } from 'node:os';
import { DirectorError } from '../../../engine/errors.ts';
import type { LongOptions } from '../../../engine/progress.ts';
import type { SparseReconstruction } from '../types.ts';
import { checkConsistency, type PosedDepth } from './checkConsistency.ts';
import { createDepthPool } from './depthPool.ts';
import { BLACK, findBlack } from './findBlack.ts';
import { findSky } from './findSky.ts';
import { loadViews, workingSize } from './loadViews.ts';
import { planDepthMaps } from './selectViews.ts';
import { type DepthMap, scaleIntrinsics, type View } from './view.ts';

/** Runs one stage: reports it, begins at a fraction of the whole, and notes how long it took. */
export type Timed = <T>(stage: string, from: number, work: () => Promise<T> | T) => Promise<T>;

export interface MeasuredDepth {
  /** Ascending by frame, in the reconstruction's frame. */
  maps: PosedDepth[];
  /** Frames that see too little in common with others to have a map. */
  blindFrames: number;
}

/**
 * Dense depth in the reconstruction's frame: plane sweeps on worker threads, each aligned below its step, and kept
 * where several views agree.
 * @param settings size of the pictures that are matched, and how many depth maps there are at most.
 * @throws LIFT_NO_SURFACE where fewer than two frames can have a map; CANCELLED; what decodeVideo throws
 */
export async function measureDepth(
  videoPath: string,
  reconstruction: SparseReconstruction,
  settings: { longSidePixels: number; depthMaps: number },
  { signal, onProgress }: LongOptions,
  timed: Timed,
): Promise<MeasuredDepth> {
  const { intrinsics, frames } = reconstruction;
  const size = workingSize(intrinsics.width, intrinsics.height, settings.longSidePixels);
  const { jobs, dropped: blindFrames } = planDepthMaps(
    reconstruction,
    scaleIntrinsics(intrinsics, size.width >> 1, size.height >> 1),
    settings.depthMaps,
  );
  if (jobs.length < 2)
    throw new DirectorError(
      'LIFT_NO_SURFACE',
      'Too few frames share enough of the scene to measure its depth.',
      {
        details: { usableFrames: jobs.length },
      },
    );
  const wanted = new Set(jobs.flatMap(job => [job.reference, ...job.sources, ...job.witnesses]));
  const views = await timed('decode', 0, () => loadViews(videoPath, reconstruction, wanted, size, signal));
  const viewOf = (index: number): View => {
    const view = views.get(index);
    if (!view)
      throw new DirectorError('VIDEO_UNREADABLE', `Frame ${frames[index].frame} could not be decoded again.`);
    return view;
  };

  const pool = createDepthPool(Math.min(4, availableParallelism()));
  try {
    // Workers match luma only: without the colours a message is small.
    const grayOnly = (index: number): View => ({
      ...viewOf(index),
      rgb: new Uint8Array(0),
      hidden: undefined,
    });
    const swept = await timed('depth', 0.05, () =>
      pool.run(
        jobs.map(job => ({
          reference: grayOnly(job.reference),
          sources: job.sources.map(grayOnly),
          witnesses: job.witnesses.map(grayOnly),
          inverseDepthMin: job.inverseDepthMin,
          inverseDepthMax: job.inverseDepthMax,
          hypotheses: job.hypotheses,
        })),
        signal,
        done =>
          onProgress?.({
            stage: 'depth',
            fraction: 0.05 + (0.55 * done) / jobs.length,
            message: `depth map ${done} of ${jobs.length}`,
          }),
      ),
    );
    const maps = await timed('consistency', 0.6, async () => {
      const posed = jobs.map((job, i) => ({
        view: viewOf(job.reference),
        depth: onlySurface(viewOf(job.reference), swept[i]),
      }));
      const consistent = await checkConsistency(posed, signal);
      return posed.map(({ view }, i) => ({ view, depth: consistent[i] }));
    });
    return { maps, blindFrames };
  } finally {
    await pool.close();
  }
}

/**
 * Less the sky and what the picture left black: matching gives them the depth of what lies beside them. Less what the
 * masks hide: overlays and movers are not the place.
 */
export function onlySurface(view: View, depth: DepthMap): DepthMap {
  const sky = findSky(view.rgb, depth.width, depth.height);
  const black = findBlack(view.gray, depth.width, depth.height);
  const isNothing = (i: number) => sky[i] === 1 || black[i] === BLACK || view.hidden?.[i] === 1;
  return {
    ...depth,
    inverseDepth: depth.inverseDepth.map((q, i) => (isNothing(i) ? 0 : q)),
    confidence: depth.confidence.map((c, i) => (isNothing(i) ? 0 : c)),
  };
}
