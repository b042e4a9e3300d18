import { describe, expect, test } from 'vitest';
import { cleanMesh } from '../../../../pipeline/lift/surface/cleanMesh.ts';
import { surfaceArea } from '../../../../pipeline/lift/surface/meshTools.ts';
import { boxMesh } from './roomMaps.ts';

const mesh = (positions: number[], indices: number[]) => ({
  positions: Float32Array.from(positions),
  indices: Uint32Array.from(indices),
});

describe('cleanMesh', () => {
  test('drops repeats, folds back to back and slivers', () => {
    const square = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0];
    const cleaned = cleanMesh(
      mesh(
        [...square, 2, 0, 0, 2, 0.001, 0],
        [0, 1, 2, 0, 2, 3, 1, 2, 0, /* fold */ 1, 4, 2, 4, 1, 2, /* sliver */ 0, 4, 5],
      ),
    );
    expect(cleaned.indices.length).toBe(6);
    expect(surfaceArea(cleaned)).toBeCloseTo(1);
  });

  test('takes a stray face off an edge of two others', () => {
    const box = boxMesh([0, 0, 0], [1, 1, 1], 0.25);
    const [a, , b] = box.indices;
    const tip = box.positions.length / 3;
    const finned = mesh([...box.positions, 0.5, 0.5, 0.5], [...box.indices, a, b, tip]);
    expect(cleanMesh(finned).indices.length).toBe(box.indices.length);
  });

  test('of three faces at an edge leaves two', () => {
    const three = mesh(
      [0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, 0.5],
      [0, 1, 2, 1, 0, 3, 0, 1, 4, 2, 1, 5],
    );
    expect(cleanMesh(three).indices.length).toBe(9);
  });

  test('leaves a sound mesh as it is', () => {
    const box = boxMesh([0, 0, 0], [1, 1, 1], 0.25);
    expect(cleanMesh(box).indices.length).toBe(box.indices.length);
  });
});
