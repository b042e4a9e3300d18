import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { surveyAndTrack } from '../../../../pipeline/lift/poses/surveyAndTrack.ts';
import { encodeVideo } from '../../../../pipeline/video/encodeVideo.ts';
import { roomView } from '../surface/syntheticViews.ts';

const folder = mkdtempSync(join(tmpdir(), 'survey-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const [width, height, frames] = [192, 112, 30];
/** This frame comes twice. */
const PAUSE = 8;

/** A walk through the room, with black above and below it. @param pace 1: six centimetres a frame. */
async function writeWalk(name: string, bar: number, pace = 1): Promise<string> {
  const path = join(folder, name);
  async function* pictures() {
    for (let k = 0; k < frames; k++) {
      const i = k <= PAUSE ? k : k - 1;
      const view = roomView(i, -0.9 + 0.06 * pace * i, -0.02 * pace * i, 0.005 * pace * i, width, height);
      const rgba = new Uint8Array(4 * width * (height + 2 * bar));
      for (let p = 0; p < width * height; p++)
        rgba.set(view.rgb.subarray(3 * p, 3 * p + 3), 4 * (p + bar * width));
      yield rgba;
    }
  }
  await encodeVideo(path, { width, height: height + 2 * bar, framesPerSecond: 12 }, pictures());
  return path;
}

const detail = { longSidePixels: 320, features: 200 };

describe('surveyAndTrack', () => {
  it('tracks what shows something new, of the picture within its bars, however many passes that takes', async () => {
    const bars: boolean[] = [];
    for (const bar of [0, 16]) {
      const fractions: number[] = [];
      const { survey, tracks } = await surveyAndTrack(await writeWalk(`${bar}.mp4`, bar), {
        detail,
        onProgress: ({ fraction }) => fractions.push(fraction),
      });
      bars.push(survey.isBarred);
      expect(survey.frames).toBe(frames);
      expect(survey.repeated.map(({ frame, of }) => [frame, of])).toEqual([[PAUSE + 1, PAUSE]]);
      expect(survey.crop).toEqual({ x: 0, y: bar, width, height });
      expect([tracks.width, tracks.height]).toEqual([width, height]);
      expect(tracks.frames).toHaveLength(frames - 1);
      expect(tracks.frames.some(({ frame }) => frame === PAUSE + 1)).toBe(false);
      expect(tracks.keyframes.length).toBeGreaterThanOrEqual(10);
      expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
    }
    expect(bars).toEqual([false, true]);
  });

  it('gives a slow walk its keyframes in one pass, evenly', async () => {
    let tracked = 0;
    const { tracks } = await surveyAndTrack(await writeWalk('slow.mp4', 0, 0.8), {
      detail,
      onProgress: ({ stage }) => {
        if (stage === 'track') tracked++;
      },
    });
    expect(tracked).toBe(frames - 1);
    const steps = tracks.keyframes.slice(1, -1).map(({ frame }, i) => frame - tracks.keyframes[i].frame);
    expect(steps.length).toBeGreaterThanOrEqual(9);
    expect(Math.max(...steps)).toBeLessThanOrEqual(4);
  });
});
