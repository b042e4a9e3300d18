import '@babylonjs/core/Engines/nullEngine.js';
import { GaussianSplattingMesh } from '@babylonjs/core/Meshes/GaussianSplatting/gaussianSplattingMesh.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectorError } from '../../../../engine/errors.ts';
import { readSplatPly } from '../../../../engine/world/splats/readSplatPly.ts';
import { SH_C0, type SplatCloud } from '../../../../engine/world/splats/splatCloud.ts';
import { writeSplatPly } from '../../../../engine/world/splats/writeSplatPly.ts';
import { largestDifference, randomSplats, rotationAgreement } from './randomSplats.ts';

function codeOf(bytes: Uint8Array): string {
  try {
    readSplatPly(bytes, 'test');
    return 'read';
  } catch (error) {
    if (error instanceof DirectorError) return error.code;
    throw error;
  }
}

function headerOf(bytes: Uint8Array): string {
  const text = new TextDecoder('latin1').decode(bytes);
  return text.slice(0, text.indexOf('end_header\n') + 'end_header\n'.length);
}

/** The file with another header before the same rows. */
function withHeader(bytes: Uint8Array, change: (header: string) => string): Uint8Array {
  const header = headerOf(bytes);
  const changed = new TextEncoder().encode(change(header));
  const out = new Uint8Array(changed.length + bytes.length - header.length);
  out.set(changed);
  out.set(bytes.subarray(header.length), changed.length);
  return out;
}

describe('splats.ply', () => {
  it('gives back what was written, with harmonics of every degree', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 4 }),
        (seed, n, degree) => {
          const cloud = randomSplats(seed, n, degree);
          const again = readSplatPly(writeSplatPly(cloud), 'again');
          expect(again.count).toBe(n);
          expect(again.positions).toEqual(cloud.positions);
          expect(again.logScales).toEqual(cloud.logScales);
          expect(again.colors).toEqual(cloud.colors);
          expect(again.sh).toEqual(cloud.sh);
          expect(largestDifference(again.opacities, cloud.opacities)).toBeLessThan(1e-5);
          for (let i = 0; i < n; i++) expect(rotationAgreement(again, cloud, i)).toBeGreaterThan(1 - 1e-6);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('has the layout of the trainers, with y down', () => {
    const cloud = randomSplats(1, 1, 0);
    const bytes = writeSplatPly(cloud);
    const header = headerOf(bytes);
    expect(header.match(/property float \w+/g)?.map(line => line.slice(15))).toEqual(
      'x y z nx ny nz f_dc_0 f_dc_1 f_dc_2 opacity scale_0 scale_1 scale_2 rot_0 rot_1 rot_2 rot_3'.split(
        ' ',
      ),
    );
    const row = new DataView(bytes.buffer, header.length);
    const [x, y, z] = cloud.positions;
    expect([0, 4, 8].map(at => row.getFloat32(at, true))).toEqual([x, -y, -z]);
    expect(Math.abs(row.getFloat32(4 * 13, true))).toBeCloseTo(Math.abs(cloud.rotations[3]), 6);
  });

  it('is read alike by Babylon', async () => {
    const cloud = randomSplats(7, 30, 0);
    const bytes = writeSplatPly(cloud);
    const splat = new DataView(
      await GaussianSplattingMesh.ConvertPLYToSplatAsync(bytes.buffer as ArrayBuffer),
    );
    expect(splat.byteLength).toBe(32 * cloud.count);
    for (let i = 0; i < cloud.count; i++) {
      const float = (k: number) => splat.getFloat32(32 * i + 4 * k, true);
      const byte = (k: number) => splat.getUint8(32 * i + 24 + k);
      const [x, y, z] = cloud.positions.subarray(3 * i);
      expect([float(0), float(1), float(2)]).toEqual([x, -y, -z]);
      for (let k = 0; k < 3; k++) {
        expect(float(3 + k) / Math.exp(cloud.logScales[3 * i + k])).toBeCloseTo(1, 4);
        const shown = 255 * Math.min(1, Math.max(0, 0.5 + SH_C0 * cloud.colors[3 * i + k]));
        expect(Math.abs(byte(k) - shown)).toBeLessThan(1.01);
      }
      expect(Math.abs(byte(3) - 255 * cloud.opacities[i])).toBeLessThan(1.01);
      // w x y z of the same rotation with y down.
      const [qx, qy, qz, qw] = cloud.rotations.subarray(4 * i);
      const turned = [qw, qx, -qy, -qz];
      const dot = [0, 1, 2, 3].reduce((sum, k) => sum + turned[k] * ((byte(4 + k) - 128) / 128), 0);
      expect(Math.abs(dot)).toBeGreaterThan(0.97);
    }
  });

  it('refuses what is no whole splat by code', () => {
    const bytes = writeSplatPly(randomSplats(2, 5, 1));
    const cases: [string, Uint8Array][] = [
      ['WORLD_UNREADABLE', new TextEncoder().encode('plywood')],
      ['WORLD_UNREADABLE', bytes.subarray(0, bytes.length - 1)],
      ['WORLD_UNREADABLE', withHeader(bytes, h => h.replace('vertex 5', 'vertex 999999999999'))],
      ['WORLD_UNREADABLE', withHeader(bytes, h => h.replace('float x', 'half x'))],
      ['WORLD_EMPTY', withHeader(bytes, h => h.replace('vertex 5', 'vertex 0'))],
      ['WORLD_UNSUPPORTED', withHeader(bytes, h => h.replace('binary_little_endian', 'ascii'))],
      ['WORLD_UNSUPPORTED', withHeader(bytes, h => h.replace('opacity', 'opacify'))],
      ['WORLD_UNSUPPORTED', withHeader(bytes, h => h.replace('float x', 'list uchar int x'))],
      ['WORLD_INVALID', withHeader(bytes, h => h.replace('f_rest_8', 'f_other'))],
    ];
    for (const [code, file] of cases) expect(codeOf(file)).toBe(code);
    const broken = randomSplats(2, 5, 1);
    broken.logScales[4] = Number.NaN;
    expect(codeOf(writeSplatPly(broken))).toBe('WORLD_INVALID');
  });

  it('reads headers with Windows line ends', () => {
    const cloud = randomSplats(3, 4, 0);
    const bytes = withHeader(writeSplatPly(cloud), header => header.replaceAll('\n', '\r\n'));
    expect(readSplatPly(bytes, 'windows').positions).toEqual(cloud.positions);
  });

  it('reads or refuses by code whatever bytes are changed', () => {
    const sound = writeSplatPly(randomSplats(4, 3, 0));
    const place = fc.integer({ min: 0, max: sound.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.integer({ min: 0, max: 255 })), { minLength: 1 }), changes => {
        const bytes = Uint8Array.from(sound);
        for (const [at, value] of changes) bytes[at] = value;
        expect(codeOf(bytes)).toMatch(/^read$|^WORLD_/);
      }),
      { numRuns: 300 },
    );
  });
});

/** Colour of a Gaussian from a direction, by the harmonics of degrees 1 and 2 (Sloan 2013). */
function shadeOf({ sh }: SplatCloud, [x, y, z]: readonly number[]): number {
  const basis = [y, z, x, x * y, y * z, 3 * z * z - 1, x * z, x * x - y * y];
  const weight = [-0.4886, 0.4886, -0.4886, 1.0925, -1.0925, 0.3154, -1.0925, 0.5463];
  return basis.reduce((sum, value, k) => sum + value * weight[k] * sh[3 * k], 0);
}

describe('turning a cloud upright', () => {
  it('keeps its colours with the directions that turn with it', async () => {
    const { turnAboutX } = await import('../../../../engine/world/splats/splatCloud.ts');
    for (const direction of [
      [0.6, 0.64, 0.48],
      [-0.48, 0.6, -0.64],
    ]) {
      const cloud = randomSplats(11, 1, 2);
      const before = shadeOf(cloud, direction);
      turnAboutX(cloud);
      expect(shadeOf(cloud, [direction[0], -direction[1], -direction[2]])).toBeCloseTo(before, 5);
    }
  });
});
