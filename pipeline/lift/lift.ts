import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, resolve } from 'node:path';
import { type LongOptions, subProgress } from '../../engine/progress.ts';
import type { WorldCamera, WorldManifest } from '../../engine/world/worldSchema.ts';
import { writeWorldFolder } from '../../engine/world/writeWorldFolder.ts';
import type { DecodeOptions } from '../video/decodeVideo.ts';
import { probeVideo, type VideoInfo } from '../video/probeVideo.ts';
import type { FrameNumbering } from './cameras/frameNames.ts';
import { givenCameras } from './cameras/givenCameras.ts';
import { describeMasks } from './masks/describeMasks.ts';
import { toVideoPixels } from './picture/toVideoPixels.ts';
import { DRAFT_DETAIL, estimatePoses, FULL_DETAIL } from './poses/estimatePoses.ts';
import { createDepthPool, type DepthPool } from './surface/depthPool.ts';
import { type LiftQuality, liftSurface } from './surface/liftSurface.ts';
import type { RepeatedFrame } from './types.ts';

export type { LiftQuality } from './surface/liftSurface.ts';

export interface LiftOptions extends LongOptions, Pick<DecodeOptions, 'info'> {
  /** The world folder; a world that is there is replaced once the new one is whole. */
  out: string;
  /** Default 1.6. Given, it makes the world's scale the user's word. */
  cameraHeightMeters?: number | undefined;
  /** Horizontal field of view, where it is known; else it is found. */
  fovDegrees?: number | undefined;
  quality: LiftQuality;
  seed?: number | undefined;
  /** Which shot of the video, from 1; absent: the longest that can be lifted. */
  shot?: number | undefined;
  /** Cameras that are known already, in place of our own; the field of view is then theirs. */
  cameras?: { folder: string; numbering?: FrameNumbering | undefined } | undefined;
  /** What the video was made from, for world.json. */
  prompt?: string | undefined;
}

export interface LiftResult {
  /** Path of the world folder. */
  world: string;
  seconds: number;
  stages: Record<string, number>;
  registered: number;
  frames: number;
  reprojectionErrorPixels: number;
  /** What was kept out of the world and what was left out of the video, as in world.json's quality. */
  masked: NonNullable<Quality['masked']>;
  dropped: Quality['dropped'];
  /** Where the video has several shots. */
  shot?: { number: number; of: number };
}

type Quality = NonNullable<WorldManifest['quality']>;

const MOST_DEPTH_THREADS = 4;

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

/**
 * Reconstructs a take into a world that can be walked.
 * @throws CAMERAS_* where the given cameras are of no use; LIFT_* where the take cannot be lifted, with the evidence in details; what decodeVideo throws;
 *   OUTPUT_UNWRITABLE; CANCELLED. Nothing half-written is left where the world would be.
 */
export async function lift(videoPath: string, options: LiftOptions): Promise<LiftResult> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1000;
  const info = options.info ?? (await probeVideo(videoPath));
  // While one thread finds the cameras, those that measure depth get ready.
  const pool = createDepthPool(Math.min(MOST_DEPTH_THREADS, availableParallelism()));
  try {
    return await liftOn(pool, videoPath, info, options, seconds);
  } finally {
    await pool.close();
  }
}

/** The same on threads that are there already: their number changes no byte of the world. `seconds` since the start. */
export async function liftOn(
  pool: DepthPool,
  videoPath: string,
  info: VideoInfo,
  options: LiftOptions,
  seconds: () => number,
): Promise<LiftResult> {
  const whileFinding = { info, ...subProgress(options, 0, 0.45) };
  const reconstruction = options.cameras
    ? await givenCameras(videoPath, { ...options.cameras, ...whileFinding })
    : await estimatePoses(videoPath, {
        fovDegrees: options.fovDegrees,
        seed: options.seed,
        shot: options.shot,
        detail: options.quality === 'draft' ? DRAFT_DETAIL : FULL_DETAIL,
        ...whileFinding,
      });
  const poses = seconds();
  const { content, stages } = await liftSurface(videoPath, reconstruction, {
    info,
    pool,
    quality: options.quality,
    cameraHeightMeters: options.cameraHeightMeters,
    source: {
      take: basename(videoPath),
      videoSha256: await sha256Of(videoPath),
      ...(options.prompt === undefined ? {} : { prompt: options.prompt }),
    },
    ...subProgress(options, 0.45, 0.97),
  });
  const { picture, shot } = reconstruction;
  const masked = describeMasks(reconstruction);
  const { manifest } = content;
  manifest.cameras = withRepeats(manifest.cameras, reconstruction.repeated ?? []).map(camera =>
    picture ? toVideoPixels(camera, picture) : camera,
  );
  const framesRegistered = manifest.cameras.length;
  if (manifest.quality)
    manifest.quality = { ...manifest.quality, framesRegistered, masked, ...(shot ? { shot } : {}) };
  const beforeWriting = seconds();
  await writeWorldFolder(options.out, content);
  options.onProgress?.({ stage: 'write', fraction: 1, message: 'world written' });
  return {
    world: resolve(options.out),
    seconds: seconds(),
    stages: { poses, ...stages, write: seconds() - beforeWriting },
    registered: framesRegistered,
    frames: reconstruction.framesTotal,
    reprojectionErrorPixels: reconstruction.medianReprojectionErrorPixels,
    masked,
    dropped: manifest.quality?.dropped ?? reconstruction.dropped,
    ...(shot ? { shot } : {}),
  };
}

/** The cameras with those of the frames that repeat one of theirs, ascending by frame. */
function withRepeats(cameras: readonly WorldCamera[], repeated: readonly RepeatedFrame[]): WorldCamera[] {
  const byFrame = new Map(cameras.map(camera => [camera.frame, camera]));
  const repeats = repeated.flatMap(({ frame, timeSeconds, of }) => {
    const camera = byFrame.get(of);
    return camera ? [{ ...camera, frame, time: timeSeconds }] : [];
  });
  return [...cameras, ...repeats].sort((a, b) => a.frame - b.frame);
}
