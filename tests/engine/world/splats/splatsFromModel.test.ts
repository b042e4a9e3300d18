import { describe, expect, it } from 'vitest';
import { SH_C0 } from '../../../../engine/world/splats/splatCloud.ts';
import { splatsFromModel } from '../../../../engine/world/splats/splatsFromModel.ts';
import { box, PLASTER, sheet, worldOf } from '../../solids.ts';

const wall = sheet('wall', [
  [-2, 0, 0],
  [2, 0, 0],
  [2, 3, 0],
  [-2, 3, 0],
]);

describe('splatsFromModel', () => {
  it('covers a wall with flat Gaussians that face as it does, within the budget', () => {
    const { cloud, normals } = splatsFromModel(worldOf(wall), { budget: 1000 });
    expect(cloud.count).toBeGreaterThan(400);
    expect(cloud.count).toBeLessThanOrEqual(1000);
    for (let i = 0; i < cloud.count; i++) {
      expect(cloud.positions[3 * i + 2]).toBeCloseTo(0, 6);
      expect(normals[3 * i + 2]).toBeCloseTo(1, 6);
      const [x, y, z, w] = cloud.rotations.subarray(4 * i, 4 * i + 4);
      // The third axis, the thinnest, is the normal.
      expect(Math.abs(1 - 2 * (x * x + y * y))).toBeCloseTo(1, 5);
      expect(Math.abs(2 * (x * z + y * w))).toBeLessThan(1e-5);
      const [a, b, c] = cloud.logScales.subarray(3 * i, 3 * i + 3);
      expect(c).toBeLessThan(Math.min(a, b) - 1);
    }
    // Together their discs have about the wall's area.
    let area = 0;
    for (let i = 0; i < cloud.count; i++)
      area += Math.PI * Math.exp(cloud.logScales[3 * i] + cloud.logScales[3 * i + 1]);
    expect(area).toBeGreaterThan(3);
    expect(area).toBeLessThan(20);
  });

  it('puts finer ones where one looks from', () => {
    const { cloud } = splatsFromModel(worldOf(wall), { budget: 2000, eyes: [[-2, 1, 1]] });
    const near: number[] = [];
    const far: number[] = [];
    for (let i = 0; i < cloud.count; i++)
      (cloud.positions[3 * i] < -1 ? near : far).push(cloud.logScales[3 * i]);
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(near)).toBeLessThan(mean(far) - 0.2);
  });

  it('takes colours from vertices and textures', () => {
    const painted = sheet('painted', [
      [0, 0, 0],
      [1, 0, 0],
      [1, 1, 0],
      [0, 1, 0],
    ]);
    painted.parts = painted.parts.map(part => ({ ...part, uvs: Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0) }));
    const pixels = new Uint8Array(2 * 4);
    pixels.set([255, 0, 0, 255, 0, 0, 255, 255]);
    const model = {
      nodes: [painted],
      materials: [
        { ...PLASTER, baseColor: [1, 1, 1, 1] as [number, number, number, number], baseColorImage: 0 },
      ],
      images: [{ width: 2, height: 1, pixels }],
    };
    const { cloud } = splatsFromModel(model, { budget: 300 });
    for (let i = 0; i < cloud.count; i++) {
      const isLeft = cloud.positions[3 * i] < 0.5;
      const [red, , blue] = [0, 1, 2].map(k => 0.5 + SH_C0 * cloud.colors[3 * i + k]);
      expect(red).toBeCloseTo(isLeft ? 1 : 0, 4);
      expect(blue).toBeCloseTo(isLeft ? 0 : 1, 4);
    }
  });

  it('keeps to the budget where the model has more triangles, and gives the same twice', () => {
    const many = worldOf(
      ...Array.from({ length: 40 }, (_, i) => box(`box-${i}`, [i, 0, 0], [0.1, 0.1, 0.1])),
    );
    const { cloud } = splatsFromModel(many, { budget: 100 });
    expect(cloud.count).toBeLessThanOrEqual(100);
    expect(cloud.count).toBeGreaterThan(20);
    expect(splatsFromModel(many, { budget: 100 }).cloud).toEqual(cloud);
  });

  it('leaves out what it is told to', () => {
    const { cloud } = splatsFromModel(worldOf(wall, box('edge', [9, 0, 0], [1, 1, 1])), {
      budget: 200,
      keep: node => node.name !== 'edge',
    });
    for (let i = 0; i < cloud.count; i++) expect(cloud.positions[3 * i]).toBeLessThan(3);
  });
});
