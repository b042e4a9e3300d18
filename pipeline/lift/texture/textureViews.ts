import { aroundMovers } from '../masks/aroundMovers.ts';
import type { PictureMasks } from '../masks/pictureMasks.ts';
import type { PosedDepth } from '../surface/checkConsistency.ts';
import { findBlack } from '../surface/findBlack.ts';
import { cameraCenter, type DepthMap, scaleIntrinsics } from '../surface/view.ts';
import type { CameraFromWorld, Intrinsics } from '../types.ts';

/** A video frame, sRGB, 3 bytes a pixel, rows from the top. */
export interface Picture {
  width: number;
  height: number;
  rgb: Uint8Array;
}

/** A registered frame that surface may take its colours from. OpenCV axes, metric frame. */
export interface TextureView {
  /** In pixels of `picture`. */
  intrinsics: Intrinsics;
  cameraFromWorld: CameraFromWorld;
  center: readonly [number, number, number];
  picture: Picture;
  /** What this view sees where, often coarser than the picture. */
  depth: DepthMap;
  /** Of the size of `depth`: 1 where the picture shows no place (masks/pictureMasks.ts). */
  hidden: Uint8Array | undefined;
  /** Of the same size: 1 where something may stand before the place that moves (masks/aroundMovers.ts). */
  doubtful: Uint8Array | undefined;
  /** Of the same size: surface/findBlack.ts, BLACK where the picture shows nothing at all. */
  black: Uint8Array;
  /** Mean luma step between neighbouring pixels over that of all views: low where the camera shook. */
  sharpness: number;
}

/** The masks of the frames within this time before and after count for a view: one may miss what the next one finds. */
const REACH_SECONDS = 0.25;

/**
 * @param pictures by index in the video; a view without one shows the picture that it was matched with.
 * @param masks of the video; absent: nothing is masked.
 */
export function textureViews(
  maps: readonly PosedDepth[],
  pictures: ReadonlyMap<number, Picture>,
  masks?: PictureMasks,
): TextureView[] {
  const [first, last] = [maps[0]?.view, maps.at(-1)?.view];
  const framesPerSecond =
    first && last && last.timeSeconds > first.timeSeconds
      ? (last.frame - first.frame) / (last.timeSeconds - first.timeSeconds)
      : 0;
  const reach = Math.round(REACH_SECONDS * framesPerSecond);
  const steps = maps.map(({ view }) => meanStep(view.gray, view.intrinsics.width));
  const mean = steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
  return maps.map(({ view, depth }, i) => {
    const { width, height } = view.intrinsics;
    const picture = pictures.get(view.frame) ?? { width, height, rgb: view.rgb };
    return {
      intrinsics: scaleIntrinsics(view.intrinsics, picture.width, picture.height),
      cameraFromWorld: view.cameraFromWorld,
      center: cameraCenter(view.cameraFromWorld),
      picture,
      depth,
      hidden: view.hidden,
      doubtful: aroundMovers(masks, [view.frame - reach, view.frame + reach], depth.width, depth.height),
      black: findBlack(view.gray, depth.width, depth.height),
      sharpness: mean > 0 ? steps[i] / mean : 1,
    };
  });
}

function meanStep(gray: Uint8Array, width: number): number {
  let sum = 0;
  for (let i = width; i < gray.length; i++)
    sum += Math.abs(gray[i] - gray[i - 1]) + Math.abs(gray[i] - gray[i - width]);
  return sum / Math.max(1, gray.length - width);
}
