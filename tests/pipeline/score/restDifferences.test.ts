import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../engine/random.ts';
import { createBlockFlow } from '../../../pipeline/score/blockFlow.ts';
import { describeStep } from '../../../pipeline/score/frameSteps.ts';
import { createRestDifferences } from '../../../pipeline/score/restDifferences.ts';

const [W, H] = [320, 192];
const random = createRandom(12);
const world = Float32Array.from({ length: 200 * 80 }, () => 40 + random.next() * 120);

/** A wall of squares of six pixels that goes by; a gray board hangs on it between x 160 and 224, from `appears` on. */
function frame(index: number, appears: number, light = 0): Uint8Array {
  return Uint8Array.from({ length: W * H }, (_, i) => {
    const [x, y] = [(i % W) + 4 * index, Math.floor(i / W)];
    const onBoard = index >= appears && x >= 180 && x < 244 && y >= 64 && y < 128;
    return (onBoard ? 230 : world[Math.floor(y / 6) * 200 + Math.floor(x / 6)]) + light;
  });
}

async function differences(frames: readonly Uint8Array[]): Promise<Float32Array[]> {
  const flow = await createBlockFlow(W, H);
  const rest = createRestDifferences(flow);
  return frames.flatMap(gray => {
    const field = flow.next(gray);
    if (!field) return [];
    const step = describeStep(field, 1, { timeSeconds: 0, difference: 0, likeness: 1 });
    return [rest.next(field, step.light)];
  });
}

const BOARD = 6 * 20 + 11;

describe('what a block finds where the scene takes it', () => {
  it('is itself, while the wall goes by and the light changes', async () => {
    const maps = await differences([0, 1, 2, 3, 4].map(index => frame(index, 0, index === 3 ? 15 : 0)));
    for (const map of maps.slice(1)) {
      const known = [...map].filter(level => level >= 0).sort((a, b) => a - b);
      expect(known.length).toBeGreaterThan(100);
      expect(known[Math.floor(known.length * 0.9)]).toBeLessThan(8);
    }
  });

  it('is something else in the one step in which a thing appears', async () => {
    const maps = await differences([0, 1, 2, 3, 4, 5].map(index => frame(index, 3)));
    expect(maps[2][BOARD]).toBeGreaterThan(30);
    for (const k of [1, 3, 4]) expect(maps[k][BOARD]).toBeLessThan(8);
  });
});
