/**
 * Seeded randomness: sfc32 (Chris Doty-Humphrey, PractRand), 32-bit integer arithmetic only, so every
 * platform draws the same numbers. Nothing in the product draws from Math.random.
 */
export interface Random {
  /** Uniform in [0, 1), 32 bits of it. */
  next(): number;
  /** Uniform in [low, high). */
  range(low: number, high: number): number;
  /** Uniform integer in [0, count). */
  integer(count: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** Standard normal, Box–Muller. */
  normal(): number;
  /** An independent stream named by a label: adding draws to one stream leaves the others as they were. */
  fork(label: string): Random;
}

/** 32-bit FNV-1a of a string's UTF-16 code units. */
export function hashString(text: string, seed = 0x811c9dc5): number {
  let hash = seed >>> 0;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash;
}

export function createRandom(seed: number | string): Random {
  const key = String(seed);
  let a = hashString(key);
  let b = hashString(key, 0x9e3779b9);
  let c = hashString(key, 0x85ebca6b);
  let d = 1;
  const next32 = () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + t) | 0;
    return t >>> 0;
  };
  // sfc32's own recommendation: the first outputs still show the seed.
  for (let i = 0; i < 12; i++) next32();
  const next = () => next32() / 4294967296;
  return {
    next,
    range: (low, high) => low + (high - low) * next(),
    integer: count => Math.floor(next() * count),
    chance: probability => next() < probability,
    pick: items => items[Math.floor(next() * items.length)] as (typeof items)[number],
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    fork: label => createRandom(`${key}/${label}`),
  };
}
