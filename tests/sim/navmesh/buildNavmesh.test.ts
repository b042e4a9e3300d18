import { describe, expect, test } from 'vitest';
import { Vector3 } from 'yuka';
import { collectTriangles } from '../../../sim/geometry/worldTriangles.ts';
import { buildNavmeshes } from '../../../sim/navmesh/buildNavmesh.ts';
import { Navmesh } from '../../../sim/navmesh/navmesh.ts';
import type { NavmeshJob } from '../../../sim/navmesh/navmeshJob.ts';
import { YukaNavmesh } from '../../../sim/navmesh/yukaNavmesh.ts';
import { box, hill, hillHeight, model, node, room, sheet } from '../handMadeWorlds.ts';

function job(nodes: Parameters<typeof model>, change: Partial<NavmeshJob> = {}): NavmeshJob {
  const soup = collectTriangles(model(...nodes));
  return {
    positions: Float32Array.from(soup.positions),
    indices: soup.indices,
    size: [soup.max[0] - soup.min[0], soup.max[2] - soup.min[2]],
    cellSize: 0.1,
    cellHeight: 0.05,
    bodyRadius: 0.35,
    bodyHeight: 1.7,
    stepHeight: 0.3,
    maxSlopeRadians: Math.PI / 4,
    ...change,
  };
}

async function build(...nodes: Parameters<typeof model>): Promise<Navmesh> {
  const [polygons] = await buildNavmeshes([job(nodes)]);
  if (!polygons) throw new Error('nothing can be walked');
  return new Navmesh(polygons);
}

describe('a navmesh', () => {
  test('of a room is its floor without the body’s radius along the walls', async () => {
    const navmesh = await build(...room({ width: 6, depth: 4, height: 2.8 }));
    const inside = navmesh.components.find(component => component.min[1] < 0.2);
    // Cells are 10 cm: the wall takes one and the radius of 35 cm three of them on each side, give or take one.
    expect(inside?.area).toBeGreaterThan(5 * 3);
    expect(inside?.area).toBeLessThan(5.5 * 3.5);
  });

  test.each([0, 0.03, 0.05, 0.08])(
    'goes through a doorway as wide as the body, %s m off the grid',
    async at => {
      const through = async (width: number) => {
        const navmesh = await build(
          ...room({ width: 6, depth: 6 }),
          node('left', [box([-3, 0, -0.1], [at - width / 2, 2.8, 0.1])]),
          node('right', [box([at + width / 2, 0, -0.1], [3, 2.8, 0.1])]),
        );
        const [here, there] = [-2, 2].map(z => navmesh.component[navmesh.locate(0, 0, z, 0.1, 0.5)]);
        return here === there;
      };
      expect(await through(0.82)).toBe(true);
      expect(await through(0.68)).toBe(false);
    },
  );

  test('lies on the ground in the middle of its polygons too', async () => {
    const navmesh = await build(node('ground', [hill(20, 3, 8)]));
    for (let x = -9; x <= 9; x += 0.75)
      for (let z = -9; z <= 9; z += 0.75) {
        const ground = hillHeight(x, z, 3, 8);
        const polygon = navmesh.locate(x, ground, z, 0.2, 0.3);
        expect(polygon, `${x}, ${z}`).toBeGreaterThanOrEqual(0);
        expect(Math.abs(navmesh.heightAt(polygon, x, z) - ground)).toBeLessThan(0.25);
      }
    for (let polygon = 0; polygon < navmesh.polygonCount; polygon++) {
      const [x, y, z] = navmesh.centroid(polygon);
      expect(Math.abs(y - hillHeight(x, z, 3, 8))).toBeLessThan(0.25);
    }
  });

  test('neighbours agree with each other and borders with an exhaustive search', async () => {
    const navmesh = await build(
      ...room({ width: 8, depth: 8 }),
      node('block', [box([-1, 0, -1], [1, 1, 1])]),
    );
    const { starts, corners } = navmesh.polygons;
    const edges: { polygon: number; key: string; back: string; neighbour: number }[] = [];
    for (let polygon = 0; polygon < navmesh.polygonCount; polygon++)
      for (let corner = starts[polygon]; corner < starts[polygon + 1]; corner++) {
        const next = corner + 1 < starts[polygon + 1] ? corner + 1 : starts[polygon];
        edges.push({
          polygon,
          key: `${corners[corner]}>${corners[next]}`,
          back: `${corners[next]}>${corners[corner]}`,
          neighbour: navmesh.neighbours[corner],
        });
      }
    for (const edge of edges) {
      const twin = edges.find(other => other.key === edge.back);
      expect(edge.neighbour).toBe(twin ? twin.polygon : -1);
    }
    expect(navmesh.borders).toHaveLength(edges.filter(edge => edge.neighbour < 0).length);
  });

  test('Yuka finds the way round a block on it', async () => {
    const navmesh = await build(
      ...room({ width: 8, depth: 8 }),
      node('block', [box([-2, 0, -0.5], [2, 2, 0.5])]),
    );
    const path = new YukaNavmesh(navmesh).findPath(new Vector3(0, 0, -3), new Vector3(0, 0, 3));
    let length = 0;
    for (let i = 1; i < path.length; i++) length += path[i].distanceTo(path[i - 1]);
    // Straight round the grown corners: √(2.35² + 2.15²)·2 + 1.7 = 8.1.
    expect(length).toBeGreaterThan(7.8);
    expect(length).toBeLessThan(9);
    for (const point of path)
      expect(navmesh.locate(point.x, point.y, point.z, 0.1, 0.5)).toBeGreaterThanOrEqual(0);
  });
});

describe('building', () => {
  test('gives undefined where nothing can be walked', async () => {
    expect(await buildNavmeshes([job([node('wall', [box([0, 0, 0], [0.1, 3, 3])])])])).toEqual([undefined]);
  });

  test('refuses a grid that would not fit', async () => {
    const field = job([node('field', [sheet(0, 0, 5000, 5000)])]);
    await expect(buildNavmeshes([field])).rejects.toMatchObject({ code: 'NAVMESH_FAILED' });
  });

  test('reports a build that hangs, and the next one works', async () => {
    const field = job([node('field', [sheet(0, 0, 300, 300)])]);
    await expect(buildNavmeshes([field], { timeLimitSeconds: 0.05 })).rejects.toMatchObject({
      code: 'NAVMESH_FAILED',
      message: expect.stringContaining('0.05 s'),
    });
    expect((await build(node('field', [sheet(0, 0, 5, 5)]))).components).toHaveLength(1);
  });

  test('a trap inside Recast is reported by code', async () => {
    // Indices past the vertices make the WASM read outside of its memory.
    const broken = job([node('field', [sheet(0, 0, 5, 5)])]);
    broken.indices = Uint32Array.from([0, 1, 0x0fffffff]);
    await expect(buildNavmeshes([broken])).rejects.toMatchObject({ code: 'NAVMESH_FAILED' });
  });
});
