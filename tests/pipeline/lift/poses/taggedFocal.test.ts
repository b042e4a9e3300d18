import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FocalPrior, fovOfFocal, usualPrior } from '../../../../pipeline/lift/poses/estimateFocal.ts';
import {
  DRAFT_DETAIL,
  type EstimatePosesOptions,
  estimatePoses,
} from '../../../../pipeline/lift/poses/estimatePoses.ts';
import { isTagCredible, priorOfTag } from '../../../../pipeline/lift/poses/taggedFocal.ts';
import { type SyntheticPose, writeSyntheticVideo } from '../../generate/syntheticVideo.ts';
import { focalMeta, spliceIntoFilm, textTag } from '../../video/focalBoxes.ts';

describe('priorOfTag', () => {
  const whole = { x: 0, y: 0, width: 1920, height: 1080 };

  it('spreads the millimetres over the diagonal of the whole frame, however it is turned or barred', () => {
    // Over 36 × 24 itself the equivalent is the focal length.
    const still = { videoWidth: 360, videoHeight: 240, crop: { x: 0, y: 0, width: 360, height: 240 } };
    expect(priorOfTag(28, still, 360).focal).toBeCloseTo(1.1 * 280, 9);
    const lying = priorOfTag(26, { videoWidth: 1920, videoHeight: 1080, crop: whole }, 640);
    expect(fovOfFocal(lying.focal / 1.1, 640)).toBeCloseTo(71.9, 1);
    const upright = { x: 0, y: 0, width: 1080, height: 1920 };
    const standing = priorOfTag(26, { videoWidth: 1080, videoHeight: 1920, crop: upright }, 360);
    expect(standing.focal).toBeCloseTo(lying.focal, 9);
    const crop = { x: 240, y: 0, width: 1440, height: 1080 };
    const barred = priorOfTag(26, { videoWidth: 1920, videoHeight: 1080, crop }, 640);
    expect(barred.focal).toBeCloseTo((lying.focal * 1920) / 1440, 9);
  });

  it('is believed unless the pictures rule it out', () => {
    const focals = Float64Array.from({ length: 20 }, (_, i) => 220 * 1.1 ** i);
    const truth = 640;
    const profile = (curvature: number) => ({
      focals,
      excess: focals.map(focal => curvature * Math.log(focal / truth) ** 2),
      pairs: 10,
    });
    const tag = (focal: number): FocalPrior => ({ focal: 1.1 * focal, range: [0.95 * focal, 1.3 * focal] });
    const usual = usualPrior(640);
    expect(isTagCredible(profile(1), tag(truth / 1.15), usual)).toBe(true);
    expect(isTagCredible(profile(1), tag(truth / 2), usual)).toBe(false);
    expect(isTagCredible(profile(0.0001), tag(truth / 2), usual)).toBe(true);
  });
});

describe('a lift of a tagged film', () => {
  const WIDTH = 256;
  const equivalent = (focalShare: number) =>
    (focalShare * WIDTH * Math.hypot(36, 24)) / Math.hypot(WIDTH, (WIDTH * 9) / 16);
  let folder = '';
  const at = (name: string) => join(folder, name);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sora-tagged-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** @param tagShare the focal length over the width that the film is tagged with, if it is. */
  async function poses(name: string, tagShare?: number, options: EstimatePosesOptions = {}) {
    let path = at(name);
    if (tagShare !== undefined) {
      path = at('tagged.mp4');
      const tag = textTag(`${equivalent(tagShare).toFixed(2)}mm`);
      await spliceIntoFilm(at(name), path, focalMeta(tag), 'track');
    }
    const said: string[] = [];
    const sparse = await estimatePoses(path, {
      detail: DRAFT_DETAIL,
      ...options,
      onProgress: ({ stage, message }) => stage === 'focal' && said.push(message),
    });
    return { sparse, said, focalShare: sparse.intrinsics.fx / WIDTH };
  }

  const AGREE = ['the pictures agree with the focal length in the file'];
  const CONTRADICT = ['the pictures contradict the focal length in the file'];

  it('uses a tag that holds, drops one that cannot, and neither where the field of view is given', async () => {
    const pose = (f: number): SyntheticPose => ({
      x: -0.8 + 0.06 * f,
      y: 1.5,
      z: 2 - 0.045 * f,
      yaw: 0.012 * f,
    });
    await writeSyntheticVideo(at('stride.mp4'), { width: WIDTH, height: (WIDTH * 9) / 16, frames: 12, pose });
    const untagged = await poses('stride.mp4');
    expect(untagged.said).toEqual([]);
    for (const crop of [1, 1.2]) {
      const tagged = await poses('stride.mp4', 0.8 / crop);
      expect(tagged.said).toEqual(AGREE);
      expect(Math.abs(tagged.focalShare / 0.8 - 1)).toBeLessThan(0.02);
    }
    for (const factor of [0.6, 1.6]) {
      const wrong = await poses('stride.mp4', 0.8 * factor);
      expect(wrong.said).toEqual(CONTRADICT);
      expect(wrong.sparse).toEqual(untagged.sparse);
    }
    const given = await poses('stride.mp4', 1.6, { fovDegrees: fovOfFocal(0.8, 1) });
    expect(given.said).toEqual([]);
    expect(given.focalShare).toBeCloseTo(0.8, 9);
  });

  it('has the focal length from the tag where the pictures do not tell it', async () => {
    // Straight ahead, no pair of views prefers any focal length.
    const pose = (f: number): SyntheticPose => ({ x: 0, y: 1.5, z: 4 - 0.06 * f, yaw: 0 });
    await writeSyntheticVideo(at('ahead.mp4'), {
      width: WIDTH,
      height: (WIDTH * 9) / 16,
      frames: 12,
      pose,
      focalShare: 0.4,
    });
    expect((await poses('ahead.mp4')).focalShare).toBeGreaterThan(0.6);
    const tagged = await poses('ahead.mp4', 0.4 / 1.1);
    expect(tagged.said).toEqual(AGREE);
    expect(Math.abs(tagged.focalShare / 0.4 - 1)).toBeLessThan(0.05);
  });
});
