import { describe, expect, test } from 'vitest';
import { renderPreview } from '../../../engine/camera/renderPreview.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import { boxPart, node, plainMaterial, spherePart, translation } from './sampleWorlds.ts';

const materials = [plainMaterial('a'), plainMaterial('b', { baseColor: [0.8, 0.4, 0.3, 1] })];
const SIZE = { width: 96, height: 54 };

describe('renderPreview', () => {
  test('stands inside a room with a ceiling and shows its things', async () => {
    const world: WorldModel = {
      nodes: [
        node('room', translation(0, 1.5, 0), boxPart([6, 3, 8], 0, { inward: true })),
        node('table', translation(1, 0.4, 1), boxPart([1.2, 0.8, 0.8], 1)),
        node('ball', translation(-1, 0.5, -2), spherePart(0.5, 1, 10)),
      ],
      materials,
      images: [],
    };
    const { frame, view, inside } = await renderPreview(world, SIZE);
    expect(inside).toBe(true);
    expect(frame.nodeId.includes(0)).toBe(false);
    expect(new Set(frame.nodeId)).toEqual(new Set([1, 2, 3]));
    const [x, y, z] = view.worldFromCamera.subarray(12, 15);
    expect(Math.abs(x) < 3 && y > 0 && y < 3 && Math.abs(z) < 4).toBe(true);
  });

  test('looks at an open world from above, all of it in the picture', async () => {
    const world: WorldModel = {
      nodes: [
        node('ground', translation(20, 0, 5), boxPart([30, 0.2, 20], 0)),
        node('tower', translation(25, 3, 5), boxPart([2, 6, 2], 1)),
      ],
      materials,
      images: [],
    };
    const { frame, view, inside } = await renderPreview(world, SIZE);
    expect(inside).toBe(false);
    expect(view.worldFromCamera[13]).toBeGreaterThan(6);
    expect(new Set(frame.nodeId)).toEqual(new Set([0, 1, 2]));
    const rim = [...frame.nodeId.keys()].filter(i => i % 96 === 0 || i % 96 === 95 || i < 96 || i >= 96 * 53);
    expect(rim.every(i => frame.nodeId[i] === 0)).toBe(true);
    const covered = frame.nodeId.reduce((sum, id) => sum + (id ? 1 : 0), 0) / frame.nodeId.length;
    expect(covered).toBeGreaterThan(0.25);
  });

  test('gives a picture of a world without triangles', async () => {
    const { frame } = await renderPreview({ nodes: [], materials: [], images: [] }, SIZE);
    expect(frame.color.length).toBe(96 * 54 * 4);
  });
});
