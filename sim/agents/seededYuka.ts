import type { Random } from '../../engine/random.ts';

/**
 * Runs Yuka code with Math.random drawing from a seeded stream: Yuka takes its ids and wanderings from there.
 * Only synchronous code may run inside, so nothing else of the process ever sees the replacement.
 */
export function withSeededRandom<T>(random: Random, use: () => T): T {
  const original = Math.random;
  Math.random = random.next;
  try {
    return use();
  } finally {
    Math.random = original;
  }
}
