import { DirectorError } from '../../../engine/errors.ts';
import { type LongOptions, throwIfCancelled } from '../../../engine/progress.ts';
import { type DecodeOptions, decodedSize } from '../../video/decodeVideo.ts';
import { probeVideo } from '../../video/probeVideo.ts';
import type { Intrinsics, RegisteredFrame, SparsePoint, SparseReconstruction } from '../types.ts';
import { distort, type Lens, lensOf, undistort } from './cameraModels.ts';
import { type ColmapImage, type ColmapModel, unreadableCameras } from './colmapTypes.ts';
import { type FrameNumbering, frameOfNames } from './frameNames.ts';
import { readColmapFolder } from './readColmapFolder.ts';

export interface GivenCamerasOptions extends LongOptions, Pick<DecodeOptions, 'info'> {
  /** Folder of a COLMAP model. */
  folder: string;
  /** How the pictures were numbered, where their names alone do not say. */
  numbering?: FrameNumbering | undefined;
}

/** As estimatePoses works: sparse pixels mean the same whoever found the cameras. */
const LONG_SIDE_PIXELS = 640;
/** Pictures and video may differ by the rounding of their sides. */
const SHAPE_TOLERANCE = 0.02;
const LEAST_IMAGES = 3;
/** Fewer do not bound the depths of a place. */
const LEAST_POINTS = 24;

/**
 * Cameras and points of a COLMAP model in place of our own. Lenses that bend are straightened: every picture becomes
 * what one pinhole sees, whose focal length and centre are the median of the cameras' own.
 * @throws what probeVideo throws; INPUT_NOT_FOUND, INPUT_TOO_LARGE, CAMERAS_UNREADABLE, CAMERAS_UNSUPPORTED,
 *   CAMERAS_UNMATCHED; CANCELLED
 */
export async function givenCameras(
  videoPath: string,
  options: GivenCamerasOptions,
): Promise<SparseReconstruction> {
  const { folder, numbering, signal, onProgress } = options;
  throwIfCancelled(signal);
  onProgress?.({ stage: 'cameras', fraction: 0, message: 'reading the cameras' });
  const info = options.info ?? (await probeVideo(videoPath));
  const model = await readColmapFolder(folder);
  const size = decodedSize(info, LONG_SIDE_PIXELS);
  return reconstructionOf(model, size, info.timesSeconds, numbering);
}

/** @param size of the working pictures @param times of the video's frames, seconds */
export function reconstructionOf(
  model: ColmapModel,
  size: { width: number; height: number },
  times: ArrayLike<number>,
  numbering: FrameNumbering | undefined,
): SparseReconstruction {
  const images = [...model.images.values()];
  if (images.length < LEAST_IMAGES || model.points.length < LEAST_POINTS)
    throw unreadableCameras(
      'The model',
      `it has ${images.length} images and ${model.points.length} points; ${LEAST_IMAGES} and ${LEAST_POINTS} are the least`,
    );
  const frameOf = frameOfNames(
    images.map(({ name }) => name),
    times.length,
    numbering,
  );
  const lenses = new Map([...model.cameras].map(([id, camera]) => [id, scaledLens(camera, size)]));
  const lensOfImage = ({ cameraId, name }: ColmapImage): Lens => {
    const lens = lenses.get(cameraId);
    if (!lens) throw unreadableCameras('images', `${name} has camera ${cameraId}, which is not there`);
    return lens;
  };
  const intrinsics = commonPinhole(images.map(lensOfImage), size);
  const frames = images
    .map(
      (image, i): RegisteredFrame => ({
        frame: frameOf[i],
        timeSeconds: times[frameOf[i]],
        cameraFromWorld: poseOf(image),
      }),
    )
    .sort((a, b) => a.frame - b.frame);
  const lensOfFrame = new Map(images.map((image, i) => [frameOf[i], lensOfImage(image)]));
  const indexOfId = new Map([...model.images.keys()].map((id, i) => [id, i]));
  const points = readPoints(model, images, frameOf, indexOfId, lensOfImage, intrinsics);
  const missing = times.length - frames.length;
  return {
    intrinsics,
    frames,
    keyframes: frames.map(({ frame }) => frame),
    points,
    medianReprojectionErrorPixels: medianError(points, frames, intrinsics),
    framesTotal: times.length,
    dropped:
      missing > 0 ? [{ what: 'frames', why: 'the given cameras do not have them', count: missing }] : [],
    straighten: frame => {
      const lens = lensOfFrame.get(frame);
      if (!lens || isPinhole(lens, intrinsics)) return undefined;
      return (u, v) => {
        const [x, y] = distort(lens, u, v);
        return [(lens.fx * x + lens.cx) / size.width, (lens.fy * y + lens.cy) / size.height];
      };
    },
  };
}

/** The lens in pixels of the working size, pixel centres still at ½. */
function scaledLens(
  camera: Parameters<typeof lensOf>[0],
  { width, height }: { width: number; height: number },
): Lens {
  const lens = lensOf(camera);
  const [sx, sy] = [width / camera.width, height / camera.height];
  if (Math.abs(sx / sy - 1) > SHAPE_TOLERANCE)
    throw new DirectorError(
      'CAMERAS_UNMATCHED',
      `The cameras have pictures of ${camera.width}×${camera.height} pixels; the video has another shape.`,
      { suggestion: 'Give the video that the pictures were taken from, neither cropped nor turned.' },
    );
  return { ...lens, fx: lens.fx * sx, fy: lens.fy * sy, cx: lens.cx * sx, cy: lens.cy * sy };
}

function commonPinhole(lenses: readonly Lens[], size: { width: number; height: number }): Intrinsics {
  const median = (key: 'fx' | 'fy' | 'cx' | 'cy') =>
    lenses.map(lens => lens[key]).sort((a, b) => a - b)[lenses.length >> 1];
  // Ours has the first pixel's centre at 0.
  return { fx: median('fx'), fy: median('fy'), cx: median('cx') - 0.5, cy: median('cy') - 0.5, ...size };
}

function isPinhole({ fx, fy, cx, cy, k1, k2, p1, p2 }: Lens, common: Intrinsics): boolean {
  const isSame = [fx - common.fx, fy - common.fy, cx - 0.5 - common.cx, cy - 0.5 - common.cy].every(
    difference => Math.abs(difference) < 1e-6,
  );
  return isSame && [k1, k2, p1, p2].every(term => term === 0);
}

function poseOf({ name, rotation, translation }: ColmapImage): RegisteredFrame['cameraFromWorld'] {
  const length = Math.hypot(...rotation);
  if (!(length > 1e-6) || ![length, ...translation].every(Number.isFinite))
    throw unreadableCameras('images', `the pose of ${name.slice(0, 80)} is none`);
  const [w, x, y, z] = rotation.map(value => value / length);
  return {
    rotation: Float64Array.of(
      1 - 2 * (y * y + z * z),
      2 * (x * y - z * w),
      2 * (x * z + y * w),
      2 * (x * y + z * w),
      1 - 2 * (x * x + z * z),
      2 * (y * z - x * w),
      2 * (x * z - y * w),
      2 * (y * z + x * w),
      1 - 2 * (x * x + y * y),
    ),
    translation: Float64Array.from(translation),
  };
}

function readPoints(
  model: ColmapModel,
  images: readonly ColmapImage[],
  frameOf: readonly number[],
  indexOfId: ReadonlyMap<number, number>,
  lensOfImage: (image: ColmapImage) => Lens,
  intrinsics: Intrinsics,
): SparsePoint[] {
  return model.points.map(({ position, track }) => {
    if (!position.every(Number.isFinite)) throw unreadableCameras('points3D', 'a position is not finite');
    const observations: SparsePoint['observations'] = [];
    for (let i = 0; i < track.length; i += 2) {
      const index = indexOfId.get(track[i]);
      const feature = track[i + 1];
      if (index === undefined || !(feature >= 0) || 2 * feature + 1 >= images[index].features.length)
        throw unreadableCameras('points3D', `a point names feature ${feature} of image ${track[i]}`);
      const image = images[index];
      const { width, height } = model.cameras.get(image.cameraId) ?? { width: 1, height: 1 };
      const lens = lensOfImage(image);
      const x = (image.features[2 * feature] * intrinsics.width) / width;
      const y = (image.features[2 * feature + 1] * intrinsics.height) / height;
      const straight = undistort(lens, (x - lens.cx) / lens.fx, (y - lens.cy) / lens.fy);
      if (!straight) continue;
      observations.push({
        frame: frameOf[index],
        x: intrinsics.fx * straight[0] + intrinsics.cx,
        y: intrinsics.fy * straight[1] + intrinsics.cy,
      });
    }
    return { position, observations };
  });
}

function medianError(
  points: readonly SparsePoint[],
  frames: readonly RegisteredFrame[],
  { fx, fy, cx, cy }: Intrinsics,
): number {
  const poses = new Map(frames.map(({ frame, cameraFromWorld }) => [frame, cameraFromWorld]));
  const errors: number[] = [];
  for (const {
    position: [px, py, pz],
    observations,
  } of points)
    for (const { frame, x, y } of observations) {
      const pose = poses.get(frame);
      if (!pose) continue;
      const { rotation: r, translation: t } = pose;
      const depth = r[6] * px + r[7] * py + r[8] * pz + t[2];
      if (depth <= 0) continue;
      const u = (fx * (r[0] * px + r[1] * py + r[2] * pz + t[0])) / depth + cx;
      const v = (fy * (r[3] * px + r[4] * py + r[5] * pz + t[1])) / depth + cy;
      errors.push(Math.hypot(u - x, v - y));
    }
  // A model whose points have no tracks says nothing of its errors.
  return errors.length === 0 ? 0 : errors.sort((a, b) => a - b)[errors.length >> 1];
}
