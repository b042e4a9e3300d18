import { describe, expect, it } from 'vitest';
import { DirectorError } from '../../../../engine/errors.ts';
import { readSparsePly, type SparseCloud, writeSparsePly } from '../../../../engine/world/ply/sparsePly.ts';

const cloud: SparseCloud = {
  positions: Float32Array.of(1, 2, 3, -4, 5.5, -6),
  colors: Uint8Array.of(255, 128, 0, 1, 2, 3),
  observedPoint: Int32Array.of(0, 1, 1),
  observedFrame: Int32Array.of(7, 7, 21),
  pixels: Float32Array.of(10.25, 20.5, 639, 359, 0, -0.5),
};

function codeOf(bytes: Uint8Array): string {
  try {
    readSparsePly(bytes, 'test');
    return 'read';
  } catch (error) {
    if (error instanceof DirectorError) return error.code;
    throw error;
  }
}

describe('sparse.ply', () => {
  it('gives back points and observations', () => {
    expect(readSparsePly(writeSparsePly(cloud), 'again')).toEqual(cloud);
  });

  it('is refused where it is cut off or points to what is not there', () => {
    const bytes = writeSparsePly(cloud);
    expect(codeOf(bytes.subarray(0, bytes.length - 2))).toBe('WORLD_UNREADABLE');
    expect(codeOf(writeSparsePly({ ...cloud, observedPoint: Int32Array.of(0, 1, 2) }))).toBe('WORLD_INVALID');
    expect(codeOf(writeSparsePly({ ...cloud, observedFrame: Int32Array.of(0, -1, 2) }))).toBe(
      'WORLD_INVALID',
    );
    const nan = cloud.positions.slice();
    nan[1] = Number.NaN;
    expect(codeOf(writeSparsePly({ ...cloud, positions: nan }))).toBe('WORLD_INVALID');
  });
});
