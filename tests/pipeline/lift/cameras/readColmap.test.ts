import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectorError } from '../../../../engine/errors.ts';
import type { ColmapModel } from '../../../../pipeline/lift/cameras/colmapTypes.ts';
import { readColmapBinary } from '../../../../pipeline/lift/cameras/readColmapBinary.ts';
import { readColmapText } from '../../../../pipeline/lift/cameras/readColmapText.ts';
import { colmapBytes } from './colmapBytes.ts';
import { colmapScene } from './colmapScene.ts';

const scene = colmapScene(
  { model: 'OPENCV', params: [900, 910, 640, 360, 0.1, -0.02, 0.001, 0.002] },
  frame => `shots/take 1 ${frame}.png`,
  [0, 1, 2, 3],
);

function texts({ cameras, images, points }: ColmapModel) {
  return {
    cameras: `# a comment\n${[...cameras]
      .map(([id, c]) => [id, c.model, c.width, c.height, ...c.params].join(' '))
      .join('\n')}\n`,
    images: `# a comment\n# another\n${[...images]
      .map(([id, { rotation, translation, cameraId, name, features }]) => {
        const rows = Array.from({ length: features.length / 2 }, (_, i) => [
          features[2 * i],
          features[2 * i + 1],
          -1,
        ]);
        return `${[id, ...rotation, ...translation, cameraId, name].join(' ')}\n${rows.flat().join(' ')}`;
      })
      .join('\n')}\n`,
    points3D: points
      .map(({ position, track }, i) => [i + 1, ...position, 9, 8, 7, 0.25, ...track].join(' '))
      .join('\r\n'),
  };
}

function codeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof DirectorError) return error.code;
    throw error;
  }
}

describe('a COLMAP model', () => {
  it('is read from its texts', () => {
    expect(readColmapText(texts(scene))).toEqual(scene);
  });

  it('is read from its binary files', () => {
    expect(readColmapBinary(colmapBytes(scene))).toEqual(scene);
  });

  it('may have images without features', () => {
    const bare = structuredClone(scene);
    for (const image of bare.images.values()) image.features = new Float64Array(0);
    for (const point of bare.points) point.track = [];
    expect(readColmapText(texts(bare))).toEqual(bare);
    expect(readColmapBinary(colmapBytes(bare))).toEqual(bare);
  });

  it('is refused by code where it is cut off or says what cannot be', () => {
    const bytes = colmapBytes(scene);
    for (const name of ['cameras', 'images', 'points3D'] as const) {
      const cut = { ...bytes, [name]: bytes[name].subarray(0, bytes[name].length - 3) };
      expect(codeOf(() => readColmapBinary(cut))).toBe('CAMERAS_UNREADABLE');
      const huge = { ...bytes, [name]: Uint8Array.from(bytes[name]) };
      huge[name].fill(255, 0, 6);
      expect(codeOf(() => readColmapBinary(huge))).toBe('CAMERAS_UNREADABLE');
    }
    const fisheye = Uint8Array.from(bytes.cameras);
    fisheye[12] = 5;
    expect(codeOf(() => readColmapBinary({ ...bytes, cameras: fisheye }))).toBe('CAMERAS_UNSUPPORTED');
    const written = texts(scene);
    for (const broken of [
      { ...written, cameras: '1 PINHOLE 640' },
      { ...written, images: written.images.replace('take', '\n') },
      { ...written, points3D: '1 2 three 4 5 6 7 8' },
      { ...written, points3D: '1 2 3 4 5 6 7 8 9' },
    ])
      expect(codeOf(() => readColmapText(broken))).toBe('CAMERAS_UNREADABLE');
  });

  it('is read or refused by code whatever bytes are changed', () => {
    const sound = colmapBytes(scene);
    const names = ['cameras', 'images', 'points3D'] as const;
    const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(change, { minLength: 1 }), (name, changes) => {
        const bytes = Uint8Array.from(sound[name]);
        for (const [at, value] of changes) bytes[at % Math.min(bytes.length, 400)] = value;
        expect(codeOf(() => readColmapBinary({ ...sound, [name]: bytes }))).toMatch(/^read$|^CAMERAS_/);
      }),
      { numRuns: 200 },
    );
  });
});
