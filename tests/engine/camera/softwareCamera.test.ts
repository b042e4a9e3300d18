import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intrinsicsFromHorizontalFov, lookAt } from '../../../engine/camera/cameraMath.ts';
import {
  type CameraView,
  createSoftwareCamera,
  type Lighting,
} from '../../../engine/camera/softwareCamera.ts';
import { createRandom } from '../../../engine/random.ts';
import type { WorldModel } from '../../../engine/world/worldModel.ts';
import { createReferenceCamera, type Hit } from './referenceCamera.ts';
import {
  boxPart,
  IDENTITY,
  node,
  patternImage,
  plainMaterial,
  spherePart,
  translation,
} from './sampleWorlds.ts';

const LIGHT: Lighting = {
  sunDirection: [0.4, 1, 0.3],
  sunColor: [0.6, 0.55, 0.5],
  skyAmbient: [0.25, 0.28, 0.35],
  groundAmbient: [0.12, 0.1, 0.08],
  background: { zenith: [0.1, 0.25, 0.6], horizon: [0.6, 0.65, 0.7] },
  fogColor: [0.5, 0.55, 0.6],
  fogDensityPerMeter: 0.05,
  shadows: false,
  pointLights: [{ position: [1, 1.5, 0], color: [0.5, 0.3, 0.1], radiusMeters: 3 }],
  exposure: 1.1,
};
/** White where something is, black elsewhere: for tests of coverage. */
const FLAT: Lighting = {
  ...LIGHT,
  sunColor: [0, 0, 0],
  skyAmbient: [1, 1, 1],
  groundAmbient: [1, 1, 1],
  background: { zenith: [0, 0, 0], horizon: [0, 0, 0] },
  fogDensityPerMeter: 0,
  pointLights: [],
  exposure: 1,
};

function viewFrom(
  eye: readonly [number, number, number],
  target: readonly [number, number, number],
  width = 64,
  height = 48,
  fov = 1.2,
): CameraView {
  return { worldFromCamera: lookAt(eye, target), ...intrinsicsFromHorizontalFov(fov, width, height) };
}

/** Rooms, spheres, loose triangles; textured, coloured, flat, mirrored, two-sided. */
function randomWorld(seed: number): WorldModel {
  const random = createRandom(`world-${seed}`);
  const floor = boxPart([6, 3, 6], 0, { inward: true, cells: 2, uvPerMeter: 0.3 });
  const box = boxPart([1, 0.7, 1.4], 1, { cells: 1 });
  const ball = spherePart(0.6, 2, 7);
  const shard = {
    positions: Float32Array.from({ length: 27 }, () => random.range(-1.2, 1.2)),
    colors: Float32Array.from({ length: 36 }, () => random.next()),
    indices: Uint32Array.from({ length: 9 }, (_, i) => i),
    material: 3,
  };
  const mirrored = translation(random.range(-2, 2), 1, random.range(-2, 2));
  mirrored[0] = -1.3;
  const turned = lookAt([random.range(-2, 2), 1, random.range(-2, 2)], [0, random.range(0, 2), 0.1]);
  return {
    nodes: [
      node('room', translation(0, 1.5, 0), floor),
      node('box', turned, box),
      node('ball', mirrored, ball),
      node('shards', translation(0, 1.2, 0), shard),
    ],
    materials: [
      plainMaterial('floor', { baseColorImage: 0 }),
      plainMaterial('box', { baseColorImage: 1, baseColor: [0.9, 0.8, 0.7, 1] }),
      plainMaterial('ball', { baseColor: [0.3, 0.6, 0.9, 1], emissive: [0.05, 0, 0.1] }),
      plainMaterial('shards', { doubleSided: true }),
    ],
    images: [patternImage(64, seed), patternImage(32, seed + 1)],
  };
}

function randomView(seed: number, width: number, height: number): CameraView {
  const random = createRandom(`view-${seed}`);
  const point = (): [number, number, number] => [
    random.range(-2.5, 2.5),
    random.range(0.3, 2.7),
    random.range(-2.5, 2.5),
  ];
  return viewFrom(point(), point(), width, height, random.range(0.6, 1.9));
}

describe('against the reference', () => {
  test('depth, node id and colour of random worlds agree away from edges', async () => {
    let compared = 0;
    const wrong: unknown[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const world = randomWorld(seed);
      const camera = await createSoftwareCamera(world);
      const reference = createReferenceCamera(world);
      const view = randomView(seed, 61, 43);
      const frame = camera.render(view, LIGHT);
      const hits: Hit[] = [];
      for (let y = 0; y < 43; y++) for (let x = 0; x < 61; x++) hits.push(reference.trace(view, LIGHT, x, y));
      let wrongOnEdges = 0;
      for (let y = 1; y < 42; y++) {
        for (let x = 1; x < 60; x++) {
          const i = y * 61 + x;
          const around = [-62, -61, -60, -1, 1, 60, 61, 62].map(step => hits[i + step].triangle);
          if (around.some(triangle => triangle !== hits[i].triangle)) {
            if (frame.nodeId[i] !== hits[i].nodeId) wrongOnEdges++;
            continue;
          }
          compared++;
          const depthAgrees =
            hits[i].depth === Infinity
              ? frame.depth[i] === Infinity
              : Math.abs(frame.depth[i] / hits[i].depth - 1) < 1e-3;
          const colorAgrees =
            frame.color[i * 4 + 3] === 255 &&
            hits[i].color.every((value, k) => Math.abs(frame.color[i * 4 + k] - value) <= 2);
          if (frame.nodeId[i] !== hits[i].nodeId || !depthAgrees || !colorAgrees)
            wrong.push({
              seed,
              x,
              y,
              got: [...frame.color.subarray(i * 4, i * 4 + 3)],
              expected: hits[i].color,
            });
        }
      }
      expect(wrongOnEdges).toBeLessThan(6);
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(10000);
  });
});

describe('coverage', () => {
  test('a closed mesh seen from inside has no gap, wherever the camera is', async () => {
    const world: WorldModel = {
      nodes: [node('room', IDENTITY, boxPart([5, 3, 4], 0, { inward: true, cells: 9 }))],
      materials: [plainMaterial('white')],
      images: [],
    };
    const camera = await createSoftwareCamera(world);
    const inside = (size: number) => fc.double({ min: -size, max: size, noNaN: true });
    const place = fc.tuple(inside(2.45), inside(1.45), inside(1.95));
    fc.assert(
      fc.property(place, place, fc.double({ min: 0.2, max: 2.6, noNaN: true }), (eye, target, fov) => {
        const frame = camera.render(viewFrom(eye, target, 97, 61, fov), FLAT);
        expect(frame.nodeId.includes(0)).toBe(false);
      }),
      { numRuns: 150, seed: 7 },
    );
    // Corners on pixel centres: every tie of the fill rule at once.
    const view = viewFrom([0, 0, 0], [0, 0, -1], 65, 65);
    const frame = camera.render({ ...view, fx: 32, fy: 32, cx: 32, cy: 32 }, FLAT);
    expect(frame.nodeId.includes(0)).toBe(false);
  });

  test('triangles of a fan neither overlap nor leave gaps: their areas add up to the whole', async () => {
    const random = createRandom('fan');
    for (let round = 0; round < 20; round++) {
      const rim = 9;
      const positions = [random.range(-0.3, 0.3), random.range(-0.3, 0.3), 0];
      for (let i = 0; i < rim; i++)
        positions.push(Math.cos((2 * Math.PI * i) / rim), Math.sin((2 * Math.PI * i) / rim), 0);
      const slices = Array.from({ length: rim }, (_, i) => [0, 1 + i, 1 + ((i + 1) % rim)]);
      const slice = (indices: number[], name: string) =>
        node(name, IDENTITY, {
          positions: Float32Array.from(positions),
          indices: Uint32Array.from(indices),
          material: 0,
        });
      const world: WorldModel = {
        nodes: [slice(slices.flat(), 'whole'), ...slices.map((indices, i) => slice(indices, `slice-${i}`))],
        materials: [plainMaterial('white')],
        images: [],
      };
      const camera = await createSoftwareCamera(world);
      const view = viewFrom([random.range(-0.2, 0.2), 0, 2], [0, 0, 0], 80, 80, 1.1);
      const count = (only: number) => {
        world.nodes.forEach((_, i) => {
          camera.setNodeVisible(i, i === only);
        });
        return camera.render(view, FLAT).nodeId.reduce((sum, id) => sum + (id ? 1 : 0), 0);
      };
      const sum = slices.reduce((total, _, i) => total + count(i + 1), 0);
      expect(sum).toBe(count(0));
    }
  });

  test('big triangles through the near plane and far outside the picture keep the right depth', async () => {
    const size = 4000;
    const world: WorldModel = {
      nodes: [
        node('ground', IDENTITY, {
          positions: Float32Array.of(-size, 0, -size, -size, 0, size, size, 0, size, size, 0, -size),
          indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
          material: 0,
        }),
      ],
      materials: [plainMaterial('white')],
      images: [],
    };
    const camera = await createSoftwareCamera(world);
    for (const [eye, target] of [
      [
        [0.3, 1.6, 0.2],
        [0, 1, -3],
      ],
      [
        [100, 0.05, 40],
        [101, 0, 41],
      ],
      [
        [-3, 20, 5],
        [-3.001, 0, 5],
      ],
    ] as const) {
      const view = viewFrom(eye, target, 90, 70, 1.4);
      const frame = camera.render(view, FLAT);
      const m = view.worldFromCamera;
      for (let i = 0; i < frame.depth.length; i++) {
        const x = ((i % 90) - view.cx) / view.fx;
        const y = -(Math.floor(i / 90) - view.cy) / view.fy;
        const falling = m[1] * x + m[5] * y - m[9];
        const depth = falling < 0 ? -eye[1] / falling : Infinity;
        if (depth < 1000) expect(Math.abs(frame.depth[i] / depth - 1)).toBeLessThan(1e-3);
        if (depth === Infinity) expect(frame.nodeId[i]).toBe(0);
      }
    }
  });

  test('the projection is x = fx·X/Z + cx with pixel (0,0) at its centre', async () => {
    // A square from pixel edge to pixel edge: covers columns 10–19 and rows 5–7 and nothing else.
    const [fx, fy, cx, cy] = [50, 40, 12.25, 9.5];
    const at = (px: number, py: number): number[] => [((px - cx) / fx) * 2, -((py - cy) / fy) * 2, -2];
    const world: WorldModel = {
      nodes: [
        node('square', IDENTITY, {
          positions: Float32Array.from([
            ...at(9.5, 4.5),
            ...at(9.5, 7.5),
            ...at(19.5, 7.5),
            ...at(19.5, 4.5),
          ]),
          indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
          material: 0,
        }),
      ],
      materials: [plainMaterial('white')],
      images: [],
    };
    const camera = await createSoftwareCamera(world);
    const frame = camera.render({ worldFromCamera: IDENTITY, fx, fy, cx, cy, width: 31, height: 17 }, FLAT);
    frame.nodeId.forEach((id, i) => {
      const [x, y] = [i % 31, Math.floor(i / 31)];
      expect(id).toBe(x >= 10 && x <= 19 && y >= 5 && y <= 7 ? 1 : 0);
      if (id) expect(frame.depth[i]).toBeCloseTo(2, 5);
    });
  });

  test('backs are culled unless two-sided, and a mask cuts holes', async () => {
    const quad = (material: number) => ({
      positions: Float32Array.of(-1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0),
      uvs: Float32Array.of(0, 1, 1, 1, 1, 0, 0, 0),
      indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
      material,
    });
    const pixels = new Uint8Array(64 * 64 * 4).fill(255);
    // The left half of the picture is cut away.
    for (let i = 0; i < 64 * 64; i++) if (i % 64 < 32) pixels[i * 4 + 3] = 0;
    const world: WorldModel = {
      nodes: [
        node('one-sided', translation(0, 0, -1), quad(0)),
        node('two-sided', translation(0, 0, -5), quad(1)),
        node('masked', translation(0, 0, -9), quad(2)),
      ],
      materials: [
        plainMaterial('one'),
        plainMaterial('two', { doubleSided: true }),
        plainMaterial('mask', { alphaMode: 'mask', baseColorImage: 0, doubleSided: true }),
      ],
      images: [{ width: 64, height: 64, pixels }],
    };
    const camera = await createSoftwareCamera(world);
    const centre = (z: number, towards: number, dx: number) => {
      const frame = camera.render(viewFrom([dx, 0, z], [dx, 0, z + towards], 9, 9, 0.3), FLAT);
      return frame.nodeId[40];
    };
    expect(centre(0, -1, 0)).toBe(1);
    expect(centre(-2, 1, 0)).toBe(0);
    expect(centre(-4, -1, 0)).toBe(2);
    expect(centre(-6, 1, 0)).toBe(2);
    expect(centre(-8, -1, 0.5)).toBe(3);
    expect(centre(-8, -1, -0.5)).toBe(0);
  });
});

describe('shadows', () => {
  const boxOverFloor: WorldModel = {
    nodes: [
      node('floor', IDENTITY, boxPart([12, 0.1, 12], 0, { cells: 3 })),
      node('box', translation(0, 1.05, 0), boxPart([2, 2, 2], 0)),
      node('ball', translation(3.5, 1, 3), spherePart(0.9, 0, 24)),
    ],
    materials: [plainMaterial('white')],
    images: [],
  };
  const sunny: Lighting = {
    ...FLAT,
    skyAmbient: [0.1, 0.1, 0.1],
    groundAmbient: [0.1, 0.1, 0.1],
    sunColor: [0.6, 0.6, 0.6],
    sunDirection: [1, 1, 0],
    shadows: true,
  };
  const view = viewFrom([-1, 9, 9], [-1, 0, 0], 160, 120, 1.2);
  /** Floor point under a pixel. */
  const floorPoint = (depth: number, i: number): [number, number] => {
    const m = view.worldFromCamera;
    const x = (((i % 160) - view.cx) / view.fx) * depth;
    const y = (-(Math.floor(i / 160) - view.cy) / view.fy) * depth;
    return [m[0] * x + m[4] * y - m[8] * depth + m[12], m[2] * x + m[6] * y - m[10] * depth + m[14]];
  };

  test('fall where the sun is blocked and nowhere else', async () => {
    const camera = await createSoftwareCamera(boxOverFloor);
    const lit = camera.render(view, { ...sunny, shadows: false });
    const frame = camera.render(view, sunny);
    let dark = 0;
    frame.nodeId.forEach((id, i) => {
      if (id !== 1) return;
      const [x, z] = floorPoint(frame.depth[i], i);
      // Sun at 45° from +X: the box over x ∈ [−1, 1] shades the floor to x = −3; 5 cm of penumbra and filter aside.
      const inX = x > -2.95 && x < -1.05;
      const inZ = Math.abs(z) < 0.95;
      const farFromBox = x < -3.08 || x > 1.05 || Math.abs(z) > 1.08;
      const farFromBall = Math.hypot(x - 2.5, z - 3) > 1.6;
      if (inX && inZ) {
        dark++;
        expect(frame.color[i * 4]).toBeLessThan(100);
      } else if (farFromBox && farFromBall) expect(frame.color[i * 4]).toBe(lit.color[i * 4]);
    });
    expect(dark).toBeGreaterThan(150);
  });

  test('a lit surface does not shade itself', async () => {
    const camera = await createSoftwareCamera(boxOverFloor);
    for (const sunDirection of [
      [1, 1, 0.3],
      [0.2, 0.5, 0.9],
      [1, 0.25, 0.1],
    ] as const) {
      const near = viewFrom([4.5, 3, 6], [3.5, 0.9, 3], 160, 120, 0.7);
      const lit = camera.render(near, { ...sunny, sunDirection, shadows: false });
      const frame = camera.render(near, { ...sunny, sunDirection });
      const length = Math.hypot(...sunDirection);
      const threshold = 0.25;
      let checked = 0;
      frame.nodeId.forEach((id, i) => {
        if (id !== 3) return;
        // Away from the terminator, by how bright the unshadowed picture is there.
        const linear = ((lit.color[i * 4] / 255 + 0.055) / 1.055) ** 2.4;
        if ((linear - 0.1) / 0.6 < threshold) return;
        checked++;
        expect(Math.abs(frame.color[i * 4] - lit.color[i * 4]), `sun ${length}`).toBeLessThanOrEqual(2);
      });
      expect(checked).toBeGreaterThan(200);
    }
  });

  test('follow what moves, and a moved node draws as one that was built there', async () => {
    const camera = await createSoftwareCamera(boxOverFloor);
    camera.render(view, sunny);
    const moved = translation(-2, 1.05, -2);
    camera.setNodeTransform(1, moved);
    const frame = camera.render(view, sunny);
    const built = await createSoftwareCamera({
      ...boxOverFloor,
      nodes: boxOverFloor.nodes.map((each, i) => (i === 1 ? { ...each, worldFromNode: moved } : each)),
    });
    const expected = built.render(view, sunny);
    expect(frame.nodeId).toEqual(expected.nodeId);
    expect(frame.depth).toEqual(expected.depth);
    // Texels of the two maps differ, so penumbras may, by a little.
    let different = 0;
    for (let i = 0; i < frame.color.length; i += 4)
      if (Math.abs(frame.color[i] - expected.color[i]) > 24) different++;
    expect(different).toBeLessThan(20);
    camera.setNodeVisible(1, false);
    const without = camera.render(view, sunny);
    const lit = camera.render(view, { ...sunny, shadows: false });
    without.nodeId.forEach((id, i) => {
      const [x, z] = floorPoint(without.depth[i], i);
      if (id === 1 && Math.hypot(x - 2.5, z - 3) > 1.6) expect(without.color[i * 4]).toBe(lit.color[i * 4]);
    });
  });
});

describe('pictures', () => {
  test('the same input gives the same bytes, whatever was drawn before', async () => {
    const world = randomWorld(3);
    const first = await createSoftwareCamera(world);
    const second = await createSoftwareCamera(world);
    const shadowed = { ...LIGHT, shadows: true };
    const view = randomView(5, 83, 41);
    const expected = first.render(view, shadowed);
    second.render(randomView(6, 200, 100), LIGHT);
    second.render(randomView(7, 9, 130), { ...shadowed, sunDirection: [-1, 1, 0] });
    const again = second.render(view, shadowed);
    expect(again.color).toEqual(expected.color);
    expect(again.depth).toEqual(expected.depth);
    expect(again.nodeId).toEqual(expected.nodeId);
  });

  test('supersampling smooths edges and leaves depth and node id to the pixel centre', async () => {
    const world = randomWorld(4);
    const sharp = await createSoftwareCamera(world);
    const smooth = await createSoftwareCamera(world, { samplesPerAxis: 2 });
    const view = randomView(9, 77, 50);
    const a = sharp.render(view, LIGHT);
    const b = smooth.render(view, LIGHT);
    expect(b.depth).toEqual(a.depth);
    expect(b.nodeId).toEqual(a.nodeId);

    const white: WorldModel = {
      nodes: [node('ball', IDENTITY, spherePart(1, 0, 40))],
      materials: [plainMaterial('white')],
      images: [],
    };
    const ball = await createSoftwareCamera(white, { samplesPerAxis: 2 });
    const frame = ball.render(viewFrom([0, 0, 3], [0, 0, 0], 60, 60, 1), FLAT);
    const levels = new Set<number>();
    for (let i = 0; i < frame.color.length; i += 4) levels.add(frame.color[i]);
    // Linear quarters 0, ¼, ½, ¾, 1 in sRGB.
    expect([...levels].sort((p, q) => p - q)).toEqual([0, 137, 188, 225, 255]);
    const linear = [...frame.color]
      .filter((_, i) => i % 4 === 0)
      .map(c => (c <= 10 ? c / 12.92 / 255 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    const area = linear.reduce((sum, value) => sum + value, 0);
    // The ball's outline is a circle of tan(asin(1/3)) at unit distance.
    const radius = (Math.tan(Math.asin(1 / 3)) * 30) / Math.tan(0.5);
    expect(Math.abs(area / (Math.PI * radius * radius) - 1)).toBeLessThan(0.02);
  });

  test('a world that points past its own arrays is refused by code', async () => {
    const world: WorldModel = {
      nodes: [
        node('bad', IDENTITY, {
          positions: new Float32Array(9),
          indices: Uint32Array.of(0, 1, 7),
          material: 0,
        }),
      ],
      materials: [plainMaterial('white')],
      images: [],
    };
    await expect(createSoftwareCamera(world)).rejects.toMatchObject({ code: 'WORLD_INVALID' });
  });

  test('an empty world, and one with NaN in it, still give a picture', async () => {
    const empty = await createSoftwareCamera({ nodes: [], materials: [], images: [] });
    expect(
      empty
        .render(viewFrom([0, 0, 1], [0, 0, 0], 16, 8), { ...LIGHT, shadows: true })
        .nodeId.every(id => id === 0),
    ).toBe(true);
    const part = boxPart([1, 1, 1], 0);
    part.positions[0] = Number.NaN;
    part.positions[4] = Number.POSITIVE_INFINITY;
    const broken = await createSoftwareCamera({
      nodes: [node('nan', IDENTITY, part)],
      materials: [plainMaterial('white')],
      images: [],
    });
    expect(
      broken.render(viewFrom([0, 1, 3], [0, 0, 0], 32, 24), { ...LIGHT, shadows: true }).color.length,
    ).toBe(32 * 24 * 4);
  });
});
