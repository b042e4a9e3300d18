import { describe, expect, test } from 'vitest';
import { createRandom } from '../../../../engine/random.ts';
import { worldFromCamera } from '../../../../pipeline/lift/surface/renderPreview.ts';
import { surfacePoints } from '../../../../pipeline/lift/surface/surfacePoints.ts';
import { findUpright, uprightCamera } from '../../../../pipeline/lift/surface/upright.ts';
import { cameraCenter, epipolarMap } from '../../../../pipeline/lift/surface/view.ts';
import { toWorldCamera } from '../../../../pipeline/lift/surface/worldCameras.ts';
import { ROOM, roomViews, trueDepth } from './syntheticViews.ts';

const views = roomViews(160, 96);
const maps = views.map(view => {
  const inverseDepth = trueDepth(view).map(z => 1 / z);
  const confidence = new Float32Array(inverseDepth.length).fill(1);
  return {
    view,
    depth: {
      width: 160,
      height: 96,
      inverseDepth,
      confidence,
      deviation: new Float32Array(160 * 96).fill(0.002),
    },
  };
});

/** The same cameras in a frame that is tilted, shifted and 3 times as small. */
function tilted() {
  const [s, c] = [Math.sin(0.3), Math.cos(0.3)];
  const [s2, c2] = [Math.sin(-0.2), Math.cos(-0.2)];
  // world' = (1/3) · A · world + (1, 2, 3); A = rotation about x then about z.
  const a = [c2, -s2 * c, s2 * s, s2, c2 * c, -c2 * s, 0, s, c];
  return maps.map(({ view, depth }) => {
    const { rotation: r } = view.cameraFromWorld;
    const rotation = new Float64Array(9);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        rotation[3 * i + j] = r[3 * i] * a[3 * j] + r[3 * i + 1] * a[3 * j + 1] + r[3 * i + 2] * a[3 * j + 2];
    const center = cameraCenter(view.cameraFromWorld);
    const moved = [0, 1, 2].map(
      i => (a[3 * i] * center[0] + a[3 * i + 1] * center[1] + a[3 * i + 2] * center[2]) / 3 + i + 1,
    );
    const translation = Float64Array.from(
      [0, 1, 2].map(
        i => -(rotation[3 * i] * moved[0] + rotation[3 * i + 1] * moved[1] + rotation[3 * i + 2] * moved[2]),
      ),
    );
    return {
      view: { ...view, cameraFromWorld: { rotation, translation } },
      depth: {
        ...depth,
        inverseDepth: depth.inverseDepth.map(q => 3 * q),
        deviation: depth.deviation.map(d => 3 * d),
      },
    };
  });
}

describe('findUpright', () => {
  test('rights a tilted frame, puts the floor at 0 and the metre at the camera height', () => {
    const crooked = tilted();
    const cameras = crooked.map(({ view }) => view.cameraFromWorld);
    const upright = findUpright(cameras, surfacePoints(crooked, 2), ROOM.cameraHeight);
    expect(upright.scale).toBeGreaterThan(3 * 0.98);
    expect(upright.scale).toBeLessThan(3 * 1.02);
    expect(upright.confidence).toBeGreaterThan(0.6);
    for (const camera of cameras) {
      const righted = uprightCamera(camera, upright);
      expect(cameraCenter(righted)[1]).toBeCloseTo(ROOM.cameraHeight, 1);
      // The camera's down is the world's: 2° at most.
      expect(-righted.rotation[4]).toBeGreaterThan(Math.cos((2 * Math.PI) / 180));
    }
  });
});

/** A rough lawn, its normals 8° off at a time, filmed from 1.6 m by a camera that looks down at it. */
function lawn(pitchDegrees: number) {
  const pitch = (pitchDegrees * Math.PI) / 180;
  const [s, c] = [Math.sin(pitch), Math.cos(pitch)];
  // Rows: right, down and forward of a camera at the origin of a frame that has the lawn's axes, Y up.
  const rotation = Float64Array.from([1, 0, 0, 0, -c, s, 0, -s, -c]);
  const random = createRandom(5);
  const count = 4000;
  const points = {
    count,
    positions: new Float64Array(3 * count),
    normals: new Float64Array(3 * count),
    weights: new Float64Array(count).fill(1),
  };
  for (let i = 0; i < count; i++) {
    points.positions.set(
      [4 * random.next() - 2, -1.6 + 0.02 * random.normal(), -1 - 2 * random.next()],
      3 * i,
    );
    const n = [0.14 * random.normal(), 1, 0.14 * random.normal()];
    const length = Math.hypot(...n);
    points.normals.set(
      n.map(v => v / length),
      3 * i,
    );
  }
  const cameras = Array.from({ length: 10 }, () => ({ rotation, translation: new Float64Array(3) }));
  return { cameras, points };
}

describe('findUpright of nothing but ground', () => {
  test.each([10, 30, 45, 55])('finds it level, seen from above at %i°', pitchDegrees => {
    const { cameras, points } = lawn(pitchDegrees);
    const upright = findUpright(cameras, points, 1.6);
    expect(upright.scale).toBeGreaterThan(0.97);
    expect(upright.scale).toBeLessThan(1.03);
    // The lawn's own up is the world's.
    expect(upright.rotation[4]).toBeGreaterThan(Math.cos((2 * Math.PI) / 180));
  });
});

describe('view geometry', () => {
  test('epipolarMap agrees with projecting the point', () => {
    const [from, to] = [views[0], views[3]];
    const { base, offset } = epipolarMap(from, to);
    const { fx, fy, cx, cy } = from.intrinsics;
    const [x, y, q] = [30, 70, 0.4];
    const p = [(x - cx) / fx / q, (y - cy) / fy / q, 1 / q];
    const r = from.cameraFromWorld.rotation;
    const c = cameraCenter(from.cameraFromWorld);
    const world = [0, 1, 2].map(i => c[i] + r[i] * p[0] + r[3 + i] * p[1] + r[6 + i] * p[2]);
    const { rotation: s, translation: t } = to.cameraFromWorld;
    const there = [0, 1, 2].map(
      i => s[3 * i] * world[0] + s[3 * i + 1] * world[1] + s[3 * i + 2] * world[2] + t[i],
    );
    const w = base[6] * x + base[7] * y + base[8] + q * offset[2];
    expect((base[0] * x + base[1] * y + base[2] + q * offset[0]) / w).toBeCloseTo(
      (fx * there[0]) / there[2] + cx,
      6,
    );
    expect((base[3] * x + base[4] * y + base[5] + q * offset[1]) / w).toBeCloseTo(
      (fy * there[1]) / there[2] + cy,
      6,
    );
  });

  test('toWorldCamera turns OpenCV axes into glTF axes', () => {
    const view = views[1];
    const camera = toWorldCamera(1, 0.04, view.cameraFromWorld, view.intrinsics);
    const m = worldFromCamera(camera);
    const r = view.cameraFromWorld.rotation;
    for (let i = 0; i < 3; i++) {
      expect(m[i]).toBeCloseTo(r[i], 10);
      expect(m[4 + i]).toBeCloseTo(-r[3 + i], 10);
      expect(m[8 + i]).toBeCloseTo(-r[6 + i], 10);
    }
  });
});
