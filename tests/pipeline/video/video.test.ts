import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DirectorError } from '../../../engine/errors.ts';
import { decodedSize, decodeVideo, type VideoFrame } from '../../../pipeline/video/decodeVideo.ts';
import { encodeVideo } from '../../../pipeline/video/encodeVideo.ts';
import { findFfmpeg } from '../../../pipeline/video/ffmpeg.ts';
import { readGif } from '../../../pipeline/video/gif.ts';
import { probeVideo } from '../../../pipeline/video/probeVideo.ts';

const WIDTH = 64;
const HEIGHT = 48;
let folder = '';
const at = (name: string) => join(folder, name);

async function* grayRamp(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    const frame = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
    for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++)
      frame.fill(20 + index * 10, pixel * 4, pixel * 4 + 3);
    yield frame;
  }
}

async function collect(path: string, format: 'rgb' | 'gray', signal?: AbortSignal): Promise<VideoFrame[]> {
  const frames: VideoFrame[] = [];
  for await (const frame of decodeVideo(path, { format, signal })) frames.push(frame);
  return frames;
}

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (thrown: unknown) => (thrown instanceof DirectorError ? thrown.code : String(thrown)),
  );

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sora-video-'));
  await encodeVideo(at('ramp.mp4'), { width: WIDTH, height: HEIGHT, framesPerSecond: 24 }, grayRamp(20));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('encodeVideo and decodeVideo', () => {
  test('give back every frame in order with its time and its brightness', async () => {
    const frames = await collect(at('ramp.mp4'), 'rgb');
    expect(frames).toHaveLength(20);
    frames.forEach((frame, index) => {
      expect(frame).toMatchObject({ index, width: WIDTH, height: HEIGHT });
      expect(frame.timeSeconds).toBeCloseTo(index / 24, 3);
      const middle = ((HEIGHT / 2) * WIDTH + WIDTH / 2) * 3;
      expect(Math.abs(frame.pixels[middle]! - (20 + index * 10))).toBeLessThanOrEqual(3);
    });
  });

  test('write the same bytes for the same frames', async () => {
    await encodeVideo(at('again.mp4'), { width: WIDTH, height: HEIGHT, framesPerSecond: 24 }, grayRamp(20));
    expect((await readFile(at('again.mp4'))).equals(await readFile(at('ramp.mp4')))).toBe(true);
  });

  test('leave nothing behind when the frames fail or the work is cancelled', async () => {
    async function* failing(): AsyncGenerator<Uint8Array> {
      yield* grayRamp(3);
      throw new DirectorError('INTERNAL', 'the renderer broke');
    }
    const size = { width: WIDTH, height: HEIGHT, framesPerSecond: 24 };
    expect(await codeOf(encodeVideo(at('failed.mp4'), size, failing()))).toBe('INTERNAL');
    const cancel = new AbortController();
    async function* cancelling(): AsyncGenerator<Uint8Array> {
      yield* grayRamp(3);
      cancel.abort();
      yield* grayRamp(20);
    }
    expect(
      await codeOf(encodeVideo(at('cancelled.mp4'), { ...size, signal: cancel.signal }, cancelling())),
    ).toBe('CANCELLED');
    expect((await readdir(folder)).filter(name => /failed|cancelled/.test(name))).toEqual([]);
  });

  test('refuse odd sizes and folders that are not there by code', async () => {
    expect(
      await codeOf(encodeVideo(at('odd.mp4'), { width: 63, height: 48, framesPerSecond: 24 }, grayRamp(2))),
    ).toBe('USAGE');
    const missing = encodeVideo(
      at('no/such/folder.mp4'),
      { width: WIDTH, height: HEIGHT, framesPerSecond: 24 },
      grayRamp(2),
    );
    expect(await codeOf(missing)).toBe('OUTPUT_UNWRITABLE');
  });

  test('stop decoding when cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    expect(await codeOf(collect(at('ramp.mp4'), 'gray', cancel.signal))).toBe('CANCELLED');
  });

  test('decoded sizes are even, within the limit and keep the shape', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 8192 }),
        fc.integer({ min: 16, max: 8192 }),
        fc.integer({ min: 64, max: 1280 }),
        (width, height, limit) => {
          const size = decodedSize({ width, height }, limit);
          expect((size.width % 2) + (size.height % 2)).toBe(0);
          expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(limit + 1);
          const factor = Math.min(1, limit / Math.max(width, height));
          expect(Math.abs(size.height - height * factor)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });
});

describe('probeVideo', () => {
  test('reads what the container says', async () => {
    const info = await probeVideo(at('ramp.mp4'));
    expect(info).toMatchObject({
      container: 'MP4',
      codec: 'avc',
      width: WIDTH,
      height: HEIGHT,
      hasAudio: false,
      rotationDegrees: 0,
      videoRangeLuma: true,
    });
    expect(info.framesPerSecond).toBeCloseTo(24, 3);
    expect(info.timesSeconds).toHaveLength(20);
  });

  test('refuses bad files by code', async () => {
    const good = await readFile(at('ramp.mp4'));
    await writeFile(at('empty.mp4'), '');
    await writeFile(
      at('noise.mp4'),
      Uint8Array.from({ length: 5000 }, (_, index) => (index * 7919) & 255),
    );
    await writeFile(at('truncated.mp4'), good);
    await truncate(at('truncated.mp4'), good.length - 200);
    await encodeVideo(at('single.mp4'), { width: WIDTH, height: HEIGHT, framesPerSecond: 24 }, grayRamp(1));
    expect(await codeOf(probeVideo(at('missing.mp4')))).toBe('INPUT_NOT_FOUND');
    expect(await codeOf(probeVideo(folder))).toBe('INPUT_UNREADABLE');
    expect(await codeOf(probeVideo(at('empty.mp4')))).toBe('INPUT_EMPTY');
    expect(await codeOf(probeVideo(at('noise.mp4')))).toBe('VIDEO_UNREADABLE');
    expect(await codeOf(probeVideo(at('truncated.mp4')))).toBe('VIDEO_UNREADABLE');
    expect(await codeOf(probeVideo(at('single.mp4')))).toBe('VIDEO_TOO_SHORT');
  });

  test('does not refuse a sound video because the machine has no time for it', async () => {
    const probe = new URL('../../../pipeline/video/probeVideo.ts', import.meta.url).href;
    // A process that is stopped is as one that waits for a core, and this needs no load on the machine.
    const script = `
      const { probeVideo } = await import(${JSON.stringify(probe)});
      const probed = probeVideo(process.argv[2], 4000);
      setTimeout(() => process.kill(process.pid, 'SIGSTOP'), 20);
      probed.then(info => console.log(info.timesSeconds.length + ' frames'), error => console.log(error.code));
    `;
    await writeFile(at('probe.mjs'), script);
    const child = spawn(process.execPath, [at('probe.mjs'), at('ramp.mp4')]);
    const exit = once(child, 'exit');
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    const state = async () => (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')[1]?.[0];
    while ((await state()) !== 'T') await sleep(50);
    await sleep(4500);
    child.kill('SIGCONT');
    await exit;
    expect(said).toMatch(/^[1-9]\d* frames/);
  }, 60_000);

  test('survives any damage to a file with a coded error or a result', async () => {
    const good = await readFile(at('ramp.mp4'));
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        async (offset, noise) => {
          const bytes = Uint8Array.from(good);
          bytes.set(noise.subarray(0, bytes.length - offset), offset);
          await writeFile(at('damaged.mp4'), bytes);
          expect(await codeOf(probeVideo(at('damaged.mp4'), 2000))).toMatch(
            /^(no error|VIDEO_[A-Z_]+|INPUT_TOO_LARGE)$/,
          );
        },
      ),
      { numRuns: 30, seed: 7 },
    );
  });
});

describe('readGif', () => {
  const header = [0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 20, 0, 16, 0, 0, 0, 0];
  const picture = (hundredths: number) => [
    ...[0x21, 0xf9, 4, 0, hundredths, 0, 0, 0],
    ...[0x2c, 0, 0, 0, 0, 20, 0, 16, 0, 0, 2, 1, 0x44, 0],
  ];

  test('reads size and the time of each picture, a delay of 0 meaning a tenth', () => {
    const gif = readGif(Uint8Array.from([...header, ...picture(50), ...picture(0), ...picture(25), 0x3b]));
    expect(gif).toMatchObject({ width: 20, height: 16 });
    expect(Array.from(gif.timesSeconds)).toEqual([0, 0.5, 0.6]);
    expect(gif.durationSeconds).toBeCloseTo(0.85);
  });

  test('refuses one that breaks off', () => {
    const whole = Uint8Array.from([...header, ...picture(50), 0x3b]);
    for (let length = 0; length < whole.length; length++)
      expect(() => readGif(whole.subarray(0, length))).toThrow(DirectorError);
  });
});

describe('findFfmpeg', () => {
  test('takes FFMPEG_PATH first, then the system, then the bundled one', async () => {
    const bundled = findFfmpeg({ PATH: '' });
    expect(bundled.source).toBe('bundled');
    expect(findFfmpeg({ PATH: '', FFMPEG_PATH: bundled.path })).toEqual({
      path: bundled.path,
      source: 'FFMPEG_PATH',
    });
    await writeFile(at('ffmpeg'), '#!/bin/sh\n', { mode: 0o755 });
    expect(findFfmpeg({ PATH: folder })).toEqual({ path: at('ffmpeg'), source: 'system' });
    expect(() => findFfmpeg({ PATH: '', FFMPEG_PATH: '/no/such/ffmpeg' })).toThrow(DirectorError);
  });
});
