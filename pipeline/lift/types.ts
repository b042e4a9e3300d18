import type { PictureRectangle } from '../video/decodeVideo.ts';
import type { PictureMasks } from './masks/pictureMasks.ts';

/**
 * Inside pipeline/lift cameras use OpenCV axes: x right, y down, z forward. Pixel (0, 0) is the centre of the
 * top-left pixel. The reconstruction's own frame has no metre and no up until `upright` has given them.
 */

/** Pinhole without distortion, in pixels of the working size. */
export interface Intrinsics {
  fx: number;
  fy: number;
  cx: number;
  cy: number;
  width: number;
  height: number;
}

/** x_camera = rotation · x_world + translation. */
export interface CameraFromWorld {
  /** 3×3 row-major, orthonormal, determinant +1. */
  rotation: Float64Array;
  translation: Float64Array;
}

export interface RegisteredFrame {
  /** 0-based index in the video. */
  frame: number;
  timeSeconds: number;
  cameraFromWorld: CameraFromWorld;
}

export interface SparsePoint {
  /** xyz in the reconstruction's frame. */
  position: [number, number, number];
  /** Where keyframes saw it, pixels of the working size; `frame` is the index in the video. */
  observations: { frame: number; x: number; y: number }[];
}

/** Which part of which frame size the pictures of a lift are: the shown video less its bars. */
export interface VideoPicture {
  /** Size of the shown video, pixels. */
  videoWidth: number;
  videoHeight: number;
  /** In pixels of the shown video. */
  crop: PictureRectangle;
}

/** A frame that shows what an earlier one showed. Indices in the video. */
export interface RepeatedFrame {
  frame: number;
  timeSeconds: number;
  of: number;
}

/** Cameras and sparse points of one shot, up to a similarity. */
export interface SparseReconstruction {
  intrinsics: Intrinsics;
  /** Ascending by frame; every frame whose pose is known, not only keyframes. */
  frames: RegisteredFrame[];
  /** Video indices of the frames that carry the points, ascending. */
  keyframes: number[];
  points: SparsePoint[];
  /** Over all observations of all points. */
  medianReprojectionErrorPixels: number;
  framesTotal: number;
  /** Absent: the pictures are the whole video. Whoever decodes the video for a lift crops it by this. */
  picture?: VideoPicture;
  /** Frames that no geometry is taken from; their cameras are those of the frames they repeat. */
  repeated?: RepeatedFrame[];
  /** Which of the video's shots this is, from 1; absent where it has but one. */
  shot?: { number: number; of: number };
  /** What of each frame is not the place; absent: nothing is masked. Ask `hiddenIn`. */
  masks?: PictureMasks;
  /** What was left out, for world.json's quality.dropped. */
  dropped: { what: string; why: string; count: number }[];
  /**
   * For a frame whose picture is not what a pinhole of `intrinsics` sees: where a ray (u, v at distance 1) meets the
   * picture, as shares of its width and height.
   */
  straighten?: (frame: number) => ((u: number, v: number) => [number, number]) | undefined;
}
