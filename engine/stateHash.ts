/**
 * 64-bit hash of exact states: two 32-bit MurmurHash3 streams (Appleby) with different seeds over the bits of
 * what is added, in order. Two runs whose hashes agree took the same steps, bit for bit; −0 and 0 differ.
 */
export interface StateHasher {
  /** A number's 64 bits. */
  add(value: number): void;
  /** 16 hexadecimal digits of all that was added so far. */
  digest(): string;
}

export function createStateHasher(): StateHasher {
  const number = new Float64Array(1);
  const words = new Uint32Array(number.buffer);
  let low = 0x9747b28c;
  let high = 0x3c6ef372;
  let count = 0;
  return {
    add(value) {
      number[0] = value;
      low = mix(mix(low, words[0]), words[1]);
      high = mix(mix(high, words[1]), words[0]);
      count++;
    },
    digest() {
      return hex(finish(low ^ count)) + hex(finish(high ^ count));
    },
  };
}

function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593);
  const h = hash ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

function finish(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
