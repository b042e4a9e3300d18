import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { turnContainer } from '../../../bench/robust/turnContainer.ts';
import { decodeVideo, type PictureRectangle, type VideoFrame } from '../../../pipeline/video/decodeVideo.ts';
import { encodeVideo } from '../../../pipeline/video/encodeVideo.ts';
import { findFfmpeg } from '../../../pipeline/video/ffmpeg.ts';
import { probeVideo } from '../../../pipeline/video/probeVideo.ts';

const [WIDTH, HEIGHT, FRAMES] = [128, 64, 10];
let folder = '';
const at = (name: string) => join(folder, name);
const ffmpeg = (...args: string[]) =>
  promisify(execFile)(findFfmpeg().path, ['-v', 'error', '-y', '-i', at('plain.mp4'), ...args]);

/** Gray left, white right; darker from frame to frame, so that a frame tells which it is. */
async function* pictures(): AsyncGenerator<Uint8Array> {
  for (let frame = 0; frame < FRAMES; frame++) {
    const rgba = new Uint8Array(4 * WIDTH * HEIGHT).fill(255);
    for (let i = 0; i < WIDTH * HEIGHT; i++)
      rgba.fill(i % WIDTH < WIDTH / 2 ? 60 : 240 - 15 * frame, 4 * i, 4 * i + 3);
    yield rgba;
  }
}

async function decode(name: string, crop?: PictureRectangle): Promise<VideoFrame[]> {
  const frames: VideoFrame[] = [];
  for await (const frame of decodeVideo(at(name), { format: 'gray', crop })) frames.push(frame);
  return frames;
}

/** Luma of a pixel given by its shares of the picture. */
const luma = ({ pixels, width, height }: VideoFrame, x: number, y: number) =>
  pixels[Math.floor(y * height) * width + Math.floor(x * width)];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-shown-'));
  await encodeVideo(at('plain.mp4'), { width: WIDTH, height: HEIGHT, framesPerSecond: 10 }, pictures());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('what is shown is what is decoded', () => {
  test('luma as it is coded, in video range', async () => {
    const [plain, coded]: [number[][], number[][]] = [[], []];
    for await (const { pixels } of decodeVideo(at('plain.mp4'), { format: 'gray' })) plain.push([...pixels]);
    for await (const { pixels } of decodeVideo(at('plain.mp4'), { format: 'coded luma' }))
      coded.push([...pixels]);
    expect(coded).toHaveLength(plain.length);
    for (const [f, levels] of coded.entries())
      for (const [i, level] of levels.entries())
        expect(Math.abs(Math.min(255, Math.max(0, ((level - 16) * 255) / 219)) - plain[f][i])).toBeLessThan(
          1,
        );
  });

  test('a quarter turn in the container', async () => {
    await copyFile(at('plain.mp4'), at('turned.mp4'));
    await turnContainer(at('turned.mp4'), 90);
    expect(await probeVideo(at('turned.mp4'))).toMatchObject({
      width: HEIGHT,
      height: WIDTH,
      rotationDegrees: 90,
    });
    const [frame] = await decode('turned.mp4');
    expect([frame.width, frame.height]).toEqual([HEIGHT, WIDTH]);
    // Turned clockwise, the left half is on top.
    expect(luma(frame, 0.5, 0.2)).toBeLessThan(90);
    expect(luma(frame, 0.5, 0.8)).toBeGreaterThan(200);
  });

  test('a size that is asked for, whatever the shape', async () => {
    const crop = { x: 32, y: 0, width: 64, height: 64 };
    const size = { width: 96, height: 22 };
    for await (const frame of decodeVideo(at('plain.mp4'), { format: 'rgb', crop, size })) {
      expect([frame.width, frame.height, frame.pixels.length]).toEqual([96, 22, 3 * 96 * 22]);
      expect(frame.pixels[3 * (11 * 96 + 40)]).toBeLessThan(90);
      if (frame.index === 0) expect(frame.pixels[3 * (11 * 96 + 56)]).toBeGreaterThan(200);
    }
  });

  test('pixels that are not square', async () => {
    await ffmpeg('-vf', 'scale=96:64,setsar=4/3', '-c:v', 'libx264', '-crf', '12', at('anamorphic.mp4'));
    expect(await probeVideo(at('anamorphic.mp4'))).toMatchObject({ width: WIDTH, height: HEIGHT });
    const [frame] = await decode('anamorphic.mp4');
    expect([frame.width, frame.height]).toEqual([WIDTH, HEIGHT]);
    const [part] = await decode('anamorphic.mp4', { x: 32, y: 16, width: 64, height: 32 });
    expect([part.width, part.height]).toEqual([64, 32]);
    expect(luma(part, 0.4, 0.5)).toBeLessThan(90);
    expect(luma(part, 0.6, 0.5)).toBeGreaterThan(200);
  });

  test('a rate that varies: each frame once, at its own time', async () => {
    await ffmpeg(
      '-vf',
      'select=not(eq(mod(n\\,5)\\,2))',
      '-vsync',
      'vfr',
      '-c:v',
      'libx264',
      at('varying.mp4'),
    );
    const frames = await decode('varying.mp4');
    expect(frames.map(({ timeSeconds }) => Math.round(10 * timeSeconds))).toEqual([0, 1, 3, 4, 5, 6, 8, 9]);
    const levels = frames.map(frame => luma(frame, 0.8, 0.5));
    expect(levels).toEqual([...levels].sort((a, b) => b - a));
  });

  test('a part of a turned picture', async () => {
    const [frame] = await decode('turned.mp4', { x: 0, y: 32, width: 64, height: 64 });
    expect([frame.width, frame.height]).toEqual([64, 64]);
    expect(luma(frame, 0.5, 0.4)).toBeLessThan(90);
    expect(luma(frame, 0.5, 0.6)).toBeGreaterThan(200);
  });
});
