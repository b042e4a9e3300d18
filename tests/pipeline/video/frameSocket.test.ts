import { spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { openFrameSocket } from '../../../pipeline/video/frameSocket.ts';

const temporary = process.env['TMPDIR'];
afterEach(() => {
  if (temporary === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = temporary;
});

/** A process that writes so many bytes: 0, 1, … 250, 0, … */
async function framesOf(bytes: number, frameBytes: number, reuseArray: boolean) {
  const socket = (await openFrameSocket(frameBytes, reuseArray))!;
  const script = `process.stdout.write(Uint8Array.from({ length: ${bytes} }, (_, i) => i % 251))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', socket.writer, 'ignore'] });
  socket.writer.destroy();
  return { child, frames: socket.frames() };
}

test('frames come whole and in order, and what is left of one is dropped', async () => {
  const { frames } = await framesOf(1_000_000, 300_000, false);
  const found: Uint8Array[] = [];
  for await (const frame of frames) found.push(frame);
  expect(found).toHaveLength(3);
  found.forEach((frame, f) => {
    expect(frame.every((value, i) => value === (f * 300_000 + i) % 251)).toBe(true);
  });
});

test('one array serves for all, and none is written over while it is looked at', async () => {
  const { frames } = await framesOf(900_000, 100_000, true);
  const arrays = new Set<Uint8Array>();
  let count = 0;
  for await (const frame of frames) {
    arrays.add(frame);
    await new Promise(resolve => setTimeout(resolve, 5));
    expect(frame.every((value, i) => value === (count * 100_000 + i) % 251)).toBe(true);
    count++;
  }
  expect([count, arrays.size]).toEqual([9, 1]);
});

test('who leaves early is not waited for by the writer', async () => {
  const { child, frames } = await framesOf(5_000_000, 100_000, true);
  const ended = new Promise(resolve => child.once('close', resolve));
  for await (const _ of frames) break;
  await ended;
});

test('there is none where its name has no place', async () => {
  process.env['TMPDIR'] = '/nowhere';
  expect(await openFrameSocket(10, true)).toBeUndefined();
});
