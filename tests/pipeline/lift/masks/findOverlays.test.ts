import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { findOverlays } from '../../../../pipeline/lift/masks/findOverlays.ts';

const [width, height] = [120, 80];
const random = createRandom('overlay');
const noise = Uint8Array.from({ length: 400 * 400 }, () => random.integer(256));
const texture = (x: number, y: number) => noise[(((y >> 2) + 200) % 400) * 400 + (((x >> 2) + 200) % 400)];

/** Darkest and brightest luma over some frames. */
function stretch(frames: number, picture: (x: number, y: number, frame: number) => number) {
  const low = new Uint8Array(width * height).fill(255);
  const high = new Uint8Array(width * height);
  for (let frame = 0; frame < frames; frame++)
    for (let i = 0; i < low.length; i++) {
      const value = Math.round(picture(i % width, Math.floor(i / width), frame));
      low[i] = Math.min(low[i], value);
      high[i] = Math.max(high[i], value);
    }
  return { low, high };
}

const inLogo = (x: number, y: number) => x >= 80 && x < 110 && y >= 10 && y < 24;
const logo = (x: number, y: number) => (((x >> 2) + (y >> 2)) % 2 ? 235 : 20);

describe('findOverlays', () => {
  it('finds a logo over a scene that moves, and little beside it', () => {
    const { low, high } = stretch(12, (x, y, f) => (inLogo(x, y) ? logo(x, y) : texture(x + 3 * f, y)));
    const mask = findOverlays(low, high, width, height);
    let [covered, outside] = [0, 0];
    for (let i = 0; i < width * height; i++) {
      const [x, y] = [i % width, Math.floor(i / width)];
      if (inLogo(x, y)) covered += mask?.[i] ?? 0;
      else outside += mask?.[i] ?? 0;
    }
    expect(covered / (30 * 14)).toBeGreaterThan(0.95);
    expect(outside).toBeLessThan(width * height * 0.06);
  });

  it('takes nothing for an overlay where the whole picture stands still', () => {
    const { low, high } = stretch(12, (x, y) => (inLogo(x, y) ? logo(x, y) : texture(x, y)));
    expect(findOverlays(low, high, width, height)).toBeUndefined();
  });
});
