import { createRandom } from '../../../../engine/random.ts';
import { encodeVideo } from '../../../../pipeline/video/encodeVideo.ts';

/** Metres after which the walls, floor and ceiling repeat exactly. */
export const CORRIDOR_PERIOD = 0.8;
const HALF_WIDTH = 1.1;
const HEIGHT = 2.4;
const END = -16;
const TEXELS = 32;

/** Where the camera stands and how it is turned about +Y, radians; 0 looks down −Z. */
export interface CorridorPose {
  x: number;
  y: number;
  z: number;
  yaw: number;
}

/** A corridor whose every stretch looks like the next, as brickwork or a row of doors does; only its far end is unique. */
async function* corridorFrames(
  frames: number,
  width: number,
  height: number,
  pose: (f: number) => CorridorPose,
) {
  const random = createRandom('repetitive corridor');
  const noise = Float32Array.from({ length: TEXELS * TEXELS * 4 }, () => random.next());
  /** Bilinear, periodic in u (texels 0 to TEXELS) and in v. */
  const texture = (surface: number, u: number, v: number) => {
    const x0 = Math.floor(u);
    const y0 = Math.floor(v);
    const at = (i: number, k: number) =>
      noise[(surface * TEXELS + ((y0 + k) & (TEXELS - 1))) * TEXELS + ((x0 + i) & (TEXELS - 1))];
    const fx = u - x0;
    const fy = v - y0;
    return (at(0, 0) * (1 - fx) + at(1, 0) * fx) * (1 - fy) + (at(0, 1) * (1 - fx) + at(1, 1) * fx) * fy;
  };
  const focal = 0.8 * width;
  const perMeter = TEXELS / CORRIDOR_PERIOD / 2;
  for (let frame = 0; frame < frames; frame++) {
    const { x, y, z, yaw } = pose(frame);
    const pixels = new Uint8Array(width * height * 4).fill(255);
    for (let py = 0; py < height; py++)
      for (let px = 0; px < width; px++) {
        const cx = (px - width / 2) / focal;
        const dy = -(py - height / 2) / focal;
        const dx = cx * Math.cos(yaw) - Math.sin(yaw);
        const dz = -cx * Math.sin(yaw) - Math.cos(yaw);
        const side = (Math.sign(dx) * HALF_WIDTH - x) / dx;
        const level = ((dy > 0 ? HEIGHT : 0) - y) / dy;
        const end = (END - z) / dz;
        const t = Math.min(side, level, end > 0 ? end : Number.POSITIVE_INFINITY);
        const along = (z + t * dz) * perMeter * 2;
        const value =
          t === end
            ? texture(3, (x + t * dx) * perMeter, (y + t * dy) * perMeter)
            : t === side
              ? texture(dx > 0 ? 0 : 1, along, (y + t * dy) * perMeter)
              : texture(2, along, (x + t * dx) * perMeter);
        pixels.fill(30 + 200 * value, (py * width + px) * 4, (py * width + px) * 4 + 3);
      }
    yield pixels;
  }
}

export async function writeCorridorVideo(
  path: string,
  frames: number,
  pose: (frame: number) => CorridorPose,
): Promise<void> {
  const width = 320;
  const height = 180;
  await encodeVideo(
    path,
    { width, height, framesPerSecond: 24 },
    corridorFrames(frames, width, height, pose),
  );
}
