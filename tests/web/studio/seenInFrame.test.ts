import { describe, expect, it } from 'vitest';
import { type FrameCamera, seenInFrame } from '../../../web/studio/production/model/seenInFrame.ts';

const intrinsics = { fx: 320, fy: 320, cx: 320, cy: 180, width: 640, height: 360 };
/** Walks along −Z and looks there; a frame every metre. */
const walk: FrameCamera[] = [0, 1, 2, 3].map(step => ({
  frame: step * 10,
  time: step / 2,
  position: [0, 1.6, -step] as const,
  rotation: [0, 0, 0, 1] as const,
  ...intrinsics,
}));

describe('seenInFrame', () => {
  it('takes the nearest frame that has the place in its picture', () => {
    const seen = seenInFrame([0, 1.6, -4], walk);
    expect(seen).toMatchObject({ frame: 30, time: 1.5 });
    expect(seen?.x).toBeCloseTo(0.5);
    expect(seen?.y).toBeCloseTo(0.5);
  });

  it('goes back for a place on the floor, which near frames look over', () => {
    // 1.6 m below the eye and 1 m ahead is far outside of 180/320: at least 2.8 m away it comes in.
    expect(seenInFrame([0, 0, -4], walk)).toMatchObject({ frame: 10 });
  });

  it('puts what lies right and below right of the middle and below it', () => {
    const seen = seenInFrame([1, 1.1, -5], walk);
    expect(seen?.x).toBeGreaterThan(0.5);
    expect(seen?.y).toBeGreaterThan(0.5);
  });

  it('turns with the camera: a quarter to the left looks along −X', () => {
    const half = Math.SQRT1_2;
    const left: FrameCamera = { ...walk[0]!, rotation: [0, half, 0, half] };
    expect(seenInFrame([-3, 1.6, 0], [left])).toMatchObject({ frame: 0 });
    expect(seenInFrame([3, 1.6, 0], [left])).toBeUndefined();
    // What lies ahead of the walk is on the right hand now.
    expect(seenInFrame([-3, 1.6, -1], [left])?.x).toBeGreaterThan(0.5);
  });

  it('finds nothing behind the camera', () => {
    expect(seenInFrame([0, 1.6, 3], walk)).toBeUndefined();
  });
});
