import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import type { PosedDepth } from '../../../../pipeline/lift/surface/checkConsistency.ts';
import { checkPlanes } from '../../../../pipeline/lift/surface/checkPlanes.ts';
import type { Plane } from '../../../../pipeline/lift/surface/planes.ts';

const [width, height] = [160, 90];
const intrinsics = { fx: 100, fy: 100, cx: 79.5, cy: 44.5, width, height };

/** A camera 10 m before a wall (z = −10 in the world, which it looks at); a band of it stands 0.3 m out. */
function wallMap(random: () => number, deviationMeters: number): PosedDepth {
  const inverseDepth = new Float32Array(width * height);
  const deviation = new Float32Array(width * height);
  for (let i = 0; i < inverseDepth.length; i++) {
    const z = 10 - (i % width < 40 ? 0.3 : 0) + deviationMeters * random();
    inverseDepth[i] = 1 / z;
    deviation[i] = deviationMeters / (z * z);
  }
  return {
    view: {
      frame: 0,
      timeSeconds: 0,
      intrinsics,
      // OpenCV axes: y down, z forward, which is the world's −z.
      cameraFromWorld: {
        rotation: Float64Array.of(1, 0, 0, 0, -1, 0, 0, 0, -1),
        translation: new Float64Array(3),
      },
      gray: new Uint8Array(width * height),
      rgb: new Uint8Array(0),
    },
    depth: {
      width,
      height,
      inverseDepth,
      confidence: new Float32Array(width * height).fill(1),
      deviation,
    },
  };
}

function wall(offset: number, kind: Plane['kind'] = 'wall'): Plane {
  const [sizeU, sizeV] = [200, 120];
  return {
    kind,
    normal: [0, 0, 1],
    offset: Float64Array.of(offset),
    u: [1, 0, 0],
    v: [0, 1, 0],
    grid: {
      cellMeters: 0.08,
      origin: Float64Array.of(-8, -4.8),
      sizeU,
      sizeV,
      seen: new Uint8Array(sizeU * sizeV).fill(1),
    },
  };
}

/** About normal, from twelve even draws. */
function noise(name: string): () => number {
  const random = createRandom(name);
  return () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.next();
    return sum;
  };
}

describe('checkPlanes', () => {
  const random = noise('wall');
  const maps = Array.from({ length: 8 }, () => wallMap(random, 0.06));

  test('lays a plane that is a hand off into the layer of most of its cells', async () => {
    for (const off of [-0.12, 0.08, 0.15]) {
      const [{ offset }] = await checkPlanes([wall(-10 + off)], maps);
      expect(Math.abs(offset[0] + 10)).toBeLessThan(0.03);
    }
  });

  test('leaves a plane that lies well, a floor, and one of which nothing was measured', async () => {
    const beyond = wall(-30);
    const planes = [wall(-10.02), wall(-9.8, 'floor'), beyond];
    expect(await checkPlanes(planes, maps)).toEqual(planes);
  });

  test('is cancelled', async () => {
    await expect(checkPlanes([wall(-10)], maps, AbortSignal.abort())).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});
