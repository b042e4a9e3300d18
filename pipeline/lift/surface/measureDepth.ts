import { DirectorError } from '../../../engine/errors.ts';
import type { LongOptions } from '../../../engine/progress.ts';
import type { DecodeOptions } from '../../video/decodeVideo.ts';
import type { Picture } from '../texture/textureViews.ts';
import type { SparseReconstruction } from '../types.ts';
import { neighbours, type PosedDepth } from './checkConsistency.ts';
import type { DepthPool } from './depthPool.ts';
import { loadViews, workingSize } from './loadViews.ts';
import { planDepthMaps } from './selectViews.ts';
import { scaleIntrinsics, type View } from './view.ts';

/** Runs one stage: reports it, begins at a fraction of the whole, and notes how long it took. */
export type Timed = <T>(stage: string, from: number, work: () => Promise<T> | T) => Promise<T>;

export interface MeasuredDepth {
  /** Ascending by frame, in the reconstruction's frame. */
  maps: PosedDepth[];
  /** What the maps' frames show, by index in the video, finer than it was matched; empty where that is fine enough. */
  pictures: Map<number, Picture>;
  /** Frames that see too little in common with others to have a map. */
  blindFrames: number;
}

export interface MeasureDepthOptions extends LongOptions, Pick<DecodeOptions, 'info'> {
  /** Closed by liftSurface once there is depth, and by whoever made it. */
  pool: DepthPool;
}

/**
 * Dense depth in the reconstruction's frame: plane sweeps on worker threads, each aligned below its step, and kept
 * where several views agree.
 * @param settings longer sides of the pictures that are matched and of those that are kept for the texture, and how
 *   many depth maps there are at most.
 * @throws LIFT_NO_SURFACE where fewer than two frames can have a map; CANCELLED; what decodeVideo throws
 */
export async function measureDepth(
  videoPath: string,
  reconstruction: SparseReconstruction,
  settings: { longSidePixels: number; depthMaps: number; picturePixels?: number | undefined },
  { info, pool, signal, onProgress }: MeasureDepthOptions,
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
  const pictured = new Set(jobs.map(job => job.reference));
  const { views, pictures } = await timed('decode', 0, () =>
    loadViews(videoPath, reconstruction, {
      wanted,
      pictured,
      size,
      picturePixels: settings.picturePixels,
      info,
      signal,
    }),
  );
  const viewOf = (index: number): View => {
    const view = views.get(index);
    if (!view)
      throw new DirectorError('VIDEO_UNREADABLE', `Frame ${frames[index].frame} could not be decoded again.`);
    return view;
  };
  const report = (stage: string, from: number, to: number) => (done: number) =>
    onProgress?.({
      stage,
      fraction: from + ((to - from) * done) / jobs.length,
      message: `depth map ${done} of ${jobs.length}`,
    });

  // What a mask hides is no affair of the views that a map is only compared with, and lies on no shared memory.
  const plain = (view: View): View => ({ ...view, hidden: undefined });
  const sourceOf = (index: number): View => plain(viewOf(index));
  const matched = await timed('depth', 0.05, () =>
    pool.run(
      jobs.map(job => ({
        kind: 'match' as const,
        reference: viewOf(job.reference),
        sources: job.sources.map(sourceOf),
        witnesses: job.witnesses.map(sourceOf),
        inverseDepthMin: job.inverseDepthMin,
        inverseDepthMax: job.inverseDepthMax,
        hypotheses: job.hypotheses,
      })),
      signal,
      report('depth', 0.05, 0.6),
    ),
  );
  const maps = await timed('consistency', 0.6, async () => {
    const posed = jobs.map((job, i) => ({ view: sourceOf(job.reference), depth: matched[i] }));
    const confirmed = await pool.run(
      posed.map((map, i) => ({
        kind: 'confirm' as const,
        map,
        neighbours: neighbours(posed.length, i).map(j => posed[j]),
      })),
      signal,
      report('consistency', 0.6, 0.69),
    );
    return jobs.map((job, i) => ({ view: viewOf(job.reference), depth: confirmed[i] }));
  });
  return { maps, pictures, blindFrames };
}
