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

/** Bilinear between the values of a lattice that repeats. */
function between(noise: Float32Array, x: number, y: number): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const row = (y0 & (NOISE - 1)) * NOISE;
  const next = ((y0 + 1) & (NOISE - 1)) * NOISE;
  const left = x0 & (NOISE - 1);
  const right = (x0 + 1) & (NOISE - 1);
  return (
    (noise[row + left] * (1 - fx) + noise[row + right] * fx) * (1 - fy) +
    (noise[next + left] * (1 - fx) + noise[next + right] * fx) * fy
  );
}

function texture(noise: Float32Array, u: number, v: number): number {
  return (
    0.55 * between(noise, u * 4 + 1000, v * 4 + 1000) + 0.45 * between(noise, u * 13 + 1000, v * 13 + 1000)
  );
}

const ROOM = { min: [-2, 0, -14], max: [2, 3, 6] } as const;
/** Of surfaces across X, Y and Z. */
const SHADES = [0.9, 1, 0.8];
const BOX = { min: [-0.1, 0, -5.2], max: [1.1, 1.6, -4] } as const;

/** What a ray meets: written by `hit`, as an object for each pixel would be most of the work. */
const met = { t: Infinity, axis: 0 };

/** Distance along the ray to a box's surface: from outside its near side, from inside its far side; Infinity for a miss. */
function hit(box: typeof ROOM | typeof BOX, o: number[], d: number[], inside: boolean): void {
  let near = -Infinity;
  let far = Infinity;
  let nearAxis = 0;
  let farAxis = 0;
  for (let axis = 0; axis < 3; axis++) {
    const a = (box.min[axis] - o[axis]) / d[axis];
    const b = (box.max[axis] - o[axis]) / d[axis];
    const first = Math.min(a, b);
    const last = Math.max(a, b);
    if (first > near) {
      near = first;
      nearAxis = axis;
    }
    if (last < far) {
      far = last;
      farAxis = axis;
    }
  }
  const misses = !inside && !(near <= far && near > 0);
  met.t = inside ? far : misses ? Infinity : near;
  met.axis = inside ? farAxis : misses ? 0 : nearAxis;
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
    const ray = [0, 0, 0];
    const [cos, sin] = [Math.cos(yaw), Math.sin(yaw)];
    for (let py = 0; py < height; py++)
      for (let px = 0; px < width; px++) {
        const cx = (px - width / 2) / focal;
        ray[0] = cx * cos - sin;
        ray[1] = -(py - height / 2) / focal;
        ray[2] = -cx * sin - cos;
        hit(ROOM, origin, ray, true);
        let { t, axis } = met;
        let red = false;
        if (box) {
          hit(BOX, origin, ray, false);
          red = met.t < t;
          if (red) ({ t, axis } = met);
        }
        // Seen on a wall, u runs along it; on floor and ceiling, across the hallway.
        const u = axis === 0 ? origin[2] + t * ray[2] : origin[0] + t * ray[0];
        const v = axis === 1 ? origin[2] + t * ray[2] : origin[1] + t * ray[1];
        const level = (40 + 170 * texture(noise, u + axis * 7, v)) * light * SHADES[axis];
        const p = (py * width + px) * 4;
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
