import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixturesFolder } from '../../../../bench/bench.ts';
import { poseAuc } from '../../../../bench/metrics/poseAuc.ts';
import { readOpenCvPoses } from '../../../../bench/metrics/readPoses.ts';
import { DRAFT_DETAIL, estimatePoses, FULL_DETAIL } from '../../../../pipeline/lift/poses/estimatePoses.ts';
import type { CameraFromWorld, SparseReconstruction } from '../../../../pipeline/lift/types.ts';
import { type SyntheticPose, walk, writeSyntheticVideo } from '../../generate/syntheticVideo.ts';
import { writeCorridorVideo } from './repetitiveCorridor.ts';

let folder: string;
let strideVideo: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-poses-'));
  strideVideo = join(folder, 'stride.mp4');
  await writeSyntheticVideo(strideVideo, { frames: 24, pose: stride });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const still: SyntheticPose = { x: 0, y: 1.6, z: 4, yaw: 0 };
/** Sideways along the hallway while turning towards the box. */
const stride = (frame: number): SyntheticPose => ({
  x: -0.8 + 0.06 * frame,
  y: 1.5,
  z: 2 - 0.045 * frame,
  yaw: 0.012 * frame,
});

/** The synthetic camera (glTF axes, yaw about +Y) as an OpenCV camera. */
function openCvPose({ x, y, z, yaw }: SyntheticPose): CameraFromWorld {
  const rotation = Float64Array.of(
    Math.cos(yaw),
    0,
    -Math.sin(yaw),
    0,
    -1,
    0,
    -Math.sin(yaw),
    0,
    -Math.cos(yaw),
  );
  const position = [x, y, z];
  const translation = [0, 1, 2].map(
    r =>
      -(
        rotation[3 * r] * position[0] +
        rotation[3 * r + 1] * position[1] +
        rotation[3 * r + 2] * position[2]
      ),
  );
  return { rotation, translation: Float64Array.from(translation) };
}

function posesOf(sparse: SparseReconstruction): Map<number, CameraFromWorld> {
  return new Map(sparse.frames.map(({ frame, cameraFromWorld }) => [frame, cameraFromWorld]));
}

describe('estimatePoses', () => {
  it('finds every camera and the focal length of a rendered walk, the same each time', async () => {
    const fractions: number[] = [];
    const sparse = await estimatePoses(strideVideo, { onProgress: event => fractions.push(event.fraction) });
    const truth = new Map(Array.from({ length: 24 }, (_, frame) => [frame, openCvPose(stride(frame))]));
    const accuracy = poseAuc(posesOf(sparse), truth);
    expect(accuracy.registeredShare).toBe(1);
    expect(accuracy.auc5).toBeGreaterThan(80);
    expect(sparse.intrinsics.fx / (0.8 * 320)).toBeGreaterThan(0.95);
    expect(sparse.intrinsics.fx / (0.8 * 320)).toBeLessThan(1.05);
    expect(sparse.medianReprojectionErrorPixels).toBeLessThan(0.5);
    expect(sparse.points.length).toBeGreaterThan(200);
    const keyframes = new Set(sparse.keyframes);
    for (const point of sparse.points.slice(0, 50)) {
      expect(point.observations.length).toBeGreaterThanOrEqual(2);
      for (const { frame } of point.observations) expect(keyframes.has(frame)).toBe(true);
    }
    expect(fractions.every((value, i) => i === 0 || value >= fractions[i - 1])).toBe(true);
    expect(await estimatePoses(strideVideo)).toEqual(sparse);
  });

  it('does not take one stretch of a repetitive corridor for the next', async () => {
    const path = join(folder, 'corridor.mp4');
    // A period passes every eight frames: descriptors alone see the same place again and again.
    const pose = (f: number): SyntheticPose => ({
      x: 0.2 * Math.sin(f / 9),
      y: 1.4 + 0.1 * Math.sin(f / 7),
      z: 2 - 0.1 * f,
      yaw: 0.04 * Math.sin(f / 11),
    });
    await writeCorridorVideo(path, 18, pose);
    const sparse = await estimatePoses(path);
    const truth = new Map(Array.from({ length: 18 }, (_, frame) => [frame, openCvPose(pose(frame))]));
    const accuracy = poseAuc(posesOf(sparse), truth);
    expect(accuracy.registeredShare).toBe(1);
    expect(accuracy.auc5).toBeGreaterThan(75);
  });

  it.each([
    ['a camera that stands still', 'LIFT_NO_PARALLAX', { frames: 16, pose: () => still }],
    [
      'a camera that only turns',
      'LIFT_NO_PARALLAX',
      { frames: 20, pose: (f: number) => ({ ...still, yaw: 0.035 * f }) },
    ],
    ['a dark take', 'LIFT_TOO_DARK', { frames: 12, pose: walk, light: () => 0.03 }],
    ['four frames', 'LIFT_TOO_SHORT', { frames: 4, pose: walk }],
    [
      'nothing but cuts',
      'LIFT_CUT',
      {
        frames: 20,
        pose: (f: number) => ({ ...stride(f), z: 4 - 9 * ((f >> 2) % 2), yaw: 1.3 * (f >> 2) }),
        seed: (f: number) => 1 + (f >> 2),
      },
    ],
  ])('refuses %s with %s', async (name, code, options) => {
    const path = join(folder, `${name.replaceAll(' ', '-')}.mp4`);
    await writeSyntheticVideo(path, options);
    await expect(estimatePoses(path)).rejects.toMatchObject({ code, details: expect.anything() });
  });

  it('lifts the longest of several shots, or the one that is asked for', async () => {
    const path = join(folder, 'cut.mp4');
    const isFirst = (f: number) => f < 14;
    await writeSyntheticVideo(path, {
      frames: 24,
      framesPerSecond: 8,
      box: isFirst,
      pose: f => (isFirst(f) ? stride(f) : { ...stride(f), z: -6 - 0.1 * f, yaw: 2.6 + 0.01 * f }),
      seed: f => (isFirst(f) ? 1 : 2),
    });
    const framesOf = (sparse: SparseReconstruction) => sparse.frames.map(({ frame }) => frame);
    const longest = await estimatePoses(path, { detail: DRAFT_DETAIL });
    expect(longest.shot).toEqual({ number: 1, of: 2 });
    expect(framesOf(longest).every(isFirst)).toBe(true);
    expect(longest.framesTotal).toBe(24);
    expect(longest.dropped).toContainEqual({
      what: 'frames',
      why: expect.stringContaining('another shot'),
      count: 10,
    });
    const second = await estimatePoses(path, { shot: 2, detail: DRAFT_DETAIL });
    expect(framesOf(second).length).toBeGreaterThan(7);
    expect(framesOf(second).some(isFirst)).toBe(false);
  });

  it('stops when cancelled', async () => {
    const controller = new AbortController();
    const running = estimatePoses(strideVideo, {
      signal: controller.signal,
      onProgress: event => {
        if (event.fraction > 0.2) controller.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  const room = join(fixturesFolder(), 'internal', 'v-re10k-0bf152');
  it.skipIf(!existsSync(room))(
    'registers a real room without being told its focal length (skips without the fixtures)',
    async () => {
      const sparse = await estimatePoses(join(room, 'video.mp4'));
      const truth = readOpenCvPoses(JSON.parse(await readFile(join(room, 'gt_poses.json'), 'utf8')));
      const accuracy = poseAuc(posesOf(sparse), truth);
      expect(accuracy.registeredShare).toBeGreaterThanOrEqual(0.9);
      expect(accuracy.auc5).toBeGreaterThanOrEqual(60);
    },
  );

  const lawn = join(fixturesFolder(), 'videos', 'v-yard-dog', 'video.mp4');
  it.skipIf(!existsSync(lawn))(
    'does not take a lawn for its mirror image, at either detail (skips without the fixtures)',
    async () => {
      for (const detail of [DRAFT_DETAIL, FULL_DETAIL]) {
        const { frames } = await estimatePoses(lawn, { detail });
        const [first, last] = [frames[0], frames[frames.length - 1]].map(
          ({ cameraFromWorld }) => cameraFromWorld.rotation,
        );
        const trace = first.reduce((sum, value, i) => sum + value * last[i], 0);
        // The hand turns by some 20° in all; in the mirror image it is 120°.
        expect(Math.acos((trace - 1) / 2)).toBeLessThan((40 * Math.PI) / 180);
      }
    },
  );
});
