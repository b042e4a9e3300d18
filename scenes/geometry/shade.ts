import { hashString } from '../../engine/random.ts';
import type { Shade } from './sketch.ts';

function lattice(seed: number, x: number, y: number, z: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1) ^ seed;
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Smooth value noise in space, one lattice cell a metre, 0–1. */
export function spaceNoise(seed: number, x: number, y: number, z: number): number {
  const [x0, y0, z0] = [Math.floor(x), Math.floor(y), Math.floor(z)];
  const fade = (t: number) => t * t * (3 - 2 * t);
  const [fx, fy, fz] = [fade(x - x0), fade(y - y0), fade(z - z0)];
  let sum = 0;
  for (let corner = 0; corner < 8; corner++) {
    const [i, j, k] = [corner & 1, (corner >> 1) & 1, corner >> 2];
    sum += lattice(seed, x0 + i, y0 + j, z0 + k) * (i ? fx : 1 - fx) * (j ? fy : 1 - fy) * (k ? fz : 1 - fz);
  }
  return sum;
}

/**
 * Slow changes of brightness over a surface, so that no two places of a repeating texture look the same.
 * @param strength share by which brightness moves up and down.
 */
export function patina(name: string, seed: number, strength = 0.2): Shade {
  const key = hashString(name, seed);
  return (x, y, z) => {
    const coarse = spaceNoise(key, x * 0.45, y * 0.45, z * 0.45) - 0.5;
    const fine = spaceNoise(key + 1, x * 1.3, y * 1.3, z * 1.3) - 0.5;
    return Math.min(1, 0.9 + strength * (1.2 * coarse + 0.8 * fine));
  };
}

/** Darkens a floor around what stands on it, where the sky and the lamps are hidden. */
export function contactShade(
  footprints: readonly { minX: number; maxX: number; minZ: number; maxZ: number }[],
  base: Shade,
): Shade {
  const reach = 0.45;
  return (x, y, z) => {
    let light = 1;
    for (const { minX, maxX, minZ, maxZ } of footprints) {
      const distance = Math.hypot(Math.max(minX - x, 0, x - maxX), Math.max(minZ - z, 0, z - maxZ));
      if (distance < reach) light = Math.min(light, 0.58 + 0.42 * (distance / reach));
    }
    return base(x, y, z) * light;
  };
}

/** Darkens towards the inner edges of a box-shaped room, where less light arrives. */
export function cornerShade(
  room: { minX: number; maxX: number; minZ: number; maxZ: number; height: number },
  base: Shade,
): Shade {
  const near = (distance: number) => Math.min(1, Math.max(0, distance) / 0.7);
  return (x, y, z) => {
    // The nearest plane is the surface itself; the second nearest makes the corner.
    const distances = [x - room.minX, room.maxX - x, z - room.minZ, room.maxZ - z, y, room.height - y].sort(
      (a, b) => a - b,
    );
    const t = near(distances[1]);
    return base(x, y, z) * (0.68 + 0.32 * t * (2 - t));
  };
}
