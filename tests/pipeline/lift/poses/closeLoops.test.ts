import { describe, expect, it } from 'vitest';
import { buildTracks } from '../../../../pipeline/lift/poses/buildTracks.ts';
import { closeLoops, loopCandidates } from '../../../../pipeline/lift/poses/closeLoops.ts';
import { posesFromTracks } from '../../../../pipeline/lift/poses/estimatePoses.ts';
import { centreOf, createMap } from '../../../../pipeline/lift/poses/keyframeMap.ts';
import { mapKeyframes } from '../../../../pipeline/lift/poses/mapKeyframes.ts';
import {
  multiply3,
  rotationFromVector,
  transform3,
  transpose3,
  vectorFromRotation,
} from '../../../../pipeline/lift/poses/smallMatrices.ts';
import { RING_FOCAL, walkRing } from './syntheticRing.ts';

/** Of a full turn: 25°, a third of the picture's width. */
const TOO_FAR = 1.07;

describe('closeLoops', () => {
  it('brings the ends of a ring together, which drift leaves 1 % of the way and 4° apart', async () => {
    const { tracks } = walkRing(40, 0.8);
    const { frames } = await posesFromTracks(tracks, { seed: 1 });
    expect(frames).toHaveLength(40);
    const centres = frames.map(({ cameraFromWorld }) => centreOf(cameraFromWorld));
    const apart = (i: number, j: number) => Math.hypot(...[0, 1, 2].map(k => centres[i][k] - centres[j][k]));
    const walked = centres.slice(1).reduce((sum, _, i) => sum + apart(i, i + 1), 0);
    expect(apart(0, 39) / walked).toBeLessThan(0.003);
    const [first, last] = [frames[0], frames[39]].map(({ cameraFromWorld }) => cameraFromWorld.rotation);
    const turn = Math.hypot(...vectorFromRotation(multiply3(last, transpose3(first))));
    expect((turn * 180) / Math.PI).toBeLessThan(1);
  });

  it('leaves the open map as it is, so that it can stay where the loops do not hold', async () => {
    const { tracks } = walkRing(40, 0.8);
    const set = await buildTracks(tracks, 1, {});
    const options = { focal: RING_FOCAL, focalPrior: undefined, seed: 1 };
    const map = mapKeyframes(tracks, set, options);
    if (!map) throw new Error('The ring has no map.');
    const poses = structuredClone(map.poses);
    expect(await closeLoops(tracks, set, map, options)).toBeDefined();
    expect(map.poses).toEqual(poses);
  });

  it('joins ends that miss each other by a third of the picture', async () => {
    const { tracks } = walkRing(60, 0.3);
    const set = await buildTracks(tracks, 1, {});
    const options = { focal: RING_FOCAL, focalPrior: undefined, seed: 1 };
    const map = mapKeyframes(tracks, set, options);
    if (!map) throw new Error('The ring has no map.');
    // The same way turned too far from step to step, as where the lens is taken for a longer one.
    const poses = map.poses.map((_, k) => {
      const angle = (TOO_FAR * 2 * Math.PI * k) / 59;
      const rotation = rotationFromVector(0, -angle, 0);
      const centre = [1.4 * Math.sin(angle), 0.05 * Math.sin(5 * angle), 1.4 * Math.cos(angle)];
      return { rotation, translation: Float64Array.from(transform3(rotation, centre), value => -value) };
    });
    const closed = await closeLoops(tracks, set, { ...map, poses }, options);
    const [first, last] = [0, 59].map(k => closed?.map.poses[k]?.rotation ?? Float64Array.of());
    const turn = Math.hypot(...vectorFromRotation(multiply3(last, transpose3(first))));
    expect((turn * 180) / Math.PI).toBeLessThan(1);
  });

  it('looks for loops only where the path comes back looking the same way', () => {
    const map = createMap(
      {
        trackStart: new Int32Array(1),
        keyframe: new Int32Array(0),
        pixels: new Float64Array(0),
        byKeyframe: Array.from({ length: 40 }, () => new Int32Array(0)),
        trackOf: new Int32Array(0),
      },
      400,
    );
    const straight = map.poses.map((_, k) => ({
      rotation: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
      translation: Float64Array.of(0, 0, -k),
    }));
    const there = (k: number) => (k < 20 ? k : 39 - k);
    const back = straight.map((_, k) => straight[there(k)]);
    const turned = back.map(({ rotation, translation }, k) =>
      k < 20
        ? { rotation, translation }
        : {
            rotation: Float64Array.of(-1, 0, 0, 0, 1, 0, 0, 0, -1),
            translation: translation.map(value => -value),
          },
    );
    expect(loopCandidates({ ...map, poses: straight })).toEqual([]);
    expect(loopCandidates({ ...map, poses: back })).toContainEqual([2, 37]);
    expect(loopCandidates({ ...map, poses: turned })).toEqual([]);
  });
});
