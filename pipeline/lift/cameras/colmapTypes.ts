import { DirectorError } from '../../../engine/errors.ts';

/** A COLMAP model as its files give it (colmap.github.io/format.html). Pixel centres at ½. */
export interface ColmapModel {
  /** By camera id. */
  cameras: Map<number, ColmapCamera>;
  /** By image id. */
  images: Map<number, ColmapImage>;
  points: ColmapPoint[];
}

export interface ColmapCamera {
  model: string;
  width: number;
  height: number;
  params: number[];
}

export interface ColmapImage {
  name: string;
  cameraId: number;
  /** wxyz, camera from world, as written. */
  rotation: number[];
  translation: number[];
  /** xy per feature. */
  features: Float64Array;
}

export interface ColmapPoint {
  position: [number, number, number];
  /** Image id and index into that image's features, one pair per observation. */
  track: number[];
}

export function unreadableCameras(file: string, why: string, cause?: unknown): DirectorError {
  return new DirectorError('CAMERAS_UNREADABLE', `${file}: ${why}.`, { cause });
}
