import type { ExportedCamera } from './colmapModel.ts';

/** nerfstudio's world has +Z up: (x, y, z) of ours becomes (x, −z, y). */
export function nerfstudioPoint(x: number, y: number, z: number): [number, number, number] {
  return [x, 0 - z, y];
}

/**
 * transforms.json (docs.nerf.studio, 'Data conventions'): camera-to-world matrices with OpenGL axes, +Z up, pixel
 * centres at ½. `applied_transform` is what was done to the world's own frame.
 * @param imagesFolder by the file's own folder
 * @param pointsPly name of the points that a splat trainer starts from, already with +Z up
 */
export function nerfstudioTransforms(
  cameras: readonly ExportedCamera[],
  imagesFolder: string,
  pointsPly: string | undefined,
): string {
  const frames = cameras.map(camera => {
    const {
      rotation: [x, y, z, w],
      position,
      pixelScale: [sx, sy],
    } = camera;
    const columns = [
      [1 - 2 * (y * y + z * z), 2 * (x * y + z * w), 2 * (x * z - y * w)],
      [2 * (x * y - z * w), 1 - 2 * (x * x + z * z), 2 * (y * z + x * w)],
      [2 * (x * z + y * w), 2 * (y * z - x * w), 1 - 2 * (x * x + y * y)],
      position,
    ].map(([a, b, c]) => nerfstudioPoint(a, b, c));
    return {
      file_path: `${imagesFolder}/${camera.imageName}`,
      fl_x: camera.fx * sx,
      fl_y: camera.fy * sy,
      cx: (camera.cx + 0.5) * sx,
      cy: (camera.cy + 0.5) * sy,
      w: Math.round(camera.width * sx),
      h: Math.round(camera.height * sy),
      transform_matrix: [...[0, 1, 2].map(row => columns.map(column => column[row])), [0, 0, 0, 1]],
    };
  });
  const first = frames[0];
  const { fl_x, fl_y, cx, cy, w, h } = first;
  const document = {
    camera_model: 'OPENCV',
    ...{ fl_x, fl_y, cx, cy, w, h, k1: 0, k2: 0, p1: 0, p2: 0 },
    applied_transform: [
      [1, 0, 0, 0],
      [0, 0, -1, 0],
      [0, 1, 0, 0],
    ],
    ...(pointsPly === undefined ? {} : { ply_file_path: pointsPly }),
    frames,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
