import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fixturesFolder } from '../../../../bench/bench.ts';
import { DirectorError } from '../../../../engine/errors.ts';
import { readSpz } from '../../../../engine/world/splats/readSpz.ts';
import { writeSpz } from '../../../../engine/world/splats/writeSpz.ts';
import { largestDifference, randomSplats, rotationAgreement } from './randomSplats.ts';

const fixtures = join(fixturesFolder(), 'worlds/w-splat-min/test/fixtures/splat');

function codeOf(bytes: Uint8Array): string {
  try {
    readSpz(bytes, 'test');
    return 'read';
  } catch (error) {
    if (error instanceof DirectorError) return error.code;
    throw error;
  }
}

/** A file of the header's claims and so many zero bytes. */
function claim(count: number, bytes: number, changes: Record<number, number> = {}): Uint8Array {
  const plain = new Uint8Array(16 + bytes);
  const view = new DataView(plain.buffer);
  view.setUint32(0, 0x5053474e, true);
  view.setUint32(4, 3, true);
  view.setUint32(8, count, true);
  plain[13] = 12;
  for (const [at, value] of Object.entries(changes)) plain[Number(at)] = value;
  return plain;
}

describe('SPZ', () => {
  it('gives back what was written within its steps', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 0, max: 3 }),
        (seed, n, degree) => {
          const cloud = randomSplats(seed, n, degree);
          const again = readSpz(writeSpz(cloud), 'again');
          expect(again.shDegree).toBe(degree);
          expect(largestDifference(again.positions, cloud.positions)).toBeLessThan(2 ** -13 + 1e-5);
          expect(largestDifference(again.logScales, cloud.logScales)).toBeLessThan(1 / 32 + 1e-5);
          expect(largestDifference(again.opacities, cloud.opacities)).toBeLessThan(1 / 510 + 1e-5);
          expect(largestDifference(again.colors, cloud.colors)).toBeLessThan(1 / (2 * 0.15 * 255) + 1e-5);
          expect(largestDifference(again.sh, cloud.sh)).toBeLessThan(0.07);
          // Three components, each off by half a step of √½ / 511.
          for (let i = 0; i < n; i++) expect(rotationAgreement(again, cloud, i)).toBeGreaterThan(0.99999);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps its bytes through a second round', () => {
    const once = writeSpz(randomSplats(5, 40, 2));
    expect(writeSpz(readSpz(once, 'once'))).toEqual(once);
  });

  it('spends bits of the fraction on what lies far', () => {
    const cloud = randomSplats(6, 3, 0);
    cloud.positions[0] = 100_000;
    const again = readSpz(writeSpz(cloud), 'far');
    expect(Math.abs(again.positions[0] - 100_000)).toBeLessThan(0.01);
  });

  it.skipIf(!existsSync(fixtures))('reads the files of versions 2, 3 and 4 that PlayCanvas wrote', () => {
    const read = (name: string) => readSpz(readFileSync(join(fixtures, name)), name);
    const v3 = read('minimal-v3.spz');
    expect([...v3.positions]).toEqual([-1, 0, 1, 0, 0, 1, -1, 0, 0, 0, 0, 0]);
    expect([...v3.rotations.subarray(0, 4)]).toEqual([0, 0, 0, 1]);
    expect(v3.opacities[0]).toBeCloseTo(0.902, 3);
    const v4 = read('minimal-v4.spz');
    expect(v4.positions).toEqual(v3.positions);
    expect(v4.colors).toEqual(v3.colors);
    expect(v4.rotations).toEqual(v3.rotations);
    const v2 = read('minimal-v2.spz');
    expect([...v2.positions]).toEqual([-1, 0, -1, 0, 0, -1, -1, 0, 0, 0, 0, 0]);
    expect(read('minimal-raw.spz')).toEqual(v2);
  });

  it('refuses by code, and unpacks no more than the header allows', () => {
    const bomb = gzipSync(claim(1, 64 * 2 ** 20));
    expect(bomb.length).toBeLessThan(100_000);
    const sound = writeSpz(randomSplats(8, 10, 1));
    const cases: [string, Uint8Array][] = [
      ['WORLD_UNREADABLE', bomb],
      ['WORLD_UNREADABLE', sound.subarray(0, sound.length - 9)],
      ['WORLD_UNREADABLE', new TextEncoder().encode('a splat of some kind')],
      ['WORLD_UNREADABLE', gzipSync(claim(2, 20))],
      ['WORLD_TOO_LARGE', gzipSync(claim(2 ** 32 - 1, 20))],
      ['WORLD_EMPTY', gzipSync(claim(0, 0))],
      ['WORLD_UNSUPPORTED', gzipSync(claim(1, 20, { 4: 9 }))],
      ['WORLD_UNSUPPORTED', gzipSync(claim(1, 20, { 14: 2 }))],
      ['WORLD_INVALID', gzipSync(claim(1, 20, { 12: 7 }))],
    ];
    for (const [code, bytes] of cases) expect(codeOf(bytes)).toBe(code);
  });

  it('reads or refuses by code whatever bytes are changed', () => {
    const packed = writeSpz(randomSplats(9, 4, 1));
    for (const sound of [packed, new Uint8Array(gunzipSync(packed))]) {
      const place = fc.integer({ min: 0, max: sound.length - 1 });
      fc.assert(
        fc.property(
          fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1 }),
          changes => {
            const bytes = Uint8Array.from(sound);
            for (const [at, value] of changes) bytes[at] = value;
            expect(codeOf(bytes)).toMatch(/^read$|^WORLD_/);
          },
        ),
        { numRuns: 150 },
      );
    }
  });
});
