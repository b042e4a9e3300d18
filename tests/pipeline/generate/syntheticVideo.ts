import { createRandom } from '../../../engine/random.ts';
import { encodeVideo } from '../../../pipeline/video/encodeVideo.ts';

/** Where the camera of a synthetic video stands and looks, per frame. Metres and radians; 0 looks down −Z. */
export interface SyntheticPose {
  x: number;
  y: number;
  z: number;
  yaw: number;
}

export interface SyntheticOptions {
  frames: number;
  width?: number;
  height?: number;
  framesPerSecond?: number;
  /** Focal length over the width, 0.8 unless given. */
  focalShare?: number;
  pose(frame: number): SyntheticPose;
  /** Factor on the light of a frame. */
  light?(frame: number): number;
  /** Whether the red box stands in the room. */
  box?(frame: number): boolean;
  /** Seed of the room's texture: another seed is another room. */
  seed?(frame: number): number;
}

const NOISE = 256;
const noises = new Map<number, Float32Array>();

function noiseOf(seed: number): Float32Array {
  let noise = noises.get(seed);
  if (!noise) {
    const random = createRandom(`synthetic/${seed}`);
    noise = Float32Array.from({ length: NOISE * NOISE }, () => random.next());
    noises.set(seed, noise);
  }
  return noise;
}

function texture(noise: Float32Array, u: number, v: number): number {
  const at = (x: number, y: number) => {
    const x0 = Math.floor(x);
    const y0 = Math.floor(y);
    const fx = x - x0;
    const fy = y - y0;
    const read = (i: number, k: number) => noise[((y0 + k) & (NOISE - 1)) * NOISE + ((x0 + i) & (NOISE - 1))];
    return (
      (read(0, 0) * (1 - fx) + read(1, 0) * fx) * (1 - fy) + (read(0, 1) * (1 - fx) + read(1, 1) * fx) * fy
    );
  };
  return 0.55 * at(u * 4 + 1000, v * 4 + 1000) + 0.45 * at(u * 13 + 1000, v * 13 + 1000);
}

const ROOM = { min: [-2, 0, -14], max: [2, 3, 6] } as const;
const BOX = { min: [-0.1, 0, -5.2], max: [1.1, 1.6, -4] } as const;

/** Distance along the ray to a box's surface: from outside its near side, from inside its far side; Infinity for a miss. */
function hit(
  box: typeof ROOM | typeof BOX,
  o: number[],
  d: number[],
  inside: boolean,
): { t: number; axis: number } {
  let near = -Infinity;
  let far = Infinity;
  let nearAxis = 0;
  let farAxis = 0;
  for (let axis = 0; axis < 3; axis++) {
    const a = (box.min[axis] - o[axis]) / d[axis];
    const b = (box.max[axis] - o[axis]) / d[axis];
    if (Math.min(a, b) > near) [near, nearAxis] = [Math.min(a, b), axis];
    if (Math.max(a, b) < far) [far, farAxis] = [Math.max(a, b), axis];
  }
  if (inside) return { t: far, axis: farAxis };
  return near <= far && near > 0 ? { t: near, axis: nearAxis } : { t: Infinity, axis: 0 };
}

/** Ray-casts a textured hallway with a box in it; small, but a real 3D scene with real parallax. */
export async function* syntheticFrames(options: SyntheticOptions): AsyncGenerator<Uint8Array> {
  const { width = 320, height = 180 } = options;
  const focal = (options.focalShare ?? 0.8) * width;
  for (let frame = 0; frame < options.frames; frame++) {
    const { x, y, z, yaw } = options.pose(frame);
    const light = options.light?.(frame) ?? 1;
    const box = options.box?.(frame) ?? true;
    const noise = noiseOf(options.seed?.(frame) ?? 1);
    const pixels = new Uint8Array(width * height * 4);
    const origin = [x, y, z];
    for (let py = 0; py < height; py++)
      for (let px = 0; px < width; px++) {
        const cx = (px - width / 2) / focal;
        const cy = -(py - height / 2) / focal;
        const ray = [cx * Math.cos(yaw) - Math.sin(yaw), cy, -cx * Math.sin(yaw) - Math.cos(yaw)];
        const wall = hit(ROOM, origin, ray, true);
        const thing = box ? hit(BOX, origin, ray, false) : { t: Infinity, axis: 0 };
        const { t, axis } = thing.t < wall.t ? thing : wall;
        const point = origin.map((value, i) => value + t * ray[i]);
        const u = axis === 0 ? point[2] : point[0];
        const v = axis === 1 ? point[2] : point[1];
        const level = (40 + 170 * texture(noise, u + axis * 7, v)) * light * [0.9, 1, 0.8][axis];
        const p = (py * width + px) * 4;
        const red = thing.t < wall.t;
        pixels[p] = Math.min(255, red ? level * 1.1 : level);
        pixels[p + 1] = Math.min(255, red ? level * 0.35 : level);
        pixels[p + 2] = Math.min(255, red ? level * 0.3 : level * 0.95);
        pixels[p + 3] = 255;
      }
    yield pixels;
  }
}

export async function writeSyntheticVideo(path: string, options: SyntheticOptions): Promise<void> {
  const { width = 320, height = 180, framesPerSecond = 24 } = options;
  await encodeVideo(path, { width, height, framesPerSecond }, syntheticFrames(options));
}

/** A steady walk down the hallway at eye level, 1 m/s, with a slow turn. */
export function walk(frame: number): SyntheticPose {
  return { x: 0.3 * Math.sin(frame / 40), y: 1.6, z: 4 - frame / 24, yaw: 0.05 * Math.sin(frame / 30) };
}
