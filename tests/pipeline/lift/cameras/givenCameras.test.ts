import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DirectorError } from '../../../../engine/errors.ts';
import { CAMERA_MODELS, distort, lensOf, undistort } from '../../../../pipeline/lift/cameras/cameraModels.ts';
import { type FrameNumbering, frameOfNames } from '../../../../pipeline/lift/cameras/frameNames.ts';
import { reconstructionOf } from '../../../../pipeline/lift/cameras/givenCameras.ts';
import { colmapScene } from './colmapScene.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'done';
  } catch (error) {
    if (error instanceof DirectorError) return error.code;
    throw error;
  }
}

const SIZE = { width: 640, height: 360 };
const times = Float64Array.from({ length: 20 }, (_, i) => i / 25);
const frames = [0, 2, 5, 9, 14, 19];
const padded = (frame: number) => `${String(frame).padStart(5, '0')}.png`;

describe('cameras that are given', () => {
  const models: Record<string, number[]> = {
    SIMPLE_PINHOLE: [900, 640, 360],
    PINHOLE: [900, 880, 650, 350],
    SIMPLE_RADIAL: [900, 640, 360, -0.08],
    RADIAL: [900, 640, 360, 0.09, -0.02],
    OPENCV: [900, 910, 640, 360, 0.1, -0.03, 0.002, -0.003],
  };
  it.each(Object.entries(models))('of the model %s see their points where they saw them', (model, params) => {
    const found = reconstructionOf(colmapScene({ model, params }, padded, frames), SIZE, times, undefined);
    expect(found.frames.map(({ frame }) => frame)).toEqual(frames);
    expect(found.frames[2].timeSeconds).toBe(0.2);
    expect(found.intrinsics.cx).toBeCloseTo(
      (params.length === 3 ? params[1] : lensOf({ model, params, width: 1280, height: 720 }).cx) / 2 - 0.5,
      6,
    );
    expect(found.medianReprojectionErrorPixels).toBeLessThan(1e-6);
    expect(found.points).toHaveLength(60);
    expect(found.dropped[0].count).toBe(14);
    expect(found.straighten?.(5) === undefined).toBe(model.includes('PINHOLE'));
  });

  it('straighten a bent picture to where the pinhole sees the same ray', () => {
    const params = models['OPENCV'];
    const found = reconstructionOf(
      colmapScene({ model: 'OPENCV', params }, padded, frames),
      SIZE,
      times,
      undefined,
    );
    const lens = lensOf({ model: 'OPENCV', params, width: 1280, height: 720 });
    const at = found.straighten?.(9)?.(0.3, -0.2) ?? [0, 0];
    const [a, b] = distort(lens, 0.3, -0.2);
    expect(at[0]).toBeCloseTo((lens.fx * a + lens.cx) / 1280, 9);
    expect(at[1]).toBeCloseTo((lens.fy * b + lens.cy) / 720, 9);
  });

  it('are refused by code', () => {
    const pinhole = { model: 'SIMPLE_PINHOLE', params: models['SIMPLE_PINHOLE'] };
    const refuse = (change: (scene: ReturnType<typeof colmapScene>) => void, size = SIZE) => {
      const scene = colmapScene(pinhole, padded, frames);
      change(scene);
      return codeOf(() => reconstructionOf(scene, size, times, undefined));
    };
    const camera = (changes: object) =>
      refuse(({ cameras }) => {
        Object.assign(cameras.get(1) ?? {}, changes);
      });
    const unmoved = () => undefined;
    expect(refuse(unmoved)).toBe('done');
    expect(refuse(unmoved, { width: 360, height: 640 })).toBe('CAMERAS_UNMATCHED');
    expect(refuse(({ cameras }) => cameras.clear())).toBe('CAMERAS_UNREADABLE');
    expect(camera({ params: [-1, 640, 360] })).toBe('CAMERAS_UNREADABLE');
    expect(camera({ width: 1e9 })).toBe('CAMERAS_UNREADABLE');
    expect(camera({ model: 'FOV' })).toBe('CAMERAS_UNSUPPORTED');
    const image = refuse(({ images }) => {
      Object.assign(images.get(10) ?? {}, { rotation: [0, 0, 0, 0] });
    });
    expect(image).toBe('CAMERAS_UNREADABLE');
    expect(refuse(({ points }) => points.splice(3))).toBe('CAMERAS_UNREADABLE');
    expect(refuse(({ points }) => points[0].track.push(10, 9999))).toBe('CAMERAS_UNREADABLE');
  });
});

describe('lenses', () => {
  it('are undone where they do not fold', () => {
    const coordinate = fc.double({ min: -0.9, max: 0.9, noNaN: true });
    const term = fc.double({ min: -0.1, max: 0.1, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, term, term, (u, v, k1, p1) => {
        const lens = { ...CAMERA_MODELS['PINHOLE'].lens([1, 1, 0, 0]), k1, p1: p1 / 10 };
        const back = undistort(lens, ...distort(lens, u, v));
        expect(back?.[0]).toBeCloseTo(u, 6);
        expect(back?.[1]).toBeCloseTo(v, 6);
      }),
    );
  });
});

describe('pictures by their names', () => {
  const of = (names: string[], total: number, numbering?: FrameNumbering) =>
    frameOfNames(names, total, numbering);
  const name = (n: number) => `images/frame${n}_x.jpg`;

  it('are the frames of the video where their numbers run over all of it', () => {
    expect(of(['0.png', '2.png', '1.png'], 3)).toEqual([0, 2, 1]);
    expect(of(['a-001.png', 'a-003.png'], 3)).toEqual([0, 2]);
    expect(of([name(0), name(9)], 10)).toEqual([0, 9]);
  });

  it('carry the frame itself where we named them', () => {
    expect(of(['frame-000004.jpg', 'frame-000007.jpg'], 100)).toEqual([4, 7]);
  });

  it('are taken as told', () => {
    expect(of(['0001.png', '0003.png'], 100, { first: 1, step: 10 })).toEqual([0, 20]);
  });

  it('are refused where that is not clear', () => {
    for (const [names, total, numbering] of [
      [['1.png', '50.png'], 100],
      [['0.png', '50.png'], 100],
      [['door.png', 'wall.png'], 100],
      [['1.png', '200.png'], 100, { first: 1, step: 1 }],
      [['0.png', '1.png'], 100, { first: 1, step: 1 }],
      [['a0.png', 'b0.png', 'c99.png'], 100],
      [['frame-000200.jpg'], 100],
    ] as [string[], number, FrameNumbering?][])
      expect(codeOf(() => of(names, total, numbering))).toBe('CAMERAS_UNMATCHED');
  });
});
