import type { SparseCloud } from '../../engine/world/ply/sparsePly.ts';
import type { WorldCamera } from '../../engine/world/worldSchema.ts';
import { turnedPoint } from './halfTurn.ts';

export interface ColmapTexts {
  'cameras.txt': string;
  'images.txt': string;
  'points3D.txt': string;
}

export interface ExportedCamera extends WorldCamera {
  /** The picture's file name, as images.txt gives it. */
  imageName: string;
  /** Size of the picture over the size that fx, fy, cx and cy belong to. */
  pixelScale: [number, number];
}

/** Reads a camera-to-world quaternion with glTF axes as COLMAP's camera-from-world with OpenCV axes and turned world. */
export function colmapPose({ rotation: [x, y, z, w], position }: WorldCamera): {
  /** wxyz. */
  rotation: [number, number, number, number];
  translation: [number, number, number];
} {
  // worldFromCamera turns by q. With F the half turn about x on both sides it is F q F, and its inverse the conjugate.
  const q = [w, -x, y, z];
  const sign = q[0] < 0 ? -1 : 1;
  const [qw, qx, qy, qz] = q.map(value => sign * value);
  const [cx, cy, cz] = turnedPoint(...position);
  const r = [
    1 - 2 * (qy * qy + qz * qz),
    2 * (qx * qy - qz * qw),
    2 * (qx * qz + qy * qw),
    2 * (qx * qy + qz * qw),
    1 - 2 * (qx * qx + qz * qz),
    2 * (qy * qz - qx * qw),
    2 * (qx * qz - qy * qw),
    2 * (qy * qz + qx * qw),
    1 - 2 * (qx * qx + qy * qy),
  ];
  const translation = [0, 1, 2].map(
    row => 0 - (r[3 * row] * cx + r[3 * row + 1] * cy + r[3 * row + 2] * cz),
  ) as [number, number, number];
  return { rotation: [qw, qx, qy, qz], translation };
}

/**
 * COLMAP's text model (colmap.github.io/format.html): PINHOLE cameras, world-to-camera poses with OpenCV axes, pixel
 * centres at ½ (ours are at 0), points with the observations that they were found by.
 * @param sparse without it there are images and no points
 */
export function colmapTexts(
  cameras: readonly ExportedCamera[],
  sparse: SparseCloud | undefined,
): ColmapTexts {
  const cameraIds = new Map<string, number>();
  const cameraLines: string[] = [];
  const idOf = (camera: ExportedCamera) => {
    const [sx, sy] = camera.pixelScale;
    const { fx, fy, cx, cy, width, height } = camera;
    const words = [
      'PINHOLE',
      Math.round(width * sx),
      Math.round(height * sy),
      fx * sx,
      fy * sy,
      (cx + 0.5) * sx,
      (cy + 0.5) * sy,
    ].join(' ');
    const known = cameraIds.get(words);
    if (known !== undefined) return known;
    const id = cameraIds.size + 1;
    cameraIds.set(words, id);
    cameraLines.push(`${id} ${words}`);
    return id;
  };
  const { features, tracks } = listFeatures(cameras, sparse);
  const imageLines = cameras.flatMap((camera, i) => {
    const { rotation, translation } = colmapPose(camera);
    return [
      [i + 1, ...rotation, ...translation, idOf(camera), camera.imageName].join(' '),
      features[i].map(({ x, y, point }) => `${x} ${y} ${point + 1}`).join(' '),
    ];
  });
  const pointLines = sparse ? writePoints(cameras, sparse, features, tracks) : [];
  return {
    'cameras.txt': lines(`# CAMERA_ID, MODEL, WIDTH, HEIGHT, PARAMS[]`, cameraLines),
    'images.txt': lines(
      '# IMAGE_ID, QW, QX, QY, QZ, TX, TY, TZ, CAMERA_ID, NAME\n# POINTS2D[] as (X, Y, POINT3D_ID)',
      imageLines,
    ),
    'points3D.txt': lines(
      '# POINT3D_ID, X, Y, Z, R, G, B, ERROR, TRACK[] as (IMAGE_ID, POINT2D_IDX)',
      pointLines,
    ),
  };
}

function lines(head: string, rows: readonly string[]): string {
  return `${[head, ...rows].join('\n')}\n`;
}

interface Feature {
  /** In the picture's pixels, centres at ½. */
  x: number;
  y: number;
  point: number;
}

/** Observations by image, and by point as [image, index of the feature there]. */
function listFeatures(cameras: readonly ExportedCamera[], sparse: SparseCloud | undefined) {
  const features: Feature[][] = cameras.map(() => []);
  const tracks = new Map<number, [number, number][]>();
  if (!sparse) return { features, tracks };
  const imageOfFrame = new Map(cameras.map(({ frame }, i) => [frame, i]));
  for (let o = 0; o < sparse.observedPoint.length; o++) {
    const image = imageOfFrame.get(sparse.observedFrame[o]);
    if (image === undefined) continue;
    const [sx, sy] = cameras[image].pixelScale;
    const point = sparse.observedPoint[o];
    const x = (sparse.pixels[2 * o] + 0.5) * sx;
    const y = (sparse.pixels[2 * o + 1] + 0.5) * sy;
    const track = tracks.get(point) ?? [];
    track.push([image, features[image].length]);
    tracks.set(point, track);
    features[image].push({ x, y, point });
  }
  return { features, tracks };
}

function writePoints(
  cameras: readonly ExportedCamera[],
  { positions, colors }: SparseCloud,
  features: readonly Feature[][],
  tracks: ReadonlyMap<number, [number, number][]>,
): string[] {
  const poses = cameras.map(colmapPose);
  const rows: string[] = [];
  for (let i = 0; i < positions.length / 3; i++) {
    const track = tracks.get(i);
    if (!track) continue;
    const point = turnedPoint(positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]);
    let error = 0;
    for (const [image, index] of track)
      error += reprojectionError(cameras[image], poses[image], point, features[image][index]) / track.length;
    rows.push(
      [
        i + 1,
        ...point,
        ...colors.subarray(3 * i, 3 * i + 3),
        error,
        ...track.flatMap(([image, index]) => [image + 1, index]),
      ].join(' '),
    );
  }
  return rows;
}

function reprojectionError(
  camera: ExportedCamera,
  { rotation: [w, x, y, z], translation: t }: ReturnType<typeof colmapPose>,
  [px, py, pz]: readonly [number, number, number],
  feature: Feature,
): number {
  const depth = 2 * (x * z - y * w) * px + 2 * (y * z + x * w) * py + (1 - 2 * (x * x + y * y)) * pz + t[2];
  const across = (1 - 2 * (y * y + z * z)) * px + 2 * (x * y - z * w) * py + 2 * (x * z + y * w) * pz + t[0];
  const down = 2 * (x * y + z * w) * px + (1 - 2 * (x * x + z * z)) * py + 2 * (y * z - x * w) * pz + t[1];
  const [sx, sy] = camera.pixelScale;
  return Math.hypot(
    sx * ((camera.fx * across) / depth + camera.cx + 0.5) - feature.x,
    sy * ((camera.fy * down) / depth + camera.cy + 0.5) - feature.y,
  );
}
